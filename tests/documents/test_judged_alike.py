"""Documents are read as pydantic read them: the same values, and the same mistakes in the same order."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.documents.judged import judged
from zenml.documents.document import Document
from zenml.documents.forms import Mistake, UnfitError
from zenml.documents.profile import ComponentDocument, ProfileDocument
from zenml.documents.stack_exports import StackExport

ID = "0a6f58b7-5b0c-4a36-8b0a-6f6f0f3f0001"
IDS = st.sampled_from([ID, ID.upper(), ID.replace("-", ""), f"{{{ID}}}", f"urn:uuid:{ID}", f"{ID}\n", "7f", ""])
TYPES = st.sampled_from(["orchestrator", "artifact-store", "artifact_store", "orchestartor", "Orchestrator", ""])
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=3))
KEYS = st.one_of(st.sampled_from(["name", "id", "type", "parameters", "stacks", "flavour"]), SCALARS)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3), st.tuples(inner, inner)
    ),
    max_leaves=6,
)


def either(right: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Gives what is mostly right."""
    return st.integers(0, 9).flatmap(lambda number: DATA if number == 0 else right)


def item(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Gives mappings with most of the fields, and sometimes with another."""
    right = st.fixed_dictionaries({}, optional={name: either(values) for name, values in fields.items()})
    more = st.dictionaries(KEYS, SCALARS, max_size=1)
    return either(st.tuples(right, st.one_of(st.just({}), st.just({}), more)).map(lambda two: two[0] | two[1]))


NAMES = st.text(max_size=3)
NULLABLE_IDS = st.one_of(st.none(), IDS)
COMPONENTS = item(type=TYPES, name=NAMES, flavor=NAMES, id=NULLABLE_IDS, parameters=st.dictionaries(NAMES, DATA))
STACKS = item(
    name=NAMES,
    id=NULLABLE_IDS,
    components=st.dictionaries(st.one_of(TYPES, TYPES, SCALARS), either(NAMES), max_size=3),
)
FLAVORS = item(type=TYPES, name=NAMES, source=NAMES, id=NULLABLE_IDS)
DOCUMENTS = item(
    profile=st.one_of(st.none(), NAMES),
    flavors=st.lists(FLAVORS, max_size=2),
    components=st.lists(COMPONENTS, max_size=3),
    stacks=st.lists(STACKS, max_size=3),
)


def read(kind: type[Document], content: Any) -> dict[str, Any] | list[Mistake]:
    """Returns what `judged` does, as our own code has it."""
    try:
        return given_fields(kind.from_fields(content))
    except UnfitError as error:
        return [mistake._replace(place=tuple(map(str, mistake.place))) for mistake in error.mistakes]


def given_fields(document: Document) -> dict[str, Any]:
    """Returns the fields of a document that were given, and of what is in it."""
    return {
        name: [given_fields(one) if isinstance(one, Document) else one for one in value]
        if isinstance(value := getattr(document, name), list)
        else value
        for name in document.fields()
        if document.names(name)
    }


@given(DOCUMENTS)
def test_documents_are_judged_alike(content: Any) -> None:
    assert read(ProfileDocument, content) == judged(ProfileDocument, content)


@pytest.mark.parametrize("value", [None, [], (), "", 0, {1: 2}, {True: 1}, {None: 1}, {10**30: 1}, {1e300: 1}])
def test_what_is_no_document_is_judged_alike(value: Any) -> None:
    assert read(ProfileDocument, value) == judged(ProfileDocument, value)
    assert read(StackExport, {"stacks": value}) == judged(StackExport, {"stacks": value})


def test_what_pydantic_takes_as_text_is_taken() -> None:
    class Kind(StrEnum):
        ORCHESTRATOR = "orchestrator"

    component = ComponentDocument(type=Kind.ORCHESTRATOR, name="a", flavor="b")
    assert type(component.type) is str
    assert component.type == "orchestrator"


def test_a_document_is_not_changed() -> None:
    component = ComponentDocument(type="orchestrator", name="a", flavor="b", parameters={"key": "geheim"})
    with pytest.raises(AttributeError):
        component.name = "c"  # type: ignore[misc]
    other = component.replace(name="c")
    assert (component.name, other.name, other.flavor) == ("a", "c", "b")
    assert other != component == component.replace(name="a")
    assert "geheim" not in f"{component} {component!r}"
    with pytest.raises(UnfitError, match="type must be one of"):
        component.replace(type="nothing")
