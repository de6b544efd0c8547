from __future__ import annotations

import shlex

import pytest

from tests.domain.wording import check_wording, commands
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
        ("x" * 129, "it has 129 characters, and 128 are allowed"),
        ("a/b", "it has a path separator in it"),
        ("a\\b", "it has a path separator in it"),
        ("/", "it has a path separator in it"),
        ("a\nb", "it has a control character in it"),
        ("\x1b[31mred", "it has a control character in it"),
        ("a\x9bb", "it has a control character in it"),
        ("a\u2028b", "it has a control character in it"),
        ("a\ud800", "it is not UTF-8 text"),
        ("a\t", "it has a control character in it"),
        (" a", "it begins or ends with a blank"),
        ("a\u00a0", "it begins or ends with a blank"),
        (".", "it is made of dots alone"),
        ("..", "it is made of dots alone"),
        ("prod\u202edrop", "it has a character in it that is not seen"),
        ("prod\u200b", "it has a character in it that is not seen"),
        ("gro\u0308\u00dfe", "it is not in Unicode's composed form (NFC)"),
        ("-x", "it begins with a dash, as options do"),
    ],
)
def test_what_cannot_be_a_name_is_refused_with_the_reason(name: str, problem: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        check_name("artifact store", name)
    message = refused.value.message
    check_wording(refused.value)
    assert message.endswith(f" cannot be the name of an artifact store: {problem}.")
    assert message.isprintable()


def test_a_long_name_is_shown_by_its_beginning() -> None:
    with pytest.raises(InvalidValueError, match=f"'{'x' * 40}…' cannot be the name of a stack"):
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
    assert commands(error.hint) == [["zenml", component_type.replace("_", "-"), "list"]]


def test_a_missing_name_is_said_with_the_nearest_one() -> None:
    for error in (missing_stack("prdo", ["dev", "prod"]), missing_profile("prdo", ["dev", "prod"])):
        check_wording(error)
        assert error.hint.startswith("Did you mean 'prod'? Run ")
    assert "Did you mean" not in missing_stack("prod", ["dev"]).hint
