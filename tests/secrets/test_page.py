"""The table of names on the page about components, held against the program."""

from __future__ import annotations

import re
from pathlib import Path

from zenml.domain.secrecy import means_secret

PAGE = Path(__file__).parents[2] / "docs" / "concepts" / "stack.md"


def names(column: int) -> list[str]:
    """Returns the names in a column of the table under the heading Secrets."""
    section = PAGE.read_text(encoding="utf-8").split("\n## Secrets\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return [name for row in rows[2:] for name in re.findall(r"`([^`]+)`", row[column])]


def test_what_the_page_calls_names_of_secrets_are_some() -> None:
    assert len(names(0)) > 15
    assert [name for name in names(0) if not means_secret(name)] == []


def test_what_the_page_calls_other_names_are_others() -> None:
    assert len(names(1)) > 5
    assert [name for name in names(1) if means_secret(name)] == []
