"""Anchors, as the Python API has them: added, removed, and handed the newest checkpoints."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from zenml.anchors import configured
from zenml.anchors.anchor import Handover, Outcome
from zenml.anchors.configured import ConfiguredAnchor
from zenml.anchors.handing_over import Round
from zenml.anchors.opening import open_anchor
from zenml.anchors.reading_back import read_back
from zenml.api import evidence
from zenml.application.recorded import record_cosignature
from zenml.custody.ledger_file import check_begun, opened
from zenml.custody.ledger_tree import open_tree
from zenml.custody.runs.continued import runs_tree
from zenml.custody.runs.listed import listed_runs
from zenml.domain.errors import LedgerError, NotAllowedError
from zenml.domain.events import CheckpointWitnessed
from zenml.evidence.proofs import consistency_path
from zenml.evidence.verify import Checkpoint, cosigned_at, parsed_note
from zenml.projections import stored_events
from zenml.projections.database import Database, machine_ledger
from zenml.stores.mapping import to_event

if TYPE_CHECKING:
    from zenml.api.recording import Recording
    from zenml.custody.checkpoints import SignedCheckpoint
    from zenml.evidence.tile_tree import TileTree
    from zenml.ledger.change import Change
    from zenml.ledger.verification import Compared

Progress = Callable[[int, int], None]
_DAY = 86_400  # seconds between two records of what a witness signed


class Anchored(NamedTuple):
    """What handing the newest checkpoints over gave.

    Attributes:
        outcomes: How each ended, anchor by anchor.
        refused: Why ledgers were not signed, and so not handed over.
        new_key: The line of the key, if it was made for this.
        change: The change that recorded what a witness signed; None if nothing was recorded.
    """

    outcomes: tuple[Outcome, ...]
    refused: tuple[LedgerError, ...]
    new_key: str | None
    change: Change | None

    @property
    def ok(self) -> bool:
        """Whether all ledgers were signed, and no anchor failed."""
        return not self.refused and all(outcome.error is None for outcome in self.outcomes)

    def document(self) -> dict[str, Any]:
        """Returns it as plain values."""
        return {
            "ok": self.ok,
            "new_key": self.new_key,
            "change": self.change.letters if self.change else None,
            "refused": [{"sentence": error.message, "code": error.code} for error in self.refused],
            "handed_over": [outcome.document() for outcome in self.outcomes],
        }


def add(
    asking: Recording, kind: str, place: str, name: str | None, settings: Mapping[str, str]
) -> ConfiguredAnchor:
    """Adds an anchor, once it is clear that it can be handed something."""
    check_begun(asking.config_directory)
    configured.check_storable(place, settings)
    anchor = open_anchor(ConfiguredAnchor(name or "", kind, place, settings, {}), asking.config_directory)
    anchor.check()
    return configured.add(asking.config_directory, kind, anchor.place, name, anchor.settings)


def hand_over(asking: Recording, *, record: bool, progress: Progress) -> Anchored:
    """Signs where every ledger ends, and hands that to all anchors."""
    check_begun(asking.config_directory)
    folder = asking.config_directory
    anchors = configured.configured(folder)
    if not anchors:
        raise NotAllowedError("There is no anchor to hand checkpoints to.", code="no_anchors")
    signed, refused = evidence.checkpoint_all(asking, lambda done, total: None)
    with opened(folder) as database:
        handovers = [_handover(database, folder, checkpoint) for checkpoint in signed]
    round_ = Round(folder, anchors, handovers, progress)
    outcomes = tuple(round_.outcomes())
    change = _recorded(asking, round_.cosignatures) if record and round_.cosignatures else None
    new_key = next((checkpoint.key_line for checkpoint in signed if checkpoint.is_new_key), None)
    return Anchored(outcomes, refused, new_key, change)


def compared(config_directory: str) -> tuple[Compared, ...]:
    """Returns, for each anchor that can be read back, whether what it kept fits the ledgers."""
    anchors = configured.configured(config_directory)
    with opened(config_directory) as database:
        return tuple(read_back(database, config_directory, anchors))


def _handover(database: Database, folder: str, checkpoint: SignedCheckpoint) -> Handover:
    ledger_id = checkpoint.ledger_id

    @cache
    def tree() -> TileTree:  # only a witness asks for proofs, and never while the ledger is locked
        with opened(folder) as now:
            if checkpoint.runs is None:
                return open_tree(now, ledger_id).tiles
            return runs_tree(next(it.path for it in listed_runs(now, folder) if it.ledger_id == ledger_id))

    return Handover(
        ledger_id,
        Checkpoint(checkpoint.origin, checkpoint.size, bytes.fromhex(checkpoint.root)),
        checkpoint.note.encode(),
        checkpoint.key_line,
        lambda old: consistency_path(old, checkpoint.size, tree().node),
        _size_before_records(database, ledger_id, checkpoint.size),
        checkpoint.profile,
        checkpoint.runs,
    )


def _size_before_records(database: Database, ledger_id: str, size: int) -> int:
    """Returns how many events there were before nothing but records of what witnesses signed was added."""
    if ledger_id != machine_ledger(database):
        return size
    position = size
    while (event := stored_events.event(database, ledger_id, position)) is not None:
        if event.topic not in (stored_events.BEGAN, CheckpointWitnessed.TOPIC):
            break
        position -= 1
    return position


def _recorded(asking: Recording, cosignatures: list[tuple[Handover, str]]) -> Change | None:
    """Records the newest signature of a witness, unless one was recorded within a day before it."""
    handover, line = max(cosignatures, key=lambda cosignature: _signed_at(cosignature[1]))
    with opened(asking.config_directory) as database:
        machine_id = machine_ledger(database)
        last = [*stored_events.events(database, machine_id, topics=[CheckpointWitnessed.TOPIC])][-1:]
    for row in last:
        event = to_event(row.topic, row.text)
        assert isinstance(event, CheckpointWitnessed)
        if _signed_at(line) - _signed_at(event.line) < _DAY:
            return None
    return asking._recorded(record_cosignature, kind="evidence")(
        handover.ledger_id, handover.checkpoint.size, line
    )


def _signed_at(line: str) -> int:
    """Returns the time in a witness's signature line, in seconds since 1970."""
    return cosigned_at(parsed_note(f"any text\n\n{line}\n".encode()).signatures[0])
