"""The format of a shared ledger is raised on purpose, and whoever is left behind is named before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from unittest import mock

import pytest

from tests.support import moves, shared
from tests.support.databases import KINDS, fresh_url
from tests.support.program import Home
from tests.support.refusals import refused
from zenml.projections.versions import FORMAT, FORMAT_VERSIONS
from zenml.stores.shared_database.database import SharedDatabase
from zenml.stores.shared_database.places import read_place


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    with fresh_url(request.param) as url:
        yield url


@pytest.fixture
def home(tmp_path: Path, url: str) -> Home:
    """A machine with a profile in a database that has a format of before."""
    home = shared.machine(tmp_path / "one", "one")
    with moves.on(home) as repository:
        repository.create_profile("team", store_type="sql", url=url)
    with (
        closing(SharedDatabase(read_place(url), patience=10)) as database,
        database.locked(shared._profile(home, "team").profile_ledger_id) as locked,
    ):
        locked.set_format(1)
        locked.commit()
    return home


def format_of(url: str) -> int | None:
    row = moves.row(url)
    return row.format if row else None


def test_an_upgrade_raises_the_format_once(home: Home, url: str) -> None:
    answer = home.done("profile", "upgrade", "team", "--dry-run")
    assert f"from format 1 to {FORMAT}" in answer.stdout
    assert format_of(url) == 1
    assert "canceled" in home.run("profile", "upgrade", "team", stdin="n\n").stdout
    assert format_of(url) == 1
    home.done("profile", "upgrade", "team", "--yes")
    assert format_of(url) == FORMAT
    assert "up to date" in home.done("profile", "upgrade", "team").stdout
    with moves.on(home) as repository:
        assert repository.verify().ok


def test_those_with_an_earlier_version_are_named(home: Home) -> None:
    newer = mock.patch.dict(FORMAT_VERSIONS, {FORMAT: "0.1.1"})
    with newer, moves.on(home) as repository:
        (behind,) = repository.upgrade_outlook("team").left_behind
        assert behind == ("root on one", "0.1.0")
    with moves.on(home) as repository:
        assert repository.upgrade_outlook("team").left_behind == ()


def test_a_profile_of_one_machine_needs_none(home: Home) -> None:
    refused(home.run("profile", "upgrade", "default"), "this machine's own")


def test_the_version_is_known_that_first_knew_the_newest_format() -> None:
    """Otherwise nobody could be told what others need."""
    assert FORMAT in FORMAT_VERSIONS
