"""CONTRIBUTING.md names files, tables and tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SPANS = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", PAGE, flags=re.DOTALL | re.MULTILINE))
NAMED = re.findall(r"(`[A-Za-z_]+`(?: and `[A-Za-z_]+`)*) in `([^`\n]+)`", PAGE)


def is_path(span: str) -> bool:
    return " " not in span and ("/" in span or bool(re.search(r"\.(md|toml|yml|py)$", span)))


def test_every_path_is_there() -> None:
    paths = [span for span in SPANS if is_path(span)]
    assert len(paths) > 40
    for path in paths:
        known, _, _ = path.partition("<")  # zenml/cli/commands/<noun>.py
        assert (ROOT / known).is_dir() if "<" in path and known.endswith("/") else (ROOT / path).exists(), path


@pytest.mark.parametrize(("names", "path"), NAMED)
def test_every_table_is_where_it_says(names: str, path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    for name in re.findall(r"\w+", names.replace(" and ", " ")):
        definition = rf"^(class |def )?{name}\b" if path.endswith(".py") else rf"^{name}\b"
        assert re.search(definition, text, re.MULTILINE), f"{name} is not in {path}"


def test_folders_of_a_trial_are_there() -> None:
    folders = re.findall(r"pytest -n auto ((?:tests/\w+ ?)+)", PAGE)
    assert folders
    assert [name for line in folders for name in line.split() if not (ROOT / name).is_dir()] == []
