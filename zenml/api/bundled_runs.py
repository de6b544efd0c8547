"""The ledgers of runs of a bundle: those of the profiles in it, if it is of all changes of these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from zenml.api.included_ledger import included
from zenml.audit.bundles.ledgers import BundledLedgers, LeftOutLedger
from zenml.custody.runs.checkpoints import RunsSigner
from zenml.custody.runs.listed import ListedRuns, files_of_runs, listed_runs
from zenml.evidence.verify import RUNS
from zenml.projections.database import Database, open_still
from zenml.projections.runs import stored

if TYPE_CHECKING:
    from zenml.audit.bundles.earlier import BundleEnd
    from zenml.audit.bundles.steps import Steps


class BundledRuns:
    """The files of runs as they were at one moment, before the look at the ledgers that they point into.

    Args:
        config_directory: The configuration folder.
        files: What is read of each file, by its path; None for a bundle that has no runs.
        reading: What is opened for it, which stays open until the bundle is written.
    """

    def __init__(self, config_directory: str, files: Mapping[str, Database] | None, reading: ExitStack) -> None:
        self._config_directory = config_directory
        self._files = files
        self._reading = reading

    def events(self) -> int:
        """Returns how many events the files say they have."""
        heads = [stored.head(database) for database in (self._files or {}).values()]
        return sum(head.size for head in heads if head is not None)

    def listed(self, database: Database) -> dict[str, ListedRuns]:
        """Returns the ledgers of runs of which the ledgers of profiles know, by their ids."""
        return {listed.ledger_id: listed for listed in listed_runs(database, self._config_directory)}

    def gather(
        self,
        database: Database,
        ledgers: Iterable[ListedRuns],
        gathered: BundledLedgers,
        earlier: Mapping[str, BundleEnd],
        steps: Steps,
    ) -> None:
        """Signs a checkpoint of each ledger of runs of the profiles that are gathered, and adds it to them.

        Args:
            database: The ledgers, in a transaction for reading that began after these files were opened.
            ledgers: Those of runs, as `listed` returned them.
            gathered: The ledgers that are in the bundle, and the others.
            earlier: Where the bundle that is continued ended.
            steps: Told how many events were hashed.

        Raises:
            DamagedLedgerError: One is not what was recorded, or does not go on from what was signed last.
            NotAllowedError: There is no usable key.
        """
        profiles = {ledger.ledger_id: ledger.profile for ledger in gathered.of_changes}
        signer = RunsSigner(database, self._config_directory, steps.through(self.events()))
        for listed in ledgers:
            if listed.profile_ledger_id not in profiles:
                continue
            profile = profiles[listed.profile_ledger_id]
            file = self._file(listed)
            if file is None:
                reason = "unwanted" if self._files is None else "elsewhere"
                gathered.left_out.append(LeftOutLedger(listed.ledger_id, RUNS, profile, reason))
                continue
            signed = signer.signed(listed, profile, file)
            gathered.bundled.append(included(signed, RUNS, partial(stored.events, file), earlier))

    def _file(self, listed: ListedRuns) -> Database | None:
        """Returns the file of a ledger of runs; None if it is not here, or not wanted.

        One that is closed is read as it is now: it may have been closed since, and nobody adds to it.
        """
        if self._files is None or not listed.is_here:
            return None
        if listed.size is None:
            return self._files.get(listed.path)
        return self._reading.enter_context(_still(listed.path))


@contextmanager
def bundled_runs(config_directory: str, *, wanted: bool) -> Iterator[BundledRuns]:
    """Gives the files of runs as they are at this moment, whatever others append meanwhile.

    Args:
        config_directory: The configuration folder.
        wanted: Whether the bundle has runs; otherwise no file is opened.

    Raises:
        DamagedLedgerError: A file is not a database.
        NotAllowedError: One cannot be read.
    """
    with ExitStack() as reading:
        paths = sorted(files_of_runs(config_directory))
        files = {path: reading.enter_context(_still(path)) for path in paths} if wanted else None
        yield BundledRuns(config_directory, files, reading)


@contextmanager
def _still(path: str) -> Iterator[Database]:
    with open_still(path) as database:
        stored.head(database)  # the look begins with what is read first
        yield database
