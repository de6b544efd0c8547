"""What an example of a how-to page takes is counted: it tells where a seam is in the wrong place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.sessions import Block, blocks
from tests.docs.terminals import ROOT
from zenml.stores.protocol import LocalViews, LockedEvents

_LINES = r"(\d+) lines? in (\d+) files?"
TAKES = re.compile(rf"^The example adds {_LINES} of the program, and {_LINES} of the tests\.$", re.MULTILINE)
PAGES = sorted((ROOT / "docs" / "how-to").glob("*.md"))
WITHOUT_EXAMPLE = {"add-an-event.md", "share-a-key.md", "keep-a-signing-key.md", "move-a-profile.md"}
"""The example of a property has one event, from the fact to the command line; the others are for users."""


def examples(page: Path) -> Iterator[tuple[str, list[Block]]]:
    """Yields the sections of a page that change the source, with the files in them."""
    for section in re.split(r"^(?=## )", page.read_text(encoding="utf-8"), flags=re.MULTILINE):
        changed = [block for block in blocks(section) if block.title and block.kind in ("python", "diff")]
        if changed:
            yield section, changed


def taken(changed: list[Block], folder: str) -> list[int]:
    """Returns how many lines that are not empty are added in a folder, and in how many files."""
    here = [block for block in changed if block.title and block.title.startswith(f"{folder}/")]
    added = [
        line.removeprefix("+")
        for block in here
        for line in block.text.splitlines()
        if block.kind == "python" or line[:1] == "+"
    ]
    return [sum(bool(line.strip()) for line in added), len({block.title for block in here})]


def test_a_store_that_exists_is_shown_as_it_is() -> None:
    """An example that is part of the source changes with it."""
    ((_, shown),) = examples(ROOT / "docs" / "how-to" / "add-a-store.md")
    assert [block.title for block in shown] == ["zenml/stores/memory.py", "tests/stores/test_memory.py"]
    for block in shown:
        assert block.title
        assert block.text == (ROOT / block.title).read_text(encoding="utf-8"), block.title


@pytest.mark.parametrize("side", [LockedEvents, LocalViews])
def test_a_page_names_all_that_a_store_promises(side: type) -> None:
    page = (ROOT / "docs" / "how-to" / "add-a-store.md").read_text(encoding="utf-8")
    (promised,) = re.findall(rf"^\| `{side.__name__}` \| (.+?) \|", page, re.MULTILINE)
    members = {name for name in {**vars(side), **side.__annotations__} if not name.startswith("_")}
    assert set(re.findall(r"`(\w+)`", promised)) == members


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_says_what_its_examples_take(page: Path) -> None:
    found = list(examples(page))
    assert bool(found) != (page.name in WITHOUT_EXAMPLE)
    for section, changed in found:
        said = [list(map(int, numbers)) for numbers in TAKES.findall(section)]
        assert said == [[*taken(changed, "zenml"), *taken(changed, "tests")]], section.partition("\n")[0]
