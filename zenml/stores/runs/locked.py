"""A ledger of runs in its file, while the lock of that is held: events, head and views."""

from __future__ import annotations

from zenml.domain.errors import DamagedLedgerError, NotAllowedError
from zenml.domain.plain_json import load
from zenml.domain.run_events import RunStarted, RunValuesRedacted
from zenml.evidence import canonical
from zenml.evidence.merkle import Frontier, MerkleError, leaf_hash, leaf_hash_stored
from zenml.projections.runs import tables
from zenml.stores.runs.recorded import is_recorded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zenml.domain.run_events import RunEvent
    from zenml.projections.database import Database

KIND = "runs"
MAX_EVENT_BYTES = 48 * 1024
"""As of any event: see `zenml.stores.mapping`."""

_CLOSED = 0x7A6D6C63
"""In the header of a file (`PRAGMA application_id`): nothing is appended to it any more."""

_EVENTS = (
    "CREATE TABLE stored_events (rowid INTEGER PRIMARY KEY AUTOINCREMENT,"
    " originator_id TEXT NOT NULL, originator_version INTEGER NOT NULL, topic TEXT NOT NULL,"
    " state BLOB NOT NULL, UNIQUE (originator_id, originator_version)) STRICT"
)
_HEADS = (
    "CREATE TABLE heads (ledger_id TEXT PRIMARY KEY, kind TEXT NOT NULL, size INTEGER NOT NULL,"
    " frontier BLOB NOT NULL) STRICT"
)
STATEMENTS = (_EVENTS, _HEADS, *tables.STATEMENTS)
"""All that such a file is made of: the first two as in any ledger's file, and the views of runs."""


class LockedRuns:
    """A ledger of runs while its lock is held.

    Attributes:
        database: The file.
        ledger_id: The ledger.
        head: Size and frontier of the tree, with what was appended here.
        appended: What `append` stored: position, topic and text.
    """

    def __init__(self, database: Database, path: str, ledger_id: str) -> None:
        self.database = database
        self._path = path
        self.ledger_id = ledger_id
        self.head = self._begin()
        self.appended: list[tuple[int, str, bytes]] = []

    def append(self, event: RunEvent) -> None:
        """Stores an event at the end, and applies it to the views; does nothing if it is there already.

        Raises:
            NotAllowedError: It is longer than 48 KiB.
        """
        if is_recorded(self.database, event, event.to_fields()):
            return
        if isinstance(event, RunStarted | RunValuesRedacted):
            event = event.replace(prior_root=self.head.root().hex())
        fields = event.to_fields()
        text = canonical.text(fields).encode()
        if len(text) > MAX_EVENT_BYTES:
            raise NotAllowedError(
                f"What is to be recorded of the run has {len(text)} bytes; at most {MAX_EVENT_BYTES} are allowed.",
                "Put what is long into a file, and name the file.",
            )
        # in the long way: what is quicker for thousands takes longer to get ready than to hash one or two
        leaf = leaf_hash(self.ledger_id, self.head.size + 1, event.TOPIC, fields)
        self._store(event.TOPIC, text, fields, leaf)
        self.appended.append((self.head.size, event.TOPIC, text))

    def store(self, topic: str, text: bytes) -> None:
        """Stores the text of an event at the end, and applies it to the views."""
        fields = load(text.decode())
        leaf = leaf_hash_stored(self.ledger_id, self.head.size + 1, topic, fields, text)
        self._store(topic, text, fields, leaf)

    def _store(self, topic: str, text: bytes, fields: dict[str, Any], leaf: bytes) -> None:
        self.head = self.head.appended(leaf)
        position = self.head.size
        self.database.execute(
            "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (?, ?, ?, ?)",
            (self.ledger_id, position, topic, text),
        )
        tables.apply(self.database, position, topic, fields)

    def close(self) -> None:
        """Has nothing appended any more, from here on."""
        self.database.execute(f"PRAGMA application_id = {_CLOSED}")

    def forget(self) -> None:
        """Takes everything out: it is brought from where others have it."""
        for statement in ("DELETE FROM stored_events", "DELETE FROM heads", "DELETE FROM sqlite_sequence"):
            self.database.execute(statement)
        tables.make_again(self.database)
        self.head = Frontier()

    def finish(self) -> None:
        """Moves the head."""
        self.database.execute(
            "INSERT INTO heads VALUES (?, ?, ?, ?)"
            " ON CONFLICT (ledger_id) DO UPDATE SET size = excluded.size, frontier = excluded.frontier",
            (self.ledger_id, KIND, self.head.size, self.head.to_bytes()),
        )

    def _begin(self) -> Frontier:
        """Returns where the ledger ends; makes the tables in a new file, and the views where they are old."""
        if self.database.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None:
            for statement in (_EVENTS, _HEADS):
                self.database.execute(statement)
            tables.make(self.database)
            self.database.execute("INSERT INTO heads VALUES (?, ?, 0, x'')", (self.ledger_id, KIND))
            return Frontier()
        if self.database.execute("PRAGMA application_id").fetchone()[0] == _CLOSED:
            raise NotAllowedError(
                f"The record of runs in the file '{self._path}' is closed.", code="runs_file_closed"
            )
        heads = self.database.execute("SELECT ledger_id, size, frontier FROM heads").fetchall()
        if [ledger_id for ledger_id, _, _ in heads] not in ([], [self.ledger_id]):
            raise altered(f"The file {self._path} has the runs of another ledger.")
        if not tables.are_ours(self.database):
            tables.make_again(self.database)
        last = self.database.execute("SELECT coalesce(max(originator_version), 0) FROM stored_events").fetchone()[
            0
        ]
        size, frontier = heads[0][1:] if heads else (0, b"")
        if last != size:
            raise altered(f"The file {self._path} has {last} events, and its head counts {size}.")
        try:
            return Frontier.from_bytes(size, frontier)
        except (MerkleError, TypeError) as error:
            raise altered(f"The head in the file {self._path} is damaged: {error}.") from error


def altered(sentence: str) -> DamagedLedgerError:
    """Returns an error about runs that are not what was recorded, with its sentence."""
    return DamagedLedgerError(sentence, code="runs_altered")
