"""Whoever removes a profile reads what goes with it, and which repositories use it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.program import Home


@pytest.fixture
def shop(home: Home) -> tuple[Home, Path]:
    """A profile that a repository has chosen, with things in it."""
    home.done("profile", "create", "shop")
    folder = home.folder("ops")
    for words in (
        ("init",),
        ("profile", "set", "shop"),
        ("orchestrator", "register", "kf", "--flavor", "local"),
        ("stack", "register", "prod", "-a", "default", "-o", "kf"),
    ):
        home.run(*words, cwd=folder, check=0)
    return home, folder


@pytest.mark.parametrize("dry", [(), ("--dry-run",)], ids=["done", "rehearsed"])
@pytest.mark.parametrize("way", ["delete", "undo"])
def test_it_is_told_what_goes_and_who_uses_it(shop: tuple[Home, Path], way: str, dry: tuple[str, ...]) -> None:
    home, folder = shop
    rows = home.done("history", "--all").rows
    created = next(row["CHANGE"] for row in rows if row["SUMMARY"] == "create profile 'shop'")
    words = ("profile", "delete", "shop") if way == "delete" else ("undo", created)
    said = home.done(*words, *dry).stderr
    assert "Profile 'shop' goes with all it has: 2 stacks and 4 components. An undo brings them back.\n" in said
    assert (
        f"The repository {folder} has chosen profile 'shop'; it will use the global active profile instead.\n"
        in said
    )


def test_a_profile_nobody_chose_concerns_no_repository(shop: tuple[Home, Path]) -> None:
    home, _ = shop
    home.done("profile", "create", "spare")
    said = home.done("undo").stderr
    assert "Profile 'spare' goes with all it has: 1 stack and 3 components. An undo brings them back.\n" in said
    assert "The repository" not in said


def test_a_profile_that_comes_back_within_the_change_is_not_told_of(shop: tuple[Home, Path]) -> None:
    home, _ = shop
    home.done("profile", "delete", "shop")
    assert "goes with" not in home.done("undo").stderr
    assert "goes with all it has" in home.done("redo").stderr
