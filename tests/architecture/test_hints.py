"""Which problem there is, and about what, is said below the terminal; what to type is said in the terminal."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.architecture.raised import ZENML, modules, needed_by, raised
from zenml.cli.mistakes.hints import STEPS, TABLES, needed
from zenml.cli.sections import HELP

ABOUT_A_PROFILE = re.compile(r"zenml profile (?:update|move|copy|upgrade|describe|rename|delete) [A-Z_]+\b")
COMMAND = re.compile(rf"\bzenml (\{{\}}|{'|'.join(map(re.escape, HELP))})(?![\w-])")
MEANT = {
    "ledger/secrets/wrapping.py": "zenml ledger {}",  # what a key is derived for: nobody reads it
}
"""What looks like a command and is none, by module."""


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    """Returns the texts of a module but docstrings; what is filled in is written ``{}``."""
    tree = ast.parse(path.read_text("utf-8"))
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts.update(id(it) for it in ast.walk(node) if isinstance(it, ast.Constant))
            yield (
                node.lineno,
                "".join(str(it.value) if isinstance(it, ast.Constant) else "{}" for it in node.values),
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes | parts:
            yield node.lineno, node.value


def test_no_command_is_worded_outside_of_the_terminal() -> None:
    worded = [
        f"{name}:{line} {text!r}: give the error a code, and word it in zenml/cli/mistakes/next_steps.py"
        for path in modules()
        for line, text in _texts(path)
        if COMMAND.search(text) and text != MEANT.get(name := path.relative_to(ZENML).as_posix())
    ]
    assert not worded, "\n".join(worded)


def test_every_code_that_is_given_is_worded_and_has_what_the_words_need() -> None:
    wrong = []
    for it in raised():
        if it.said and it.code not in STEPS:
            wrong.append(f"{it.where}: '{it.code}' is not in zenml/cli/mistakes/next_steps.py")
        elif it.code in STEPS and not needed_by(it.code) <= it.given:
            wrong.append(f"{it.where}: '{it.code}' needs {', '.join(needed_by(it.code) - it.given)}")
    assert not wrong, "\n".join(wrong)


def test_every_code_that_is_worded_is_given_somewhere() -> None:
    assert STEPS.keys() - {it.code for it in raised()} == set()


def test_no_code_is_worded_twice() -> None:
    assert len(STEPS) == sum(map(len, TABLES))


def test_no_command_about_a_profile_that_is_known_leaves_its_name_to_be_filled_in() -> None:
    """Only what is to be made has a name that nobody knows yet, or what people are to choose."""
    left = {code: found[0] for code, step in STEPS.items() if (found := ABOUT_A_PROFILE.findall(_worded(step)))}
    assert not left


def _worded(step: str | Callable[..., str]) -> str:
    return step if isinstance(step, str) else step([], **dict.fromkeys(needed(step), "x"))


def test_codes_are_names_that_programs_can_use() -> None:
    assert [code for code in STEPS if not re.fullmatch(r"[a-z]+(_[a-z]+)*", code)] == []
