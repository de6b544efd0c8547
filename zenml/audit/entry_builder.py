"""Recorded events as entries of an export."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from hashlib import sha256
from typing import Any, NamedTuple

import orjson

from zenml.audit.actions import action_of
from zenml.audit.entries import (
    BEGIN,
    DAMAGED,
    SUCCESS,
    UNKNOWN,
    Approver,
    Entity,
    Entry,
    EntryActor,
    EntryChange,
    EntryOrigin,
    Evidence,
    Hidden,
)
from zenml.domain.secrecy import STARS
from zenml.domain.upcasts import upcast
from zenml.domain.values import UTC
from zenml.projections import stored_keys
from zenml.projections.approvals.given import Approval, approvals_of_change
from zenml.projections.components import ledger_of, names
from zenml.projections.database import Database, StorageError
from zenml.projections.machine import profile_name, profile_names
from zenml.projections.settings import REDACTED
from zenml.projections.timeline.changes import unsalted
from zenml.projections.timeline.differences import changed_fields
from zenml.projections.timeline.history import took_back_others
from zenml.projections.timeline.points import position_after

Fields = dict[str, Any]

_DIGITS = 16  # of a fingerprint: 64 bits, two of a million values are alike once in 37 million records
# what reading a tampered event raises, and a look at damaged views
_MALFORMED = (AttributeError, IndexError, KeyError, RuntimeError, TypeError, ValueError, StorageError)


class ChangeContext(NamedTuple):
    """What all events of a change share."""

    time: str
    actor: EntryActor
    origin: EntryOrigin
    reason: str | None
    change: EntryChange


_NOBODY = ChangeContext(
    "",
    EntryActor(None, "unknown", None),
    EntryOrigin(None, None, None, None, None),
    None,
    EntryChange("", "", "", None, ()),
)
"""In place of the change of an event whose change is not known."""


def about(began: Fields | None) -> ChangeContext | None:
    """Returns what a `ChangeBegan` says; None if that cannot be read."""
    if began is None:
        return None
    try:
        actor = began["actor"]
        if not UTC.matches(began["time"]) or not isinstance(began["change_id"], str):
            return None
        return ChangeContext(
            began["time"],
            EntryActor(
                unsalted(actor["actor_id"]),
                actor["kind"],
                actor["known_by"],
                unsalted(actor.get("system_user")),
            ),
            EntryOrigin(
                unsalted(actor["host"]),
                unsalted(began["session"]),
                unsalted(began["repository_path"]),
                began["client_version"],
                unsalted(began["command"]),
            ),
            unsalted(began["reason"]),
            EntryChange(
                began["change_id"],
                began["kind"],
                began["correlation_id"],
                began["causation_id"],
                tuple(began["targets"]),
            ),
        )
    except _MALFORMED:
        return None


class EntryBuilder:
    """Makes entries of events. What these only refer to is looked up in the views.

    Args:
        database: The views and the table of keys.
        machine_id: The machine's ledger.
        may_name: Tells whether it may be said who made a change, given by its id.
    """

    def __init__(
        self, database: Database, machine_id: str, may_name: Callable[[str], bool] = lambda change_id: True
    ) -> None:
        self._database = database
        self._may_name = may_name
        # a ledger is a profile's for good, and there are few of them
        self.profile = lru_cache(64)(partial(profile_name, database, machine_id))
        self._names = lru_cache(64)(partial(profile_names, database, machine_id))
        self._component_names = lru_cache(1024)(partial(names, database))
        self._machine_at = lru_cache(64)(partial(position_after, database, machine_id))
        self._took_back_others = lru_cache(64)(partial(took_back_others, database))
        self._approvers = lru_cache(64)(self._found_approvers)

    def entry(
        self, evidence: Evidence, fields: Fields | None, change: ChangeContext | None, flaw: str | None = None
    ) -> Entry:
        """Returns an event as an entry. What cannot be read is left out, and nobody is named who is not known.

        Args:
            evidence: Where it is.
            fields: What its text says; None if that cannot be read.
            change: The change that it belongs to; None if that is not known.
            flaw: What is wrong with it.
        """
        action, entity, profile, before, after = "unknown", Entity("event", None, evidence.topic), None, None, None
        of_others, approvers = False, tuple[Approver, ...]()
        try:
            topic, fields = upcast(evidence.topic, fields or {})
            action, entity = action_of(topic, fields)
            profile = self._profile_of(evidence, fields, change)
            if action != BEGIN:
                before, after = self._states(evidence, topic, fields)
            if change is not None and change.change.targets:
                of_others = self._took_back_others(change.change.id)
            if change is not None and change.change.correlation_id != change.change.id:
                approvers = self._approvers(change.change.id)
        except _MALFORMED:
            flaw = flaw or "The stored event is malformed."
        outcome = DAMAGED
        if change is None:
            flaw = flaw or "The change that the event belongs to is not known."
        elif action == "unknown" and not flaw:
            outcome, flaw, profile = UNKNOWN, "This version does not know events of this topic.", None
        elif not flaw:
            outcome = SUCCESS
        context = change or _NOBODY
        of_change = change and change.change
        if of_change and (of_others or approvers):
            of_change = of_change._replace(of_others=of_others, approved_by=approvers)
        return Entry(
            time=context.time,
            action=action,
            outcome=outcome,
            entity=entity,
            profile=profile,
            before=before,
            after=after,
            actor=context.actor,
            origin=context.origin,
            reason=context.reason,
            change=of_change,
            evidence=evidence,
            message=flaw,
        )

    def _found_approvers(self, change_id: str) -> tuple[Approver, ...]:
        """Returns who approved the plan that a change carried out; nobody if it carried out none."""
        return tuple(map(self._approver, approvals_of_change(self._database, change_id)))

    def _approver(self, approval: Approval) -> Approver:
        change = approval.change
        name = change.actor if self._may_name(change.change_id) else None
        system_user = change.system_user if name is not None else None
        return Approver(EntryActor(name, change.actor_kind, change.known_by, system_user), change.change_id)

    def _profile_of(self, evidence: Evidence, fields: Fields, change: ChangeContext | None) -> str | None:
        """Returns the name of the profile that an event belongs to, as it was after the change."""
        if evidence.kind == "profile":
            return self._name_then(evidence.ledger, change)
        if "component_id" in fields:  # what a component has on this machine
            ledger = ledger_of(self._database, fields["component_id"])
            return self._name_then(ledger, change) if ledger else None
        return fields.get("profile_name")

    def _name_then(self, ledger_id: str, change: ChangeContext | None) -> str | None:
        """Returns what a ledger's profile was called after a change, so that all exports of an event are alike."""
        names = self._names(ledger_id)
        if change is None or len(names) < 2:
            return self.profile(ledger_id)
        at = self._machine_at(change.change.id)
        return next((name for since, name in reversed(names) if since <= at), names[0][1])

    def _states(
        self, evidence: Evidence, topic: str, fields: Fields
    ) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """Returns what was there before an event and what was there after it, as far as it changed that."""
        called = partial(self._component_then, evidence.ledger, evidence.position)
        changed = changed_fields(topic, fields, shown=self._shown, called=called)
        before = {field: old for field, old, _ in changed if old is not None}
        after = {field: new for field, _, new in changed if new is not None}
        return before or None, after or None

    def _component_then(self, ledger_id: str, position: int, component_id: str) -> str | None:
        """Returns what a component was called at a position."""
        names = self._component_names(ledger_id, component_id)
        return next((name for since, name in reversed(names) if since <= position), None)

    def _shown(self, setting: Fields) -> Any:
        """Returns a value as it may be handed out."""
        if "key_id" in setting:
            masked = setting["masked"]
            return Hidden(STARS if masked is None else self._shown(masked), self._fingerprint(setting["key_id"]))
        return orjson.loads(setting["v"]) if "v" in setting else REDACTED

    def _fingerprint(self, key_id: str) -> str | None:
        """Returns what tells whether two secrets are the same; it is gone with the key, whose digest it is of."""
        key = stored_keys.key(self._database, key_id)
        return sha256(b"zenml-ledger fingerprint\x00" + key.digest).hexdigest()[:_DIGITS] if key else None
