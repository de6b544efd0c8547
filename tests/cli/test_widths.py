"""How wide texts are: as another program says it."""

from __future__ import annotations

import sys
from importlib.metadata import version

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from zenml.cli.screen.terminal import styling
from zenml.cli.screen.widths import text_width, widest
from zenml.domain.visible import visible

pytestmark = pytest.mark.skipif(
    int(version("rich").split(".")[0]) < 15, reason="earlier ones have tables of an earlier Unicode"
)


def test_every_character_that_is_seen_is_as_wide_as_another_program_says() -> None:
    seen = (character for character in map(chr, range(sys.maxunicode + 1)) if visible(character) == character)
    assert [f"{ord(one):x}" for one in seen if text_width(one) != cell_len(one)] == []


@given(st.lists(st.text(), min_size=1))
def test_every_text_is_as_wide_as_another_program_says(texts: list[str]) -> None:
    shown = [visible(text) for text in texts]
    assert list(map(text_width, shown)) == list(map(cell_len, shown))
    assert widest(shown) == max(map(cell_len, shown))


@pytest.mark.parametrize("style", ["", "bold", "dim", "italic", "dim italic", "red", "green"])
@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"TERM": "dumb"},
        {"NO_COLOR": "1"},
        {"FORCE_COLOR": "1"},
        {"FORCE_COLOR": "1", "TERM": "dumb"},
        {"FORCE_COLOR": ""},
        {"TTY_COMPATIBLE": "1"},
        {"TTY_COMPATIBLE": "0", "FORCE_COLOR": "1"},
    ],
)
def test_a_style_is_told_as_another_program_tells_it(
    variables: dict[str, str], style: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rich.console import Console

    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm-256color", **variables}.items():
        monkeypatch.setenv(name, value)
    console = Console()
    with console.capture() as captured:
        console.print(Text("text", style=style), soft_wrap=True)
    assert f"{styling()('text', style)}\n" == captured.get()
