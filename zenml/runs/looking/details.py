"""One run in full: what it ran with, as of which change, and what was noted of it."""

from __future__ import annotations

from collections import namedtuple

from zenml.projections import components, stacks
from zenml.projections.runs.queries import shown
from zenml.projections.settings import display_value
from zenml.projections.stored_heads import head
from zenml.projections.timeline.at_positions import as_of
from zenml.projections.timeline.history import describe
from zenml.runs.looking.files import RecordedRuns
from zenml.runs.looking.finding_runs import check_now, find_row
from zenml.runs.looking.info import run_info
from zenml.runs.looking.unfinished import became

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zenml.runs.looking.info import RunInfo
    from zenml.snapshot.snapshot import Snapshot


_VALUES = ({"s", "v"}, {"c"})
"""The keys of a salted value, and of one that was redacted."""


_NOTED = {
    "link": ("engine", "external_id", "url"),
    "artifact": ("name", "uri", "digest"),
    "step": ("step", "outcome", "cache_key", "inputs", "outputs"),
}
"""What can be noted, and what is said of it; the first key tells them apart."""


class UsedComponent(namedtuple("UsedComponent", "component_type name flavor parameters")):
    """A component as a run had it; secrets among the parameters are stars."""

    __slots__ = ()
    component_type: str
    name: str
    flavor: str
    parameters: dict[str, Any]

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        return {"type": self.component_type, **{name: getattr(self, name) for name in self._fields[1:]}}


class RunDetails(namedtuple("RunDetails", "info notes change summary components")):
    """All there is to know of a run.

    Attributes:
        info: The run.
        notes: What was noted of it, in order: its ``kind`` is ``link``, ``artifact`` or ``step``, and what is
            of another kind is None.
        change: The shortest beginning of the id of the change as of which it ran, and what that did; both None if
            this machine's ledger ends before it.
        components: What its stack was made of, by type; None likewise.
    """

    __slots__ = ()
    info: RunInfo
    notes: list[dict[str, Any]]
    change: str | None
    summary: str | None
    components: list[UsedComponent] | None

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it: the keys of the run, then the others."""
        parts = None if self.components is None else [part.document() for part in self.components]
        return {
            **self.info.document(),
            "change": self.change,
            "summary": self.summary,
            "components": parts,
            "notes": self.notes,
        }


def run_details(snapshot: Snapshot, config_directory: str, word: str) -> RunDetails:
    """Returns all there is to know of a run, given by its name or its letters. Raises `RunNotFoundError`."""
    check_now(snapshot)
    with RecordedRuns(config_directory, snapshot.ledger_id) as recorded:
        row = find_row(snapshot, recorded, word)
        info = run_info(row, recorded.short(row.run_id), *became(config_directory, row))
        notes = [note_document(fields) for fields in recorded.notes(row)]
    if info.position > size(snapshot):
        return RunDetails(info, notes, None, None, None)
    change = as_of(snapshot.connection, snapshot.ledger_id, info.position)
    assert change is not None  # every position belongs to a change
    return RunDetails(
        info,
        notes,
        snapshot.short(change.letters),
        describe(snapshot.connection, change),
        used_components(snapshot, info.stack_id, info.position),
    )


def size(snapshot: Snapshot) -> int:
    """Returns how many events the active profile's ledger has on this machine."""
    row = head(snapshot.connection, snapshot.ledger_id)
    return int(row.size) if row else 0


def used_components(snapshot: Snapshot, stack_id: str, position: int) -> list[UsedComponent]:
    """Returns what a stack was made of as of a position of the profile's ledger, by type."""
    database, ledger_id = snapshot.connection, snapshot.ledger_id
    stack = stacks.stack_by_id(database, ledger_id, stack_id, position)
    rows = (
        components.component_by_id(database, ledger_id, component_id, position)
        for _, component_id in (sorted(stack.component_ids.items()) if stack else ())
    )
    return [
        UsedComponent(
            row.component_type,
            row.name,
            row.flavor,
            {name: display_value(setting) for name, setting in row.settings.items()},
        )
        for row in rows
        if row is not None
    ]


def note_document(fields: dict[str, Any]) -> dict[str, Any]:
    """Returns what was noted as JSON has it, with its kind and time in front."""
    note = {name: _plain(value) for name, value in fields["note"].items()}
    kind = next(kind for kind, names in _NOTED.items() if names[0] in note)
    every = (name for names in _NOTED.values() for name in names)
    return {"kind": kind, "time": fields["time"], **{name: note.get(name) for name in every}}


def _plain(value: Any) -> Any:
    """Returns a part of a note without salts."""
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, dict):
        if set(value) in _VALUES:
            return shown(value)
        return {name: _plain(inner) for name, inner in value.items()}
    return value
