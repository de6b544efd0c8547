"""What README.md and the documents link to is there: files, and headings in them. The web is not asked."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.docs.sessions import FENCE, MARKDOWN
from tests.docs.terminals import ROOT

LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(<?([^\s)>]+)>?(?: \"[^\"]*\")?\)")
HEADING = re.compile(r"^#{1,6} (.+?) *#*$", re.MULTILINE)
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:")


def prose(path: Path) -> str:
    """Returns a page without its blocks."""
    return FENCE.sub("", path.read_text(encoding="utf-8"))


@cache
def anchors(path: Path) -> set[str]:
    """Returns the anchors of the headings of a page, as GitHub makes them."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in HEADING.findall(prose(path)):
        text = LINK.sub(lambda link: link[0][1:].partition("]")[0], heading)
        anchor = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        found.add(f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor)
        seen[anchor] += 1
    return found


PAPERS = [ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md"]


@pytest.mark.parametrize(
    "page", [*MARKDOWN, *PAPERS], ids=lambda path: path.relative_to(ROOT).with_suffix("").as_posix()
)
def test_what_a_page_links_to_is_there(page: Path) -> None:
    for target in LINK.findall(re.sub(r"`[^`\n]*`", "", prose(page))):
        if ELSEWHERE.match(target):
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / unquote(name)).resolve() if name else page
        assert path.is_relative_to(ROOT), f"{target} is outside of the project"
        assert path.exists(), target
        if anchor:
            assert anchor in anchors(path), target


@pytest.mark.parametrize("page", [*MARKDOWN, *PAPERS], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_file_of_the_source_that_is_named_is_there(page: Path) -> None:
    ours = re.compile(r"`((?:zenml|tests|benchmarks|docs|\.ci)/[\w./-]+)`")
    new = set(re.findall(r'title="(.+?)"', page.read_text(encoding="utf-8")))  # files that the page itself makes
    named = {name for name in ours.findall(prose(page)) if name not in new}
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", [*MARKDOWN, *PAPERS], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_that_is_named_for_short_is_there(page: Path) -> None:
    """``stores/local.py`` is below ``zenml``. Decisions too name what there is: a renaming corrects them."""
    new = set(re.findall(r'title="(.+?)"', page.read_text(encoding="utf-8")))
    named = set(re.findall(r"`((?!https?:)\w[\w.-]*/[\w./-]+\.py)`", prose(page))) - new
    there = (ROOT, ROOT / "zenml")
    assert [name for name in sorted(named) if not any((folder / name).exists() for folder in there)] == []


def test_every_room_is_in_the_list_of_folders() -> None:
    rooms = {path.parent.name for path in (ROOT / "zenml").glob("*/__init__.py")}
    listed = re.findall(r"^\| (`zenml/.+?) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert {name for line in listed for name in re.findall(r"`zenml/(\w+)`", line)} == rooms


def test_headings_have_the_anchors_of_github(tmp_path: Path) -> None:
    page = tmp_path / "a.md"
    page.write_text("# A `b_c`: d, e\n## Größe\n## Größe\n```text\n# no\n```\n### [l](x.md) — now\n")
    assert anchors(page) == {"a-b_c-d-e", "größe", "größe-1", "l--now"}
