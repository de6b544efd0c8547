"""What ``zenml runs diff`` prints."""

from __future__ import annotations

from zenml.cli.answers.differences import HEADING, NEW, OLD, DiffLine, lines, write
from zenml.cli.answers.open_at import open_at
from zenml.cli.answers.runs.listed import command_line
from zenml.cli.answers.runs.shown import code_line, outcome_line
from zenml.cli.screen.notices import announce
from zenml.cli.screen.output import TABLE, emit
from zenml.domain.visible import visible
from zenml.history.changed_things import value_text
from zenml.snapshot.ages import exact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zenml.runs.looking.causes import Cause
    from zenml.runs.looking.differences import Ends, RunComparison
    from zenml.runs.looking.info import RunInfo


def compare(first: str, second: str, output: str = TABLE) -> None:
    """Prints what is different between two runs."""
    repository = open_at(None)
    with repository.reading() as snapshot:
        announce(repository, snapshot)
    comparison = repository.compare_runs(first, second)
    if output == TABLE:
        write(_lines(comparison))
    else:
        emit({"comparison": comparison.document()}, output)


def _lines(comparison: RunComparison) -> Iterator[DiffLine]:
    first, second = comparison.first, comparison.second
    yield DiffLine(f"From {visible(_title(first))} to {visible(_title(second))}", HEADING)
    yield DiffLine(f"  {_configuration(comparison)}")
    yield from (DiffLine(f"  {line.text}", line.style) for line in lines(comparison.configuration))
    if comparison.changes:
        yield DiffLine()
        yield DiffLine("Changed by", HEADING)
        for cause in comparison.changes:
            yield from (DiffLine(visible(f"  {text}")) for text in _cause(cause))
    yield DiffLine()
    yield from _part("code", comparison.code, code_line(first.code), code_line(second.code))
    yield from _part("command", comparison.command, command_line(first), command_line(second))
    yield from _mapping("parameters", comparison.parameters)
    yield from _mapping("software", comparison.software)
    yield from _part("outcome", comparison.outcome, outcome_line(first), outcome_line(second))


def _title(run: RunInfo) -> str:
    return f"run {run.run}" + (f" '{run.name}'" if run.name else "") + f" ({exact(run.started)})"


def _configuration(comparison: RunComparison) -> str:
    if comparison.configuration:
        return "The configuration is different:"
    if comparison.is_set_anew:
        return "The configuration is the same; values were set again in between, to what they were."
    return "The configuration is the same."


def _cause(cause: Cause) -> Iterator[str]:
    change = cause.change
    yield f"{change.change}  {change.told}"
    yield f"      by {change.actor or 'unknown'}, {exact(change.time)}" + (
        f": {change.reason}" if change.reason else ""
    )


def _part(name: str, ends: Ends, old: str, new: str) -> Iterator[DiffLine]:
    """Yields a line that says that something is the same, or lines that say what it was and is."""
    if ends.same:
        yield DiffLine(visible(f"The {name} is the same: {new}"))
    elif ends.first is None and ends.second is None:
        yield DiffLine(f"The {name} was recorded for neither run.")
    else:
        yield DiffLine(f"The {name} is different:")
        yield DiffLine(visible(f"  - {old or 'not recorded'}"), OLD)
        yield DiffLine(visible(f"  + {new or 'not recorded'}"), NEW)


def _mapping(name: str, different: Mapping[str, Ends]) -> Iterator[DiffLine]:
    if not different:
        return
    yield DiffLine(f"The {name} {'is' if name == 'software' else 'are'} different:")
    for key, ends in different.items():
        for sign, value, style in (("-", ends.first, OLD), ("+", ends.second, NEW)):
            if value is not None:
                yield DiffLine(visible(f"  {sign} {key}  {value_text(value)}"), style)
