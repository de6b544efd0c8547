"""Does what was planned, once: exactly these events, or nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from zenml.domain import commands
from zenml.domain.errors import (
    BusyError,
    DamagedLedgerError,
    FlavorImportError,
    InvalidValueError,
    LedgerError,
    NewerFormatError,
    NotAllowedError,
)
from zenml.domain.values import Secret, secrets_in
from zenml.flavors.build import build
from zenml.ledger.approving import already_carried_out, newest_about, overtaken
from zenml.projections import machine, stored_heads
from zenml.projections.approvals.given import carried_out_by
from zenml.projections.components import ComponentRow, component_by_id
from zenml.projections.settings import display_value
from zenml.reconcile.plans.plan import Plan
from zenml.snapshot.flavors import known_flavors
from zenml.snapshot.revealing import revealed_values
from zenml.stores.protocol import NotLockedError

if TYPE_CHECKING:
    from zenml.ledger.change import ChangeBuilder
    from zenml.projections.database import Database
    from zenml.unit_of_work.open_change import OpenChange

_NOT_ABOUT_THE_PLAN = (DamagedLedgerError, NewerFormatError, NotLockedError, BusyError)


class _TriedError(Exception):
    """Ends an attempt that was only made to see whether it succeeds."""


def carry_out(work: OpenChange, plan: Plan) -> None:
    """Does what was planned.

    Raises:
        InvalidValueError: It was planned for another profile or on another machine, or was edited.
        BusyError: Something it touches has changed since, or it was carried out already, even if that is undone.
        NotAllowedError: The change carries out another plan.
    """
    locked, change = work.now
    database = locked.transaction.database
    check_profile(work, plan)
    if work.plan_id is not None:
        raise NotAllowedError("One change cannot carry out two plans.", "Carry them out one after the other.")
    plan.check_seal(work.keyring.machine)
    check_current(database, plan)
    work.plan_id, work.targets, work.point = plan.plan_id, plan.targets, plan.point
    for event in plan.made():
        for secret in secrets_in(event):
            _take_in(work, plan, secret)
    _make(change, plan)
    for component_id in dict.fromkeys(
        fields["component_id"] for _, fields in plan.stored() if "component_id" in fields
    ):
        row = component_by_id(database, plan.ledger, component_id)
        if row is not None:
            _prepare(work, plan, row)


def try_out(change: ChangeBuilder, plan: Plan) -> None:
    """Makes sure that a plan can be carried out now; nothing of it is kept.

    Raises:
        BusyError: It would do something else now, or nothing.
    """
    try:
        with change.whole():
            _make(change, plan)
            raise _TriedError
    except _TriedError:
        pass


def _make(change: ChangeBuilder, plan: Plan) -> None:
    """Has the events of a plan happen, exactly as they are."""
    for event in plan.made():
        try:
            made = change.execute(commands.Make(event))
        except _NOT_ABOUT_THE_PLAN:
            raise
        except LedgerError as error:
            raise _out_of_date() from error
        if [it.to_fields() for it in made] != [event.to_fields()]:
            raise _out_of_date()


def check_profile(work: OpenChange, plan: Plan) -> None:
    """Checks that a plan is for the active profile: a name alone does not tell. Raises `InvalidValueError`."""
    locked, change = work.now
    database, profile = locked.transaction.database, change.catalog.profile_used
    if profile.profile_ledger_id == plan.ledger:
        return
    other = machine.profile_of_ledger(database, locked.machine_id, plan.ledger)
    if other is not None:
        raise InvalidValueError(
            f"The plan is for profile '{other.name}', and the active profile is '{profile.name}'.",
            code="plan_for_another_profile",
            profile=other.name,
        )
    if not stored_heads.is_there(database, plan.ledger):
        raise InvalidValueError(
            f"The plan is for profile '{plan.profile}' of another machine.", code="plan_unusable"
        )
    another = (
        f" The profile '{profile.name}' that is active was made later." if profile.name == plan.profile else ""
    )
    raise InvalidValueError(
        f"The plan is for a profile '{plan.profile}' that was deleted.{another}", code="plan_unusable"
    )


def check_current(database: Database, plan: Plan) -> None:
    """Checks that a plan was not carried out, and nothing it touches has changed since. Raises `BusyError`."""
    done = carried_out_by(database, plan.ledger, plan.plan_id)
    if done is not None:
        raise already_carried_out(database, done)
    for thing, change_id in plan.touched.items():
        newest = newest_about(database, thing)
        if newest is not None and newest.change_id != change_id:
            raise overtaken(database, newest)


def _out_of_date() -> BusyError:
    return BusyError("The plan is out of date: it would do something else now.", code="plan_unusable")


def _take_in(work: OpenChange, plan: Plan, secret: Secret) -> None:
    """Takes in a new secret of a plan; others are in the ledger already."""
    wrapped = plan.keys.get(secret.key_id)
    if wrapped is None:
        return
    data_key = work.keyring.machine.unwrap(secret.key_id, bytes.fromhex(wrapped))
    if data_key is None:
        raise InvalidValueError(
            "The secrets in the plan cannot be opened with this machine's key.", code="plan_unusable"
        )
    work.now[1].sealer.adopt(secret, data_key)


def _prepare(work: OpenChange, plan: Plan, row: ComponentRow) -> None:
    """Has the flavor of a component check it, if no plan could, and makes the folder that it needs.

    Making a plan imports no class of somebody's own, so that class is asked now, as `apply` does.

    Raises:
        ComponentParametersError: The class does not take the parameters.
    """
    database, kind = work.now[0].transaction.database, row.component_type
    flavors = known_flavors(database, plan.ledger, work.request.root)
    info = flavors.known(kind, row.flavor)
    checked = info is not None and info.own and plan.kind == "change"
    try:
        values = _values(work, row)
        kept = values.keys() - _planned_names(plan, row.component_id) if checked else values.keys()
        component = build(kind, row.flavor, row.name, row.component_id, values, flavors, kept)
    except FlavorImportError as error:
        work.warn(f"{error.message} The parameters of '{row.name}' were not checked.")
    except LedgerError:
        if checked:
            raise
    else:
        try:
            work.make_local_path(component)
        except NotAllowedError as error:  # `up` reports it again, when the component is used
            work.warn(error.message)


def _planned_names(plan: Plan, component_id: str) -> set[str]:
    """Returns the names of the parameters of a component that a plan sets."""
    about = [fields for _, fields in plan.stored() if fields.get("component_id") == component_id]
    return {name for fields in about for name in (*fields.get("parameters", ()), fields.get("parameter", ""))}


def _values(work: OpenChange, row: ComponentRow) -> dict[str, Any]:
    """Returns the parameters of a component: new secrets, too, whose keys are not in the ledger yet."""
    locked, change = work.now
    new = {}
    for name, text in row.settings.items():
        key_id = json.loads(text).get("key_id")
        if key_id in change.sealer.keys:
            new[name] = json.loads(change.sealer.keys[key_id].text)
        elif key_id is None:
            new[name] = display_value(text)
    others = [name for name in row.settings if name not in new]
    known = revealed_values(locked.transaction.database, work.keyring, row, others)
    return {name: value for name, value in (new | known).items() if value is not None}
