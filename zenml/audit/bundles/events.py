"""The events in a bundle: each of them, and the values of those that were asked for (decision 50)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import orjson

from zenml.audit.bundles.earlier import not_continued
from zenml.audit.bundles.entry_texts import (
    OTHER,
    StoredValue,
    actor_alone,
    entry,
    opened,
    stored_values,
)
from zenml.domain.errors import DamagedLedgerError
from zenml.evidence.merkle import Frontier
from zenml.evidence.verify import LogEntry, leaf_of
from zenml.projections.stored_events import BEGAN, EventRow

if TYPE_CHECKING:
    from zenml.audit.bundles.archive import Archive
    from zenml.audit.bundles.ledgers import IncludedLedger
    from zenml.evidence.verify import Scope

Progress = Callable[[int, int], None]

_OFTEN = 1000  # events between two reports of progress
_CHANGE_ID = re.compile(r'"change_id":"([0-9a-f-]{36})"')


def write_entries(archive: Archive, ledger: IncludedLedger, scope: Scope | None, progress: Progress) -> Frontier:
    """Adds the entries of a ledger, and shows all of them to the filter, if there is one.

    Returns:
        The tree over the events that are left out because the bundle that is continued has them.

    Raises:
        DamagedLedgerError: They do not lead to the root that was signed, or not to that of the earlier bundle.
    """
    tree = start = Frontier()
    with archive.member(ledger.path("entries.jsonl")) as member:
        for event, text, values in _events(ledger):
            line = entry(event, text, values)
            data = line.encode()
            tree = tree.appended(leaf_of(data))
            if scope is not None:
                scope.learn(_for_scope(event, line))
            if event.position == ledger.start:
                start = tree
            elif event.position > ledger.start:
                member.write_bytes(data + b"\n")
            if event.position % _OFTEN == 0:
                progress(event.position, ledger.checkpoint.size)
    if ledger.earlier and (start.size, start.root()) != ledger.earlier:
        raise not_continued(ledger.ledger_id, ledger.earlier.size)
    if (tree.size, tree.root()) != ledger.checkpoint[1:]:
        raise DamagedLedgerError(
            f"The events of the ledger {ledger.ledger_id} do not lead to the root that was signed.",
            code="altered_ledger",
        )
    return start


def weigh_entries(ledger: IncludedLedger, scope: Scope, progress: Progress) -> None:
    """Shows the entries of a ledger to a filter that has seen those of all ledgers once."""
    for event, text, values in _events(ledger):
        scope.weigh(_for_scope(event, entry(event, text, values)), _actor(values))
        if event.position % _OFTEN == 0:
            progress(event.position, ledger.checkpoint.size)


def write_openings(
    archive: Archive,
    ledger: IncludedLedger,
    scope: Scope | None,
    withheld: frozenset[str],
    progress: Progress,
) -> tuple[int, dict[str, None]]:
    """Adds the values of the events of a ledger that the filter wants; of all events, if there is none.

    Those of runs are in no change: all of them are wanted.

    Returns:
        The number of these events, and the ids of their changes.
    """
    count, changes, is_wanted = 0, dict[str, None](), True
    with archive.member(ledger.path("opened.jsonl")) as member:
        for event, text, values in _events(ledger, ledger.start + 1):
            if event.topic == BEGAN:
                change_id = _change_id(text)
                is_wanted = scope is None or scope.wants(change_id)
                if is_wanted:
                    changes[change_id] = None
                elif OTHER in withheld:
                    member.write(actor_alone(event.position, values) + "\n")
            if is_wanted:
                count += 1
                member.write(opened(event.position, values, withheld) + "\n")
            if event.position % _OFTEN == 0:
                progress(event.position, ledger.checkpoint.size)
    return count, changes


def _for_scope(event: EventRow, line: str) -> LogEntry:
    """Returns an entry as a filter takes it. The program made it, so its form is not checked."""
    return LogEntry(line, event.ledger_id, event.position, event.topic, orjson.loads(line)["event"])


def _change_id(text: str) -> str:
    found = _CHANGE_ID.search(text)
    return found[1] if found else ""


def _actor(values: list[StoredValue]) -> str | None:
    """Returns who began a change, of its free-form values; None for other events, and where that was redacted."""
    quoted = next((value.quoted for value in values if "actor" in value.fields), None)
    return str(orjson.loads(orjson.loads(quoted))) if quoted else None


def _events(ledger: IncludedLedger, first: int = 1) -> Iterator[tuple[EventRow, str, list[StoredValue]]]:
    """Yields the events up to the one that was signed last, with their texts and free-form values."""
    for event in ledger.events(first, ledger.checkpoint.size):
        text = event.text.decode()
        yield event, text, list(stored_values(event.topic, text))
