"""Answers the questions of the rules from the views, at the head, while the lock is held."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from typing import cast

import orjson

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
from zenml.domain.errors import LedgerError, ProfileNotFoundError
from zenml.domain.events import Provisioning
from zenml.domain.rules.changed import same_setting
from zenml.domain.values import Setting, Value, read_setting
from zenml.evidence import canonical
from zenml.ledger.secrets.sealing import Sealer
from zenml.projections import (
    components,
    contents,
    flavors,
    labels,
    machine,
    provisioning,
    stacks,
    stored_heads,
    stored_keys,
    tokens,
)
from zenml.projections.approvals.rules import approval_rules
from zenml.projections.components import ComponentRow
from zenml.projections.database import Database
from zenml.projections.machine import ProfileRow, RepositoryRow
from zenml.projections.runs.ledgers import runs_ledgers
from zenml.projections.stacks import StackRow
from zenml.projections.stored_keys import StoredKey


class ViewCatalog:
    """The catalog of one profile, for a command that runs in one repository or in none.

    Attributes:
        profile_row: The profile in use; a change that makes a profile goes on in the new one.
        no_profile: What refuses a command that needs a profile where none is in use.
        repository_id: The repository the command runs in.
        is_of_a_member: Whether whoever asks is on another machine: what is active on this one forbids nothing, and
            is not to be changed.
    """

    def __init__(
        self,
        database: Database,
        machine_id: str,
        profile: ProfileRow | None,
        repository_id: str | None,
        sealer: Sealer,
        *,
        is_of_a_member: bool = False,
    ) -> None:
        self._database = database
        self._machine_id = machine_id
        self.profile_row = profile
        self.no_profile = ProfileNotFoundError("No profile is active.", code="no_profile_in_use")
        self.repository_id = repository_id
        self.is_of_a_member = is_of_a_member
        self._sealer = sealer
        self._components: dict[tuple[str, str], Component] = {}

    def forget(self) -> None:
        """Forgets what it was answered: something happened, or was taken back."""
        self._components.clear()

    @property
    def profile_used(self) -> ProfileRow:
        """The profile in use. Raises `ProfileNotFoundError` if none is."""
        if self.profile_row is None:
            raise self.no_profile
        return self.profile_row

    @property
    def _ledger_id(self) -> str:
        return self.profile_used.profile_ledger_id

    def _ledgers(self) -> Iterator[str]:
        """Yields the ledgers of all profiles, the one in use first."""
        here = self.profile_row.profile_ledger_id if self.profile_row else None
        if here is not None:
            yield here
        for row in machine.profiles(self._database, self._machine_id):
            if row.profile_ledger_id != here:
                yield row.profile_ledger_id

    def component(self, component_type: str, name: str) -> Component | None:
        return self._known(components.component(self._database, self._ledger_id, component_type, name))

    def component_by_id(self, component_id: str) -> Component | None:
        known = self._components.get((self._ledger_id, component_id))
        return known or self._known(components.component_by_id(self._database, self._ledger_id, component_id))

    def _known(self, row: ComponentRow | None) -> Component | None:
        component = as_component(row)
        if component is not None:
            self._components[self._ledger_id, component.component_id] = component
        return component

    def component_names(self, component_type: str) -> list[str]:
        return components.component_names(self._database, self._ledger_id, component_type)

    def stack(self, name: str) -> Stack | None:
        return as_stack(stacks.stack(self._database, self._ledger_id, name))

    def stack_here(self, stack_id: str) -> Stack | None:
        return as_stack(stacks.stack_by_id(self._database, self._ledger_id, stack_id))

    def stack_by_id(self, stack_id: str) -> Stack | None:
        for ledger_id in self._ledgers():
            row = stacks.stack_by_id(self._database, ledger_id, stack_id)
            if row is not None:
                return as_stack(row)
        return None

    def stack_names(self) -> list[str]:
        return stacks.stack_names(self._database, self._ledger_id)

    def value(self, kind: str, thing_id: str) -> Setting | None:
        text = contents.value(self._database, kind, self._ledger_id, thing_id)
        return read_setting(text) if text else None

    def stacks_using(self, component_id: str) -> list[str]:
        return stacks.stacks_using(self._database, self._ledger_id, component_id)

    def flavor(self, component_type: str, name: str) -> Flavor | None:
        rows = flavors.flavors(self._database, self._ledger_id, component_type)
        return next((Flavor(*row) for row in rows if row.name == name), None)

    def components_of_flavor(self, component_type: str, flavor: str) -> list[str]:
        rows = components.components(self._database, self._ledger_id, component_type)
        return [row.name for row in rows if row.flavor == flavor]

    def label(self, name: str) -> Label | None:
        row = labels.label(self._database, self._ledger_id, name)
        return Label(*row) if row else None

    def labels(self) -> list[str]:
        return [row.label for row in labels.labels(self._database, self._ledger_id)]

    def approval_rules(self) -> list[ApprovalRule]:
        return self.approval_rules_of(self._ledger_id)

    def approval_rules_of(self, profile_ledger_id: str) -> list[ApprovalRule]:
        return [ApprovalRule(*row) for row in approval_rules(self._database, profile_ledger_id)]

    def size(self) -> int:
        return stored_heads.size(self._database, self._ledger_id)

    def profile(self, name: str) -> Profile | None:
        row = machine.profile(self._database, self._machine_id, name)
        return as_profile(row) if row else None

    def profile_by_id(self, profile_id: str) -> Profile | None:
        row = machine.profile_by_id(self._database, self._machine_id, profile_id)
        return as_profile(row) if row else None

    def store_type(self, profile_ledger_id: str) -> str | None:
        return machine.store_type(self._database, self._machine_id, profile_ledger_id)

    def renamed_profile(self, name: str) -> Profile | None:
        row = machine.renamed(self._database, self._machine_id, name)
        return as_profile(row) if row else None

    def profile_in_use(self) -> Profile | None:
        if self.profile_row is None:
            return None
        return self.profile_by_id(self.profile_row.profile_id) or as_profile(self.profile_row)

    def profile_names(self) -> list[str]:
        return [row.name for row in machine.profiles(self._database, self._machine_id)]

    def active_profile(self) -> str | None:
        return machine.active_profile(self._database, self._machine_id)

    def active_stack(self, profile_id: str) -> str | None:
        if self.is_of_a_member:
            return None
        return machine.active_stack(self._database, self._machine_id, profile_id)

    def repository(self, repository_id: str) -> RepositoryChoice | None:
        row = machine.repository(self._database, self._machine_id, repository_id)
        return as_repository(row) if row else None

    def repository_at(self, path: Value) -> RepositoryChoice | None:
        rows = machine.repositories(self._database, self._machine_id)
        return next((one for one in map(as_repository, rows) if same_setting(one.path, path, self)), None)

    def repository_here(self) -> RepositoryChoice | None:
        return self.repository(self.repository_id) if self.repository_id else None

    def provisioning(self, component_id: str) -> Provisioning | None:
        text = provisioning.provisioning(self._database, self._machine_id, component_id)
        return Provisioning.from_fields(orjson.loads(text)) if text else None

    def token(self, name: str) -> RecordedToken | None:
        row = tokens.token(self._database, self._machine_id, name)
        return RecordedToken(*row[:4], revoked=row.until is not None) if row else None

    def runs_ledger(self, year: int) -> YearOfRuns | None:
        rows = [row for row in runs_ledgers(self._database, self._ledger_id) if row.year == year]
        return YearOfRuns(rows[0].runs_ledger_id, rows[0].size is not None) if rows else None

    def same_secret(self, key_id: str, other_key_id: str) -> bool:
        one, other = self._stored(key_id), self._stored(other_key_id)
        key_for = self._sealer.keyring.key_for
        if one and other:  # digests that were made with different keys say nothing
            ledgers = one.ledger_id, other.ledger_id
            comparable = ledgers[0] == ledgers[1] or key_for(ledgers[0]) is key_for(ledgers[1])
            return comparable and hmac.compare_digest(one.digest, other.digest)
        texts = [self._sealer.keys[name].text for name in (key_id, other_key_id) if name in self._sealer.keys]
        stored = one or other
        if stored is None and self._sealer.keyring.is_served(self._ledger_id):
            texts = [self._text(name) for name in (key_id, other_key_id)]
        if stored is None:
            return len(texts) == 2 and hmac.compare_digest(*(text.encode() for text in texts))
        return bool(texts) and hmac.compare_digest(stored.digest, key_for(stored.ledger_id).digest(texts[0]))

    def _text(self, key_id: str) -> str:
        """Returns the text of a new secret, or of one that a service opens; for others what is like no other."""
        if key_id in self._sealer.keys:
            return self._sealer.keys[key_id].text
        try:
            return canonical.text(self._sealer.keyring.served.value(self._ledger_id, key_id))
        except LedgerError:
            return f"unknown {key_id}"

    def _stored(self, key_id: str) -> StoredKey | None:
        return stored_keys.key(self._database, key_id)


def as_component(row: ComponentRow | None) -> Component | None:
    """Returns a row of a view as the rules see it."""
    if row is None:
        return None
    parameters = {name: read_setting(text) for name, text in row.settings.items()}
    return Component(row.component_id, row.component_type, row.name, row.flavor, parameters)


def as_stack(row: StackRow | None) -> Stack | None:
    """Returns a row of a view as the rules see it."""
    return Stack(row.stack_id, row.name, row.component_ids) if row else None


def as_repository(row: RepositoryRow) -> RepositoryChoice:
    """Returns a row of a view as the rules see it."""
    path = cast("Value", read_setting(row.path))  # a path is never a secret
    return RepositoryChoice(row.repository_id, path, row.profile_id, row.stack_id)


def as_profile(row: ProfileRow) -> Profile:
    """Returns a row of a view as the rules see it."""
    return Profile(
        row.profile_id,
        row.name,
        row.store_type,  # type: ignore[arg-type]
        read_setting(row.url),
        row.profile_ledger_id,
    )
