"""What this version of the program knows of a ledger, and how far it shows it: formats, and the version of views.

Formats go by topic here; `zenml.stores.formats` looks into an event's text too, for those who write. Imports
little: a command that reads asks it each time.
"""

from __future__ import annotations

from zenml.domain.things import EFFECTS
from zenml.projections.database import FILLED, LEDGERS, MissingTableError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3

TOPIC_FORMATS = {
    **{topic: effect.since for topic, ((_, effect), *_) in EFFECTS.items() if effect.since > 1},
    "zenml:LedgerCopied": 3,
    "zenml:SigningKeyChanged": 5,
    "zenml:HistoryAccepted": 5,
    "zenml:CheckpointWitnessed": 5,
    "zenml:KeysNoted": 6,
    "zenml:SecretsShredded": 6,
    "zenml:ValueRedacted": 6,
    "zenml:PlanApproved": 6,
    "zenml:RunsLedgerBegan": 7,
    "zenml:RunsLedgerClosed": 7,
}
"""Which format a ledger needs to have an event, by topic; 1 for all others.

A ledger gets a higher format with the first such event: until then earlier versions write to it too.
"""

CHOSEN_FORMAT = 3
"""Which format a ledger needs to have a change by somebody who chose a name; see `zenml.stores.formats`."""

FORMAT = max(CHOSEN_FORMAT, *TOPIC_FORMATS.values())
"""The newest format of ledgers that this version writes; one without a row in `LEDGERS` has format 1.

Each new kind of event has the next one, and so would a new value of a closed set.
"""

FORMAT_VERSIONS = {2: "0.1.0", 3: "0.1.0", 4: "0.1.0", 5: "0.1.0", 6: "0.1.0", 7: "0.1.0"}
"""The first version of the program that knows a format."""

_REVISION = 9
"""Raised when tables or handlers that are written by hand change."""

VIEW_VERSION = _REVISION + FORMAT
"""Views of another version are rebuilt. What is declared changes with an event that has a new format."""


def format_of(database: sqlite3.Connection, ledger_id: str) -> int:
    """Returns the format of a ledger."""
    try:
        row = database.execute(f"SELECT format FROM {LEDGERS} WHERE ledger_id = ?", (ledger_id,)).fetchone()
    except MissingTableError:
        return 1
    return int(row[0]) if row else 1


def first_version(format: int) -> str | None:
    """Returns the first version of the program that knows a format; None if it is a later one than this."""
    return FORMAT_VERSIONS.get(max(format, min(FORMAT_VERSIONS)))


def newer_ledgers(database: sqlite3.Connection) -> dict[str, int]:
    """Returns the format of each ledger to which a newer version wrote what this one may not know."""
    try:
        rows = database.execute(f"SELECT ledger_id, format FROM {LEDGERS} WHERE format > ?", (FORMAT,))
    except MissingTableError:
        return {}
    return dict(rows.fetchall())


def understood_until(database: sqlite3.Connection) -> dict[str, int]:
    """Returns the ledgers that have events here which are not shown, and the position up to which each is."""
    sql = "SELECT ledger_id, understood FROM applied WHERE understood IS NOT NULL ORDER BY ledger_id"
    return {str(ledger_id): int(position) for ledger_id, position in database.execute(sql)}


def is_only_read(database: sqlite3.Connection, ledger_id: str) -> tuple[bool, bool]:
    """Tells of a ledger whether a newer version wrote to it, and whether it has an event that is not shown."""
    understood = "EXISTS (SELECT 1 FROM applied WHERE ledger_id = ? AND understood IS NOT NULL)"
    newer = f"EXISTS (SELECT 1 FROM {LEDGERS} WHERE ledger_id = ? AND format > {FORMAT})"
    try:
        row = database.execute(f"SELECT {newer}, {understood}", (ledger_id, ledger_id)).fetchone()
    except MissingTableError:
        return False, ledger_id in understood_until(database)
    return bool(row[0]), bool(row[1])


def shown_as_of(database: sqlite3.Connection) -> list[tuple[str, int]]:
    """Returns the ledgers that are not shown whole, each with the position up to which it is shown.

    What this version does not know may be here; of a shared ledger it stays in the database.
    """
    shown = understood_until(database)
    for ledger_id in newer_ledgers(database).keys() - shown.keys():
        row = database.execute("SELECT position FROM applied WHERE ledger_id = ?", (ledger_id,)).fetchone()
        shown |= {ledger_id: int(row[0])} if row else {}
    return sorted(shown.items())


def up_to_date(database: sqlite3.Connection) -> bool:
    """Tells whether the views are all there, of this version, and at the head of every ledger."""
    try:
        view = database.execute(f"SELECT version, filled = ({FILLED}) FROM views").fetchone()
        behind, partly = database.execute(
            "SELECT (SELECT count(*) FROM heads) <> (SELECT count(*) FROM applied) OR EXISTS ("
            "SELECT 1 FROM heads LEFT JOIN applied USING (ledger_id) WHERE heads.size IS NOT applied.position),"
            " EXISTS (SELECT 1 FROM applied WHERE understood IS NOT NULL)"
        ).fetchone()
    except MissingTableError:
        return False
    if view != (VIEW_VERSION, True) or behind:
        return False
    return not partly or all(_ends_early(database, *end) for end in understood_until(database).items())


def _ends_early(database: sqlite3.Connection, ledger_id: str, position: int) -> bool:
    """Tells whether there is still something after a position of a ledger that this version does not know."""
    if ledger_id in newer_ledgers(database):
        return True
    from zenml.domain.upcasts import UPCASTS  # nearly always all of it is known
    from zenml.projections import stored_events
    from zenml.projections.handlers import HANDLERS

    known = (*HANDLERS, *UPCASTS, stored_events.BEGAN)
    return stored_events.has_others(database, ledger_id, position + 1, known)
