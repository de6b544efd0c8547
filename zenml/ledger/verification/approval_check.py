"""Which changes of a ledger should have been approved and were not; asked of ledgers with approval rules alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from zenml.domain import events
from zenml.domain.catalog import ApprovalRule, Component, Stack
from zenml.domain.change_ids import letters
from zenml.domain.errors import LedgerError
from zenml.domain.events import ChangeBegan, Event
from zenml.domain.plan_ids import plan_id
from zenml.domain.rules.approvals import Agreement, Person, approvers, concerned, strictest
from zenml.domain.things import IN_A_PROFILE
from zenml.evidence.plan_digests import plan_digest
from zenml.ledger.approving import person_of_actor, touched
from zenml.ledger.verification.verdicts import Problem
from zenml.projections.stored_events import BEGAN, EventRow
from zenml.stores.mapping import to_event

_ABOUT = tuple(thing.id for thing in IN_A_PROFILE if not thing.of)


class ApprovalCheck:
    """Takes the events of one ledger in the order of their positions.

    Attributes:
        problems: The changes that were not approved.
        protected: How many changes needed approvals and had them, or may have had.
        untold: Of how many of them that cannot be told.
    """

    def __init__(self, ledger_id: str) -> None:
        self.problems: list[Problem] = []
        self.protected = self.untold = 0
        self._ledger_id = ledger_id
        self._state = _State()
        self._agreements: dict[str, list[Agreement]] = {}
        self._carried_out: set[str] = set()
        self._newest: dict[str, int] = {}  # the beginning of the newest change about a thing
        self._began: ChangeBegan | None = None
        self._position = 0
        self._rules: list[ApprovalRule] = []
        self._events: list[tuple[str, dict[str, Any]]] = []

    def add(self, row: EventRow) -> None:
        """Takes the next event; what is malformed, the verdict on the content names."""
        try:
            event, fields = to_event(row.topic, row.text), orjson.loads(row.text)
        except (LedgerError, ValueError):
            return
        if row.topic == BEGAN:
            self.close()
            self._began = event if isinstance(event, ChangeBegan) else None
            self._position = row.position
            return
        self._rules += concerned(event, self._state)  # type: ignore[arg-type]  # a change began before
        self._events.append((row.topic, fields))
        self._state.apply(event)

    def close(self) -> None:
        """Ends the change that began last."""
        began, rule = self._began, strictest(self._rules)
        if began is not None:
            digest = plan_digest(self._ledger_id, self._events)
            if rule is not None:
                self._judge(began, rule, digest)
            if rule is not None or began.correlation_id == plan_id(digest):
                self._carried_out.add(digest)
            self._take_down(began)
        self._began, self._rules, self._events = None, [], []

    def _judge(self, began: ChangeBegan, rule: ApprovalRule, digest: str) -> None:
        by = person_of_actor(began.actor.to_fields())
        agreements = [] if digest in self._carried_out else self._agreements.get(digest, [])
        things = touched(self._events)
        current = [it for it in agreements if all(self._newest.get(thing, 0) <= it.head_size for thing in things)]
        if by.name is not None and len(approvers(current, by)) >= rule.approvals:
            self.protected += 1
        elif len(_possible(current, by)) >= rule.approvals:
            self.protected += 1
            self.untold += 1
        else:
            what = f"{rule.scope} '{rule.scope_name}'"
            name = letters(began.change_id)[:8]
            sentence = f"Change {name} changed {what} without the approvals that it needs."
            self.problems.append(Problem(self._ledger_id, self._position, sentence))

    def _take_down(self, began: ChangeBegan) -> None:
        """Notes what a change approved, and what it was about."""
        for topic, fields in self._events:
            if topic == events.PlanApproved.TOPIC:
                by, author = person_of_actor(began.actor.to_fields()), person_of_actor(fields["author"])
                agreement = Agreement(began.change_id, self._position, by, author, fields["head_size"])
                self._agreements.setdefault(fields["plan_digest"], []).append(agreement)
            for key in _ABOUT:
                if key in fields:
                    self._newest[fields[key]] = self._position


def _possible(agreements: Sequence[Agreement], by: Person) -> list[Agreement]:
    """Returns the approvals that may count, if those whose names were redacted were other people."""
    known = [it for it in agreements if it.by.name is not None]
    redacted = [it for it in agreements if it.by.name is None]
    return [*approvers(known, by if by.name is not None else None), *redacted]


class _State:
    """What a profile has at a position, as far as rules of approvals ask for it."""

    def __init__(self) -> None:
        self._rules: dict[str, ApprovalRule] = {}
        self._stacks: dict[str, Stack] = {}
        self._components: dict[str, Component] = {}

    def approval_rules(self) -> list[ApprovalRule]:
        """Returns the approval rules."""
        return list(self._rules.values())

    def stack(self, name: str) -> Stack | None:
        """Returns a stack by name."""
        return next((stack for stack in self._stacks.values() if stack.name == name), None)

    def stack_by_id(self, stack_id: str) -> Stack | None:
        """Returns a stack."""
        return self._stacks.get(stack_id)

    def component_by_id(self, component_id: str) -> Component | None:
        """Returns a component, without its parameters."""
        return self._components.get(component_id)

    def apply(self, event: Event) -> None:
        """Takes in an event; one that does not follow from those before changes nothing."""
        match event:
            case events.StackRegistered():
                self._stacks[event.stack_id] = Stack(event.stack_id, event.name, dict(event.components))
            case events.StackDeleted():
                self._stacks.pop(event.stack_id, None)
            case events.StackRenamed() if event.stack_id in self._stacks:
                stack = self._stacks[event.stack_id]
                self._stacks[event.stack_id] = stack._replace(name=event.new_name)
            case events.StackComponentSet() if event.stack_id in self._stacks:
                self._stacks[event.stack_id].components[event.component_type] = event.new_component_id
            case events.StackComponentRemoved() if event.stack_id in self._stacks:
                self._stacks[event.stack_id].components.pop(event.component_type, None)
            case events.ComponentRegistered():
                component = Component(event.component_id, event.component_type, event.name, event.flavor, {})
                self._components[event.component_id] = component
            case events.ComponentDeleted():
                self._components.pop(event.component_id, None)
            case events.ApprovalRuleChanged(new=None):
                self._rules.pop(event.scope_id, None)
            case events.ApprovalRuleChanged():
                assert event.new is not None
                rule = ApprovalRule(event.scope_id, event.scope_name, event.scope, event.new)
                self._rules[event.scope_id] = rule
