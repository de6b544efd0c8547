"""Every command of ZenML 0.13.2 is here, or the page says why not, in the words in which the program does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.reference import commands
from tests.support.program import Home
from zenml.cli.mistakes.not_offered import LATER, OF_0_13, NotOffered
from zenml.cli.sections import ALIASES

HERE = Path(__file__).parent
PAGE = (HERE.parents[1] / "docs" / "differences-from-zenml.md").read_text("utf-8")
THEIRS = (HERE / "zenml_commands.txt").read_text("utf-8").split("\n")
ROW = re.compile(r"^\| (`zenml .+?`) \| (.+?) \| (?:`zenml (.+)`)? ?\|$", re.MULTILINE)


def explained(rows: tuple[NotOffered, ...]) -> set[str]:
    return {f"zenml {words}" for row in rows for words in row.commands}


def test_every_command_is_offered_or_explained() -> None:
    offered = {words for words, _, _ in commands()} | {f"zenml {name}" for name in ALIASES}
    missing = {words for words in THEIRS if words and words not in offered}
    reasons = explained(OF_0_13)
    assert {words for words in missing if not any(f"{words} ".startswith(f"{it} ") for it in reasons)} == set()
    assert {it for it in reasons if not any(f"{words} ".startswith(f"{it} ") for words in missing)} == set()
    assert (reasons | explained(LATER)) & offered == set(), "it is offered"


def test_the_page_says_what_the_program_says() -> None:
    table = PAGE.partition("## Commands that are not offered")[2]
    told = [
        NotOffered(tuple(it.removeprefix("zenml ") for it in re.findall("`(.+?)`", commands)), why, instead or "")
        for commands, why, instead in ROW.findall(table)
    ]
    assert told == [*OF_0_13, *LATER]


@pytest.mark.parametrize("row", [*OF_0_13, *LATER], ids=lambda row: row.commands[0])
def test_whoever_types_it_is_told_why_and_what_works(used: Home, row: NotOffered) -> None:
    for words in row.commands:
        error, hint = used.run(*words.split(), "something", "--else", check=2).stderr.splitlines()
        assert error == f'Error: "zenml {words}" is not offered: {row.why}.'
        assert hint.startswith('Hint: Run "zenml ')
    if row.instead not in ("", "quickstart", "service up"):  # what is started has to be ended, too
        used.done(*row.instead.split())
