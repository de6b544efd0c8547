"""``zenml audit anchor add …``: a command for each kind of anchors."""

from __future__ import annotations

from typing import Optional

from zenml.cli.answers import anchors as answers
from zenml.cli.groups import Group
from zenml.cli.options.declared import Argument, Option
from zenml.cli.options.reading_options import Output
from zenml.domain.annotations import Annotated

app = Group("Add a place that is handed checkpoints.")
Name = Annotated[
    Optional[str],  # noqa: UP045 - it is read at run time
    Option("--name", metavar="NAME", help="What to call it; a name after its kind and place by default"),
]


@app.command("git")
def git(
    folder: Annotated[str, Argument(metavar="DIR", help="A Git repository")],
    push: Annotated[
        Optional[str],  # noqa: UP045
        Option("--push", metavar="REMOTE", help="Push its branch to this remote; never forced"),
    ] = None,
    name: Name = None,
    output: Output = "table",
) -> None:
    """Commit each checkpoint to the current branch of a Git repository.

    A remote whose branch is protected keeps what was pushed, whatever happens here.

    Example: zenml audit anchor add git ../audit --push origin
    """
    answers.add("git", folder, name, {"push": push} if push is not None else {}, output)


@app.command("file")
def file(
    path: Annotated[str, Argument(metavar="FILE", help="A file, on another disk or one that can only grow")],
    name: Name = None,
    output: Output = "table",
) -> None:
    """Append each checkpoint to a file.

    Example: zenml audit anchor add file notes.jsonl
    """
    answers.add("file", path, name, {}, output)


@app.command("command")
def command(
    line: Annotated[
        str, Argument(metavar="COMMAND", help="The program and its arguments, in quotes; no shell reads it")
    ],
    name: Name = None,
    output: Output = "table",
) -> None:
    """Run a command with each checkpoint on its standard input.

    ZENML_LEDGER and ZENML_SIZE say which ledger it is about, and how many events it covers.

    Example: zenml audit anchor add command "mail audit@example.org"
    """
    answers.add("command", line, name, {}, output)


@app.command("witness")
def witness(
    url: Annotated[str, Argument(metavar="URL", help="Where it is; /add-checkpoint is asked there")],
    vkey: Annotated[str, Option("--vkey", metavar="LINE", help="Its key, as its operator gives it")],
    name: Name = None,
    output: Output = "table",
) -> None:
    """Have each checkpoint signed by a witness.

    A witness (C2SP tlog-witness) sees to it that ledgers only grow. Its operator has to know the
    ledger's key first: "zenml audit key show" prints it.

    Example: zenml audit anchor add witness https://w.example.org --vkey "$VKEY"
    """
    answers.add("witness", url, name, {"vkey": vkey}, output)


@app.command("tsa")
def tsa(
    url: Annotated[str, Argument(metavar="URL", help="Where it is asked")],
    ca: Annotated[str, Option("--ca", metavar="FILE", help="The certificates that its own must lead to, as PEM")],
    name: Name = None,
    output: Output = "table",
) -> None:
    """Have each checkpoint stamped by a time-stamping authority.

    It needs openssl, and an authority that answers as RFC 3161 says.

    Example: zenml audit anchor add tsa https://tsa.example.org --ca tsa-ca.pem
    """
    answers.add("tsa", url, name, {"ca": ca}, output)
