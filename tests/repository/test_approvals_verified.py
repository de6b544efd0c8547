"""What a program that does not ask for approvals appends is named afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest

from tests.ledger.histories import PARTS
from tests.ledger.machines import Machine
from tests.repository.test_approvals import approved, guarded, image, plan_of, rename
from tests.support.people import being
from zenml.ledger.change import ChangeBuilder
from zenml.ledger.verification import Verdict
from zenml.repository import Repository

__all__ = ["guarded"]


def verdict(machine: Machine) -> Verdict:
    verification = machine.repository().verify()
    assert all(it.ok is not False for name, it in verification.verdicts.items() if name != "approvals")
    return verification.verdicts["approvals"]


def unchecked(machine: Machine, step: Callable[[Repository], Any]) -> None:
    """Does a step with a program that asks for no approvals, and says what plan it carries out all the same."""
    with mock.patch.object(ChangeBuilder, "_approved", lambda self, about: about):
        step(machine.repository())


def test_what_was_approved_is_well(guarded: Machine) -> None:
    assert verdict(guarded).text == "0 changes of what needs approval had it"
    guarded.repository().apply_plan(approved(guarded, rename))
    guarded.repository().apply_plan(approved(guarded, image("two")))
    guarded.repository().apply_plan(approved(guarded, lambda here: here.lift_approvals(stack="prod")))
    guarded.repository().rename_stack("production", "free")
    assert verdict(guarded) == Verdict("3 changes of what needs approval had it")


def test_where_there_are_no_rules_there_is_nothing_to_say(used: Machine) -> None:
    assert verdict(used).text == "nothing needs approval"


WITHOUT: dict[str, Callable[[Machine], Any]] = {
    "no approval": lambda it: unchecked(it, rename),
    "no approval of a part": lambda it: unchecked(it, image("two")),
    "the rule lifted": lambda it: unchecked(it, lambda here: here.lift_approvals(stack="prod")),
    "a plan that nobody approved": lambda it: _applied(it, plan_of(it, rename)),
    "the approval of who carries it out": lambda it: _applied(it, approved(it, rename), "eve"),
    "the same name elsewhere": lambda it: _applied(it, approved(it, rename), "eve", "other laptop"),
    "more than was approved": lambda it: _with_more(it),
    "the name of a stack that is gone": lambda it: _name_again(it),
}


def _applied(machine: Machine, plan: Any, *by: str) -> None:
    with being(*by or ("root",)):
        unchecked(machine, lambda here: here.apply_plan(plan))


def _with_more(machine: Machine) -> None:
    plan = approved(machine, rename)

    def both(here: Repository) -> None:
        with here.change():
            here.apply_plan(plan)
            here.put_label("besides")

    unchecked(machine, both)


def _name_again(machine: Machine) -> None:
    machine.repository().apply_plan(approved(machine, lambda here: here.deregister_stack("prod")))
    unchecked(machine, lambda here: here.combine_stack("prod", PARTS))


@pytest.mark.parametrize("way", WITHOUT)
def test_what_was_not_approved_is_named(guarded: Machine, way: str) -> None:
    WITHOUT[way](guarded)
    newest = guarded.repository().history(kinds=("change",), limit=1)[0]
    problems = verdict(guarded).problems
    assert [it.message for it in problems] == [
        f"Change {newest.letters[:8]} changed stack 'prod' without the approvals that it needs."
    ]
