"""``zenml diff``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from zenml.cli.answers import differences
from zenml.cli.answers.history import list_between
from zenml.cli.groups import Command
from zenml.cli.mistakes.failures import guarded
from zenml.cli.mistakes.misused import ExitError
from zenml.cli.options import completions
from zenml.cli.options.declared import Argument, Option
from zenml.cli.options.reading_options import Only, Output
from zenml.cli.screen.notices import notice, warn
from zenml.cli.screen.output import TABLE, emit_value
from zenml.domain.annotations import Annotated
from zenml.repository import Repository
from zenml.snapshot.points import NOW

DIFFERENT = 1
TROUBLE = 2
"""The smallest exit code of an error where 1 is an answer, as with diff(1)."""


def diff(
    one: Annotated[
        Optional[str],  # noqa: UP045 - it is read at run time
        Argument(
            metavar="[A]",
            help="A change, time or label; a profile; or an exported file; by default, before the newest change",
            autocompletion=completions.sides,
        ),
    ] = None,
    other: Annotated[
        Optional[str],  # noqa: UP045
        Argument(metavar="[B]", help="The same; the present by default", autocompletion=completions.sides),
    ] = None,
    only: Only = None,
    log: Annotated[bool, Option("--log", help="List the changes between two points instead")] = False,
    exit_code: Annotated[
        bool, Option("--exit-code", help="Exit with 1 if there is a difference, 2 or more on error")
    ] = False,
    output: Output = "table",
) -> None:
    """Show what is different between two points in time, two profiles, or a profile and a file.

    Alone it shows what the newest change made different. A profile that could be something else is written
    profile/NAME, and A B may be written A..B. As JSON it is a JSON Patch (RFC 6902).

    Example: zenml diff release-1
    """
    ends = _ends(one, other)
    if not exit_code:
        _answer(*ends, only or (), output, log=log)
        return

    def run_diff() -> int:
        return DIFFERENT if _answer(*ends, only or (), output, log=log) else 0

    raise ExitError(guarded(run_diff, least=TROUBLE))


def _answer(one: str | None, other: str, only: Sequence[str], output: str, *, log: bool) -> bool:
    """Prints what is different, and tells whether anything is."""
    repository = Repository(notify=notice)
    with repository.reading() as snapshot:
        warn(snapshot)
    one = _before_newest(repository) if one is None else one
    comparison = repository.diff(one, other, only=only)
    comma = "," if ", " in comparison.one.understood else ""  # "..., change qpvu, to ..."
    notice(f"From {comparison.one.understood}{comma} to {comparison.other.understood}.")
    if log:
        return list_between(repository, comparison, output)
    different = bool(comparison.differences)
    if output != TABLE:
        emit_value(comparison.patch(), output)
    elif different:
        differences.write(differences.lines(comparison.differences))
    else:
        notice("There are no differences.")
    return different


def _before_newest(repository: Repository) -> str:
    """Returns the change before the newest one here; where there is none, the newest, as nothing was different."""
    return repository.history(limit=2)[-1].letters


def _ends(one: str | None, other: str | None) -> tuple[str | None, str]:
    """Returns the two sides; they may be written as one word, as for ``zenml undo``."""
    if one is not None and other is None:
        first, dots, last = one.partition("..")
        if dots and first and last and "/" not in one:
            return first, last
    return one, NOW if other is None else other


app = Command(diff)
