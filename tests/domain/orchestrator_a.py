"""The orchestrator 'a', and what may happen to it."""

from __future__ import annotations

from tests.domain.things import registered, salted
from zenml.domain import events
from zenml.domain.values import Setting

A = registered("orchestrator", "a", host=salted("h"), port=salted(1))
PLAIN = registered("orchestrator", "a")


def renamed(old_name: str, new_name: str) -> events.ComponentRenamed:
    return events.ComponentRenamed(
        component_id=A.component_id, component_type="orchestrator", old_name=old_name, new_name=new_name
    )


def parameter_set(parameter: str, old: Setting | None, new: Setting, name: str = "a") -> events.ParameterSet:
    return events.ParameterSet(
        component_id=A.component_id,
        component_type="orchestrator",
        component_name=name,
        parameter=parameter,
        old=old,
        new=new,
    )


def parameter_removed(parameter: str, old: Setting) -> events.ParameterRemoved:
    return events.ParameterRemoved(
        component_id=A.component_id,
        component_type="orchestrator",
        component_name="a",
        parameter=parameter,
        old=old,
    )


def deleted(event: events.ComponentRegistered) -> events.ComponentDeleted:
    return events.ComponentDeleted(**dict(event))
