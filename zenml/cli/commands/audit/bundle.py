"""``zenml audit bundle``."""

from __future__ import annotations

import sys
from typing import Optional

from zenml.audit.bundles.entry_texts import WITHHOLDABLE
from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.mistakes.misused import BadValueError
from zenml.cli.options.change_options import (
    AboutComponent,
    AboutStack,
    ByActor,
    Everything,
    OfItself,
    OfKind,
    OfProfile,
    Since,
    Until,
    check,
    given_range,
)
from zenml.cli.options.declared import Argument, Option
from zenml.cli.options.reading_options import Output
from zenml.cli.screen.notices import NOTHING, PROFILE, announce, notice
from zenml.cli.screen.output import TABLE, emit
from zenml.cli.screen.progress import progress
from zenml.domain.annotations import Annotated
from zenml.repository import Repository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.api.make_bundle import MadeBundle

_Text = Optional[str]  # noqa: UP045 - it is read at run time


def bundle(
    out: Annotated[str, Argument(metavar="FILE", help="The zip to write; only its owner can read it")],
    withhold: Annotated[
        _Text,
        Option(
            "--withhold",
            metavar="LIST",
            help=f"Withhold these of each change: {', '.join(WITHHOLDABLE)} or some of them",
        ),
    ] = None,
    after: Annotated[
        _Text,
        Option("--after", metavar="FILE", help="Continue this earlier bundle: leave out the events it has"),
    ] = None,
    overwrite: Annotated[bool, Option("--overwrite", help="Replace the file if it exists")] = False,
    since: Since = None,
    until: Until = None,
    profile: OfProfile = None,
    stack: AboutStack = None,
    own: OfItself = False,
    component: AboutComponent = None,
    actor: ByActor = None,
    kind: OfKind = None,
    everything: Everything = False,
    reason: Annotated[_Text, Option("--reason", metavar="TEXT", help="The reason; it is recorded")] = None,
    output: Output = "table",
) -> None:
    """Make a file that proves what is in the record.

    Whoever is given it needs only Python. It has what was asked for, signed checkpoints, and of every other event
    a form without its values: so the script in it can check that nothing was left out. The runs of a profile come
    with it, unless only some changes are asked for. Secrets are never in it. That it was made is recorded.

    Example: zenml audit bundle evidence.zip --all --withhold host,command
    """
    check(kind or [], profile if everything else None, own_without_stack=own and stack is None)
    begin, end = given_range(since, until)
    withheld = tuple(dict.fromkeys(word.strip() for word in (withhold or "").split(",") if word.strip()))
    if withhold is not None and not withheld:
        raise BadValueError("It names nothing.", param_hint="--withhold")
    for word in withheld:
        if word not in WITHHOLDABLE:
            raise BadValueError(f"'{word}' is not one of {', '.join(WITHHOLDABLE)}.", param_hint="--withhold")
    with WriteCommand(reason, False, output).noted():
        repository = Repository(notify=notice, command=sys.argv[1:], reason=reason)
        if not everything:
            with repository.reading() as snapshot:
                announce(repository, snapshot, uses=PROFILE if profile is None else NOTHING)
        with progress("Bundling", "steps") as update:
            made = repository.make_bundle(
                out,
                withhold=withheld,
                continues=after,
                overwrite=overwrite,
                progress=update,
                since=begin,
                until=end,
                profile=profile,
                stack=stack,
                own=own,
                component=component,
                actor=actor,
                kinds=kind or (),
                everything=everything,
            )
    if output != TABLE:
        emit({"bundle": made.document()}, output)
    else:
        _report(made)


def _report(made: MadeBundle) -> None:
    """Says what was made, and what the auditor has to be told by another way."""
    notice(f"Wrote {made.opened:,} of {made.events:,} events to file '{made.file}'.")
    notice(f"SHA-256 {made.digest}")
    notice("SHA-256 of its verify.py, which must be that of the release:")
    notice(f"  {made.verifier_digest}")
    if made.is_new_key:
        notice("A signing key was made.")
    notice("Give the auditor these keys by another way than the file:")
    for line in made.key_lines:
        notice(f"  {line}")
