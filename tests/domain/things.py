"""Ids, values and facts as the tests of the domain name them."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from zenml.domain import events
from zenml.domain.component_types import MANDATORY
from zenml.domain.events import Choice
from zenml.domain.values import Blank, Salted, Secret, Setting


def uid(label: str) -> str:
    """Returns the id that belongs to a label in these tests."""
    return str(uuid5(NAMESPACE_URL, label))


def salted(value: Any, salt: str = "") -> Salted:
    return Salted(s=sha256(salt.encode()).hexdigest()[:32], v=json.dumps(value))


def secret(key: str, value: str = "") -> Secret:
    return Secret(key_id=uid(key), ciphertext=salted(f"sealed {key} {value}"), masked=None)


def blank(label: str = "") -> Blank:
    return Blank(c=sha256(label.encode()).hexdigest())


def choice(name: str, chosen: str = "") -> Choice:
    return Choice(chosen_id=uid(chosen or name), name=name)


def registered(
    component_type: str, name: str, /, flavor: str = "local", **parameters: Setting
) -> events.ComponentRegistered:
    return events.ComponentRegistered(
        component_id=uid(f"{component_type} {name}"),
        component_type=component_type,
        name=name,
        flavor=flavor,
        parameters=parameters,
    )


def parts(*names: str) -> tuple[events.ComponentRegistered, ...]:
    """Returns the facts that each name is registered for each mandatory type."""
    return tuple(registered(component_type, name) for name in names for component_type in MANDATORY)


def stack(name: str, part: str = "a", /, **others: str) -> events.StackRegistered:
    """Returns the fact that a stack of the parts of one name is registered, with others by type."""
    names = {**dict.fromkeys(MANDATORY, part), **others}
    return events.StackRegistered(
        stack_id=uid(name),
        name=name,
        components={key: uid(f"{key} {component}") for key, component in names.items()},
    )


def profile(name: str, url: Setting | None = None) -> events.ProfileCreated:
    return events.ProfileCreated(
        profile_id=uid(name),
        name=name,
        store_type="local",
        url=url or salted(f"file:///profiles/{name}"),
        profile_ledger_id=uid(f"ledger of {name}"),
    )


def profile_renamed(old_name: str, new_name: str, of: str = "") -> events.ProfileRenamed:
    """Returns the fact that a profile got another name; ``of`` is the name it had at first, if that is another."""
    return events.ProfileRenamed(profile_id=uid(of or old_name), old_name=old_name, new_name=new_name)


def shared_profile(name: str, url: Setting) -> events.ProfileCreated:
    return profile(name, url).replace(store_type="sql")


def url_set(name: str, old: Setting, new: Setting, of: str = "") -> events.ProfileUrlSet:
    """Returns the fact that a profile has another URL; ``of`` is the name it had at first, if that is another."""
    return events.ProfileUrlSet(profile_id=uid(of or name), name=name, old=old, new=new)


def profile_moved(name: str, new: Setting, old: Setting | None = None) -> events.ProfileMoved:
    """Returns the fact that a profile of this machine is in a database now; ``old`` is its URL before."""
    return events.ProfileMoved(
        profile_id=uid(name),
        profile_name=name,
        old_store_type="local",
        new_store_type="sql",
        old=old or profile(name).url,
        new=new,
    )


def active(name: str, before: str | None = None) -> events.ProfileActivated:
    return events.ProfileActivated(old=choice(before) if before else None, new=choice(name))


def stack_active(profile_name: str, new: str | None, old: str | None = None) -> events.StackActivated:
    return events.StackActivated(
        profile_id=uid(profile_name),
        profile_name=profile_name,
        old=choice(old) if old else None,
        new=choice(new) if new else None,
    )


def repository(path: str, profile_name: str, stack_name: str | None = None) -> events.RepositoryInitialized:
    return events.RepositoryInitialized(
        repository_id=uid(path),
        path=salted(path),
        profile=choice(profile_name),
        stack=choice(stack_name) if stack_name else None,
    )


def provisioned(
    name: str, old: tuple[str, ...] | None, new: tuple[str, ...] | None, state: str = "running"
) -> events.ProvisioningChanged:
    """Returns the fact that an artifact store has other paths on this machine than it had."""

    def it(made: tuple[str, ...] | None) -> events.Provisioning | None:
        if made is None:
            return None
        return events.Provisioning(state=state, made=tuple(map(salted, made)))  # type: ignore[arg-type]

    return events.ProvisioningChanged(
        component_id=uid(f"artifact_store {name}"),
        component_type="artifact_store",
        component_name=name,
        old=it(old),
        new=it(new),
    )
