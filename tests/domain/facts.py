"""What the events say, as a plain fold: written from what they mean and not from the SQL views."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, assert_never

from zenml.domain import events
from zenml.domain.catalog import (
    ApprovalRule,
    Component,
    Flavor,
    Label,
    Profile,
    RecordedToken,
    RepositoryChoice,
    Stack,
    YearOfRuns,
)
from zenml.domain.events import Choice, DomainEvent, Provisioning
from zenml.domain.values import Setting

K = TypeVar("K")
V = TypeVar("V")
Key = tuple[str, str]  # of a profile and of a thing in it


@dataclass
class Facts:
    """Everything the events say. Where an event cannot follow those before, that is an error."""

    components: dict[Key, Component] = field(default_factory=dict)
    stacks: dict[Key, Stack] = field(default_factory=dict)
    flavors: dict[Key, Flavor] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)
    active_profile: str | None = None
    active_stacks: dict[str, str] = field(default_factory=dict)
    repositories: dict[str, RepositoryChoice] = field(default_factory=dict)
    provisioning: dict[str, Provisioning] = field(default_factory=dict)
    labels: dict[Key, Label] = field(default_factory=dict)
    values: dict[tuple[str, str, str], Setting] = field(default_factory=dict)  # by profile, kind and thing
    tokens: dict[str, RecordedToken] = field(default_factory=dict)
    approval_rules: dict[Key, ApprovalRule] = field(default_factory=dict)
    runs_ledgers: dict[tuple[str, int], YearOfRuns] = field(default_factory=dict, compare=False)  # never undone
    last_named: dict[str, str] = field(default_factory=dict, compare=False)  # which profile had a name last
    last_stored: dict[str, str] = field(default_factory=dict, compare=False)  # where a ledger was last

    def copy(self) -> Facts:
        """Returns the same facts, in dicts of their own; the values themselves are frozen."""
        return Facts(
            {key: it._replace(parameters=dict(it.parameters)) for key, it in self.components.items()},
            {key: it._replace(components=dict(it.components)) for key, it in self.stacks.items()},
            dict(self.flavors),
            dict(self.profiles),
            self.active_profile,
            dict(self.active_stacks),
            dict(self.repositories),
            dict(self.provisioning),
            dict(self.labels),
            dict(self.values),
            dict(self.tokens),
            dict(self.approval_rules),
            dict(self.runs_ledgers),
            dict(self.last_named),
            dict(self.last_stored),
        )

    def apply(self, event: DomainEvent, profile_id: str) -> None:
        """Adds an event; one about the contents of a profile is about this one's."""
        match event:
            case (
                events.ComponentRegistered()
                | events.ComponentDeleted()
                | events.ComponentRenamed()
                | events.ParameterSet()
                | events.ParameterRemoved()
            ):
                self._component(event, (profile_id, event.component_id))
            case (
                events.StackRegistered()
                | events.StackDeleted()
                | events.StackRenamed()
                | events.StackComponentSet()
                | events.StackComponentRemoved()
            ):
                self._stack(event, (profile_id, event.stack_id))
            case events.FlavorRegistered():
                _add(self.flavors, (profile_id, event.flavor_id), Flavor(**dict(event)))
            case events.FlavorDeleted():
                assert self.flavors.pop((profile_id, event.flavor_id)) == Flavor(**dict(event))
            case events.ProfileCreated():
                _add(self.profiles, event.profile_id, Profile(**dict(event)))
                self.last_named[event.name] = event.profile_id
                self.last_stored[event.profile_ledger_id] = event.store_type
            case events.ProfileRenamed():
                it = self.profiles[event.profile_id]
                assert it.name == event.old_name
                self.profiles[event.profile_id] = it._replace(name=event.new_name)
                self.last_named[event.new_name] = event.profile_id
            case events.ProfileUrlSet():
                it = self.profiles[event.profile_id]
                assert (it.name, it.url) == (event.name, event.old)
                assert it.store_type != "local"
                self.profiles[event.profile_id] = it._replace(url=event.new)
            case events.ProfileMoved():
                it = self.profiles[event.profile_id]
                assert it.store_type == event.old_store_type
                self.profiles[event.profile_id] = it._replace(store_type=event.new_store_type, url=event.new)
                self.last_stored[it.profile_ledger_id] = event.new_store_type
            case events.ProfileDeleted():
                assert self.profiles.pop(event.profile_id) == Profile(**dict(event))
            case events.ProfileActivated():
                assert self.active_profile == _id(event.old)
                self.active_profile = _id(event.new)
            case events.StackActivated():
                assert self.active_stacks.pop(event.profile_id, None) == _id(event.old)
                if event.new:
                    self.active_stacks[event.profile_id] = event.new.chosen_id
            case events.RepositoryInitialized():
                _add(self.repositories, event.repository_id, _chosen(event))
            case events.RepositoryRemoved():
                assert self.repositories.pop(event.repository_id) == _chosen(event)
            case (
                events.RepositoryProfileActivated()
                | events.RepositoryStackActivated()
                | events.RepositoryChoiceObserved()
            ):
                self._choice(event)
            case events.ProvisioningChanged():
                assert self.provisioning.pop(event.component_id, None) == event.old
                if event.new:
                    self.provisioning[event.component_id] = event.new
            case events.LabelChanged():
                key = (profile_id, event.label_id)
                assert self.labels.pop(key, Label("", "", "")).change_id == (event.old_change_id or "")
                if event.new_change_id:
                    assert all(it.label != event.label for (of, _), it in self.labels.items() if of == profile_id)
                    self.labels[key] = Label(event.label_id, event.label, event.new_change_id)
            case events.TokenCreated():
                assert all(it.name != event.name for it in self.tokens.values())
                _add(self.tokens, event.token_id, RecordedToken(**dict(event), revoked=False))
            case events.TokenRevoked():
                assert self.tokens[event.token_id] == RecordedToken(**dict(event), revoked=False)
                self.tokens[event.token_id] = RecordedToken(**dict(event), revoked=True)
            case (
                events.RecordExported()
                | events.LedgerCopied()
                | events.SigningKeyChanged()
                | events.HistoryAccepted()
                | events.CheckpointWitnessed()
                | events.KeysNoted()
                | events.SecretsShredded()
                | events.ValueRedacted()
                | events.PlanApproved()
            ):
                pass  # nothing is different since
            case events.RunsLedgerBegan():
                _add(self.runs_ledgers, (profile_id, event.year), YearOfRuns(event.runs_ledger_id, False))
            case events.RunsLedgerClosed():
                known = self.runs_ledgers[profile_id, event.year]
                assert known == YearOfRuns(event.runs_ledger_id, False)
                self.runs_ledgers[profile_id, event.year] = known._replace(is_closed=True)
            case events.ApprovalRuleChanged():
                key = (profile_id, event.scope_id)
                rule = self.approval_rules.pop(key, None)
                assert (rule.approvals if rule else None) == event.old
                if event.new:
                    self.approval_rules[key] = ApprovalRule(
                        event.scope_id, event.scope_name, event.scope, event.new
                    )
            case _:
                assert_never(event)

    def _component(
        self,
        event: events.ComponentRegistered
        | events.ComponentDeleted
        | events.ComponentRenamed
        | events.ParameterSet
        | events.ParameterRemoved,
        key: Key,
    ) -> None:
        if isinstance(event, events.ComponentRegistered):
            return _add(self.components, key, Component(**dict(event)))
        it = self.components.pop(key)
        match event:
            case events.ComponentDeleted():
                assert it == Component(**dict(event))
            case events.ComponentRenamed():
                assert it.name == event.old_name
                self.components[key] = it._replace(name=event.new_name)
            case _:
                assert (it.name, it.parameters.get(event.parameter)) == (event.component_name, event.old)
                parameters = {name: value for name, value in it.parameters.items() if name != event.parameter}
                if isinstance(event, events.ParameterSet):
                    parameters[event.parameter] = event.new
                self.components[key] = it._replace(parameters=parameters)
        return None

    def _stack(
        self,
        event: events.StackRegistered
        | events.StackDeleted
        | events.StackRenamed
        | events.StackComponentSet
        | events.StackComponentRemoved,
        key: Key,
    ) -> None:
        if isinstance(event, events.StackRegistered):
            return _add(self.stacks, key, Stack(**dict(event)))
        it = self.stacks.pop(key)
        match event:
            case events.StackDeleted():
                assert it == Stack(**dict(event))
            case events.StackRenamed():
                assert it.name == event.old_name
                self.stacks[key] = it._replace(name=event.new_name)
            case _:
                old = it.components.get(event.component_type)
                assert (it.name, old) == (event.stack_name, event.old_component_id)
                components = {name: part for name, part in it.components.items() if name != event.component_type}
                if isinstance(event, events.StackComponentSet):
                    components[event.component_type] = event.new_component_id
                self.stacks[key] = it._replace(components=components)
        return None

    def _choice(
        self,
        event: events.RepositoryProfileActivated
        | events.RepositoryStackActivated
        | events.RepositoryChoiceObserved,
    ) -> None:
        it = self.repositories[event.repository_id]
        match event:
            case events.RepositoryProfileActivated():
                assert it.profile_id == event.old.chosen_id
                it = it._replace(profile_id=event.new.chosen_id)
            case events.RepositoryStackActivated():
                assert it.stack_id == _id(event.old)
                it = it._replace(stack_id=_id(event.new))
            case events.RepositoryChoiceObserved():
                assert (it.profile_id, it.stack_id) == (event.old_profile.chosen_id, _id(event.old_stack))
                it = it._replace(profile_id=event.new_profile.chosen_id, stack_id=_id(event.new_stack))
        self.repositories[event.repository_id] = it


def _add(to: dict[K, V], key: K, value: V) -> None:
    assert key not in to
    to[key] = value


def _id(choice: Choice | None) -> str | None:
    return choice.chosen_id if choice else None


def _chosen(event: events.RepositoryInitialized | events.RepositoryRemoved) -> RepositoryChoice:
    return RepositoryChoice(event.repository_id, event.path, event.profile.chosen_id, _id(event.stack))
