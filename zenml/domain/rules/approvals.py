"""Rules of approvals: what changes only with a plan that others approved, and who counts as another person.

The rules of each event are asked one event at a time. What may be done with an approval is a question about the
whole change: `concerned` says for each event, before it happens, which approval rules it comes under, and `check`
is asked once, with the strictest of them, when the change is complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from zenml.domain import commands, events
from zenml.domain.catalog import ApprovalRule, Catalog, Component, Stack
from zenml.domain.errors import InvalidValueError, NotAllowedError, StackNotFoundError
from zenml.domain.events import DomainEvent
from zenml.domain.missing import missing_stack
from zenml.domain.records import Record
from zenml.domain.rules.changed import ChangedSinceError

Commands = commands.ApprovePlan | commands.RequireApprovals
Events = events.PlanApproved | events.ApprovalRuleChanged

MOST = 20
"""Approvals that a rule can ask for."""


class Protecting(Protocol):
    """What says which events come under a rule: the present state, or that before an event of the past."""

    def approval_rules(self) -> list[ApprovalRule]:
        """Returns the approval rules of the profile."""
        ...

    def stack(self, name: str) -> Stack | None:
        """Returns a stack of the profile, by name."""
        ...

    def stack_by_id(self, stack_id: str) -> Stack | None:
        """Returns a stack."""
        ...

    def component_by_id(self, component_id: str) -> Component | None:
        """Returns a component of the profile."""
        ...


class Person(NamedTuple):
    """Somebody, as a change says who made it; a name that was redacted is None.

    Attributes:
        name: The name.
        kind: ``person``, ``automation`` or ``external``.
        known_by: How the name is known.
        host: The machine.
        system_user: The operating system's user, where another name was chosen.
    """

    name: str | None
    kind: str
    known_by: str
    host: str | None
    system_user: str | None = None


class Agreement(NamedTuple):
    """Somebody's approval of a plan.

    Attributes:
        change_id: The change that recorded it.
        position: The position of the event.
        by: Whoever approved it.
        author: Whoever made the plan, as its file said.
        head_size: The number of events that the ledger had when the plan was made.
    """

    change_id: str
    position: int
    by: Person
    author: Person
    head_size: int


def propose(command: Commands, catalog: Catalog) -> list[DomainEvent]:
    """Returns the event that a command asks for; `admit` has the last word.

    Raises:
        StackNotFoundError: There is no such stack, nor a rule for one.
        InvalidValueError: That is no number of approvals.
    """
    if isinstance(command, commands.ApprovePlan):
        return [events.PlanApproved(**command.fields())]
    rule = _rule(command.stack, catalog)
    if rule is not None:
        scope, scope_id, name = rule.scope, rule.scope_id, rule.scope_name
    elif command.stack is None:
        profile = catalog.profile_in_use()
        assert profile is not None  # the ledger that it is to be recorded in belongs to one
        scope, scope_id, name = "profile", profile.profile_ledger_id, profile.name
    else:
        stack = catalog.stack(command.stack)
        if stack is None:
            raise missing_stack(command.stack, catalog.stack_names())
        scope, scope_id, name = "stack", stack.stack_id, stack.name
    old = rule.approvals if rule else None
    return [
        events.ApprovalRuleChanged(
            scope=scope,  # type: ignore[arg-type]
            scope_id=scope_id,
            scope_name=name,
            old=old,
            new=command.approvals,
        )
    ]


def _rule(stack: str | None, catalog: Catalog) -> ApprovalRule | None:
    """Returns the rule for a stack by its name, or for the whole profile; that of a stack that is gone is last."""
    rules = catalog.approval_rules()
    if stack is None:
        return next((rule for rule in rules if rule.scope == "profile"), None)
    found = catalog.stack(stack)
    of_the_stack = [rule for rule in rules if found is not None and rule.scope_id == found.stack_id]
    of_the_name = [rule for rule in rules if found is None and (rule.scope, rule.scope_name) == ("stack", stack)]
    return next(iter([*of_the_stack, *of_the_name]), None)


def admit(event: Events, catalog: Catalog) -> DomainEvent | None:
    """Returns the event if it may happen now, None if it has no effect.

    Raises:
        InvalidValueError: A plan of another ledger is approved; or that is no number of approvals.
        StackNotFoundError: There is no such stack.
        ChangedSinceError: Somebody changed the rule since.
    """
    profile = catalog.profile_in_use()
    if isinstance(event, events.PlanApproved):
        if profile is None or event.ledger_id != profile.profile_ledger_id:
            raise InvalidValueError("The plan is for another profile.", code="plan_unusable")
        if not 0 < event.head_size <= catalog.size():
            raise InvalidValueError("The plan was made for events that are not there.", code="plan_unusable")
        return event
    rules = {rule.scope_id: rule for rule in catalog.approval_rules()}
    current = rules.get(event.scope_id)
    approvals = current.approvals if current else None
    if event.new == approvals:
        return None
    if event.new is not None and not 1 <= event.new <= MOST:
        raise InvalidValueError(
            f"A rule asks for 1 to {MOST} approvals, not for {event.new}.", code="invalid_approvals"
        )
    if event.old != approvals:
        raise ChangedSinceError(
            f"The approval rule of {event.scope} '{event.scope_name}'",
            Record("approval rule", (event.scope_id,)),
        )
    if current is not None:
        return event.replace(scope=current.scope, scope_name=current.scope_name)
    if event.scope == "profile":
        if profile is None or event.scope_id != profile.profile_ledger_id:
            raise InvalidValueError("The rule is for another profile.", code="rule_for_another_profile")
        return event.replace(scope_name=profile.name)
    stack = catalog.stack_by_id(event.scope_id)
    if stack is None or catalog.stack(stack.name) != stack:
        raise StackNotFoundError(f"Stack '{event.scope_name}' no longer exists.", code="gone_since")
    return event.replace(scope_name=stack.name)


def concerned(event: DomainEvent, state: Protecting) -> list[ApprovalRule]:
    """Returns the approval rules that an event comes under, as things are before it.

    What only notes something comes under none: evidence, approvals, where runs are recorded, and that a profile
    was copied.
    """
    noted = events.PlanApproved | events.LedgerCopied | events.RunsEvents
    if event.LEDGER != "profile" or isinstance(event, noted):
        return []
    return [rule for rule in state.approval_rules() if rule.scope == "profile" or _touches(event, rule, state)]


def _touches(event: DomainEvent, rule: ApprovalRule, state: Protecting) -> bool:
    """Tells whether an event concerns a protected stack: itself, its name, its rule, or what it is made of."""
    fields = dict(event)
    if rule.scope_id in (fields.get("stack_id"), fields.get("scope_id")):
        return True
    if isinstance(event, events.StackEvents):
        named = [fields.get(name) for name in ("name", "old_name", "new_name", "stack_name")]
        return rule.scope_name in named
    if isinstance(event, events.ApprovalRuleChanged):
        return event.scope == "stack" and event.scope_name == rule.scope_name
    stacks = [state.stack_by_id(rule.scope_id), state.stack(rule.scope_name)]
    used = {component_id for stack in stacks if stack for component_id in stack.components.values()}
    if isinstance(event, events.ComponentEvents):
        return event.component_id in used
    if isinstance(event, events.FlavorEvents):
        components = filter(None, map(state.component_by_id, used))
        return any((it.component_type, it.flavor) == (event.component_type, event.name) for it in components)
    return False


def strictest(rules: Iterable[ApprovalRule]) -> ApprovalRule | None:
    """Returns the rule that asks for the most approvals; that of the profile where several do. None for none."""
    return max(rules, key=lambda rule: (rule.approvals, rule.scope == "profile"), default=None)


def check(rule: ApprovalRule, agreements: Sequence[Agreement], by: Person) -> None:
    """Checks that a change is approved.

    Args:
        rule: The strictest rule that it comes under.
        agreements: The approvals of exactly its events that may be used.
        by: Whoever makes it.

    Raises:
        NotAllowedError: Too few other people approved it.
    """
    given = len(approvers(agreements, by))
    if given >= rule.approvals:
        return
    people = "person" if rule.approvals == 1 else "people"
    what = "Stack" if rule.scope == "stack" else "Profile"
    so_far = f"; {given} approved this one" if given else ""
    plan = f"a plan that {rule.approvals} other {people} approved"
    raise NotAllowedError(
        f"{what} '{rule.scope_name}' changes only with {plan}{so_far}.",
        code="approval_needed",
        scope=rule.scope,
        name=rule.scope_name,
        approvals=rule.approvals,
        given=given,
    )


def approvers(agreements: Sequence[Agreement], by: Person | None) -> list[Agreement]:
    """Returns the approvals that count: of people who are neither each other, nor the author, nor ``by``."""
    counted: list[Agreement] = []
    for agreement in agreements:
        others = [agreement.author, *(other.by for other in counted), *([by] if by else [])]
        if is_a_person(agreement.by) and not any(same_person(agreement.by, other) for other in others):
            counted.append(agreement)
    return counted


def is_a_person(somebody: Person) -> bool:
    """Tells whether an approval of theirs counts: an automation agrees to nothing, nor a name that is gone."""
    return somebody.name is not None and somebody.kind == "person"


def same_person(one: Person, other: Person) -> bool:
    """Tells whether two may be one: the same name, or the same operating system's user on the same machine."""
    if one.name is None or other.name is None:
        return False
    if one.name.casefold() == other.name.casefold():
        return True
    if "token" in (one.known_by, other.known_by):
        return False
    accounts = [(somebody.system_user or somebody.name, somebody.host) for somebody in (one, other)]
    return accounts[0] == accounts[1]


def check_keeps_name(profile_ledger_id: str, name: str, done: str, catalog: Catalog) -> None:
    """Checks that a local profile may give up its name: another one, without rules, could take it.

    Args:
        profile_ledger_id: The profile's ledger.
        name: Its name.
        done: What is to be done to it: ``deleted`` or ``renamed``.
        catalog: What there is.

    Raises:
        NotAllowedError: It has approval rules.
    """
    rules = catalog.approval_rules_of(profile_ledger_id)
    if rules:
        raise NotAllowedError(
            f"Profile '{name}' has approval rules, and cannot be {done} before they are lifted.",
            records=tuple(Record("approval rule", (rule.scope_id,)) for rule in rules),
            code="profile_has_approval_rules",
            profile=name,
        )
