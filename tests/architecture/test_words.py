"""What people read is plain English: sentences that were translated word for word are not written again.

The list is short and finds only the worst. It is no substitute for reading a sentence aloud.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ZENML = Path(__file__).parents[2] / "zenml"
AWKWARD = {
    r"(?<!there )\b(is|are) (no|none)\b(?! longer| more)": "is not a …",
    r"\b(so|there|undone|registered|exists) already\b": "already …",
    r"\banew\b": "again",
    r"\bone's own\b|\bof (your|their|its) own\b(?! account)": "your, custom",
    r"\blikewise\b": "also, the same",
    r"\ball the same\b": "anyway",
    r"\b(take|takes|taken|taking) (\w+ )?back\b": "undo",
    r"\bstands?\b": "is, depends on",
    r"\bgoes with (it|that)\b": "also …",
    r"\bmend\b": "fix",
    r"\bbrought over\b": "migrated",
    r"\bgiven no\b": "has no …",
    r"\bgo on\b|\bgoes on\b": "continue",
    r"\bThis is a fault\b": "internal error",
    r"\bnot of its form\b": "malformed",
    r"\bare not what was\b|\bis not what was\b": "was altered",
    r"\bhand(s|ed)? out\b": "export",
    r"\bif none is named\b": "by default",
}
MEANT = ("a folder of your own",)
"""What the patterns would find and is meant as it is."""


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    """Returns the texts of a module that may be printed: all but docstrings, and those of commands."""
    tree = ast.parse(path.read_text("utf-8"))
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.Expr)]
    notes = {id(node.value) for node in statements if isinstance(node.value, ast.Constant)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes:
            yield node.lineno, node.value
        elif isinstance(node, ast.FunctionDef) and "\nExample: zenml" in (text := ast.get_docstring(node) or ""):
            yield node.lineno, text


def _awkward(text: str) -> Iterator[str]:
    for plain in MEANT:
        text = text.replace(plain, "")
    for pattern, better in AWKWARD.items():
        hit = re.search(pattern, text, re.IGNORECASE)
        if hit and " " in text.strip():
            yield f"{hit.group()!r} in {text!r}: rather {better!r}"


def test_what_people_read_is_plain_english() -> None:
    found = [
        f"{path.relative_to(ZENML)}:{line}: {sentence}"
        for path in sorted(ZENML.rglob("*.py"))
        for line, text in _texts(path)
        for sentence in _awkward(text)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "sentence",
    [
        "Nothing to change: it is so already.",
        "'0' is no change, no label and no time.",
        "Make the views anew",
        "A flavor of your own: the class a.B.",
        "to undo it all the same",
        "to take it back",
        "Take back too what stands on it",
        "With it goes change oqtv, which stands on it.",
        "The file a.yaml is there already.",
        "An event of the ledger is not of its form.",
        "The record is not what was written.",
    ],
)
def test_what_was_written_before_would_be_found(sentence: str) -> None:
    assert list(_awkward(sentence))


@pytest.mark.parametrize(
    "sentence",
    [
        "There is no custom flavor 'f'.",
        "Stack 's' is no longer registered.",
        "Stack 's' already exists.",
        "standard",
    ],
)
def test_plain_sentences_pass(sentence: str) -> None:
    assert not list(_awkward(sentence))
