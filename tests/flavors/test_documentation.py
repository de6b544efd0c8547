"""What people are told about flavors: the docstrings of their classes."""

from __future__ import annotations

import pytest

from zenml.flavors.base import StackComponent
from zenml.flavors.documentation import parameter_docs, summary
from zenml.flavors.index import FLAVORS
from zenml.flavors.lookup import SHIPPED

EACH = [(component_type, info.name) for component_type, known in FLAVORS.items() for info in known]


class Base:
    """A base.

    Attributes:
        inherited: From the base.
        changed: As the base has it.
    """


class Documented(Base):
    """Does something that takes
    two lines to tell.

    Another paragraph, which names nothing:
        nothing: Indented, and of no section.

    Attributes:
        short: One line.
        long: Begins here, with ``{"a": 1}``,
            goes on
              and ends here.

        after_a_gap: Still in the section.
        changed: As the class has it: with a colon.

    Raises:
        ValueError: Of another section.
    """


class Called:
    """Is called.

    Args:
        argument: Documented as one.
    Returns:
        nothing: At all.
    """


class Silent:
    pass


@pytest.mark.parametrize(("component_type", "flavor"), EACH)
def test_a_flavor_and_its_parameters_are_explained(component_type: str, flavor: str) -> None:
    declared = SHIPPED.load(component_type, flavor)
    docs = parameter_docs(declared)
    texts = {"": summary(declared), **{it.name: docs[it.name] for it in declared.describe_parameters()}}
    for name, text in texts.items():
        assert text[0].isupper(), name
        assert text.endswith("."), name
        assert "``" not in text, name
        assert text == " ".join(text.split()), name


@pytest.mark.parametrize(("component_type", "flavor"), EACH)
def test_nothing_is_explained_that_is_not_there(component_type: str, flavor: str) -> None:
    declared = SHIPPED.load(component_type, flavor)
    own = parameter_docs(declared).keys() - parameter_docs(StackComponent).keys()
    assert all(name in declared.model_fields or hasattr(declared, name) for name in own)


def test_no_two_flavors_of_a_type_are_explained_alike() -> None:
    for component_type, known in FLAVORS.items():
        told = [summary(SHIPPED.load(component_type, info.name)) for info in known]
        assert len(told) == len(set(told))


def test_a_summary_is_the_first_paragraph_in_one_line() -> None:
    assert summary(Documented) == "Does something that takes two lines to tell."


def test_lines_that_go_on_belong_to_their_parameter() -> None:
    assert parameter_docs(Documented)["long"] == 'Begins here, with {"a": 1}, goes on and ends here.'


def test_a_class_explains_what_it_inherits_or_has_it_explained() -> None:
    assert parameter_docs(Documented) == parameter_docs(object) | {
        "inherited": "From the base.",
        "short": "One line.",
        "long": 'Begins here, with {"a": 1}, goes on and ends here.',
        "after_a_gap": "Still in the section.",
        "changed": "As the class has it: with a colon.",
    }
    assert parameter_docs(SHIPPED.load("secrets_manager", "local"))["scope"] == "Always none."


def test_parameters_may_be_explained_as_arguments() -> None:
    assert parameter_docs(Called) == {"argument": "Documented as one."}


def test_a_class_that_says_nothing_has_nothing_said_of_it() -> None:
    assert summary(Silent) == ""
    assert parameter_docs(Silent) == {}
