"""The catalog in memory, and sentences to try rules with: given, when, then. No disk, no mocks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from tests.domain.facts import Facts
from tests.domain.wording import check_wording
from tests.support.hints import hint_of
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
from zenml.domain.commands import Command
from zenml.domain.errors import LedgerError
from zenml.domain.events import DomainEvent, Provisioning
from zenml.domain.rules.changed import same_setting
from zenml.domain.rules.decide import decide
from zenml.domain.values import Setting, Value


@dataclass
class MemoryCatalog:
    """A `zenml.domain.catalog.Catalog`.

    Attributes:
        facts: What was recorded.
        profile_id: The profile the command runs in; for rules of its contents it need not exist.
        repository_id: The repository the command runs in.
        plaintexts: What each data key keeps secret.
        recorded: The number of events that the profile's ledger had before.
    """

    facts: Facts = field(default_factory=Facts)
    profile_id: str = ""
    repository_id: str | None = None
    plaintexts: dict[str, str] = field(default_factory=dict)
    recorded: int = 0

    def apply(self, event: DomainEvent) -> None:
        """Records an event."""
        self.facts.apply(event, self.profile_id)

    def execute(self, command: Command) -> list[DomainEvent]:
        """Records what a command leads to, each event before the next is decided; nothing after an error."""
        # The things in the attempt are those of the facts: a rule that changes one in place changes them too.
        tables: dict[str, Any] = {
            name: dict(table) for name, table in vars(self.facts).items() if isinstance(table, dict)
        }
        attempt = replace(self, facts=replace(self.facts, **tables))
        recorded = []
        for event in decide(command, attempt):
            attempt.apply(event)
            recorded.append(event)
        self.facts = attempt.facts
        return recorded

    def snapshot(self) -> Facts:
        return self.facts.copy()

    # --- questions ------------------------------------------------------------------------------

    def component(self, component_type: str, name: str) -> Component | None:
        return next((it for it in self._components() if it[1:3] == (component_type, name)), None)

    def component_by_id(self, component_id: str) -> Component | None:
        return self.facts.components.get((self.profile_id, component_id))

    def component_names(self, component_type: str) -> list[str]:
        return sorted(it.name for it in self._components() if it.component_type == component_type)

    def _components(self) -> list[Component]:
        return [it for (profile_id, _), it in self.facts.components.items() if profile_id == self.profile_id]

    def stack(self, name: str) -> Stack | None:
        return next((it for it in self._stacks() if it.name == name), None)

    def stack_here(self, stack_id: str) -> Stack | None:
        return self.facts.stacks.get((self.profile_id, stack_id))

    def stack_by_id(self, stack_id: str) -> Stack | None:
        places = [self.profile_id, *self.facts.profiles]
        found = (self.facts.stacks.get((profile_id, stack_id)) for profile_id in places)
        return next((it for it in found if it is not None), None)

    def stack_names(self) -> list[str]:
        return sorted(it.name for it in self._stacks())

    def value(self, kind: str, thing_id: str) -> Setting | None:
        return self.facts.values.get((self.profile_id, kind, thing_id))

    def stacks_using(self, component_id: str) -> list[str]:
        return sorted(it.name for it in self._stacks() if component_id in it.components.values())

    def _stacks(self) -> list[Stack]:
        return [it for (profile_id, _), it in self.facts.stacks.items() if profile_id == self.profile_id]

    def flavor(self, component_type: str, name: str) -> Flavor | None:
        for (profile_id, _), it in self.facts.flavors.items():
            if profile_id == self.profile_id and (it.component_type, it.name) == (component_type, name):
                return it
        return None

    def components_of_flavor(self, component_type: str, flavor: str) -> list[str]:
        found = (it for it in self._components() if (it.component_type, it.flavor) == (component_type, flavor))
        return sorted(it.name for it in found)

    def profile(self, name: str) -> Profile | None:
        return next((it for it in self.facts.profiles.values() if it.name == name), None)

    def profile_by_id(self, profile_id: str) -> Profile | None:
        return self.facts.profiles.get(profile_id)

    def label(self, name: str) -> Label | None:
        found = [it for (of, _), it in self.facts.labels.items() if of == self.profile_id and it.label == name]
        return found[0] if found else None

    def labels(self) -> list[str]:
        return sorted(it.label for (of, _), it in self.facts.labels.items() if of == self.profile_id)

    def approval_rules(self) -> list[ApprovalRule]:
        return [it for (of, _), it in self.facts.approval_rules.items() if of == self.profile_id]

    def approval_rules_of(self, profile_ledger_id: str) -> list[ApprovalRule]:
        ids = [it.profile_id for it in self.facts.profiles.values() if it.profile_ledger_id == profile_ledger_id]
        return [it for (of, _), it in self.facts.approval_rules.items() if of in ids]

    def size(self) -> int:
        return self.recorded

    def store_type(self, profile_ledger_id: str) -> str | None:
        return self.facts.last_stored.get(profile_ledger_id)

    def renamed_profile(self, name: str) -> Profile | None:
        return self.facts.profiles.get(self.facts.last_named.get(name, "")) if self.profile(name) is None else None

    def profile_names(self) -> list[str]:
        return sorted(it.name for it in self.facts.profiles.values())

    def profile_in_use(self) -> Profile | None:
        return self.facts.profiles.get(self.profile_id)

    def active_profile(self) -> str | None:
        return self.facts.active_profile

    def active_stack(self, profile_id: str) -> str | None:
        return self.facts.active_stacks.get(profile_id)

    def repository(self, repository_id: str) -> RepositoryChoice | None:
        return self.facts.repositories.get(repository_id)

    def repository_at(self, path: Value) -> RepositoryChoice | None:
        return next((it for it in self.facts.repositories.values() if same_setting(it.path, path, self)), None)

    def repository_here(self) -> RepositoryChoice | None:
        return self.facts.repositories.get(self.repository_id or "")

    def provisioning(self, component_id: str) -> Provisioning | None:
        return self.facts.provisioning.get(component_id)

    def token(self, name: str) -> RecordedToken | None:
        return next((it for it in self.facts.tokens.values() if it.name == name), None)

    def runs_ledger(self, year: int) -> YearOfRuns | None:
        return self.facts.runs_ledgers.get((self.profile_id, year))

    def same_secret(self, key_id: str, other_key_id: str) -> bool:
        one, other = self.plaintexts.get(key_id), self.plaintexts.get(other_key_id)
        return one is not None and one == other


class Outcome:
    """What a command led to."""

    def __init__(self, before: Facts, catalog: MemoryCatalog, command: Command) -> None:
        self.events: list[DomainEvent] = []
        self.error: LedgerError | None = None
        try:
            self.events = catalog.execute(command)
        except LedgerError as error:
            self.error = error
            assert catalog.facts == before

    def then(self, *expected: DomainEvent) -> None:
        assert self.error is None, self.error
        assert self.events == list(expected)

    def then_nothing_happened(self) -> None:
        self.then()

    def then_raises(self, kind: type[LedgerError], *said: str) -> None:
        """Checks a refusal: its class, what its message or hint says, and how it says it."""
        assert type(self.error) is kind, (self.events, repr(self.error))
        check_wording(self.error)
        for words in said:
            assert words in f"{self.error.message} {hint_of(self.error)}"


class Scenario:
    """What is so before a command."""

    def __init__(self, catalog: MemoryCatalog) -> None:
        self.catalog = catalog

    def given(self, *facts: DomainEvent) -> Scenario:
        for event in facts:
            self.catalog.apply(event)
        return self

    def within(self, profile_id: str, repository_id: str | None = None) -> Scenario:
        """Goes on in a profile, and in a repository or in none."""
        self.catalog.profile_id, self.catalog.repository_id = profile_id, repository_id
        return self

    def knowing(self, plaintexts: dict[str, str]) -> Scenario:
        """Says what each data key keeps secret."""
        self.catalog.plaintexts.update(plaintexts)
        return self

    def when(self, command: Command) -> Outcome:
        return Outcome(self.catalog.snapshot(), self.catalog, command)


def given(*facts: DomainEvent) -> Scenario:
    return Scenario(MemoryCatalog()).given(*facts)
