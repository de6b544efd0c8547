"""What is asked for, command by command, within the open change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zenml.application import components, stacks
from zenml.domain import commands
from zenml.domain.component_types import display
from zenml.domain.errors import AlreadyExistsError, ChangeNotFoundError, FlavorNotFoundError
from zenml.domain.secrecy import hidden_in, means_secret
from zenml.flavors.build import build
from zenml.flavors.lookup import SHIPPED
from zenml.ledger.ids import new_id
from zenml.ledger.secrets.sealing import texts_in
from zenml.projections.timeline import history
from zenml.service.models.commands import COMMANDS, MAKE, Asking, settings_of
from zenml.service.writing.member import MembersChange
from zenml.service.writing.sent_events import SentSecrets
from zenml.snapshot.revealing import secrets_of


def carry_out(work: MembersChange, asked: list[Asking], data_keys: Mapping[str, str]) -> None:
    """Does what is asked for, in this order.

    Args:
        work: The open change.
        asked: The commands.
        data_keys: The data keys of the secrets in events, by their ids, as hex.

    Raises:
        LedgerError: A rule forbids one of them.
        RefusedError: An event is none, or a secret in it cannot be taken.
    """
    secrets = SentSecrets(work, data_keys)
    for one in asked:
        if one.do == MAKE:
            work.execute(commands.Make(secrets.event(one.topic, one.fields)))
        else:
            _carry_out(work, one)


def _carry_out(work: MembersChange, asked: Asking) -> None:
    kind = COMMANDS[asked.do]
    fields = {name: getattr(asked, name) for name in kind.names}
    for name in settings_of(kind):
        fields[name] = None if fields[name] is None else work.now[1].sealer.setting(fields[name])
    secret = frozenset(getattr(asked, "secrets", ()))
    match kind(**{name: new_id() if _is_to_draw(name, value) else value for name, value in fields.items()}):
        case commands.RegisterComponent() as command:
            register(work, command, secret)
        case commands.UpdateComponent() as command:
            update(work, command, secret)
        case commands.RegisterStack() as command:
            _, change = work.now
            parts = stacks.with_metadata_store(command.name, command.components, change.catalog, work.say)
            work.execute(command.replace(components=parts))
        case commands.RegisterFlavor() as command:
            check_no_name_of_ours(command)
            work.execute(command)
        case commands.SetLabel() as command:
            if command.change_id is not None:
                check_here(work, command.change_id)
            work.execute(command)
        case command:
            work.execute(command)


def _is_to_draw(name: str, value: object) -> bool:
    return value is None and name.endswith("_id") and name != "change_id"


def register(work: MembersChange, command: commands.RegisterComponent, secret: frozenset[str]) -> None:
    """Registers a component whose parameters are plain values; ``secret`` names those that are secret anyway."""
    kind, flavor, values = command.component_type, command.flavor, command.parameters
    if SHIPPED.shipped(kind, flavor) is not None:
        component = build(kind, flavor, command.name, command.component_id, values)
        components.register_component(work, component, secret)
        return
    _, change = work.now
    if change.catalog.flavor(kind, flavor) is None:
        raise FlavorNotFoundError(
            f"There is no flavor '{flavor}' for the type {kind}.", code="unknown_flavor", component_type=kind
        )
    work.execute(command.replace(parameters=_settings(work, values, secret)))


def update(work: MembersChange, command: commands.UpdateComponent, secret: frozenset[str]) -> None:
    """Sets parameters, given as plain values, and unsets others; ``secret`` as for `register`."""
    kind, look = command.component_type, work.reading()
    component = look.component(kind, command.name)
    if SHIPPED.shipped(kind, component.flavor) is not None:
        components.update_component(work, kind, command.name, command.settings, command.removed, secret)
        return
    kept = secrets_of(look.component_row(kind, component.component_id).settings)
    work.execute(command.replace(settings=_settings(work, command.settings, secret | kept)))


def _settings(work: MembersChange, values: Mapping[str, Any], secret: frozenset[str]) -> dict[str, Any]:
    """Returns the parameters of a flavor whose class is not asked: it is not of this program."""
    _, change = work.now
    given = {name: value for name, value in values.items() if value is not None}
    return dict(change.sealer.settings(given, secret))


def check_no_name_of_ours(command: commands.RegisterFlavor) -> None:
    """Makes sure that a new flavor has no name of one that ships with the program. Raises `AlreadyExistsError`."""
    if SHIPPED.shipped(command.component_type, command.name) is not None:
        raise AlreadyExistsError(
            f"{display(command.component_type).capitalize()} flavor '{command.name}' already exists.",
            code="flavor_ships_already",
            component_type=command.component_type,
        )


def check_here(work: MembersChange, change_id: str) -> None:
    """Makes sure that a change has a part in the served profile: of others nothing is told.

    Raises:
        ChangeNotFoundError: It has none.
    """
    locked, _ = work.now
    parts = history.parts(locked.transaction.database, change_id)
    if all(ledger_id != work.profile.profile_ledger_id for ledger_id, *_ in parts):
        raise ChangeNotFoundError(f"Change '{change_id}' does not exist.", code="unknown_change")


def plaintexts(asked: list[Asking], secret_names: frozenset[str]) -> frozenset[str]:
    """Returns what may be secret in what is asked for: whatever is refused, none of it is noted."""
    found: set[str] = set()
    for one in asked:
        secret = secret_names | frozenset(getattr(one, "secrets", ()))
        values: Mapping[str, Any] = getattr(one, "parameters", None) or getattr(one, "settings", None) or {}
        for name in settings_of(COMMANDS[one.do]) if one.do in COMMANDS else ():
            found |= hidden_in(getattr(one, name))
        found |= hidden_texts(values, secret)
    return frozenset(found)


def hidden_texts(values: Mapping[str, Any], secret_names: frozenset[str]) -> frozenset[str]:
    """Returns what may be secret in the values of parameters, given by name."""
    found: set[str] = set()
    for name, value in values.items():
        found |= set(texts_in(value)) if name in secret_names else hidden_in(value, secret=means_secret(name))
    return frozenset(found)
