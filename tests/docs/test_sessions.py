"""Every terminal session in the documents is what the program really says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.sessions import PAGES, ROOT, Bound, Terminal, blocks, steps
from tests.support.program import Home


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_sessions_of_a_page_are_what_the_program_says(page: Path, tmp_path: Path) -> None:
    bound, number = Bound(), 0
    terminal = _machine(tmp_path, number)
    for kind, block in blocks(page.read_text()):
        if kind == "another":
            number += 1
            terminal = _machine(tmp_path, number)
        elif kind == "python":
            terminal.run(block)
        else:
            for typed, answer in steps(block):
                expected, said = bound.compared(answer, terminal.type(bound.typed(typed)))
                assert said == expected, typed


def _machine(base: Path, number: int) -> Terminal:
    folder = (base / str(number)).resolve()
    folder.mkdir()
    return Terminal(Home(folder))


def test_a_session_that_says_something_else_is_noticed() -> None:
    bound = Bound()
    assert bound.typed("zenml undo qpvu") == "zenml undo qpvu"
    page, run = bound.compared("This is change qpvu.\n", "This is change wxyz.\n")
    assert page == run
    assert bound.typed("zenml undo qpvu") == "zenml undo wxyz"
    page, run = bound.compared("Undone qpvu: a.\n", "Undone kkkk: a.\n")
    assert page != run
    page, run = bound.compared("Undone qpvu: a.\n", "Undone wxyz: b.\n")
    assert page != run
    assert steps("$ one\n$ two\nanswer\nmore\n") == [("one", ""), ("two", "answer\nmore\n")]


def test_there_are_pages_with_sessions() -> None:
    assert "history-and-undo" in {page.stem for page in PAGES}
