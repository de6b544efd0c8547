"""What a verification says: values, and nothing that finds them."""

from __future__ import annotations

from typing import Any, NamedTuple

from zenml.ledger.verification.clear_values import ClearValue


class Problem(NamedTuple):
    """Something that cannot be what was written.

    Attributes:
        ledger_id: The ledger it is in; None if it concerns the file.
        position: Where in the ledger; None if it is at no position.
        message: One sentence.
    """

    ledger_id: str | None
    position: int | None
    message: str


class Verdict(NamedTuple):
    """The answer to one question about the record.

    Attributes:
        text: What was looked at, or why nothing was, in a few words.
        problems: What is wrong, the first bad position of each ledger first.
        compared: Whether the question could be answered.
    """

    text: str
    problems: tuple[Problem, ...] = ()
    compared: bool = True

    @property
    def ok(self) -> bool | None:
        """Whether all is well; None if that could not be found out."""
        return False if self.problems else (True if self.compared else None)

    @property
    def state(self) -> str:
        """``ok``, ``bad`` or ``not_compared``."""
        return {True: "ok", False: "bad", None: "not_compared"}[self.ok]

    def document(self) -> dict[str, Any]:
        """Returns it as plain values."""
        problems = [
            # the sentence was called message at first, and whoever reads that goes on reading it
            {
                "ledger": problem.ledger_id,
                "position": problem.position,
                "message": problem.message,
                "sentence": problem.message,
            }
            for problem in self.problems
        ]
        note = str(self.text) if not problems else None
        return {"ok": self.ok, "state": self.state, "note": note, "problems": problems}


class Head(NamedTuple):
    """The end of a ledger, as computed from its events.

    Attributes:
        ledger_id: The ledger.
        kind: ``machine`` or ``profile``; empty if the file does not say.
        size: The number of events.
        root: The root of the tree over them, as 64 hex digits.
    """

    ledger_id: str
    kind: str
    size: int
    root: str

    def document(self) -> dict[str, Any]:
        """Returns it as plain values."""
        return {"ledger": self.ledger_id, "kind": self.kind or None, "size": self.size, "root": self.root or None}


class Compared(NamedTuple):
    """What comparing the ledgers with something outside of their file gave.

    Attributes:
        source: The file or the root, as it was given.
        verdict: Whether the ledgers continue from what it says.
    """

    source: str
    verdict: Verdict

    def document(self) -> dict[str, Any]:
        """Returns it as plain values."""
        return {"source": self.source, **self.verdict.document()}


class Verification(NamedTuple):
    """What was found out about a ledger's file.

    Attributes:
        path: The file.
        events: The number of events in it.
        verdicts: By name: ``content``, ``order``, ``clocks``, ``replay``, ``schema``, ``secrets``,
            ``approvals``, ``completeness`` and ``signatures``; ``parts`` if other machines keep some; and
            ``runs``, ``runs_views`` and ``runs_seen`` if runs are recorded.
        heads: The end of each ledger.
        warnings: What is not wrong and should be known, a sentence each.
        clear_values: Where secrets stand in clear in the record.
        against: What it was compared with besides.
    """

    path: str
    events: int
    verdicts: dict[str, Verdict]
    heads: tuple[Head, ...]
    warnings: tuple[str, ...] = ()
    clear_values: tuple[ClearValue, ...] = ()
    against: tuple[Compared, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether no verdict is a bad one."""
        compared = [source.verdict for source in self.against]
        return all(verdict.ok is not False for verdict in [*self.verdicts.values(), *compared])

    def document(self) -> dict[str, Any]:
        """Returns it as plain values."""
        return {
            "ok": self.ok,
            "ledger": self.path,
            "events": self.events,
            "verdicts": {name: verdict.document() for name, verdict in self.verdicts.items()},
            "heads": [head.document() for head in self.heads],
            "warnings": list(self.warnings),
            "in_clear": [value.document() for value in self.clear_values],
            "against": [source.document() for source in self.against],
        }
