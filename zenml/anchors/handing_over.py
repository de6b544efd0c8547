"""Hands checkpoints to all anchors: one that fails keeps none of the others from theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from zenml.anchors.anchor import Anchor, HandedOver, Handover, Outcome
from zenml.anchors.configured import ConfiguredAnchor, note_last
from zenml.anchors.opening import KINDS, open_anchor
from zenml.custody import checkpoints, kept_notes
from zenml.custody.runs import signed_notes
from zenml.domain.errors import LedgerError, NotAllowedError
from zenml.domain.visible import visible
from zenml.evidence.notes import with_signature
from zenml.evidence.verify import Malformed, parsed_note

Progress = Callable[[int, int], None]
Done = TypeVar("Done")


class Round:
    """One round of handing over.

    Args:
        config_directory: The configuration folder.
        anchors: The anchors.
        handovers: The newest checkpoint of each ledger.
        progress: Called with the number of handovers done, and of all.

    Attributes:
        cosignatures: The signature lines that witnesses answered with, each with what they are about.
    """

    def __init__(
        self,
        config_directory: str,
        anchors: Sequence[ConfiguredAnchor],
        handovers: Sequence[Handover],
        progress: Progress,
    ) -> None:
        self._config_directory = config_directory
        self._anchors = sorted(
            anchors, key=lambda anchor: KINDS.index(anchor.kind) if anchor.kind in KINDS else -1
        )
        self._handovers = {handover.ledger_id: handover for handover in handovers}
        self._progress = progress
        self.cosignatures: list[tuple[Handover, str]] = []

    def outcomes(self) -> Iterator[Outcome]:
        """Hands over, and gives how each of it ended."""
        total = len(self._anchors) * len(self._handovers)
        done = 0
        for anchor in self._anchors:
            yield from self._all_handed_to(anchor)
            done += len(self._handovers)
            self._progress(done, total)

    def _all_handed_to(self, configured: ConfiguredAnchor) -> list[Outcome]:
        new = [
            handover
            for handover in self._handovers.values()
            if handover.is_new_after(configured.last.get(handover.ledger_id))
        ]
        ended = self._handed(configured, new) if new else {}
        taken = {
            handover.ledger_id: handover.checkpoint
            for handover in new
            if isinstance(ended[handover.ledger_id], str)
        }
        if taken:
            try:
                note_last(self._config_directory, configured.name, taken)
            except LedgerError as error:
                ended.update(dict.fromkeys(taken, error))
        return [self._outcome(configured, handover, ended) for handover in self._handovers.values()]

    def _handed(self, configured: ConfiguredAnchor, new: Sequence[Handover]) -> dict[str, str | LedgerError]:
        """Returns, by ledger, what the anchor did, or why it failed."""
        ended: dict[str, str | LedgerError] = {}
        try:
            anchor = _safely(lambda: open_anchor(configured, self._config_directory))
        except LedgerError as error:
            return {handover.ledger_id: error for handover in new}
        for handover in new:
            try:
                done = _safely(partial(self._one, anchor, configured, handover))
                ended[handover.ledger_id] = done.sentence
            except LedgerError as error:
                ended[handover.ledger_id] = error
                if error.code == "anchor_unreachable":  # nobody waits for it once more for each ledger
                    return {**ended, **{other.ledger_id: error for other in new if other.ledger_id not in ended}}
        try:
            said = _safely(anchor.finish)
        except LedgerError as error:
            return {
                ledger_id: error if isinstance(sentence, str) else sentence
                for ledger_id, sentence in ended.items()
            }
        return {
            ledger_id: f"{sentence}, {said}" if said and isinstance(sentence, str) else sentence
            for ledger_id, sentence in ended.items()
        }

    def _one(self, anchor: Anchor, configured: ConfiguredAnchor, handover: Handover) -> HandedOver:
        done = anchor.hand_over(handover, configured.last.get(handover.ledger_id))
        if done.cosignature is not None:
            note = with_signature(handover.note.decode(), done.cosignature).encode()
            self._handovers[handover.ledger_id] = handover._replace(note=note)
            self._keep(handover, done.cosignature)
            self.cosignatures.append((handover, done.cosignature))
        return done

    def _keep(self, handover: Handover, line: str) -> None:
        """Adds a signature to the stored note; if that is another one meanwhile, this one is kept beside it."""
        folder, ledger_id = self._config_directory, handover.ledger_id
        notes = checkpoints if handover.runs is None else signed_notes
        with checkpoints.locked(folder):
            stored = notes.newest(folder, ledger_id)
            if stored is not None and parsed_note(stored).text == parsed_note(handover.note).text:
                notes.keep(folder, ledger_id, with_signature(stored.decode(), line).encode())
            else:
                note = with_signature(handover.note.decode(), line).encode()
                kept_notes.keep_beside(folder, ledger_id, note)

    def _outcome(
        self, configured: ConfiguredAnchor, handover: Handover, ended: dict[str, str | LedgerError]
    ) -> Outcome:
        ledger_id = handover.ledger_id
        end = ended.get(ledger_id)
        failed = isinstance(end, LedgerError)
        return Outcome(
            configured.name,
            ledger_id,
            handover.profile,
            handover.runs,
            handover.checkpoint.size,
            "failed" if failed else "unchanged" if end is None else "handed_over",
            str(end) if end is not None else "nothing new",
            end if isinstance(end, LedgerError) else None,
        )


def _safely(do: Callable[[], Done]) -> Done:
    """Does something with an anchor. What the system or a peer makes of it is an error in words."""
    try:
        return do()
    except LedgerError:
        raise
    except Malformed as error:
        raise NotAllowedError(f"{visible(str(error))}.", code="anchor_note") from error
    except (OSError, ValueError) as error:  # the latter for a path with a NUL in it
        reason = getattr(error, "strerror", None) or visible(str(error))
        raise NotAllowedError(f"It could not be handed over: {reason}.", code="anchor_failed") from error
