"""Every command of ZenML 0.13.2 is here, or the page says why not."""

from __future__ import annotations

import re
from pathlib import Path

from tests.docs.reference import commands

HERE = Path(__file__).parent
PAGE = (HERE.parents[1] / "docs" / "coming-from-zenml.md").read_text("utf-8")
THEIRS = (HERE / "zenml_commands.txt").read_text("utf-8").split("\n")


def test_every_command_is_offered_or_explained() -> None:
    offered = {words for words, _, _ in commands()}
    table = PAGE.partition("## Commands that are not offered")[2]
    explained = re.findall(
        r"`(zenml [a-z -]+)`", table.replace("`zenml undo`", "").replace("`zenml quickstart`", "")
    )
    missing = {words for words in THEIRS if words and words not in offered}
    assert {words for words in missing if not any(f"{words} ".startswith(f"{it} ") for it in explained)} == set()
    assert {it for it in explained if it in offered} == set(), "it is offered"
    assert {it for it in explained if not any(f"{words} ".startswith(f"{it} ") for words in missing)} == set()
