"""``zenml profile …``."""

from __future__ import annotations

import os
from typing import Optional

from zenml.cli.answers import profile as answers
from zenml.cli.answers.explanations import explanation
from zenml.cli.answers.export import export_profile
from zenml.cli.answers.service.joining_token import TOKEN_VARIABLE, token_for
from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.asking.terminal import given
from zenml.cli.commands import profile_places
from zenml.cli.groups import Group
from zenml.cli.mistakes.misused import BadValueError
from zenml.cli.options import kinds
from zenml.cli.options.declared import Argument, Option
from zenml.cli.options.export_options import Out, Overwrite
from zenml.cli.options.reading_options import At, Named
from zenml.cli.options.writing_options import writing
from zenml.cli.screen.notices import NOTHING
from zenml.domain.annotations import Annotated
from zenml.snapshot.urls import STORE_TYPES
from zenml.stores.rest.places import REST, check_takes_token

app = Group("Manage profiles.")
NewName = Annotated[str, kinds.argument("profile", "NAME", "The profile's name", exists=False)]
Name = Annotated[str, kinds.argument("profile", "NAME", "The profile's name")]
OptionalName = Annotated[
    Optional[str],  # noqa: UP045 - it is read at run time
    kinds.argument("profile", "[NAME]", "The profile; the active one by default"),
]
Global = Annotated[bool, Option("--global", "-g", help="Choose for the whole machine, also inside a repository")]


@app.command("create")
@writing
def create(
    run: WriteCommand,
    name: NewName,
    url: Annotated[
        Optional[str],  # noqa: UP045 - it is read at run time
        Option(
            "--url",
            "-u",
            help="A folder for its files, or the database or service it is shared in; - reads standard input",
        ),
    ] = None,
    store_type: Annotated[
        Optional[str],  # noqa: UP045
        Option("--store-type", "-t", "--type", metavar="local|sql|rest", help="Where its ledger lives"),
    ] = None,
    token: Annotated[
        Optional[str],  # noqa: UP045
        Option(
            "--token",
            metavar="TOKEN|-",
            help=f"Lets you in at the service; - reads standard input. By default the one in {TOKEN_VARIABLE}",
        ),
    ] = None,
    activate: Annotated[bool, Option("--set", help="Also make it the active profile")] = False,
) -> None:
    """Create a profile with a default stack, or join one that is shared.

    With --type rest it is one that a service keeps (http://localhost:8000 by default). A service that you
    run on this machine needs no token.

    Example: zenml profile create staging
    """
    kind = store_type or os.environ.get("ZENML_DEFAULT_STORE_TYPE") or "local"
    if kind not in STORE_TYPES:
        raise BadValueError(f"'{kind}' is not one of {', '.join(STORE_TYPES)}.", param_hint="--store-type")
    opened = run.repository(uses=NOTHING)
    check_takes_token(kind, token)  # nobody is asked for what would be refused anyway
    url = None if url is None else given(url, f"URL of profile '{name}'")
    token = token_for(opened, name, url, token) if kind == REST else None
    change = opened.create_profile(name, store_type=kind, url=url, token=token, activate=activate)
    sentences = [f"Active profile changed to: '{name}'"] if activate else []
    run.finish(opened, change, f"Profile '{name}' successfully created.", *sentences)


@app.command("list")
def list_profiles(output: Named = "table", at: At = None) -> None:
    """List the profiles.

    Example: zenml profile list
    """
    answers.list_all(output, at)


@app.command("get")
def get(output: Named = "table", at: At = None) -> None:
    """Print the active profile.

    Example: zenml profile get
    """
    answers.get(output, at)


@app.command("set")
@writing
def set_active(run: WriteCommand, name: Name, machine_wide: Global = False) -> None:
    """Make a profile the active one.

    Inside a repository, this sets it for the repository only.

    Example: zenml profile set staging
    """
    opened = run.repository(uses=NOTHING)
    change = opened.activate_profile(name, machine_wide=machine_wide)
    scope = "global profile" if machine_wide else "profile"
    sentence = f"Active {scope} changed to: '{name}'"
    run.finish(opened, change, sentence, unchanged=f"Profile '{name}' is already active.")


@app.command("describe")
def describe(
    name: OptionalName = None,
    output: Named = "table",
    at: At = None,
) -> None:
    """Show everything about a profile.

    Example: zenml profile describe default
    """
    answers.describe(name, output, at)


@app.command("rename")
@writing
def rename(
    run: WriteCommand,
    name: Annotated[
        str,
        kinds.argument("profile", "CURRENT_PROFILE_NAME", "The profile's name"),
    ],
    new_name: Annotated[str, kinds.argument("profile", "NEW_PROFILE_NAME", "Its new name", exists=False)],
) -> None:
    """Rename a profile; it stays active where it is.

    Its folder stays. Repositories that use it follow; so does a variable or a file that still says the old name,
    until another profile has that name.

    Example: zenml profile rename staging production
    """
    opened = run.repository(uses=NOTHING, quiet=True)
    change = opened.rename_profile(name, new_name)
    run.finish(opened, change, f"Profile `{name}` successfully renamed as `{new_name}`!")


@app.command("delete")
@writing
def delete(run: WriteCommand, name: Name) -> None:
    """Delete a profile that is not active.

    Its ledger stays, so that this can be undone.

    Example: zenml profile delete staging
    """
    opened = run.repository(uses=NOTHING)
    run.finish(opened, opened.delete_profile(name), f"Deleted profile '{name}'.")


@app.command("export")
def export(name: OptionalName = None, out: Out = None, overwrite: Overwrite = False, at: At = None) -> None:
    """Print a profile as YAML, or write it to a file.

    The file is for `zenml apply` and `zenml profile import`. Secrets are starred out: where the profile is, they
    stay as they are when the file is applied.

    Example: zenml profile export default --out default-profile.yaml
    """
    export_profile(name, out, at, overwrite=overwrite)


@app.command("import")
@writing
def import_profiles(
    run: WriteCommand,
    path: Annotated[str, Argument(metavar="PATH", help="A file or a folder")],
    name: Annotated[
        Optional[str],  # noqa: UP045
        kinds.option(
            "profile",
            "--name",
            metavar="NAME",
            help="What to call it; by default as it is called there",
            exists=False,
        ),
    ] = None,
) -> None:
    """Import a profile from a file, or from ZenML.

    The file is a profile.yaml, or one of `zenml export`.

    From ZenML it takes a configuration folder, the folder or the SQLite file of one profile, or the .zen folder
    of a repository from before version 0.7.

    Example: zenml profile import stacks.yaml --name imported
    """
    opened = run.repository(uses=NOTHING)
    change = opened.import_profiles(path, name)
    run.finish(opened, change, f"Imported '{path}'.")


@app.command("explain")
def explain() -> None:
    """Explain profiles, repositories and what is active.

    Example: zenml profile explain
    """
    print(explanation("profile"), end="")


profile_places.add_to(app)
