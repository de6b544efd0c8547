"""A service of one's own: another name of the profile that is served, and other folders of the same user."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import pytest

from tests.service.daemons import free_port
from tests.support.canaries import leaks
from tests.support.program import Home, Result


class Machine(NamedTuple):
    """A machine whose service runs.

    Attributes:
        home: The machine.
        url: Where the service is.
    """

    home: Home
    url: str

    def join(self, name: str, *more: str, home: Home | None = None, check: int | None = 0) -> Result:
        """Creates a profile at the service."""
        words = ("profile", "create", name, "--type=rest", f"--url={self.url}", *more)
        return (home or self.home).run(*words, check=check)

    def elsewhere(self) -> Home:
        """Returns the same user, in another configuration folder."""
        return Home(self.home.base, {"ZENML_CONFIG_PATH": str(self.home.base / "elsewhere")})


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    home, port = Home(tmp_path.resolve()), free_port()
    home.done("profile", "list")
    home.done("service", "up", "--port", str(port))
    yield Machine(home, f"http://localhost:{port}")
    home.done("service", "down")


def profiles(home: Home) -> dict[str, tuple[str, str]]:
    """Returns store type and URL of the profiles by name."""
    listed = json.loads(home.done("profile", "list", "-o", "json").stdout)["profiles"]
    return {profile["name"]: (profile["store_type"], profile["url"]) for profile in listed}


def stacks(home: Home) -> set[str]:
    return {row["STACK NAME"] for row in home.done("stack", "list").rows}


def test_the_profile_that_is_served_here_gets_another_name(machine: Machine) -> None:
    home = machine.home
    joined = machine.join("team")
    assert joined.stdout == "Profile 'team' successfully created.\n"
    said = "Profile 'default' of this machine is what is served there: 'team' is another name of it"
    assert said in joined.stderr
    assert profiles(home)["team"] == ("rest", machine.url)
    assert ("STORE_TYPE", "rest") in [tuple(row.values()) for row in home.done("profile", "describe", "team").rows]
    home.done("profile", "set", "team")
    home.done("service", "down")  # it needs none that runs
    home.done("stack", "register", "mine", "-a", "default", "-o", "default", "-m", "default")
    home.done("profile", "set", "default")
    assert stacks(home) == {"default", "mine"}
    assert not (home.config / "profiles" / "team").exists()
    assert home.done("audit", "verify").exit == 0
    assert "token" not in home.done("history", "--all").stdout


def test_the_stack_that_is_active_there_is_active_by_the_other_name_too(machine: Machine) -> None:
    home = machine.home
    home.done("stack", "register", "mine", "-a", "default", "-o", "default", "-m", "default", "--set")
    machine.join("team", "--set")
    assert home.done("stack", "get").stdout == "The active stack is: 'mine'\n"
    home.done("profile", "set", "default")
    home.done("stack", "set", "default")
    home.done("stack", "delete", "mine", "-y")
    home.done("profile", "set", "team")
    got = home.done("stack", "get")
    assert got.stdout == "The active stack is: 'default'\n"
    assert "Stack 'mine' not found; this machine uses 'default'." in got.stderr


def test_what_is_said_of_the_ledger_names_the_profile_that_is_served(machine: Machine) -> None:
    home = machine.home
    machine.join("team")
    home.done("stack", "rename", "default", "prod")
    exported = home.done("audit", "export", "--format", "jsonl").stdout
    named = {json.loads(line).get("profile") for line in exported.splitlines() if "StackRenamed" in line}
    assert named == {"default"}


@pytest.mark.parametrize("gone", ["team", "default"])
def test_either_name_may_go_and_come_back(machine: Machine, gone: str) -> None:
    home = machine.home
    machine.join("team")
    left = ({"team", "default"} - {gone}).pop()
    home.done("profile", "set", left)
    home.done("profile", "delete", gone)
    assert set(profiles(home)) == {left}
    assert stacks(home) == {"default"}
    home.done("stack", "rename", "default", "prod")
    assert home.done("ledger", "rebuild").exit == 0
    assert home.done("audit", "verify").exit == 0
    deletion = next(row for row in home.done("history", "--all").rows if row["SUMMARY"].startswith("delete"))
    home.done("undo", deletion["CHANGE"])
    assert set(profiles(home)) == {"default", "team"}
    home.done("profile", "set", gone)
    assert stacks(home) == {"prod"}


def test_its_creation_is_undone(machine: Machine) -> None:
    machine.join("team")
    machine.home.done("undo")
    assert set(profiles(machine.home)) == {"default"}
    assert stacks(machine.home) == {"default"}


def test_it_is_renamed_and_the_service_is_not_asked(machine: Machine) -> None:
    home = machine.home
    machine.join("team")
    home.done("service", "down")
    home.done("profile", "rename", "team", "crew")
    home.done("profile", "rename", "default", "own")
    assert set(profiles(home)) == {"crew", "own"}
    assert profiles(home)["crew"] == ("rest", machine.url)
    assert home.done("audit", "verify").exit == 0


def test_a_profile_with_two_names_is_not_moved(machine: Machine) -> None:
    home = machine.home
    machine.join("team")
    for name in ("default", "team"):
        refused = home.run("profile", "move", name, "--to", f"sqlite:///{home.base}/team.db", check=1)
        assert "Profile 'default' is not moved while it has another name here: 'team'." in refused.stderr
    home.done("profile", "delete", "team")
    home.done("profile", "move", "default", "--to", f"sqlite:///{home.base}/team.db")
    deletion = next(row for row in home.done("history", "--all").rows if row["SUMMARY"].startswith("delete"))
    refused = home.run("undo", deletion["CHANGE"], check=3)
    assert "has moved since" in refused.stderr
    assert set(profiles(home)) == {"default"}


@pytest.mark.parametrize("option", [("--url", "http://localhost:1"), ("--token", "-")])
def test_the_other_name_has_no_other_url_and_no_token(machine: Machine, option: tuple[str, str]) -> None:
    machine.join("team")
    refused = machine.home.run("profile", "update", "team", *option, stdin="zt_x\n", check=1)
    assert "Profile 'team' is another name of a profile of this machine" in refused.stderr


def test_a_shared_profile_gets_no_other_name(tmp_path: Path) -> None:
    home, port = Home(tmp_path.resolve()), str(free_port())
    home.done("profile", "create", "shared", "--type", "sql", "--url", f"sqlite:///{tmp_path}/shared.db")
    home.done("service", "up", "--profile", "shared", "--port", port)
    try:
        refused = Machine(home, f"http://localhost:{port}").join("team", check=1)
        assert "Profile 'shared' of this machine is what is served at http://localhost:" in refused.stderr
        assert 'Run "zenml profile set shared" to use it.' in refused.stderr
    finally:
        home.done("service", "down")


def test_a_service_of_another_user_is_not_ones_own(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "stranger").mkdir()
    refused = machine.join("team", home=Home(tmp_path / "stranger"), check=1)
    assert "lets nobody in without a token." in refused.stderr
    assert json.loads(machine.home.done("service", "token", "list", "-o", "json").stdout)["tokens"] == []


@pytest.mark.parametrize("path", ["state", "folder", "note"])
def test_files_that_others_can_write_are_not_believed(machine: Machine, path: str) -> None:
    service = machine.home.config / "service"
    (note,) = (machine.home.home / ".local" / "state" / "zenml" / "services").iterdir()
    os.chmod({"state": service / "state.json", "folder": service, "note": note}[path], 0o777)
    refused = machine.join("team", home=machine.elsewhere(), check=1)
    assert "lets nobody in without a token." in refused.stderr


def test_a_note_of_a_service_that_ended_is_removed(machine: Machine) -> None:
    folder = machine.home.home / ".local" / "state" / "zenml" / "services"
    (note,) = folder.iterdir()
    assert set(json.loads(note.read_text())) == {"folder", "nonce"}
    assert note.stat().st_mode & 0o777 == 0o600
    machine.home.done("service", "down")
    assert list(folder.iterdir()) == []


def test_a_dry_run_makes_no_token(machine: Machine) -> None:
    refused = machine.join("team", "--dry-run", home=machine.elsewhere(), check=1)
    assert "A dry run makes no token" in refused.stderr
    assert json.loads(machine.home.done("service", "token", "list", "-o", "json").stdout)["tokens"] == []


def tokens(home: Home) -> list[tuple[str, str, bool]]:
    """Returns name, role and whether it is revoked of the tokens."""
    listed = json.loads(home.done("service", "token", "list", "-o", "json").stdout)["tokens"]
    return [(token["name"], token["role"], token["revoked"] is not None) for token in listed]


def test_another_folder_of_the_same_user_makes_its_own_token(machine: Machine) -> None:
    other = machine.elsewhere()
    joined = machine.join("mate", "--set", home=other)
    user = tokens(machine.home)[0][0]
    assert tokens(machine.home) == [(user, "writer", False)]
    assert f"This is your own service, in {machine.home.config}: token '{user}' was made there" in joined.stderr
    assert profiles(other)["mate"] == ("rest", machine.url.replace("//", f"//{user}:***@"))
    other.done("stack", "register", "his", "-a", "default", "-o", "default", "-m", "default")
    assert stacks(machine.home) == {"default", "his"}
    again = machine.join("again", home=other, check=1)
    assert "Profile 'mate' is the one that is at http://localhost:" in again.stderr
    assert len(tokens(machine.home)) == 1


def test_a_name_that_was_given_gets_a_number(machine: Machine) -> None:
    machine.join("mate", home=machine.elsewhere())
    user = tokens(machine.home)[0][0]
    machine.home.done("service", "token", "revoke", user)
    third = Home(machine.home.base, {"ZENML_CONFIG_PATH": str(machine.home.base / "third")})
    machine.join("mate", home=third)
    assert tokens(machine.home) == [(user, "writer", True), (f"{user}-2", "writer", False)]


def test_a_token_that_is_of_no_use_is_revoked(machine: Machine) -> None:
    refused = machine.join("not/a name\n", home=machine.elsewhere(), check=1)
    assert "Error: " in refused.stderr
    assert [revoked for _, _, revoked in tokens(machine.home)] == [True]


def test_a_service_that_only_says_the_same_gets_no_token(machine: Machine) -> None:
    """Somebody else may answer at their port what one's own service says at /health."""
    port = free_port()
    nonce = json.loads((machine.home.config / "service" / "state.json").read_text())["nonce"]
    asked = list[str]()

    class Liar(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers.get("Authorization", ""))
            body = json.dumps({"nonce": nonce}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with HTTPServer(("127.0.0.1", port), Liar) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        Machine(machine.home, f"http://localhost:{port}").join("mate", home=machine.elsewhere(), check=None)
        server.shutdown()
    assert asked
    assert not any(asked)
    assert tokens(machine.home) == []


def test_the_token_of_a_member_is_in_clear_nowhere_and_another_one_replaces_it(
    machine: Machine, tmp_path: Path
) -> None:
    (tmp_path / "ben").mkdir()
    ben = Home(tmp_path / "ben")
    made = [
        machine.home.done("service", "token", "create", name, "--role", role).stdout.strip()
        for name, role in (("ben", "writer"), ("ben-reads", "reader"))
    ]
    ben.run(
        "profile", "create", "team", "--type=rest", "--url", machine.url, "--set", check=0,
        env={"ZENML_SERVICE_TOKEN": made[0]},
    )  # fmt: skip
    ben.done("stack", "rename", "default", "prod")
    assert stacks(machine.home) == {"prod"}
    updated = ben.run("profile", "update", "team", "--token", "-", stdin=f"{made[1]}\n", check=0)
    assert updated.stdout == "Profile 'team' has another token now.\n"
    assert profiles(ben)["team"][1].startswith("http://ben-reads:***@localhost:")
    refused = ben.run("stack", "rename", "prod", "other", check=1)
    assert "your token has the role 'reader'" in refused.stderr
    written = {str(path): path.read_bytes() for path in ben.base.rglob("*") if path.is_file()}
    assert [found for token in made for found in leaks(token, written)] == []
    ben.done("undo")
    assert ben.done("audit", "verify").exit == 0
