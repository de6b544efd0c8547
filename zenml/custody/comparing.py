"""What is said of the ledgers elsewhere, compared with them: a source that contradicts them is a bad verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from zenml.custody.checkpoints import newest, noted_ledgers, read_checkpoint
from zenml.custody.continued_checkpoints import ContinuedLedgers
from zenml.custody.evidence_files import UNREADABLE
from zenml.custody.key_breaks import key_breaks
from zenml.custody.ledger_tree import LedgerTree
from zenml.custody.origins import origin, split_era
from zenml.custody.own_keys import check_signature
from zenml.custody.runs.against import RunsComparison
from zenml.domain.errors import LedgerError
from zenml.evidence.merkle import HASH_BYTES, Frontier
from zenml.evidence.tile_tree import TILE_HASHES
from zenml.evidence.verify import Checkpoint, Malformed
from zenml.ledger.verification.verdicts import Compared, Problem, Verdict
from zenml.projections.database import Database

if TYPE_CHECKING:
    from zenml.custody.claims import Claim


class LedgerComparison:
    """Compares what is said of the ledgers with a file of them. Each ledger is hashed at most once.

    Args:
        database: The file, in a transaction for reading.
        config_directory: The configuration folder, whose key and whose notes these are.

    Attributes:
        continued: The ledgers of the file, each of which is hashed at most once.
        runs: The ledgers of runs, which have files of their own.
    """

    def __init__(self, database: Database, config_directory: str) -> None:
        self._database = database
        self._config_directory = config_directory
        self.continued = ContinuedLedgers(database, config_directory)
        self._ledgers = self.continued.here
        self.runs = RunsComparison(database, self.continued, config_directory)

    def compared(self, source: str, claims: Sequence[Claim]) -> Compared:
        """Compares what a source says, which has a name."""
        problems, signatures = list[Problem](), set[str]()
        places = list[tuple[str, int]]()
        for claim in claims:
            try:
                places += self._places(claim)
                signatures.add(self._signed(claim))
            except Malformed as error:
                problems.append(Problem(None, None, f"{error}."))
            except _ContradictedError as error:
                problems.append(error.problem)
        what = ", ".join(f"{size:,} events of {ledger_id}" for ledger_id, size in places[:2])
        more = f" and {len(places) - 2:,} ledgers more" if len(places) > 2 else ""
        says = "".join(sorted(f"; {words}" for words in signatures if words))
        return Compared(source, Verdict(f"{what}{more}{says}", tuple(problems)))

    def signatures(self) -> Verdict:
        """Returns whether the notes that this machine keeps are signed, and fit the ledgers."""
        try:
            noted = noted_ledgers(self._config_directory)
        except LedgerError as error:
            return Verdict(_in_a_line(error), compared=False)
        if not noted:
            return Verdict("no checkpoint was signed here", compared=False)
        problems, foreign, breaks = list[Problem](), 0, list[str]()
        unreadable = list[LedgerError]()
        for ledger_id in noted:
            try:
                note, checkpoint = read_checkpoint(newest(self._config_directory, ledger_id) or b"")
                foreign += check_signature(self._config_directory, self._database, note, checkpoint) is None
                self._check_note(ledger_id, checkpoint)
                breaks += [
                    f"; beyond {size:,} events of {ledger_id} another key signs, which the one before did not name"
                    for size in key_breaks(self._config_directory, self._database, ledger_id, note)
                ]
            except (Malformed, LedgerError) as error:
                if isinstance(error, LedgerError) and error.code == UNREADABLE:
                    unreadable.append(error)
                    continue
                why = str(error).removesuffix(".")
                problems.append(
                    Problem(ledger_id, None, f"The checkpoint that is kept here cannot be relied on: {why}.")
                )
            except _ContradictedError as error:
                problems.append(error.problem)
        if unreadable and not problems:  # others may have it so; that says nothing of the ledgers
            return Verdict(_in_a_line(unreadable[0]), compared=False)
        count = f"{len(noted):,} checkpoint{'s' if len(noted) > 1 else ''}"
        others = f", {foreign:,} of them signed with another key" if foreign else ""
        return Verdict(f"{count} signed here{others}{''.join(breaks)}", tuple(problems))

    def _check_note(self, ledger_id: str, checkpoint: Checkpoint) -> None:
        if ledger_id not in self._ledgers:
            raise _ContradictedError(ledger_id, "The ledger of a checkpoint that was signed here is gone.")
        if self.continued.contradiction(ledger_id, checkpoint) is not None:
            raise _ContradictedError(ledger_id, _not_continued(checkpoint.size))

    def _signed(self, claim: Claim) -> str:
        """Returns in words whose signature a claim has; nothing for one without a note."""
        if claim.note is None or claim.ledger is None or claim.size is None:
            return ""
        checkpoint = Checkpoint(claim.ledger, claim.size, claim.root)
        signed = check_signature(self._config_directory, self._database, claim.note, checkpoint, claim.statements)
        if signed:
            return "signed here"
        return "the signature was not compared: it is of another key"

    def _places(self, claim: Claim) -> Iterator[tuple[str, int]]:
        """Yields the ledger and the size that a claim fits."""
        ledgers = self._ledgers if claim.ledger is None else self._called(claim.ledger)
        of_runs = self.runs.here() if claim.ledger is None else self.runs.called(claim.ledger)
        if not (ledgers or of_runs):
            raise _ContradictedError(None, f"There is no ledger here that is called {claim.ledger}.")
        for ledger_id in ledgers:
            sizes = [claim.size] if claim.size is not None else self._sizes(ledger_id, claim.root)
            for size in sizes:
                if self._had(ledger_id, size, claim.root):
                    yield ledger_id, size
                    return
        for listed in of_runs:
            found = self.runs.size_with(listed, claim.size, claim.root)
            if found is not None:
                yield listed.ledger_id, found
                return
        if claim.ledger is not None and claim.size is not None:
            named = ledgers[0] if ledgers else of_runs[0].ledger_id
            raise _ContradictedError(named, _not_continued(claim.size))
        when = "ever had" if claim.size is None else f"had, at {claim.size:,} events,"
        raise _ContradictedError(None, f"No ledger here {when} the root {claim.root.hex()}.")

    def _called(self, name: str) -> list[str]:
        """Returns the ledgers that an id or an origin names, whatever was accepted since."""
        named = [ledger_id for ledger_id in self._ledgers if ledger_id == name]
        for ledger_id in self._ledgers:
            called = origin(self._config_directory, self._database, ledger_id)
            if split_era(called)[0] == split_era(name)[0]:
                named.append(ledger_id)
        return named

    def _had(self, ledger_id: str, size: int, root: bytes) -> bool:
        self._tree(ledger_id)
        return self.continued.had(ledger_id, size, root)

    def _sizes(self, ledger_id: str, root: bytes) -> Iterator[int]:
        """Yields the sizes at which a ledger had a root."""
        tree, frontier = self._tree(ledger_id), Frontier()
        for number in range((tree.size + TILE_HASHES - 1) // TILE_HASHES):
            width = min(TILE_HASHES, tree.size - number * TILE_HASHES)
            leaves = tree.tiles.tile(0, number, width)
            for start in range(0, len(leaves), HASH_BYTES):
                frontier = frontier.appended(leaves[start : start + HASH_BYTES])
                if frontier.root() == root:
                    yield frontier.size

    def _tree(self, ledger_id: str) -> LedgerTree:
        try:
            return self.continued.tree(ledger_id)
        except LedgerError as error:
            raise _ContradictedError(ledger_id, error.message) from error


def _in_a_line(error: LedgerError) -> str:
    return f"{error.message[0].lower()}{error.message[1:].removesuffix('.')}"


class _ContradictedError(Exception):
    """What is said of a ledger does not fit it."""

    def __init__(self, ledger_id: str | None, sentence: str) -> None:
        super().__init__(sentence)
        self.problem = Problem(ledger_id, None, sentence)


def _not_continued(size: int) -> str:
    return f"Its first {size:,} events are not those of the checkpoint or export, or fewer are there."
