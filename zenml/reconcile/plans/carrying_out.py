"""Does what was planned, once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from zenml.documents.profile import ComponentDocument, ProfileDocument
from zenml.domain.change_ids import letters
from zenml.domain.component_types import reference
from zenml.domain.errors import BusyError, InvalidValueError, NotAllowedError
from zenml.projections import machine, stored_events, stored_heads
from zenml.projections.stored_events import BEGAN
from zenml.projections.timeline import history
from zenml.projections.timeline.differences import difference
from zenml.reconcile.plans.making import newest_about
from zenml.reconcile.plans.plan import Plan
from zenml.reconcile.reconciling import Rules, reconcile

if TYPE_CHECKING:
    from zenml.projections.database import Database
    from zenml.unit_of_work.open_change import OpenChange


def carry_out(work: OpenChange, plan: Plan) -> None:
    """Does what was planned.

    Raises:
        InvalidValueError: It was planned for another profile or on another machine, or was edited.
        BusyError: Something it touches has changed since, or it was carried out already, even if that is undone.
        NotAllowedError: The change carries out another plan.
    """
    locked, change = work.now
    database = locked.transaction.database
    _check_profile(work, plan)
    if work.plan_id is not None:
        raise NotAllowedError("One change cannot carry out two plans.", "Carry them out one after the other.")
    text = plan.opened(work.keyring.machine)
    applied = _carried_out_by(database, plan)
    if applied is not None:
        raise BusyError(
            f"This plan was already carried out, by change {applied}.",
            code="plan_carried_out",
            change=applied,
        )
    for thing, change_id in plan.touched.items():
        newest = newest_about(database, thing)
        if newest is not None and newest.change_id != change_id:
            name = history.short(database, newest.letters)
            raise BusyError(
                f"The plan is out of date: change {name} ({newest.summary}) came after it.",
                code="plan_unusable",
            )
    document = ProfileDocument.model_validate_json(text)
    before = len(change.events)
    reconcile(work, document, Rules(prune=plan.prune, warn=work.say))
    events = [(event.TOPIC, event.to_fields()) for event in change.events[before:]]
    differences = json.loads(json.dumps([each._asdict() for each in difference(database, events)]))
    own = {
        reference(component.type, component.name)
        for component in document.components
        if _has_own_flavor(work, component)
    }
    if _comparable(differences, own) != _comparable(plan.differences, own):
        raise BusyError("The plan is out of date: it would do something else now.", code="plan_unusable")
    work.plan_id = plan.plan_id


def _check_profile(work: OpenChange, plan: Plan) -> None:
    """Checks that a plan is for the active profile, which a name alone does not tell."""
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


def _carried_out_by(database: Database, plan: Plan) -> str | None:
    """Returns the name of the change that carried a plan out; None if none did."""
    for event in stored_events.events(
        database, plan.ledger, plan.position + 1, topics=(BEGAN,), containing=plan.plan_id
    ):
        began = json.loads(event.text)
        if began["correlation_id"] == plan.plan_id:
            return history.short(database, letters(began["change_id"]))
    return None


def _has_own_flavor(work: OpenChange, component: ComponentDocument) -> bool:
    flavor = work.reading().flavors.known(component.type, component.flavor)
    return flavor is not None and flavor.own


def _comparable(differences: list[dict[str, Any]], own: set[str]) -> list[dict[str, Any]]:
    """Returns the differences that must not have changed.

    Parameters of custom flavors are not among them: no plan imports the class of one.
    """
    return [row for row in differences if row["thing"] not in own or row["field"] in ("name", "flavor")]
