"""Copies of components and stacks, within a profile, between profiles, and from files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from zenml.application.stacks import with_metadata_store
from zenml.documents.profile import ComponentDocument, FlavorDocument, ProfileDocument
from zenml.documents.stack_exports import StackExport
from zenml.domain import commands
from zenml.domain.component_types import display
from zenml.domain.errors import ComponentClashError
from zenml.domain.missing import missing_component, missing_stack
from zenml.domain.secrecy import has_stars, is_in_clear
from zenml.domain.values import Setting, read_setting
from zenml.flavors.lookup import declared
from zenml.flavors.machine_places import with_place, without_place
from zenml.ledger.ids import new_id
from zenml.projections import components, flavors, stacks
from zenml.projections.settings import display_value
from zenml.reconcile.component_values import ComponentValues
from zenml.reconcile.own_places import placeless
from zenml.reconcile.reconciling import Rules, reconcile
from zenml.reconcile.targets import hints_for
from zenml.snapshot.profiles import profile_named
from zenml.snapshot.revealing import revealed_values, secrets_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zenml.projections.components import ComponentRow
    from zenml.projections.machine import ProfileRow
    from zenml.unit_of_work.open_change import OpenChange

Renames = Mapping[str, str]
"""Other names for components, by ``type/name``."""


def copy_component(
    work: OpenChange, component_type: str, source: str, target: str, origin: str | None, destination: str | None
) -> None:
    """Registers a copy of a component under another name, or in another profile.

    Raises:
        ProfileNotFoundError: There is no such profile.
        StackComponentNotFoundError: There is no such component.
        StackComponentExistsError: There is one of the new name.
    """
    locked, _ = work.now
    from_profile, to_profile = _profile(work, origin), _profile(work, destination)
    database, ledger_id = locked.transaction.database, from_profile.profile_ledger_id
    row = components.component(database, ledger_id, component_type, source)
    if row is None:
        names = components.component_names(database, ledger_id, component_type)
        with _hints(work, from_profile):
            raise missing_component(component_type, source, names)
    component_id = new_id()
    is_here = ledger_id == to_profile.profile_ledger_id
    with _hints(work, from_profile):
        values = {} if is_here else revealed_values(database, work.keyring, row)
    with _in(work, to_profile):
        _bring_flavors(work, from_profile, [row])
        settings = _settings_here(work, row) if is_here else _settings_elsewhere(work, row, values, component_id)
        work.execute(commands.RegisterComponent(component_id, component_type, target, row.flavor, settings))
    work.say(f"Registered stack component with type '{component_type}' and name '{target}'.")


def _settings_here(work: OpenChange, row: ComponentRow) -> dict[str, Setting]:
    """Returns what a copy of a component has in its own profile; what was recorded in clear is sealed now."""
    locked, change = work.now
    secrets, plain = declared(row.component_type, row.flavor)
    in_clear = [
        name
        for name, text in row.settings.items()
        if is_in_clear(name, json.loads(text), secret=name in secrets, plain=name in plain)
    ]
    values = revealed_values(locked.transaction.database, work.keyring, row, in_clear)
    # the same value keeps its salt, so that what removes it once finds it in the copy too
    kept = {name: read_setting(text) for name, text in row.settings.items() if name not in in_clear}
    return kept | change.sealer.settings(values, secrets, plain)


def _settings_elsewhere(
    work: OpenChange, row: ComponentRow, parameters: dict[str, Any], component_id: str
) -> dict[str, Setting]:
    """Returns what a copy of another profile's component has for its parameters in the profile in use."""
    locked, change = work.now
    database, ledger_id = locked.transaction.database, change.catalog.profile_used.profile_ledger_id
    document = ComponentDocument(
        type=row.component_type,
        id=row.component_id,
        name=row.name,
        flavor=row.flavor,
        parameters=parameters,
    )
    component_values = ComponentValues(work, database, ledger_id, checked=True, keep_unknown=True, lenient=True)
    values = component_values.of(document, component_id, None, work.warn)
    kept = values.plain
    if change.catalog.profile_used.is_shared:
        kept = without_place(row.component_type, row.flavor, component_id, kept)
    return change.sealer.settings(kept, values.secrets | secrets_of(row.settings), values.not_secret)


def copy_stack(
    work: OpenChange, source: str, target: str, origin: str | None, destination: str | None, renames: Renames
) -> None:
    """Registers a copy of a stack under another name, or with its components in another profile.

    A component of the other profile that has the same name and the same parameters is used as it is.

    Raises:
        ProfileNotFoundError: There is no such profile.
        StackNotFoundError: There is no such stack.
        StackExistsError: There is one of the new name.
        ComponentClashError: A component of the same name has other parameters.
    """
    locked, _ = work.now
    from_profile, to_profile = _profile(work, origin), _profile(work, destination)
    database, ledger_id = locked.transaction.database, from_profile.profile_ledger_id
    row = stacks.stack(database, ledger_id, source)
    if row is None:
        with _hints(work, from_profile):
            raise missing_stack(source, stacks.stack_names(database, ledger_id))
    if ledger_id == to_profile.profile_ledger_id:
        with _in(work, to_profile):
            work.execute(commands.RegisterStack(new_id(), target, row.component_names))
        work.say(f"Registered stack with name '{target}'.")
        return
    rows = [
        components.component_by_id(database, ledger_id, component_id)
        for component_id in row.component_ids.values()
    ]
    with _hints(work, from_profile):
        brought = [
            ComponentDocument(
                type=component.component_type,
                name=component.name,
                flavor=component.flavor,
                parameters=revealed_values(database, work.keyring, component),
            )
            for component in rows
            if component is not None
        ]
    secrets = {
        (component.component_type, component.name): secrets_of(component.settings)
        for component in rows
        if component is not None
    }
    with _in(work, to_profile):
        _bring_flavors(work, from_profile, [component for component in rows if component is not None])
        _bring(work, target, brought, renames, secrets, lenient=True)  # it was registered so


def import_stack(work: OpenChange, document: ProfileDocument, name: str | None, renames: Renames) -> None:
    """Registers a stack from a file, with those of its components that are not there yet.

    Args:
        work: The change it becomes part of.
        document: What the file says: one stack.
        name: Its name; None for that in the file.
        renames: Other names for components that would clash.

    Raises:
        StackExistsError: There is one of its name.
        ComponentClashError: A component of the same name has other parameters.
    """
    (stack,) = document.stacks
    of_zenml = isinstance(document, StackExport) and document.of_zenml
    _bring(work, name or stack.name, document.components, renames, {}, lenient=of_zenml)
    if isinstance(document, StackExport):
        for sentence in document.left_out:
            work.warn(sentence)


def _bring_flavors(work: OpenChange, origin: ProfileRow, rows: list[ComponentRow]) -> None:
    """Registers the custom flavors that components of another profile have."""
    locked, _ = work.now
    used = {(row.component_type, row.flavor) for row in rows}
    custom = [
        FlavorDocument(type=row.component_type, name=row.name, source=row.source)
        for row in flavors.flavors(locked.transaction.database, origin.profile_ledger_id)
        if (row.component_type, row.name) in used
    ]
    reconcile(work, ProfileDocument(flavors=custom), Rules())


def _bring(
    work: OpenChange,
    name: str,
    brought: list[ComponentDocument],
    renames: Renames,
    secrets: Mapping[tuple[str, str], frozenset[str]],
    *,
    lenient: bool = False,
) -> None:
    """Registers a stack in the profile in use, with the components it needs."""
    _, change = work.now
    missing = []
    names_by_type = {
        component.type: renames.get(f"{component.type}/{component.name}", component.name) for component in brought
    }
    parts = with_metadata_store(name, names_by_type, change.catalog, work.say)
    for document in brought:
        new = names_by_type[document.type]
        if change.catalog.component(document.type, new) is None:
            missing.append(document.replace(name=new))
        elif not _same(work, document, new):
            raise ComponentClashError(
                f"{display(document.type).capitalize()} '{new}' already exists with other settings.",
                component_type=document.type,
                name=document.name,
                taken=new,
            )
    encrypted = {(kind, renames.get(f"{kind}/{old}", old)): names for (kind, old), names in secrets.items()}
    rules = Rules(warn=work.warn, secrets=encrypted, keep_unknown=True, lenient=lenient, local_paths=False)
    reconcile(work, ProfileDocument(components=missing), rules)
    for document in missing:
        work.say(f"Registered stack component with type '{document.type}' and name '{document.name}'.")
    work.execute(commands.RegisterStack(new_id(), name, parts))
    work.say(f"Registered stack with name '{name}'.")


def _same(work: OpenChange, brought: ComponentDocument, name: str) -> bool:
    """Tells whether a component that is there would do: the same but for where it keeps its own data."""
    locked, change = work.now
    database, profile = locked.transaction.database, change.catalog.profile_row
    row = components.component(database, profile.profile_ledger_id, brought.type, name) if profile else None
    if row is None or row.flavor != brought.flavor:
        return False
    # what an export shows of a secret is all there is to compare
    starred = {
        parameter: value
        for parameter, value in brought.parameters.items()
        if has_stars(value) and parameter in row.settings and display_value(row.settings[parameter]) == value
    }
    present = revealed_values(database, work.keyring, row, row.settings.keys() - starred.keys()) | starred
    if profile is not None and profile.is_shared:
        present = with_place(row.component_type, row.flavor, row.component_id, present)
    return bool(placeless(present) == placeless(_with_defaults(brought, row.component_id)))


def _with_defaults(brought: ComponentDocument, component_id: str) -> dict[str, Any]:
    """Returns the parameters of a component with those of its flavor that a file need not name."""
    from zenml.domain.errors import LedgerError
    from zenml.flavors.build import build

    try:
        return build(
            brought.type, brought.flavor, brought.name, component_id, brought.parameters, kept=brought.parameters
        ).parameters
    except LedgerError:  # a flavor that cannot be loaded here, or parameters that another version took
        return {key: value for key, value in brought.parameters.items() if value is not None}


def _profile(work: OpenChange, name: str | None) -> ProfileRow:
    locked, change = work.now
    if name is None:
        return change.catalog.profile_used
    return profile_named(locked.transaction.database, locked.machine_id, name)


@contextmanager
def _in(work: OpenChange, profile: ProfileRow) -> Iterator[None]:
    """Has what is done inside happen in another profile."""
    _, change = work.now
    before = change.catalog.profile_row
    with _hints(work, profile):
        change.go_on_in(profile)
        yield
    change.go_on_in(before)


def _hints(work: OpenChange, profile: ProfileRow) -> AbstractContextManager[None]:
    """Returns what makes the hints on what is refused inside those of a profile."""
    active = work.now[1].catalog.profile_row
    return nullcontext() if profile == active else hints_for(profile.name)
