"""An anchor that is a witness: it sees to it that a ledger only grows, and signs what it saw with the time.

The protocol is C2SP tlog-witness (https://c2sp.org/tlog-witness). What a witness answers is checked with its key
before it is kept, so that nothing depends on the connection.
"""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar

from zenml.anchors.anchor import HandedOver, Handover, KeptNote
from zenml.anchors.posting import peer, post, refusal
from zenml.domain.errors import DamagedLedgerError, InvalidValueError, LedgerError, NotAllowedError
from zenml.domain.visible import visible
from zenml.evidence.verify import (
    COSIGNATURE,
    Checkpoint,
    Malformed,
    Signature,
    cosigned_at,
    parsed_checkpoint,
    parsed_key,
    parsed_note,
    signature_holds,
    whole_number,
)
from zenml.stores.rest.http import HttpAnswer

_SIZE = "text/x.tlog.size"
_MOST_LINES = 63  # of a proof (C2SP tlog-witness)

Notes = Callable[[], Iterator[tuple[str, str, bytes]]]
"""Gives the notes that are kept: the id of the ledger, the name of the file, and the note."""


class WitnessAnchor:
    """A witness.

    Args:
        url: Where it is; ``/add-checkpoint`` is asked there.
        key_line: Its key (a vkey of kind 4).
        notes: The notes in which its signatures are kept.

    Raises:
        InvalidValueError: The URL or the key cannot be read.
    """

    can_be_read_back: ClassVar[bool] = True

    def __init__(self, url: str, key_line: str, notes: Notes) -> None:
        self._peer = peer(url)
        self.place = self._peer.shown
        try:
            self._key = parsed_key(key_line)
        except Malformed as error:
            raise InvalidValueError(f"{visible(str(error))}.", code="anchor_vkey") from error
        if self._key.kind != COSIGNATURE:
            raise InvalidValueError(
                f"The key of {visible(self._key.name)} is not one of a witness.", code="anchor_vkey"
            )
        self._notes = notes
        self.settings: Mapping[str, str] = {"vkey": key_line}

    def check(self) -> None:
        """It is asked once there is something to sign: before that it does not know the ledger."""

    def hand_over(self, handover: Handover, last: Checkpoint | None) -> HandedOver:
        """Has the checkpoint cosigned.

        Raises:
            DamagedLedgerError: The witness saw another history of this ledger, or a longer one.
            NotAllowedError: It does not answer, does not know the ledger or its key, or its signature is false.
        """
        _, size, _ = handover.checkpoint
        old = min(last.size, size) if last is not None and last.origin == handover.checkpoint.origin else 0
        answer = self._asked(handover, old)
        if answer.status == 409:
            seen = self._seen(answer)
            if seen > size:
                raise DamagedLedgerError(
                    f"The witness {self.place} saw {seen:,} events of the ledger {handover.ledger_id},"
                    f" but only {size:,} are there.",
                    code="witness_saw_more",
                )
            if seen == old:
                raise self._contradicted(handover)
            answer = self._asked(handover, seen)
            if answer.status == 409:  # somebody else hands over at the same time, or it makes fun of us
                raise NotAllowedError(
                    f"The witness {self.place} says two different sizes, one after the other.",
                    code="anchor_answer",
                )
        if answer.status != 200:
            raise self._refused(answer, handover)
        return self._cosigned(answer.body, handover)

    def finish(self) -> str | None:
        """Nothing is left to do."""
        return None

    def kept(self) -> Iterator[KeptNote]:
        """Gives the notes that have a signature of this witness, with a flaw if that does not hold."""
        seen = set[tuple[str, Signature]]()
        for ledger_id, file, data in self._notes():
            try:
                note = parsed_note(data)
            except Malformed:
                continue  # which the verdict about signatures says of the newest ones
            for signature in note.signatures:
                if signature[:2] != self._key[:2] or (note.text, signature) in seen:
                    continue  # a note that was stamped too is there twice
                seen.add((note.text, signature))
                holds = signature_holds(note, signature, self._key)
                name = visible(self._key.name)
                flaw = None if holds else f"The signature of the witness {name} does not hold."
                yield KeptNote(ledger_id, file, data, flaw)

    def _asked(self, handover: Handover, old: int) -> HttpAnswer:
        proof = handover.proof(old)
        if len(proof) > _MOST_LINES:
            raise NotAllowedError("The proof for the witness is too long.", code="anchor_answer")
        lines = [f"old {old}", *(b64encode(node).decode() for node in proof), "", ""]
        body = "\n".join(lines).encode() + handover.note
        return post(self._peer, "/add-checkpoint", "text/plain; charset=utf-8", body)

    def _seen(self, answer: HttpAnswer) -> int:
        """Returns the size that the witness saw last."""
        if answer.headers.get("content-type", "").partition(";")[0].strip().lower() == _SIZE:
            try:
                return whole_number(answer.body.decode("ascii").removesuffix("\n"))
            except (Malformed, UnicodeDecodeError):
                pass
        raise NotAllowedError(
            f"The witness {self.place} does not say how much of the ledger it saw.", code="anchor_answer"
        )

    def _refused(self, answer: HttpAnswer, handover: Handover) -> LedgerError:
        origin, key_line = handover.checkpoint.origin, handover.key_line
        match answer.status:
            case 422:
                return self._contradicted(handover)
            case 404:
                return NotAllowedError(
                    f"The witness {self.place} does not know the ledger '{origin}'.",
                    code="witness_unknown_ledger",
                    origin=origin,
                    vkey=key_line,
                )
            case 403:
                return NotAllowedError(
                    f"The witness {self.place} knows another key of the ledger '{origin}'.",
                    code="witness_unknown_key",
                    origin=origin,
                    vkey=key_line,
                )
        return refusal(self._peer, answer)

    def _contradicted(self, handover: Handover) -> DamagedLedgerError:
        return DamagedLedgerError(
            f"The witness {self.place} saw another history of the ledger {handover.ledger_id}: this one does not"
            " continue it.",
            code="witness_saw_another",
        )

    def _cosigned(self, body: bytes, handover: Handover) -> HandedOver:
        """Returns the signature of the witness, once it is checked."""
        text = parsed_note(handover.note).text
        try:
            answered = parsed_note(f"{text}\n".encode() + body)
            if answered.text != text or parsed_checkpoint(answered.text) != handover.checkpoint:
                raise Malformed("It is about something else")
            ours = [signature for signature in answered.signatures if signature[:2] == self._key[:2]]
            if len(ours) != 1 or not signature_holds(answered, ours[0], self._key):
                raise Malformed("None of the signatures holds")
            line = f"\u2014 {ours[0].name} {b64encode(ours[0].key_id + ours[0].blob).decode()}"
            at = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(cosigned_at(ours[0])))
        except (Malformed, ValueError, OverflowError, OSError) as error:
            raise NotAllowedError(
                f"What {self.place} answered is not a signature of the witness '{visible(self._key.name)}'.",
                code="witness_false",
            ) from error
        return HandedOver(f"cosigned at {at}", line)
