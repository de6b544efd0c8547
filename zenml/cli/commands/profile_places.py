"""``zenml profile move``, ``copy``, ``upgrade`` and ``update``: where ledgers are, and how they are reached."""

from __future__ import annotations

from typing import Optional

from zenml.cli.answers import profile_places as answers
from zenml.cli.answers.service.joining_token import question_of
from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.asking.terminal import given
from zenml.cli.groups import Group
from zenml.cli.mistakes.misused import BadValueError
from zenml.cli.options import kinds
from zenml.cli.options.declared import Option
from zenml.cli.options.writing_options import writing
from zenml.cli.screen.notices import NOTHING
from zenml.documents.opening import STANDARD_INPUT
from zenml.domain.annotations import Annotated
from zenml.domain.rules.profiles import check_url_can_change
from zenml.snapshot.urls import STORE_TYPES
from zenml.stores.rest.places import check_takes_token

Name = Annotated[str, kinds.argument("profile", "NAME", "The profile's name")]


def add_to(app: Group) -> None:
    """Adds the commands to the group of those for profiles."""
    app.command("move")(move)
    app.command("copy")(copy)
    app.command("upgrade")(upgrade)
    app.command("update")(update)


@writing
def move(
    run: WriteCommand,
    name: Name,
    to: Annotated[str, Option("--to", metavar="URL|local", help="The database, or this machine alone")],
) -> None:
    """Move a profile to a database that machines share, or back.

    It takes everything along: history, labels and secrets; it stays the same ledger, and is written in one place
    only. Others who use it are told where it went. If it is interrupted, run the same command again.

    Example: zenml profile move staging --to sqlite:///team.db
    """
    answers.move(run, name, to)


@writing
def copy(
    run: WriteCommand,
    name: Name,
    new_name: Annotated[str, kinds.argument("profile", "NEW_NAME", "The name of the copy", exists=False)],
    store_type: Annotated[
        str, Option("--store-type", "-t", metavar="local|sql", help="Where the ledger of the copy lives")
    ] = "local",
    url: Annotated[
        Optional[str],  # noqa: UP045 - it is read at run time
        Option("--url", "-u", help="The database; or another folder for its files"),
    ] = None,
) -> None:
    """Copy a profile, with what it has now, to a new one.

    The ledger of the copy is a new one, and says which it was copied from. Its secrets are sealed for it. History
    and labels stay behind.

    Example: zenml profile copy default trial
    """
    if store_type not in STORE_TYPES:
        raise BadValueError(f"'{store_type}' is not one of local, sql.", param_hint="--store-type")
    opened = run.repository(uses=NOTHING)
    change = opened.copy_profile(name, new_name, store_type=store_type, url=url)
    run.finish(opened, change, f"Profile '{name}' copied to '{new_name}'.")


def upgrade(
    name: Name,
    yes: Annotated[bool, Option("--yes", "-y", help="Do not ask")] = False,
    dry_run: Annotated[bool, Option("--dry-run", help="Show what would be done, and write nothing")] = False,
) -> None:
    """Let a shared profile have all that this version records.

    Earlier versions of zenml can then only read it; it says first who has one.

    Example: zenml profile upgrade staging --dry-run
    """
    answers.upgrade(name, yes=yes, dry_run=dry_run)


@writing
def update(
    run: WriteCommand,
    name: Name,
    url: Annotated[
        Optional[str],  # noqa: UP045
        Option("--url", "-u", metavar="URL|-", help="Where its ledger is now; - reads it from standard input"),
    ] = None,
    token: Annotated[
        Optional[str],  # noqa: UP045
        Option("--token", metavar="TOKEN|-", help="Lets you in at its service; - reads standard input"),
    ] = None,
) -> None:
    """Give a shared profile another URL, or another token.

    Its database or service has moved, or is called otherwise, or has another password. The same ledger has to be
    there.

    For a token, or a URL with a password, write -, and it is read from standard input, or asked for and not shown:
    everybody on a machine sees its command lines.

    Example: zenml profile update team --url postgresql://db.example.com/team
    """
    if url is None and token is None:
        raise BadValueError("Give --url, --token, or both.", param_hint="--url")
    opened = run.repository(uses=NOTHING)
    with opened.reading() as snapshot:  # nobody is asked for what would be refused anyway
        kind = snapshot.profile(name).store_type
    if url == STANDARD_INPUT:
        check_url_can_change(name, kind)
    check_takes_token(kind, token)
    url = None if url is None else given(url, f"URL of profile '{name}'")
    token = None if token is None else given(token, question_of(name))
    change = opened.update_profile(name, url=url, token=token)
    what = "URL" if token is None else "token" if url is None else "URL and another token"
    run.finish(opened, change, f"Profile '{name}' has another {what} now.")
