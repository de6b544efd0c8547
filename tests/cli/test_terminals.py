"""One person has many terminals: plain undo takes what was done in any of them, and says in which."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import SECONDS, Home
from tests.support.terminal import Terminal

REGISTER = "zenml orchestrator register theirs --flavor local"


@pytest.fixture
def one(used: Home) -> Iterator[Terminal]:
    with Terminal(used) as terminal:
        yield terminal


@pytest.fixture
def other(used: Home) -> Iterator[Terminal]:
    with Terminal(used) as terminal:
        yield terminal


def changes(home: Home, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(home.done("history", *words, "-o", "json").stdout)["changes"]
    return found


def names(home: Home) -> str:
    return home.done("orchestrator", "list").stdout


def appears(path: Path) -> None:
    """Waits until there is a file."""
    end = time.monotonic() + SECONDS
    while not path.exists():
        assert time.monotonic() < end, path
        time.sleep(0.05)


def next_to_undo(terminal: Terminal, folder: str = ".") -> list[str]:
    """Returns what the history calls next to undo, in a terminal."""
    shown = terminal.type(f"cd {folder} && zenml history -o json 2>/dev/null; cd - > /dev/null")
    return [change["change"] for change in json.loads(shown)["changes"] if change["next_to_undo"]]


def test_a_change_records_the_terminal_it_was_made_in(used: Home, one: Terminal) -> None:
    one.type(REGISTER)
    leader = one.type("echo $$").strip()
    started = one.type("cat /proc/$$/stat").rpartition(")")[2].split()[19]
    assert changes(used)[0]["session"] == f"tty {leader} {started}"
    assert f"session       tty {leader} {started} (this terminal)" in one.type("zenml config")


def test_plain_undo_takes_what_was_done_in_another_terminal_and_says_where(
    used: Home, one: Terminal, other: Terminal
) -> None:
    other.type(REGISTER)
    name = changes(used)[0]["change"]
    where = f"Change {name} (register orchestrator 'theirs') was made in another terminal ({other.device})."
    assert next_to_undo(one) == next_to_undo(other) == [name]
    shown = one.type(f"zenml show {name}")
    assert f"({other.device})\n" in shown
    assert '"zenml undo" undoes this change' in shown
    assert "(this terminal)\n" in other.type(f"zenml show {name}")
    assert where in one.type("zenml undo --dry-run").splitlines()
    assert "another terminal" not in other.type("zenml undo --dry-run")
    said = one.type("zenml undo").splitlines()
    assert where in said
    assert f"Undone {name}: register orchestrator 'theirs'." in said
    assert "theirs" not in names(used)


def test_plain_redo_brings_back_what_another_terminal_undid(used: Home, one: Terminal, other: Terminal) -> None:
    other.type(REGISTER)
    other.type("zenml undo")
    undo, made, *_ = changes(used)
    said = one.type("zenml redo")
    assert (
        f"Change {undo['change']} (undo {made['change']}: register orchestrator 'theirs') was made in another "
        f"terminal ({other.device})."
    ) in said
    assert "theirs" in names(used)


def test_several_are_undone_from_several_terminals(used: Home, one: Terminal, other: Terminal) -> None:
    other.type(REGISTER)
    one.type("zenml orchestrator register mine --flavor local")
    said = one.type("zenml undo -n 2")
    assert said.count("was made in another terminal") == 1
    assert "theirs" not in names(used)
    assert "mine" not in names(used)


def test_what_a_closed_terminal_did_is_taken_too(used: Home, one: Terminal, other: Terminal) -> None:
    other.type(REGISTER)
    other.close()
    assert "(register orchestrator 'theirs') was made in another terminal.\n" in one.type("zenml undo")
    assert "theirs" not in names(used)


@pytest.mark.parametrize(
    "line",
    [
        "sh -c '{}'",
        "bash -c 'true; {}; true'",
        "({}) 2>&1 | cat",
        "true | {} > /dev/null 2>&1",
        "nohup {}",
        "{} < /dev/null > /dev/null 2>&1 & wait",
        "script -qec '{}' /dev/null",
        "tmux -L $$ new-session -d '{}; tmux -L '$$' wait-for -S done' && tmux -L $$ wait-for done",
        "setsid --wait --ctty {}",
        "env -i HOME=$HOME PATH=$PATH XDG_CONFIG_HOME=$XDG_CONFIG_HOME {}",
        "su root -c '{}'",
    ],
)
def test_whatever_runs_on_a_terminal_counts_as_one(used: Home, one: Terminal, other: Terminal, line: str) -> None:
    if shutil.which(line.split()[0].strip("({")) is None and line.startswith(("script", "tmux", "setsid", "su")):
        pytest.skip(f"{line.split()[0]} is not installed here")
    if line.startswith("su ") and os.getuid() != 0:
        pytest.skip("only root becomes root without being asked")
    other.type(line.format(REGISTER))
    assert changes(used)[0]["session"].startswith("tty ")
    one.type("zenml undo")
    assert "theirs" not in names(used)


@pytest.mark.parametrize(
    ("there", "here"),
    [
        ("setsid --wait {}", "{}"),  # as cron and units are
        ("{}", "setsid --wait {}"),
        ("setsid --wait {}", "setsid --wait {}"),
        ("setsid --wait sh -c 'nohup {}'", "{}"),
        ("ZENML_SESSION=job {}", "{}"),
        ("{}", "ZENML_SESSION=job {}"),
        ("ZENML_SESSION=job {}", "ZENML_SESSION=other {}"),
        ("ZENML_SESSION='tty 1 2' {}", "{}"),
        ("ZENML_SESSION='tty 1 2' {}", "ZENML_SESSION='tty 3 4' {}"),
        ("ZENML_SESSION=tty {}", "{}"),
        ("ZENML_SESSION='1 2' {}", "{}"),
    ],
)
def test_what_was_not_done_on_a_terminal_stays_guarded(
    used: Home, one: Terminal, other: Terminal, there: str, here: str
) -> None:
    other.type(there.format(REGISTER))
    name = changes(used)[0]["change"]
    said = one.type(here.format("zenml undo"), check=1)
    assert f"The next of your changes to undo here, {name} (register orchestrator 'theirs'), was made in" in said
    assert " another session." in said
    assert f'"zenml undo {name}"' in said
    assert "theirs" in names(used)
    shown = json.loads(one.type(here.format("zenml history -o json") + " 2> /dev/null"))["changes"]
    assert not any(change["next_to_undo"] for change in shown)


def test_what_goes_on_after_its_terminal_was_closed_is_not_one(used: Home, one: Terminal, other: Terminal) -> None:
    waiting = "touch ready; while [ ! -e closed ]; do sleep 0.05; done"
    other.type(f"nohup sh -c '{waiting}; {REGISTER}; touch done' > /dev/null 2>&1 &")
    appears(used.work / "ready")
    other.close()
    (used.work / "closed").touch()
    appears(used.work / "done")
    assert not changes(used)[0]["session"].startswith("tty")
    assert "was made in another session." in one.type("zenml undo", check=1)


@pytest.mark.parametrize("words", ["undo --dry-run", "undo -n 2", "redo --dry-run", "redo -n 2"])
def test_what_stays_guarded_does_so_in_every_form(used: Home, one: Terminal, words: str) -> None:
    for name in ("mine", "theirs"):
        before = "ZENML_SESSION=job " if name == "theirs" else ""
        one.type(f"{before}zenml orchestrator register {name} --flavor local")
        if words.startswith("redo"):
            one.type(f"{before}zenml undo")
    said = one.type(f"zenml {words}", check=1)
    assert re.search(
        r"The next of your (changes|undos) to \w+ here, \w+ \(.*'theirs'\), was made in another session\.", said
    ), said


def test_one_named_session_is_one_session_in_two_terminals(used: Home, one: Terminal, other: Terminal) -> None:
    other.type(f"ZENML_SESSION='tty 1 2' {REGISTER}")
    said = one.type("ZENML_SESSION='tty 1 2' zenml undo")
    assert "another terminal" not in said
    assert "theirs" not in names(used)


def test_an_automation_on_a_terminal_stays_by_itself(used: Home, one: Terminal, other: Terminal) -> None:
    other.type(f"CI=1 {REGISTER}")
    assert "There is nothing to undo." in one.type("zenml undo")
    assert "was made in another session." in one.type("CI=1 zenml undo", check=1)
    other.type("CI=1 zenml undo")
    assert "theirs" not in names(used)


def test_work_in_a_repository_stays_in_it(used: Home, one: Terminal, other: Terminal) -> None:
    for folder in ("a", "b"):
        used.done("init", cwd=used.folder(folder))
    other.type(f"cd a; {REGISTER}")
    for folder in (".", "b"):
        said = one.type(f"(cd {folder}; zenml undo)", check=1)
        assert f"was made in the repository {used.folder('a')}." in said
        assert next_to_undo(one, folder) == []
    assert next_to_undo(one, "a") == [changes(used)[0]["change"]]
    assert f"was made in another terminal ({other.device})." in one.type("cd a; zenml undo")
    assert "theirs" not in names(used)


def test_work_outside_of_any_repository_is_everywhere_the_same(used: Home, one: Terminal, other: Terminal) -> None:
    used.done("init", cwd=used.folder("a"))
    other.type(REGISTER)
    assert "was made in another terminal" in one.type("cd a; zenml undo")
    assert "theirs" not in names(used)


def test_work_in_another_profile_is_not_looked_at(used: Home, one: Terminal, other: Terminal) -> None:
    used.done("profile", "create", "p")
    other.type(f"ZENML_ACTIVATED_PROFILE=p {REGISTER}")
    one.type("zenml orchestrator register mine --flavor local")
    said = one.type("zenml undo")
    assert "another terminal" not in said
    assert "'mine'" in said
    assert "theirs" in used.done("orchestrator", "list", env={"ZENML_ACTIVATED_PROFILE": "p"}).stdout


def test_a_terminal_in_a_container_is_one_of_another_machine(used: Home, one: Terminal, other: Terminal) -> None:
    inside = "unshare --pid --uts --fork --mount-proc sh -c 'hostname container; {}'"
    if subprocess.run(["unshare", "--pid", "--uts", "--fork", "--mount-proc", "true"], check=False).returncode:
        pytest.skip("no container can be made here")
    other.type(inside.format(REGISTER))
    assert changes(used)[0]["session"].startswith("tty 1 ")
    assert "was made in another session on container." in one.type("zenml undo", check=1)
    assert "Undone" in other.type(inside.format("zenml undo"))


def test_of_two_terminals_one_undoes_what_the_other_records_at_the_same_moment(
    used: Home, one: Terminal, other: Terminal
) -> None:
    for number in range(6):
        one.type(f"zenml orchestrator register mine{number} --flavor local")
        other.start(f"zenml orchestrator register theirs{number} --flavor local")
        one.start("zenml undo")
        said = one.answer()
        other.answer()
        undo = next(change for change in changes(used) if change["kind"] == "undo")
        before = [it for it in changes(used, "--reverse") if it["kind"] == "change" and not _later(used, it, undo)]
        assert undo["targets"] == [before[-1]["letters"]]
        theirs = f"'theirs{number}'" in before[-1]["told"]
        assert ("was made in another terminal" in said) == theirs
        kept = "mine" if theirs else "theirs"
        assert f"{kept}{number}" in names(used)
        assert f"{'theirs' if theirs else 'mine'}{number} " not in names(used)


def _later(home: Home, change: dict[str, Any], undo: dict[str, Any]) -> bool:
    order = [it["letters"] for it in changes(home, "--reverse")]
    return order.index(change["letters"]) > order.index(undo["letters"])
