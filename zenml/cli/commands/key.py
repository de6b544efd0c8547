"""``zenml key …``: the key that opens secrets."""

from __future__ import annotations

from typing import Optional

from zenml.cli.answers import key as answers
from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.groups import Group
from zenml.cli.mistakes.misused import NoAnswerError
from zenml.cli.options import kinds
from zenml.cli.options.declared import Argument, Option
from zenml.cli.options.export_options import Overwrite
from zenml.cli.options.reading_options import Output
from zenml.cli.screen.notices import notice
from zenml.domain.annotations import Annotated
from zenml.repository import Repository

app = Group("Show, share and replace the key that opens secrets: this machine's, or that of a shared profile.")
OfProfile = Annotated[
    Optional[str],  # noqa: UP045 - it is read at run time
    kinds.option("profile", "--profile", metavar="NAME", help="The shared profile whose key it is"),
]


@app.command("show")
def show(profile: OfProfile = None, output: Output = "table") -> None:
    """Show which key is used, and whether it is the right one.

    The key itself is not shown. Two machines have the same key if the fingerprint is the same.

    Example: zenml key show
    """
    answers.print_key(Repository(notify=notice).key(profile).info(), output)


@app.command("set")
def set_key(profile: OfProfile = None) -> None:
    """Type or pipe in the key that is used from now on.

    It is asked for without showing it, or read from standard input. A key that opens none of the secrets is
    refused.

    Example: zenml key set < team.key
    """
    with WriteCommand().noted():
        _store(profile, answers.read_typed_key(profile))


@app.command("import")
def import_key(
    file: Annotated[str, Argument(metavar="FILE", help="The file; - for standard input")],
    profile: OfProfile = None,
) -> None:
    """Use the key in a file that "zenml key export" wrote.

    A key that opens none of the secrets is refused.

    Example: zenml key import team.key
    """
    with WriteCommand().noted():
        _store(profile, answers.read_key_file(file))


def _store(profile: str | None, text: str) -> None:
    key = Repository(notify=notice).key(profile)
    is_new = key.put(text)
    answers.print_stored(profile, key.info(), is_new=is_new)


@app.command("export")
def export(
    profile: OfProfile = None,
    out: Annotated[
        Optional[str],  # noqa: UP045
        Option("--out", metavar="FILE", help="Write it to this file, which only its owner may read"),
    ] = None,
    overwrite: Overwrite = False,
) -> None:
    """Export the key, for a backup or for another machine.

    Whoever has it can open the secrets. Without --out it is printed; on a terminal only after a question.

    Example: zenml key export --out team.key
    """
    with WriteCommand().noted():
        key = Repository(notify=notice).key(profile)
        text, info = key.text(), key.info()
        if out is None and not answers.may_show(profile):
            raise NoAnswerError
        answers.hand_out(text, info, None if out == "-" else out, overwrite=overwrite)


@app.command("rotate")
def rotate(profile: OfProfile = None) -> None:
    """Make a new key, and wrap all secrets with it.

    The secrets stay the same: whoever had the key before had them, so change those too. Keep a copy of the new
    key; a backup of the ledger from before needs the one it was made with.

    Example: zenml key rotate
    """
    with WriteCommand().noted():
        key = Repository(notify=notice).key(profile)
        done = key.rotate()
    answers.print_stored(profile, key.info(), is_new=True)
    notice(f"It opens {done.rewrapped:,} {'secret' if done.rewrapped == 1 else 'secrets'}; none has changed.")
    if done.left:
        notice(f'{done.left:,} could not be opened before either; run "zenml audit verify" to see which.')
