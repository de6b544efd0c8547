"""What belongs to the record of a stack: its own changes, and those of what it ran with."""

from __future__ import annotations

import io
import json
from typing import Any

from tests.ledger.machines import Machine
from tests.projections.test_plans import plan
from zenml.projections.timeline import history
from zenml.projections.timeline.filters import Filter, ThingFilter
from zenml.repository import Repository


def _lived(machine: Machine) -> Repository:
    here = machine.repository()
    here.register_component("artifact_store", "s", "local", {"path": "/before"})
    here.register_component("artifact_store", "other", "local", {"path": "/other"})
    here.combine_stack("prod", {"artifact_store": "s", "orchestrator": "default"})
    here.update_component("artifact_store", "s", {"path": "/within"})
    here.rename_component("artifact_store", "s", "t")
    here.update_component("artifact_store", "other", {"path": "/other too"})
    return here


def _told(here: Repository, **which: Any) -> list[str]:
    return [it.summary for it in here.history(reverse=True, kinds=["change", "undo"], **which)]


def test_what_its_components_were_while_or_before_they_were_in_it_belongs_to_it(machine: Machine) -> None:
    here = _lived(machine)
    kept = [
        "register artifact store 's'",
        "register stack 'prod'",
        "set path of artifact store 's'",
        "rename artifact store 's' to 't'",
    ]
    assert _told(here, stack="prod") == kept
    assert _told(here, stack="prod", own=True) == [kept[1]]
    before = here.history(limit=1)[0].letters
    here.update_stack("prod", {"artifact_store": "other"})
    here.update_component("artifact_store", "t", {"path": "/no more"})
    here.rename_stack("prod", "live")
    here.update_component("artifact_store", "other", {"path": "/now"})
    others = ["register artifact store 'other'", "set path of artifact store 'other'"]
    told = _told(here, stack="live")
    assert told == _told(here, stack="prod")
    assert sorted(told) == sorted(
        [*kept, *others, "set artifact store of stack 'prod'", "rename stack 'prod' to 'live'", others[1]]
    )
    assert [it.summary for it in here.at(before).history(reverse=True, kinds=["change"], stack="prod")] == kept
    here.deregister_stack("live")
    here.update_component("artifact_store", "other", {"path": "/no more either"})
    assert _told(here, stack="live") == [*told, "delete stack 'live'"]


def test_it_is_found_by_indexes(machine: Machine) -> None:
    _lived(machine)
    which = Filter(about=(ThingFilter(("x",), own=False, parts=True),))
    with machine.reading() as database:
        steps = plan(database, lambda views, _: history.history(views, None, 20, which), "")
    scanned = {step.split()[1] for step in steps if step.startswith("SCAN")}
    assert all(name == "p" or name.startswith("(subquery") or name == "heads" for name in scanned), steps


def test_an_export_about_a_stack_has_what_history_has(machine: Machine) -> None:
    here = _lived(machine)
    here.update_stack("prod", {"artifact_store": "other"})
    here.update_component("artifact_store", "t", {"path": "/no more"})
    here.update_component("artifact_store", "other", {"path": "/now"})
    for own in (False, True):
        wanted = {it.change_id for it in here.history(stack="prod", own=own)}
        facts = [line for line in map(json.loads, _exported(here, own=own).splitlines()) if line.get("change")]
        assert {line["change"]["id"] for line in facts} == wanted
    assert b"/within" in _exported(here)
    assert b"/no more" not in _exported(here)


def _exported(here: Repository, *, own: bool = False) -> bytes:
    out = io.BytesIO()
    here.export_record(out, stack="prod", own=own)
    return out.getvalue()
