"""What every kind of anchor does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol

from zenml.evidence.verify import Checkpoint

if TYPE_CHECKING:
    from zenml.domain.errors import LedgerError


class Handover(NamedTuple):
    """A checkpoint that is handed to anchors.

    Attributes:
        ledger_id: The ledger.
        checkpoint: What is signed: the ledger's origin, its size in events, and its root.
        note: The signed note, with all cosignatures so far.
        key_line: The line (vkey) with which others check the signature.
        proof: Gives the consistency proof from an earlier size to this one, as hashes of 32 bytes.
        enough: As many events have to have been handed over already for nothing new to be there: what follows
            them are only records of what witnesses signed, which would make a checkpoint due for ever.
        profile: The name of the ledger's profile; None for the machine's ledger.
        runs: The year of the profile's runs whose ledger it is; None for any other ledger.
    """

    ledger_id: str
    checkpoint: Checkpoint
    note: bytes
    key_line: str
    proof: Callable[[int], list[bytes]]
    enough: int
    profile: str | None = None
    runs: int | None = None

    def is_new_after(self, last: Checkpoint | None) -> bool:
        """Tells whether there is anything to hand over to somebody who was handed a checkpoint before."""
        if last is None or last.origin != self.checkpoint.origin or last.size < self.enough:
            return True
        return last.size == self.checkpoint.size and last.root != self.checkpoint.root


class HandedOver(NamedTuple):
    """What an anchor did with a checkpoint.

    Attributes:
        sentence: What it did, in a few words: the end of a line.
        cosignature: The signature line for the note that it answered with.
    """

    sentence: str
    cosignature: str | None = None


class KeptNote(NamedTuple):
    """A note that an anchor kept, read back.

    Attributes:
        ledger_id: The ledger that it was kept for.
        place: Where it was found: a commit, a line.
        note: The note.
        flaw: What is wrong with how it was kept, as a sentence; None if nothing is.
    """

    ledger_id: str
    place: str
    note: bytes
    flaw: str | None = None


class Anchor(Protocol):
    """A place that is handed checkpoints."""

    can_be_read_back: ClassVar[bool]
    """Whether `kept` gives what it was handed. A command of the user's own has nothing to read."""

    place: str
    """Where it is, as people are shown it. The path of a file or a folder is absolute."""

    settings: Mapping[str, str]
    """What else its kind needs, as it is stored: paths are absolute here, too."""

    def check(self) -> None:
        """Makes sure, before it is added, that it can be handed something; raises as `hand_over` does."""
        ...

    def hand_over(self, handover: Handover, last: Checkpoint | None) -> HandedOver:
        """Hands over a checkpoint.

        Args:
            handover: The checkpoint.
            last: What this anchor was handed last of the same ledger; only a hint.

        Raises:
            LedgerError: It could not be handed over, or the anchor refused it.
        """
        ...

    def finish(self) -> str | None:
        """Does what is done once for all ledgers, and says what; raises as `hand_over` does."""
        ...

    def kept(self) -> Iterator[KeptNote]:
        """Gives the notes that can be read back. Raises `LedgerError` if they cannot be read now."""
        ...


class Outcome(NamedTuple):
    """How handing a checkpoint to an anchor ended.

    Attributes:
        anchor: The name of the anchor.
        ledger_id: The ledger.
        profile: The name of the ledger's profile; None for the machine's ledger.
        runs: The year of the profile's runs whose ledger it is; None for any other ledger.
        size: The number of events of the checkpoint.
        state: ``handed_over``, ``unchanged`` or ``failed``.
        sentence: What happened.
        error: Why it failed.
    """

    anchor: str
    ledger_id: str
    profile: str | None
    runs: int | None
    size: int
    state: str
    sentence: str
    error: LedgerError | None = None

    def document(self) -> dict[str, object]:
        """Returns it as plain values."""
        return {
            "anchor": self.anchor,
            "ledger": self.ledger_id,
            "profile": self.profile,
            "runs": self.runs,
            "size": self.size,
            "state": self.state,
            "sentence": self.sentence,
            "code": self.error.code if self.error else None,
        }
