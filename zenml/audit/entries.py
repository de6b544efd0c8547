"""An entry of an export: one fact, or one attempt that led to none, with all there is to say of it."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any, NamedTuple

from zenml.domain.change_ids import letters

SUCCESS = "success"
"""The outcome of everything that was recorded; an attempt has another one."""

DAMAGED = "damaged"
"""The outcome of an event that is not what was written, or that is not part of a change."""

UNKNOWN = "unknown"
"""The outcome of an event that this version does not know."""

BEGIN = "begin"
"""The action of the event that opens a change: what it says is in the entries that follow, too."""


class EntryActor(NamedTuple):
    """Who it was. Texts that were blanked, or never noted, are None.

    Attributes:
        id: The name.
        kind: ``person``, ``automation``, ``external`` or ``unknown``.
        known_by: How the name is known.
        system_user: The operating system's user, where the name was chosen; None elsewhere.
    """

    id: str | None
    kind: str
    known_by: str | None
    system_user: str | None = None

    @property
    def shown(self) -> str:
        """The name as people read it, and who chose it, if it was chosen; empty if there is none."""
        if self.id is None or self.system_user is None:
            return self.id or ""
        return f"{self.id} (chosen by {self.system_user})"

    def document(self) -> dict[str, str | None]:
        """Returns it as JSON has it; with the system's user only where another name was chosen."""
        document = {"id": self.id, "kind": self.kind, "known_by": self.known_by}
        return document if self.system_user is None else {**document, "system_user": self.system_user}


class Approver(NamedTuple):
    """Somebody who approved a change before it was made.

    Attributes:
        actor: Who it was.
        change_id: The id of the change that recorded the approval.
    """

    actor: EntryActor
    change_id: str

    @property
    def known_by(self) -> str:
        """How far the name is to be believed: ``token`` where a service knew it, else it is only ``claimed``."""
        return "token" if self.actor.known_by == "token" else "claimed"

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        return {**self.actor.document(), "claimed": self.known_by == "claimed", "change": letters(self.change_id)}


class EntryOrigin(NamedTuple):
    """Where it came from; the command line has no secrets in it."""

    host: str | None
    session: str | None
    repository: str | None
    client_version: str | None
    command: str | None


class EntryChange(NamedTuple):
    """The change that a fact belongs to.

    Attributes:
        id: Its id.
        kind: Its kind.
        correlation_id: What it belongs together with.
        causation_id: What caused it; None if nothing did.
        targets: The ids of the changes it undid or redid.
        of_others: Whether somebody else made one of these.
        approved_by: Who approved it before it was made.
    """

    id: str
    kind: str
    correlation_id: str
    causation_id: str | None
    targets: tuple[str, ...]
    of_others: bool = False
    approved_by: tuple[Approver, ...] = ()

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it: other changes are named by their letters, as ``zenml show`` takes them."""
        targets = [letters(target) for target in self.targets]
        return {
            "id": self.id,
            "letters": letters(self.id),
            "kind": self.kind,
            "correlation_id": self.correlation_id,
            "causation_id": self.causation_id,
            "undoes": targets if self.kind == "undo" else [],
            "redoes": targets if self.kind != "undo" else [],
            "approved_by": [approver.document() for approver in self.approved_by],
        }


class Entity(NamedTuple):
    """What it was about: a type such as ``stack`` or ``artifact_store``, an id that stays, a name of that time."""

    type: str
    id: str | None
    name: str | None


class Evidence(NamedTuple):
    """Where a fact is in the record, and what it hashes to.

    Attributes:
        ledger: The id of its ledger.
        kind: Of that ledger: ``machine`` or ``profile``.
        position: Its position there, from 1 on.
        topic: What kind of event it is: ``zenml:StackRegistered``.
        leaf: Its leaf in the ledger's tree (RFC 6962), as 64 hex digits; all zeros if it has none.
        text: The stored text.
        plain: Whether everybody writes what it says as it is written: it is canonical, and has no fraction.
    """

    ledger: str
    kind: str
    position: int
    topic: str
    leaf: str
    text: bytes
    plain: bool = False


class Hidden(NamedTuple):
    """A value that is masked.

    Attributes:
        shown: What is shown in its place: stars, or a URL without its password.
        fingerprint: Sixteen hex digits that are the same for the same value, and say nothing else of it;
            None if its key is not here: it was destroyed, or the ledger was imported.
    """

    shown: Any
    fingerprint: str | None

    def __str__(self) -> str:
        shown = self.shown if isinstance(self.shown, str) else json.dumps(self.shown, ensure_ascii=False)
        return f"{shown} ({self.fingerprint or 'no key'})"

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        return {"masked": self.shown, "fingerprint": self.fingerprint}


class Entry(NamedTuple):
    """One line of an export.

    Attributes:
        time: When, in UTC with six decimals.
        action: ``create``, ``update``, ``rename``, ``delete``, ``activate`` …; ``attempt`` for an attempt.
        outcome: ``success`` for what was recorded; of an attempt ``refused``, ``conflict``, ``failed`` …;
            ``damaged`` for an event that is not what was written, ``unknown`` for one of a newer version.
        entity: What it was about.
        profile: The name of the profile it belongs to; None for what belongs to none, and for attempts.
        before: What was there, field by field, as far as it was changed; None where there was nothing.
        after: What has been there since, likewise.
        actor: Who it was.
        origin: Where it came from.
        reason: Why, as far as somebody said.
        change: The change it belongs to; None for an attempt.
        evidence: Where it is in the record; None for an attempt, which is noted outside of it.
        message: Why an attempt led to nothing, or what is wrong with a fact; None otherwise.
        attempted: The action that an attempt was to be, where its entity is known; None otherwise.
    """

    time: str
    action: str
    outcome: str
    entity: Entity
    profile: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    actor: EntryActor
    origin: EntryOrigin
    reason: str | None
    change: EntryChange | None
    evidence: Evidence | None
    message: str | None = None
    attempted: str | None = None

    @property
    def id(self) -> str:
        """What tells it from all others: ledger and position, or of an attempt a hash of what is noted."""
        if self.evidence:
            return f"{self.evidence.ledger}/{self.evidence.position}"
        noted = [self.time, self.outcome, self.message, *self.actor.document().values(), *self.origin]
        return sha256(json.dumps(noted).encode()).hexdigest()[:32]

    @property
    def summary(self) -> str:
        """What was done, or tried, in a few words."""
        if self.evidence is None:
            return self.origin.command or "(from Python)"
        kind, name = self.entity.type.replace("_", " "), f" '{self.entity.name}'" if self.entity.name else ""
        if self.action == "rename" and self.before and self.after:
            return f"rename {kind} '{self.before.get('name')}' to '{self.after.get('name')}'"
        if self.action == "export" and self.after:
            return f"export {kind} as {self.after.get('format')}"
        both = self.before and self.after
        named = self.fields if both or self.action == "update" else []
        what = ", ".join(_changed(*field) if self.action == "update" else field[0] for field in named)
        return f"{self.action} {kind}{name}{f' ({what})' if what else ''}"

    @property
    def meant(self) -> str | None:
        """What an attempt was to do, in a few words; None where that is not known."""
        if self.attempted is None:
            return None
        name = f" '{self.entity.name}'" if self.entity.name else ""
        return f"{self.attempted} {self.entity.type.replace('_', ' ')}{name}"

    @property
    def fields(self) -> list[tuple[str, Any, Any]]:
        """Name, old and new value of each field that was changed."""
        before, after = self.before or {}, self.after or {}
        return [(name, before.get(name), after.get(name)) for name in {**before, **after}]

    @property
    def masked(self) -> list[tuple[str, Hidden]]:
        """Which of its fields are masked, before or after."""
        if not any(Hidden in map(type, values.values()) for values in (self.before, self.after) if values):
            return []
        return [(name, value) for name, *both in self.fields for value in both if type(value) is Hidden]

    def masked_document(self) -> list[dict[str, Any]]:
        """Returns as JSON has it which of its fields are masked."""
        return [{"field": name, "fingerprint": hidden.fingerprint} for name, hidden in self.masked]

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        at = self.evidence
        return {
            "id": self.id,
            "time": self.time,
            "action": self.action,
            "outcome": self.outcome,
            "message": self.message,
            "entity": {"type": self.entity.type, "id": self.entity.id, "name": self.entity.name},
            "profile": self.profile,
            "before": plain(self.before),
            "after": plain(self.after),
            "masked": self.masked_document(),
            "reason": self.reason,
            "actor": self.actor.document(),
            "origin": self.origin._asdict(),
            "change": self.change.document() if self.change else None,
            "ledger": at and at.ledger,
            "ledger_kind": at and at.kind,
            "position": at and at.position,
            "topic": at and at.topic,
            "leaf": at and at.leaf,
        }


def _changed(field: str, old: Any, new: Any) -> str:
    """Returns a field of something that was updated, and whether it came or went."""
    return f"{field} added" if old is None else f"{field} removed" if new is None else field


def plain(values: dict[str, Any] | None) -> dict[str, Any] | None:
    """Returns the values of an entry as JSON has them."""
    if values is None:
        return None
    return {name: value.document() if isinstance(value, Hidden) else value for name, value in values.items()}
