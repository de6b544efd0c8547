"""``zenml profile create --type rest`` and what it says of tokens, before any of them lets somebody in."""

from __future__ import annotations

from collections.abc import Iterator

import pexpect
import pytest

from tests.service.daemons import free_port
from tests.support.canaries import leaks
from tests.support.program import SECONDS, ZENML, Home, Result

TOKEN = "zt_abcdefgh_" + "c0ffee51" * 8
"""Looks like a token, and lets nobody in."""

MISSING = "lets nobody in without a token."
REFUSED = "does not let you in: the token is wrong, or was revoked."


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the service of somebody else runs."""
    home, port = Home(tmp_path_factory.mktemp("far").resolve()), free_port()
    home.done("profile", "list")
    home.done("service", "up", "--port", str(port))
    yield f"http://localhost:{port}"
    home.done("service", "down")


def create(home: Home, *more: str, stdin: str | None = None, env: dict[str, str] | None = None) -> Result:
    return home.run("profile", "create", "team", "--type", "rest", *more, stdin=stdin, env=env, check=1)


def files(home: Home) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in home.base.rglob("*") if path.is_file()}


def test_without_a_token_it_says_how_to_get_one(home: Home, url: str) -> None:
    refused = create(home, "--url", url)
    assert MISSING in refused.stderr
    assert 'Run "zenml service token create NAME --role writer" there, and give --token.' in refused.stderr


def test_the_usual_service_is_the_one_without_options(home: Home) -> None:
    assert "http://localhost:8000" in create(home).stderr


@pytest.mark.parametrize("way", ["option", "option with =", "standard input", "url", "variable"])
def test_a_token_is_sent_and_is_recorded_nowhere(home: Home, url: str, way: str) -> None:
    match way:
        case "option":
            refused = create(home, "--url", url, "--token", TOKEN)
        case "option with =":
            refused = create(home, "--url", url, f"--token={TOKEN}")
        case "standard input":
            refused = create(home, "--url", url, "--token", "-", stdin=f"{TOKEN}\n")
        case "url":
            refused = create(home, "--url", url.replace("//", f"//{TOKEN}@"))
        case _:
            refused = create(home, "--url", url, env={"ZENML_SERVICE_TOKEN": TOKEN})
    assert REFUSED in refused.stderr
    assert not leaks(TOKEN, files(home))
    assert not leaks(TOKEN.rpartition("_")[2], files(home))
    noted = (home.config / "attempts.jsonl").read_text()
    assert "zenml profile create team" in noted
    assert ("--token" in noted) == (way in ("option", "option with =", "standard input"))


def test_what_is_typed_goes_before_the_variable(home: Home, url: str) -> None:
    refused = create(home, "--url", url, "--token", "nonsense", env={"ZENML_SERVICE_TOKEN": TOKEN})
    assert "This is not a token of a service: those begin with zt_." in refused.stderr
    assert not leaks("nonsense", files(home))


def test_url_and_token_are_read_one_after_the_other(home: Home, url: str) -> None:
    assert REFUSED in create(home, "--url", "-", "--token", "-", stdin=f"{url}\n{TOKEN}\n").stderr


def test_at_a_terminal_the_token_is_asked_for_and_not_shown(home: Home, url: str) -> None:
    words = ["profile", "create", "team", "--type", "rest", "--url", url]
    program = pexpect.spawn(
        str(ZENML), words, cwd=str(home.work), env=home.variables(), encoding="utf-8", timeout=SECONDS
    )
    program.expect_exact("Token for profile 'team': ")
    program.sendline(TOKEN)
    program.expect_exact("does not let")
    program.expect(pexpect.EOF)
    assert TOKEN not in str(program.before)
    program.close()
    assert program.exitstatus == 1
    assert not leaks(TOKEN, files(home))


def test_nobody_is_asked_for_a_token_where_no_service_is(home: Home) -> None:
    words = ["profile", "create", "team", "--type", "rest", "--url", f"http://localhost:{free_port()}"]
    program = pexpect.spawn(
        str(ZENML), words, cwd=str(home.work), env=home.variables(), encoding="utf-8", timeout=SECONDS
    )
    program.expect_exact("the connection was refused")
    program.expect(pexpect.EOF)
    program.close()


@pytest.mark.parametrize("kind", ["local", "sql"])
def test_a_token_is_for_services_alone(home: Home, kind: str) -> None:
    refused = home.run("profile", "create", "team", "--type", kind, "--token", "-", check=1)
    assert "Only a profile that a service keeps is reached with a token." in refused.stderr
    refused = home.run("profile", "update", "default", "--token", TOKEN, check=1)
    assert "Only a profile that a service keeps is reached with a token." in refused.stderr
    assert not leaks(TOKEN, files(home))


def test_an_update_needs_something_to_update(home: Home) -> None:
    home.done("profile", "list")
    refused = home.run("profile", "update", "default", check=2, env={"ZENML_SERVICE_TOKEN": TOKEN})
    assert "Give --url, --token, or both." in refused.stderr


def test_a_profile_is_neither_copied_nor_moved_to_a_service(home: Home, url: str) -> None:
    copied = home.run("profile", "copy", "default", "team", "-t", "rest", "--url", url, check=1)
    assert "A service gets no copies of profiles" in copied.stderr
    moved = home.run("profile", "move", "default", "--to", url, check=1)
    assert "Profile 'default' is not moved to a service: it is served where it is." in moved.stderr
    assert 'Run "zenml service up --profile default" to serve it.' in moved.stderr
