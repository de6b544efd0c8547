from __future__ import annotations

import shlex

import pytest

from tests.domain.wording import check_wording, commands
from tests.support.hints import hint_of
from zenml.domain.component_types import COMPONENT_TYPES
from zenml.domain.errors import InvalidValueError
from zenml.domain.missing import missing_component, missing_profile, missing_stack
from zenml.domain.names import check_name
from zenml.domain.suggestions import typed


@pytest.mark.parametrize(
    "name",
    [
        "a",
        "größe-栈",
        "🚀 prod",
        "إنتاج",
        "[red]x",
        "a: {b} # c",
        'it\'s "so"',
        "...a",
        "x" * 128,
        "é" * 128,
        "👩\u200d💻",
    ],
)
def test_any_script_and_any_sign_may_be_a_name(name: str) -> None:
    check_name("stack", name)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", "it is empty"),
        ("x" * 129, "it has 129 characters; at most 128 are allowed"),
        ("a/b", "it contains a path separator"),
        ("a\\b", "it contains a path separator"),
        ("/", "it contains a path separator"),
        ("a\nb", "it contains a control character"),
        ("\x1b[31mred", "it contains a control character"),
        ("a\x9bb", "it contains a control character"),
        ("a\u2028b", "it contains a control character"),
        ("a\ud800", "it is not UTF-8 text"),
        ("a\t", "it contains a control character"),
        (" a", "it begins or ends with a space"),
        ("a\u00a0", "it begins or ends with a space"),
        (".", "it consists only of dots"),
        ("..", "it consists only of dots"),
        ("prod\u202edrop", "it contains an invisible character"),
        ("prod\u200b", "it contains an invisible character"),
        ("gro\u0308\u00dfe", "it is not in Unicode's composed form (NFC)"),
        ("-x", "it begins with a dash, as options do"),
    ],
)
def test_what_cannot_be_a_name_is_refused_with_the_reason(name: str, problem: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        check_name("artifact store", name)
    message = refused.value.message
    check_wording(refused.value)
    assert message.endswith(f" is not a valid artifact store name: {problem}.")
    assert message.isprintable()


def test_a_long_name_is_shown_by_its_beginning() -> None:
    with pytest.raises(InvalidValueError, match=f"'{'x' * 40}…' is not a valid stack name"):
        check_name("stack", "x" * 1000)


@pytest.mark.parametrize("name", ["prod", "a b", "it's", 'it\'s "so"', "$HOME", "*", "", "größe", "`id`"])
def test_a_name_in_a_hint_is_one_word_for_a_shell(name: str) -> None:
    assert shlex.split(f"zenml stack describe {typed(name)}") == ["zenml", "stack", "describe", name]


def test_a_plain_name_is_typed_as_it_is() -> None:
    assert typed("gcp-prod_2") == "gcp-prod_2"


@pytest.mark.parametrize("component_type", COMPONENT_TYPES)
def test_a_missing_component_is_said_with_the_command_that_lists_them(component_type: str) -> None:
    error = missing_component(component_type, "x", [])
    check_wording(error)
    assert commands(hint_of(error)) == [["zenml", component_type.replace("_", "-"), "list"]]


def test_a_missing_name_is_said_with_the_nearest_one() -> None:
    for error in (missing_stack("prdo", ["dev", "prod"]), missing_profile("prdo", ["dev", "prod"])):
        check_wording(error)
        assert hint_of(error).startswith("Did you mean 'prod'? Run ")
    assert "Did you mean" not in hint_of(missing_stack("prod", ["dev"]))
