"""What an undo meets: each kind of conflict has its sentence, and every command it prints works as it stands."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable

import pytest

from tests.support.program import Home, Result

LOCAL = ("--flavor", "local")


def change_of(home: Home, summary: str) -> str:
    """Returns the name of the newest change that did this."""
    return next(row["CHANGE"] for row in home.done("history", "--all").rows if row["SUMMARY"].startswith(summary))


def written_again(home: Home) -> str:
    home.done("artifact-store", "register", "data", *LOCAL, "--path", f"{home.base}/1")
    home.done("artifact-store", "update", "data", "--path", f"{home.base}/2")
    home.done("artifact-store", "update", "data", "--path", "/tmp/3")
    return change_of(home, "set path")


def _older(home: Home) -> str:
    """Returns the older one of the two changes that set a path."""
    return [row["CHANGE"] for row in home.done("history").rows if row["SUMMARY"].startswith("set path")][1]


def written(home: Home) -> str:
    written_again(home)
    return _older(home)


def gone(home: Home) -> str:
    home.done("stack", "register", "dev", "-a", "default", "-o", "default")
    home.done("stack", "rename", "dev", "prod")
    home.done("stack", "delete", "prod", "--yes")
    return change_of(home, "rename stack")


def used(home: Home) -> str:
    home.done("orchestrator", "register", "kf", *LOCAL)
    home.done("stack", "register", "prod", "-a", "default", "-o", "kf")
    return change_of(home, "register orchestrator")


def taken(home: Home) -> str:
    home.done("orchestrator", "register", "kf", *LOCAL)
    home.done("orchestrator", "delete", "kf")
    home.done("orchestrator", "register", "kf", *LOCAL)
    return change_of(home, "delete orchestrator")


def active(home: Home) -> str:
    home.done("stack", "register", "prod", "-a", "default", "-o", "default")
    home.done("stack", "set", "prod")
    return change_of(home, "register stack")


def active_profile(home: Home) -> str:
    home.done("profile", "create", "team")
    home.done("profile", "set", "team")
    return change_of(home, "create profile 'team'")


def active_here(home: Home) -> str:
    home.done("stack", "register", "prod", "-a", "default", "-o", "default")
    home.done("init")
    home.done("stack", "set", "prod")
    return change_of(home, "register stack")


def nested(home: Home) -> str:
    home.done("orchestrator", "register", "kf", *LOCAL)
    home.done("stack", "register", "prod", "-a", "default", "-o", "kf")
    home.done("stack", "set", "prod")
    return change_of(home, "register orchestrator")


def profile_gone(home: Home) -> str:
    home.done("profile", "create", "team")
    home.done("profile", "set", "team")
    home.done("stack", "register", "prod", "-a", "default", "-o", "default")
    home.done("profile", "set", "default")
    home.done("profile", "delete", "team")
    return change_of(home, "register stack")


def needed(home: Home) -> str:
    home.done("orchestrator", "register", "kf", *LOCAL)
    home.done("stack", "register", "prod", "-a", "default", "-o", "kf")
    home.done("stack", "delete", "prod", "--yes")
    home.done("orchestrator", "delete", "kf")
    return change_of(home, "delete stack")


BOTH = 'Run "zenml undo {1}" first, or "zenml undo {0} --cascade" to undo both as one change.'
KINDS: dict[str, tuple[Callable[[Home], str], str, str, tuple[str, ...]]] = {
    "written again later": (
        written,
        "Change {0} (set path of artifact store 'data') cannot be undone: parameter 'path' of artifact store "
        "'data' was changed again since, by change {1} (set path of artifact store 'data', {time}).",
        BOTH,
        ("set path",),
    ),
    "gone": (
        gone,
        "Change {0} (rename stack 'dev' to 'prod') cannot be undone: stack 'prod' is no longer registered, "
        "since change {1} (delete stack 'prod', {time}).",
        BOTH,
        ("delete stack",),
    ),
    "depended upon": (
        used,
        "Change {0} (register orchestrator 'kf') cannot be undone: orchestrator 'kf' cannot be deleted while "
        "stack 'prod' uses it, since change {1} (register stack 'prod', {time}).",
        BOTH,
        ("register stack",),
    ),
    "name taken since": (
        taken,
        "Change {0} (delete orchestrator 'kf') cannot be undone: orchestrator 'kf' already exists, "
        "since change {1} (register orchestrator 'kf', {time}).",
        BOTH,
        ("register orchestrator",),
    ),
    "active": (
        active,
        "Change {0} (register stack 'prod') cannot be undone: stack 'prod' cannot be deleted while it is "
        "globally active, since change {1} (activate stack 'prod' in profile 'default', {time}).",
        BOTH,
        ("activate stack",),
    ),
    "active profile": (
        active_profile,
        "Change {0} (create profile 'team') cannot be undone: profile 'team' cannot be deleted because it's "
        "globally active, since change {1} (activate profile 'team', {time}).",
        BOTH,
        ("activate profile",),
    ),
    "active in a repository": (
        active_here,
        "Change {0} (register stack 'prod') cannot be undone: stack 'prod' cannot be deleted while it is "
        "locally active, since change {1} (activate stack 'prod' in repository, {time}).",
        BOTH,
        ("activate stack",),
    ),
    "depended upon by what is active": (
        nested,
        "Change {0} (register orchestrator 'kf') cannot be undone: orchestrator 'kf' cannot be deleted while "
        "stack 'prod' uses it, since change {2} (register stack 'prod', {time}).",
        'Run "zenml undo {1} {2}" first, or "zenml undo {0} --cascade" to undo all 3 as one change.',
        ("activate stack", "register stack"),
    ),
    "profile deleted since": (
        profile_gone,
        "Change {0} (register stack 'prod') cannot be undone: its profile no longer exists, "
        "since change {1} (delete profile 'team', {time}).",
        BOTH,
        ("delete profile",),
    ),
    "what it needs is gone": (
        needed,
        "Change {0} (delete stack 'prod') cannot be undone: the orchestrator that stack 'prod' would use is no "
        "longer registered, since change {1} (delete orchestrator 'kf', {time}).",
        BOTH,
        ("delete orchestrator",),
    ),
}


@pytest.fixture(params=KINDS)
def met(request: pytest.FixtureRequest, home: Home) -> tuple[Home, str, list[str], Result]:
    """A home in which an undo meets something: what it is of, what is in its way, and what it said."""
    arrange, sentence, hint, later = KINDS[request.param]
    name = arrange(home)
    others = [change_of(home, summary) for summary in later]
    before = (home.config / "ledger.db").read_bytes()
    result = home.run("undo", name, check=3)
    assert (home.config / "ledger.db").read_bytes() == before
    said = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", "TIME", result.stderr)
    expected = f"Error: {sentence}\nHint: {hint}\n".format(name, *others, time="TIME")
    assert said.endswith(expected), said
    assert result.stdout == ""
    return home, name, others, result


@pytest.fixture
def again(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Home]:
    """Puts the home back to where it was when this was asked for first, in its place: repositories have paths."""
    saved = tmp_path_factory.mktemp("saved") / "home"

    def restored() -> Home:
        if not saved.exists():
            shutil.copytree(home.base, saved)
        shutil.rmtree(home.base)
        shutil.copytree(saved, home.base)
        return home

    return restored


def test_each_conflict_has_its_sentence_and_its_commands_work(
    met: tuple[Home, str, list[str], Result], again: Callable[[], Home]
) -> None:
    _, name, others, result = met
    commands = [
        shlex.split(line) for line in re.findall(r'"zenml ([^"]+)"', result.stderr.rpartition("Hint: ")[2])
    ]
    assert len(commands) == 2
    for words in commands:
        home = again()
        home.done(*words)
        if "--cascade" in words:
            assert {row["CHANGE"] for row in marked(home)} >= {name, *others}
        else:
            home.done("undo", name)


def printed(result: Result) -> list[list[str]]:
    """Returns the commands that a hint names, as a shell would split them."""
    return [shlex.split(line) for line in re.findall(r'"zenml ([^"]+)"', result.stderr.rpartition("Hint: ")[2])]


def marked(home: Home) -> list[dict[str, str]]:
    """Returns the changes that are undone."""
    return [row for row in home.done("history", "--all").rows if "undone by" in "".join(row.values())]


def test_both_ways_lead_to_the_same(met: tuple[Home, str, list[str], Result], again: Callable[[], Home]) -> None:
    _, name, others, _ = met
    shown = []
    for words in ((*others, name), (name, "--cascade")):
        home = again()
        home.done("undo", *words)
        nouns = ("stack", "profile", "artifact-store", "orchestrator")
        shown.append([home.done(noun, "list").rows for noun in nouns])
    assert shown[0] == shown[1]


def test_a_rule_that_no_undo_helps_against_says_what_does(home: Home) -> None:
    home.done("stack", "list")
    first = home.done("history", "--all").rows[-1]["CHANGE"]
    said = home.run("undo", first, check=1).stderr
    assert f"Error: Change {first} (create profile 'default', activate profile 'default') is the first run" in said
    assert said.endswith('Hint: Run "zenml history" to see the other changes.\n')


def test_somebody_elses_change_needs_the_option_and_a_reason(home: Home) -> None:
    home.run("stack", "rename", "default", "main", env={"CI": "true"}, check=0)
    home.done("stack", "rename", "main", "other")
    name = change_of(home, "rename stack 'default'")
    home.done("undo")
    result = home.run("undo", name, check=1)
    assert "Error: Change " in result.stderr
    assert re.search(rf"Change {name} \(rename stack .*\) was made by \S+, as an automation\.", result.stderr)
    (words,) = [shlex.split(line) for line in re.findall(r'"zenml (.*)" to', result.stderr)]
    home.run("undo", name, "--any-actor", check=1)
    home.done(*words)
    assert "default" in home.done("stack", "list").stdout
    assert next(row for row in home.done("history").rows)["REASON"] == "why"


def test_a_cascade_over_somebody_elses_work_needs_the_option_too(home: Home) -> None:
    home.done("orchestrator", "register", "kf", *LOCAL)
    home.run("stack", "register", "prod", "-a", "default", "-o", "kf", env={"CI": "true"}, check=0)
    name, other = change_of(home, "register orchestrator"), change_of(home, "register stack")
    conflict = home.run("undo", name, check=3)
    assert f"register stack 'prod', by {home.done('history').rows[0]['ACTOR']}, " in conflict.stderr
    home.run("undo", name, "--cascade", check=1)
    commands = printed(conflict)
    assert commands[0] == ["undo", other, "--any-actor", "--reason", "why"]
    home.done(*commands[1])
    assert "prod" not in home.done("stack", "list").stdout
