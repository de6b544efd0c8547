"""No secret in clear text: not in a file, an answer, the history, an export, an error or a dry run."""

from __future__ import annotations

import base64
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.scenarios.planting import DOORS, look_around
from tests.scenarios.typed_doors import by_parameter
from tests.scenarios.watching import MYSQL, Watch, canary
from tests.support.canaries import bytes_below, forms, leaks
from tests.support.program import Home
from tests.support.tables import described


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Watch:
    """A machine on which a secret of its own was planted through every door."""
    return Watch(Home(tmp_path_factory.mktemp("canaries").resolve()))


@pytest.fixture(scope="module")
def planted(watch: Watch) -> dict[str, str]:
    """Which doors could not be used as intended, and why; then everything that shows was run."""
    stuck: dict[str, str] = {}
    for door in DOORS:
        try:
            door(watch, door.__name__, canary(door.__name__))
        except AssertionError as reason:
            stuck[door.__name__] = str(reason)
    look_around(watch)
    return stuck


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_a_secret_is_found_nowhere(
    watch: Watch, planted: dict[str, str], door: Callable[[Watch, str, str], None]
) -> None:
    assert watch.leaks(canary(door.__name__)) == []
    assert door.__name__ not in planted, planted[door.__name__]


def test_what_was_planted_is_there(watch: Watch, planted: dict[str, str]) -> None:
    assert watch.leaks("registry.example.com"), "the search sees answers"
    assert any("ledger.db" in place for place in bytes_below(watch.home.base)), "and the ledger"
    assert watch.leaks("by_taken_name"), "whose names are not secret"


def test_a_secret_is_kept_all_the_same(used: Home) -> None:
    by_parameter(Watch(used), "m", canary("kept"))
    shown = described(used.done("metadata-store", "describe", "m").rows)
    assert shown["PASSWORD"] not in ("", "None")  # masked, not lost
    assert shown["HOST"] == "h"
    script = """
        from zenml.repository import Repository
        print(Repository().get_stack_component("metadata_store", "m").password)
    """
    assert used.python(script).exits(0).stdout.strip() == canary("kept")


def test_a_reference_to_a_secret_is_shown_as_it_is(used: Home) -> None:
    used.done(*shlex.split(f"{MYSQL.format('m')} --password={{{{db.password}}}}"))
    assert described(used.done("metadata-store", "describe", "m").rows)["PASSWORD"] == "{{db.password}}"


@pytest.mark.parametrize("form", forms("x" * 9))
def test_the_search_finds_every_form(form: str, tmp_path: Path) -> None:
    secret = canary("planted")
    (tmp_path / "file").write_bytes(b"before" + forms(secret)[form] + b"after")
    assert any(found.startswith(form) for found in leaks(secret, bytes_below(tmp_path)))


@pytest.mark.parametrize("before", range(4))
def test_the_search_finds_a_secret_within_an_encoded_text(before: int) -> None:
    text = "a" * before + canary("planted") + "and more"
    assert leaks(canary("planted"), {"base64": base64.b64encode(text.encode())})
    assert leaks(canary("planted"), {"hex": text.encode().hex().encode()})
    assert not leaks(canary("planted"), {"clean": base64.b64encode(text[:-12].encode())})
