from __future__ import annotations

import pytest

from tests.support.hints import hint_of
from zenml.domain.component_types import COMPONENT_TYPES, command, display
from zenml.domain.errors import InvalidValueError
from zenml.domain.typed_names import NAMED, component_named, name_of, stack_named, type_named


@pytest.mark.parametrize("component_type", COMPONENT_TYPES)
def test_a_type_is_known_in_every_spelling(component_type: str) -> None:
    for spelled in (component_type, command(component_type), display(component_type), component_type.upper()):
        assert type_named(spelled) == component_type
        assert component_named(f"{spelled}/a b") == (component_type, "a b")
        assert name_of(component_type, f"{spelled}/a b") == "a b"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("docker", "'docker' does not say of which type", "Write its type too: orchestrator/docker."),
        ("a b", "'a b' does not say of which type", "Write its type too: 'orchestrator/a b'."),
        ("orchestrater/docker", "'orchestrater' is not", "Did you mean 'orchestrator'?"),
        (
            "orchestrators/docker",
            "'orchestrators' is not",
            "Did you mean 'orchestrator'?",
        ),
        ("Artifact_Stor/x", "'Artifact_Stor' is not", "Did you mean 'artifact-store'?"),
        ("nonsense/x", "'nonsense' is not", "The types are: artifact-store, "),
        ("/x", "'' is not", "The types are: "),
        ("orchestrator/", "does not say which orchestrator is meant", 'Run "zenml orchestrator list -o name"'),
    ],
)
def test_what_names_no_component_is_refused(text: str, message: str, hint: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        component_named(text)
    assert message in caught.value.message
    assert hint_of(caught.value).startswith(hint)


def test_where_the_type_is_known_a_name_is_enough() -> None:
    for text in ("docker", "", "other/docker", "/", "../..", "orchestrator/", "stack/"):
        assert name_of("orchestrator", text) == text
    with pytest.raises(InvalidValueError, match="names a component of the type artifact store, not orchestrator"):
        name_of("orchestrator", "artifact-store/docker")


@pytest.mark.parametrize("kind", NAMED)
def test_other_kinds_are_typed_before_a_name_too(kind: str) -> None:
    assert [name_of(kind, text) for text in (f"{kind}/a b", "a b", f"{kind}/")] == ["a b", "a b", f"{kind}/"]
    for other in NAMED:
        if other != kind:
            with pytest.raises(InvalidValueError, match=f"'{other}/a' names a {other}, not a {kind}"):
                name_of(kind, f"{other}/a")


@pytest.mark.parametrize(
    ("text", "name"), [("stack:a", "a"), ("stack/a", "a"), ("stack:", None), ("stack/", None), ("stacks/a", None)]
)
def test_a_stack_is_named_with_its_kind(text: str, name: str | None) -> None:
    assert stack_named(text) == name
