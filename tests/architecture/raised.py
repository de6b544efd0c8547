"""Where the program says which problem there is: every error and notice below the terminal, as the code has it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import NamedTuple

from zenml.cli.mistakes.hints import STEPS, needed
from zenml.domain.errors import LedgerError, code_of

ZENML = Path(__file__).parents[2] / "zenml"
CLI = ZENML / "cli"
ADVISED = "advise"
_NOTICES = {"Notice": 1, "_notice": 1, ADVISED: 0}
"""What takes a code, and where: the number of the argument."""

_NO_VALUES = {"message", "hint", "records", "code"}


class Raised(NamedTuple):
    """A problem as one place in the code says it.

    Attributes:
        code: Its code.
        kind: The class of the error; `ADVISED` where an error that was made gets another code; empty for a notice.
        where: File and line.
        given: The values that come with it.
        said: Whether the code is written there, and not that of the class.
    """

    code: str
    kind: str
    where: str
    given: frozenset[str]
    said: bool


def modules() -> list[Path]:
    """Returns all modules that know no terminal."""
    return [path for path in sorted(ZENML.rglob("*.py")) if CLI not in path.parents]


def raised() -> list[Raised]:
    """Returns every error and notice that some code is given to, or that has the code of its class."""
    trees = {path: ast.parse(path.read_text("utf-8")) for path in [*modules(), *sorted(CLI.rglob("*.py"))]}
    errors = _errors(trees.values())
    return [found for path, tree in trees.items() for found in _in_module(path, tree, errors)]


def needed_by(code: str) -> set[str]:
    """Returns the values that the sentence for a code has in it."""
    step = STEPS[code]
    if isinstance(step, str):
        return {name for _, name, _, _ in Formatter().parse(step) if name}
    return set(needed(step))


def _errors(trees: object) -> dict[str, frozenset[str]]:
    """Returns the classes of errors by name, each with the values that it gives by itself."""
    classes = {
        node.name: node
        for tree in trees  # type: ignore[attr-defined]
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {LedgerError.__name__: frozenset[str]()}
    while True:
        more = {
            name: _by_itself(node)
            for name, node in classes.items()
            if name not in found and any(isinstance(base, ast.Name) and base.id in found for base in node.bases)
        }
        if not more:
            return found
        found |= more


def _by_itself(node: ast.ClassDef) -> frozenset[str]:
    calls = [it for it in ast.walk(node) if isinstance(it, ast.Call) and isinstance(it.func, ast.Attribute)]
    return frozenset(name for call in calls if call.func.attr == "__init__" for name in _named(call))  # type: ignore[attr-defined]


def _in_module(path: Path, tree: ast.AST, errors: dict[str, frozenset[str]]) -> Iterator[Raised]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
        if name not in errors and name not in _NOTICES:
            continue
        where = f"{path.relative_to(ZENML)}:{node.lineno}"
        code = next((it.value for it in node.keywords if it.arg == "code"), None)
        if name in _NOTICES and code is None and len(node.args) > _NOTICES[name]:
            code = node.args[_NOTICES[name]]
        given = _named(node) | errors.get(name, frozenset())
        if code is not None:
            kind = name if name in errors or name == ADVISED else ""
            yield from (Raised(it, kind, where, given, said=True) for it in _constants(code) if it)
        elif name in errors:
            code_of_class = code_of(type(name, (LedgerError,), {}))
            yield Raised(code_of_class, name, where, given, said=False)


def _named(call: ast.Call) -> frozenset[str]:
    return frozenset(it.arg for it in call.keywords if it.arg is not None) - _NO_VALUES


def _constants(code: ast.expr) -> list[str]:
    """Returns the codes that an expression may be; those of another error are found where that is made."""
    if isinstance(code, ast.IfExp):
        return [*_constants(code.body), *_constants(code.orelse)]
    return [code.value] if isinstance(code, ast.Constant) and isinstance(code.value, str) else []
