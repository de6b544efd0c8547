"""Every example in README.md and the documents is what the program really says and does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.scenes import Scene
from tests.docs.sessions import (
    FENCE,
    MARKDOWN,
    PAGES,
    RUN,
    SHOWN,
    Block,
    Bound,
    blocks,
    carry_out,
    changes_the_source,
    steps,
)
from tests.docs.terminals import ROOT, edited


def named(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").as_posix()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_the_sessions_of_a_page_are_what_the_program_says(page: Path) -> None:
    text, bound = page.read_text(encoding="utf-8"), Bound()
    with Scene(changes_the_source(text)) as scene:
        for block in blocks(text):
            if block.kind != "console":
                carry_out(block, scene)
                continue
            for typed, answer in steps(block.text):
                assert not bound.unbound(typed), typed
                expected, said = bound.compared(answer, scene.terminal.type(bound.typed(typed)))
                assert said == expected, typed


@pytest.mark.parametrize("page", MARKDOWN, ids=named)
def test_every_block_is_run_or_no_example(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    two_lines = re.search(r"^## Install and test\n(.*?)^## ", text, re.MULTILINE | re.DOTALL)
    for found in FENCE.finditer(text):
        language, _, title = found["info"].partition(" ")
        if page.name == "README.md" and two_lines and found[0] in two_lines[1]:
            assert language == "shell"
            assert found["body"].count("\n") == 1
            continue
        line = f"{named(page)}, line {text[: found.start()].count(chr(10)) + 1}"
        assert language in (*RUN, *SHOWN), f"{line}: a block of the language '{language}' is not run"
        assert found[0].startswith("```"), f"{line}: a block that is indented, or begins with ~~~, is not found"
        assert bool(title) <= (language in (*RUN, "yaml")), line
        assert language != "diff" or title, f"{line}: a diff says which file it is about"
    ran = [block.text for block in blocks(text) if block.kind != "direction"]
    kinds = (*RUN, "yaml title")
    assert ran == [found["body"] for found in FENCE.finditer(text) if re.match("|".join(kinds), found["info"])]


def test_a_session_begins_with_what_is_typed() -> None:
    for page in PAGES:
        for block in blocks(page.read_text(encoding="utf-8")):
            assert block.kind != "console" or block.text.startswith("$ "), (named(page), block.text)


def test_a_session_that_says_something_else_is_noticed() -> None:
    bound = Bound()
    assert bound.typed("zenml undo qpvu") == "zenml undo qpvu"
    page, run = bound.compared("Recorded as change qpvu.\n", "Recorded as change wxyz.\n")
    assert page == run
    assert bound.typed("zenml undo qpvu") == "zenml undo wxyz"
    assert bound.unbound("zenml undo qpvu; zenml show xxxx") == ["xxxx"]
    page, run = bound.compared("Undone qpvu: a.\n", "Undone kkkk: a.\n")
    assert page != run
    page, run = bound.compared("Undone qpvu: a.\n", "Undone wxyz: b.\n")
    assert page != run
    page, run = bound.compared("3 passed in 0.10s\n", "1 failed, 2 passed in 0.10s\n")
    assert page != run
    assert steps("$ one\n$ two\nanswer\nmore\n") == [("one", ""), ("two", "answer\nmore\n")]
    assert steps("$ one \\\n  more\nanswer\n") == [("one \\\n  more", "answer\n")]


def test_a_page_is_taken_apart() -> None:
    page = '```console\n$ a\n```\n<!-- another machine -->\n```python title="z/a.py"\nb\n```\n```text\nc\n```\n'
    assert blocks(page) == [
        Block("console", None, "$ a\n"),
        Block("direction", None, "another machine"),
        Block("python", "z/a.py", "b\n"),
    ]
    assert changes_the_source(page)


def test_an_edit_must_fit_in_one_place() -> None:
    assert edited("a\nb\n\nc\n", " a\n-b\n+x\n@@\n \n c\n+d\n") == "a\nx\n\nc\nd\n"
    assert edited("a\n\nb\n", " a\n\n+x\n") == "a\n\nx\nb\n"
    for edit in (" b\n+x\n", " a\n+x\n"):
        with pytest.raises(AssertionError, match="stands there"):
            edited("a\na\n", edit)


def test_there_are_pages_with_sessions() -> None:
    assert {"README", "docs/history-and-undo", "docs/tutorial", "docs/how-to/add-a-flavor"} <= set(
        map(named, PAGES)
    )


def test_an_id_is_the_same_with_quotes_and_without() -> None:
    page, run = Bound().compared(
        "  id: 6578e5ca-6e90-4103-931f-512333d9d734\n", '  id: "3b1a2663-e116-4cb2-87d5-85be1b7312cc"\n'
    )
    assert page == run
