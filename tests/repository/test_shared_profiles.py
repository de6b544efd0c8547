"""What a profile that several machines share is on each of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import shared
from tests.support.program import Home


@pytest.fixture
def homes(tmp_path: Path) -> tuple[Home, Home]:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    one, other = Home(first), Home(second)
    one.done("profile", "list")
    other.done("profile", "list")
    return one, other


def test_what_one_does_the_other_sees(homes: tuple[Home, Home]) -> None:
    one, other = homes
    team = shared.begun(one, "team")
    shared.joined(one, other, team)
    one.done("stack", "rename", "default", "prod")
    shared.bring(one, other, team)
    assert [row["STACK NAME"] for row in other.done("stack", "list").rows] == ["prod"]
