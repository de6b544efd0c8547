"""Who counts as another person, and which rule is asked."""

from __future__ import annotations

import pytest

from zenml.domain.catalog import ApprovalRule
from zenml.domain.errors import NotAllowedError
from zenml.domain.rules.approvals import Agreement, Person, approvers, check, same_person, strictest

USER = "operating system user"
ANN = Person("ann", "person", USER, "laptop")
BEN = Person("ben", "person", USER, "desk")
EVE = Person("eve", "person", "token", "desk")


def agreed(*people: Person, author: Person = ANN) -> list[Agreement]:
    return [Agreement(f"change {number}", number, it, author, 7) for number, it in enumerate(people)]


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (ANN, True),
        (BEN, False),
        (Person("Ann", "person", USER, "another laptop"), True),
        (Person("mallory", "person", "chosen", "laptop", "ann"), True),
        (Person("mallory", "person", "chosen", "desk", "ann"), False),
        (Person("ann", "person", "token", "desk"), True),
        (Person("mallory", "person", "token", "laptop"), False),
        (Person(None, "person", USER, "laptop"), False),
    ],
)
def test_two_that_may_be_one_are_one(other: Person, same: bool) -> None:
    assert same_person(ANN, other) == same_person(other, ANN) == same


def test_only_other_people_count() -> None:
    robot, gone = BEN._replace(kind="automation"), BEN._replace(name=None)
    assert [it.by for it in approvers(agreed(ANN, BEN, BEN, robot, gone, EVE), ANN)] == [BEN, EVE]
    assert [it.by for it in approvers(agreed(BEN, EVE), BEN)] == [EVE]
    assert approvers(agreed(BEN, author=BEN), ANN) == []


def test_as_many_as_the_strictest_rule_asks_for() -> None:
    one, two = ApprovalRule("a", "prod", "stack", 1), ApprovalRule("b", "team", "profile", 2)
    assert strictest([one, two]) == two
    assert strictest([]) is None
    check(one, agreed(BEN), ANN)
    check(two, agreed(BEN, EVE), ANN)
    with pytest.raises(NotAllowedError, match=r"Profile 'team' .* 2 other people approved; 1 approved this one"):
        check(two, agreed(BEN, BEN), ANN)
