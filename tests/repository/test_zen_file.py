"""What a repository's file says, whoever wrote it."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from tests.repository.zen_files import (
    CHANGE,
    PROFILE,
    STACK,
    content,
    drafts,
    names,
    nothing_recorded,
    read,
    write,
)
from zenml.active import zen_file

# --- the way around the YAML parser ---------------------------------------------------------------

WORDS = st.sampled_from(["null", "true", "Yes", "on", "NaN", "y", "inf", "default", "a-b_c", "x--", "e5", "0x1f"])
LINES = st.lists(
    st.tuples(
        st.one_of(st.just(PROFILE), st.just(STACK), WORDS, st.text(max_size=5)),
        st.sampled_from([": ", ":", ":  ", " : "]),
        st.one_of(WORDS, st.text(max_size=8), st.text("abz019_-.:#'\" ", max_size=6)),
    ).map("".join),
    max_size=4,
)
ENDS = st.sampled_from(["\n", "\n\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", " # more\n", ""])


def text_of(lines: list[str], ends: list[str]) -> str:
    return "".join(line + end for line, end in zip(lines, ends, strict=False))


@given(st.builds(text_of, LINES, st.lists(ENDS, min_size=4, max_size=4)))
@example(f"{PROFILE}: default\n{STACK}: default\n")
@example(f"{STACK}: off\n")
@example(f"{STACK}: a\n{STACK}: b\n")
@example("on: off\nyes: a\n")
@example("a: b\x0cc: d\n")
@example("a: b")
def test_what_is_read_without_a_parser_is_what_the_parser_reads(text: str) -> None:
    plain = zen_file._plain(text)
    if plain is not None:
        assert plain == yaml.safe_load(text)


@pytest.mark.parametrize(
    "stack", ["default", "a-b_c", "Größe", "123", "yes", "null", "1.5", "a: b", "#x", "生产 😀"]
)
def test_any_name_is_read_as_it_was_written(root: str, stack: str) -> None:
    zen_file.commit(zen_file.prepare(root, "team one", stack, CHANGE))
    assert names(root) == ("team one", stack)


def test_the_usual_file_is_read_without_the_parser(root: str) -> None:
    zen_file.commit(zen_file.prepare(root, "default", "prod", CHANGE))
    assert zen_file._plain(Path(zen_file.path(root)).read_text()) == {PROFILE: "default", STACK: "prod"}


# --- what people write ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{STACK}: prod\n", (None, "prod")),
        (f"{PROFILE}: team\n", ("team", None)),
        (f"active_project_name: null\n{STACK}: null\n", (None, None)),
        (f"{STACK}: ''\n", (None, None)),
        (f"{STACK}: 123\n{PROFILE}: 7\n", ("7", "123")),
        (f"\ufeff{STACK}: prod\r\n{PROFILE}: team\r\n", ("team", "prod")),
    ],
    ids=["no profile", "no stack", "nulls", "empty", "numbers", "from Windows"],
)
def test_a_file_is_understood(root: str, text: str, expected: tuple[str | None, str | None]) -> None:
    write(root, text)
    assert names(root) == expected


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{key}: &{key} [{', '.join(['*' + before] * 9)}]\n" for before, key in pairwise("abcdefghij")
)
MALFORMED = {
    "a list": b"- a\n",
    "a word": b"word\n",
    "unclosed": f"{STACK}: [a\n".encode(),
    "two values": f"{STACK}: 7: 8".encode(),
    "no text": b"\xff\xfe\x00",
    "a control character": f"{STACK}: a\x00b\n".encode(),
    "a python object": f"{STACK}: !!python/object/apply:os.getcwd []\n".encode(),
    "no hashable key": b"? [a]\n: b\n",
    "a list for a name": f"{STACK}: [a, b]\n".encode(),
    "a mapping for a name": f"active_profile_name: {{a: b}}\n{STACK}: a\n".encode(),
    "a key twice": f"{STACK}: a\n{STACK}: b\n".encode(),
    "a key twice in other words": f"{STACK}: a\n1: b\n'1': c\n".encode(),
    "two documents": f"{STACK}: a\n---\n{STACK}: b\n".encode(),
    "an alias bomb": f"{STACK}: a\n{BOMB}".encode(),
    "an alias bomb for a name": BOMB.replace("j:", f"{STACK}:").encode(),
    "a large comment": b"#" * 300_000,
    "many keys": "".join(f"k{number}: 1\n" for number in range(20_000)).encode(),
    "not a number": f"{STACK}: a\nx: .nan\n".encode(),
    "nested": b"[" * 5000,
    "a loop": b"a: &a [*a]\nb: *c\n",
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED)
def test_a_file_that_is_not_understood_has_a_problem_and_is_kept_beside_the_new_one(
    root: str, text: bytes
) -> None:
    write(root, text)
    file = read(root)
    assert file.problem
    assert "\n" not in file.problem
    assert (file.profile_name, file.stack_name) == (None, None)
    assert Path(zen_file.path(root)).read_bytes() == text
    zen_file.commit(zen_file.prepare(root, "default", "prod", CHANGE))
    assert names(root) == ("default", "prod")
    assert Path(zen_file.path(root) + ".unreadable").read_bytes() == text


@pytest.mark.parametrize("text", ["", "{}", "# only this\n", "entity: 7\n", "active_stack: prod\n"])
def test_a_file_that_names_nothing_is_a_problem_and_not_in_the_way(root: str, text: str) -> None:
    write(root, text)
    assert read(root).problem
    zen_file.commit(zen_file.prepare(root, "default", "prod", CHANGE))
    assert names(root) == ("default", "prod")
    assert drafts(root) == []


def test_a_folder_in_the_files_place_is_a_problem_too(root: str) -> None:
    os.mkdir(zen_file.path(root))
    assert read(root).problem


def test_no_file_is_no_choice(root: str, tmp_path: Path) -> None:
    assert zen_file.read(root, nothing_recorded) is None
    assert zen_file.read(str(tmp_path / "nowhere"), nothing_recorded) is None


def test_keys_of_others_stay(root: str) -> None:
    write(root, f"{STACK}: a\nentity: {{id: 7, tags: [x, y]}}\n9: nine\n")
    zen_file.commit(zen_file.prepare(root, "team", "b", CHANGE))
    assert content(root) == {PROFILE: "team", STACK: "b", "entity": {"id": 7, "tags": ["x", "y"]}, "9": "nine"}
