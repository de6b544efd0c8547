"""Where this machine last saw the ledgers of runs end, noted outside of their folder.

The note is a file of its own: each run writes it, and nobody but who runs something or verifies has to read it. It
is best effort, as that of all other ledgers: one that cannot be read or written stops nobody.
"""

from __future__ import annotations

import contextlib

from zenml import paths
from zenml.custody import heads_file
from zenml.custody.heads_file import KnownHead
from zenml.domain.errors import DamagedLedgerError, NotAllowedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from zenml.evidence.merkle import Frontier

_ROUNDS = 10  # so often others may write an older note at the very same moment


class SeenRuns:
    """What was seen of a ledger of runs, for whoever appends to it.

    Args:
        config_directory: The configuration folder.
        ledger_id: The ledger of runs.
    """

    def __init__(self, config_directory: str, ledger_id: str) -> None:
        self._config_directory = config_directory
        self._ledger_id = ledger_id
        self._path = paths.runs_heads_file(config_directory)

    def check(self, head: Frontier) -> None:
        """Makes sure that a ledger did not go backwards. Under its lock, before anything is appended.

        Raises:
            DamagedLedgerError: It has fewer events than were seen, or others.
        """
        known = heads_file.read(self._path)[0].get(self._ledger_id)
        if known is None or head.size > known.size:
            return
        if head.size < known.size:
            sentence = f"Of the runs in the ledger {self._ledger_id} {known.size} events were seen here, but only"
            raise DamagedLedgerError(f"{sentence} {head.size} are there.", code="runs_went_back")
        if head.to_bytes().hex() != known.frontier:
            raise DamagedLedgerError(
                f"The runs in the ledger {self._ledger_id} were replaced: its {known.size} events are not those "
                "seen here.",
                code="runs_went_back",
            )

    def remember(self, head: Frontier) -> None:
        """Notes where a ledger ends, after a commit; never where that is before what is noted."""
        if self._path is None:
            return
        now = KnownHead(head.size, head.root().hex(), head.to_bytes().hex())
        with contextlib.suppress(OSError):
            for _ in range(_ROUNDS):  # after writing, look again: others may have written at the same moment
                known, earlier = heads_file.read(self._path)
                if self._ledger_id in known and known[self._ledger_id].size >= now.size:
                    return
                heads_file.write(self._path, self._config_directory, {**known, self._ledger_id: now}, earlier)


def seen_runs(config_directory: str) -> dict[str, KnownHead]:
    """Returns where ledgers of runs were seen to end, by ledger; none if nothing is noted."""
    return heads_file.read(paths.runs_heads_file(config_directory))[0]


def note_as_they_are(config_directory: str, present: Mapping[str, KnownHead | None]) -> None:
    """Notes where ledgers of runs end now, whatever was noted; that stays in the file in separate lines.

    Args:
        config_directory: The configuration folder.
        present: The end of each ledger; None for one of which nothing is here any more.

    Raises:
        NotAllowedError: The note cannot be written.
    """
    path = paths.runs_heads_file(config_directory)
    if path is None:
        return
    known, earlier = heads_file.read(path)
    over = {ledger_id: head for ledger_id, head in known.items() if present.get(ledger_id, head) != head}
    now = {ledger_id: head for ledger_id, head in {**known, **present}.items() if head is not None}
    if now == known:
        return
    try:
        heads_file.write(path, config_directory, now, [*earlier, *heads_file.retired(over)])
    except OSError as error:
        raise NotAllowedError(
            f"The file {path} cannot be written: {error.strerror}.", "Make it writable, or remove it."
        ) from error
