"""``zenml runs close``."""

from __future__ import annotations

from typing import Optional

from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.asking.terminal import ask_yes_or_no
from zenml.cli.options.declared import Argument, Option
from zenml.cli.options.reading_options import Output
from zenml.cli.screen.notices import notice
from zenml.domain.annotations import Annotated
from zenml.domain.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.api.runs.closing import ClosableRuns


def close(
    year: Annotated[int, Argument(metavar="YEAR", help="The year, which must be over (UTC)")],
    delete: Annotated[bool, Option("--delete", help="Delete its runs where they are kept, for good")] = False,
    yes: Annotated[bool, Option("--yes", "-y", help="Do not ask")] = False,
    reason: Annotated[
        Optional[str],  # noqa: UP045 - it is read at run time
        Option("--reason", metavar="TEXT", help="The reason; it is recorded"),
    ] = None,
    dry_run: Annotated[bool, Option("--dry-run", help="Show what would be recorded, and write nothing")] = False,
    output: Output = "table",
) -> None:
    """Close the record of a year's runs.

    How many events it has, and the root over them, is recorded in the profile's ledger, and nothing is added to it
    any more. Whoever keeps a copy of the file can compare that with "zenml audit verify --runs FILE", also after
    it was deleted here. Of a shared profile, "--delete" deletes the runs in the database, too.

    Example: zenml runs close 2025 --dry-run
    """
    run = WriteCommand(reason, dry_run, output)
    with run.noted():
        opened = run.repository()
        closable = opened.closable_runs(year)
        if not (closable.is_there or closable.is_shared) and (closable.is_closed or delete):
            delete = False
            notice(f"The file {visible(closable.file)} is not there.")
        if delete and not (yes or dry_run) and not ask_yes_or_no(_question(closable), err=True):
            notice("Nothing was closed, and nothing deleted.")
            return
        change = opened.close_runs(closable, delete=delete)
        said = f"Closed the runs of {year}: {closable.size:,} events, root {closable.root}."
        gone = f"Deleted {visible(closable.file)}{' and what it has in the database' * closable.is_shared}."
        if change is None:
            if delete and run.for_people:
                print(gone)
            elif not delete:
                print(f"Nothing to do: the runs of {year} are closed.")
            return
        run.finish(opened, change, said, *([gone] if delete else []))


def _question(closable: ClosableRuns) -> str:
    file, events = visible(closable.file), f"{closable.size:,} events of runs"
    where = ", and the same in the database that members share" if closable.is_shared else ""
    return f"This deletes {file} with {events}{where}, for good.\nDo you want to proceed?"
