"""The past at the terminal: what is asked for is said back, it cannot be changed, and scripts can rely on it."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from pathlib import Path

import pytest

from tests.support.program import SECONDS, ZENML, Home, Result

LOCAL = ("--flavor", "local")


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A stack that was active, and is gone."""
    home = Home(tmp_path_factory.mktemp("lived").resolve())
    home.done("artifact-store", "register", "data", *LOCAL, "--path", "/one")
    home.done("stack", "register", "prod", "-a", "data", "-o", "default", "--set", "--reason", "why not")
    home.done("label", "release-1")
    home.done("artifact-store", "update", "data", "--path", "/two")
    home.done("stack", "set", "default")
    home.done("stack", "delete", "prod", "--yes")
    return home


def changes(home: Home, *words: str) -> list[str]:
    return [row["CHANGE"] for row in home.done("history", *words).rows]


READING = [
    ("stack", "list"), ("stack", "get"), ("stack", "describe", "prod"), ("profile", "list"), ("profile", "get"),
    ("profile", "describe", "default"), ("artifact-store", "list"), ("artifact-store", "get"),
    ("artifact-store", "describe", "data"), ("artifact-store", "flavor", "list"), ("history",), ("export",),
    ("stack", "export", "prod", "-"), ("blame", "stack", "prod"),
]  # fmt: skip


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_every_command_that_reads_knows_the_past_and_says_which(lived: Home, words: tuple[str, ...]) -> None:
    then = lived.done(*words, "--at", "release-1")
    assert then.stderr.startswith("As of ")
    name = changes(lived, "--all", "--reverse")[2]
    assert then.stderr.splitlines()[0].endswith(f", change {name}.")
    if words != ("artifact-store", "flavor", "list") and words[0] != "profile":
        assert "data" in then.stdout or "prod" in then.stdout
    now = lived.run(*words)
    assert not now.stderr.startswith("As of ")


def test_the_answer_is_that_of_then(lived: Home) -> None:
    assert lived.done("stack", "get", "--at", "release-1").stdout == "The active stack is: 'prod'\n"
    assert lived.done("stack", "get", "--at", "now").stdout == "The active stack is: 'default'\n"
    for words in READING:  # with the parser and, where that is possible, without
        apart, together = lived.done(*words, "--at", "release-1"), lived.done(*words, "--at=release-1")
        assert (apart.stdout, apart.stderr) == (together.stdout, together.stderr)
    described = lived.done("artifact-store", "describe", "data", "--at", "release-1", "-o", "json")
    found = json.loads(described.stdout)
    assert found["component"]["parameters"] == {"path": "/one"}
    assert found["component"]["active"] is True
    assert list(found)[:2] == ["version", "at"]
    assert described.stderr.startswith(f"As of {found['at']['understood']}.\n")
    missing = lived.run("stack", "describe", "pord", "--at", "release-1", check=1).stderr
    assert (
        "Error: Stack 'pord' did not exist then.\nHint: Did you mean 'prod'? Run \"zenml stack list --at "
        in missing
    )
    assert "stack 'prod' does not exist" in lived.run("stack", "describe", "prod", check=1).stderr.lower()


def test_a_time_is_understood_in_the_zone_of_the_machine(lived: Home) -> None:
    berlin = Home(lived.base, {"TZ": "Europe/Berlin"})
    said = berlin.done("stack", "list", "--at", "today").stderr
    assert re.search(r"As of \w{3} \d+ \w{3} \d{4} \d\d:\d\d(:\d\d)? CES?T, change ", said)  # today goes on
    change = json.loads(berlin.done("history", "-o", "json").stdout)["changes"][2]
    for time in (change["time"], change["time"].replace("T", " ")):
        point = json.loads(berlin.done("history", "--at", time, "-o", "json").stdout)["at"]
        assert point["change"] == change["letters"]
    ahead = berlin.run("stack", "list", "--at", "tomorrow", check=1).stderr
    assert re.search(r"'tomorrow' is in the future: .* 23:59:59 CES?T\.", ahead)
    assert "which number is the day" in berlin.run("stack", "list", "--at", "1.12.2026", check=1).stderr
    assert "nothing was recorded yet" in berlin.run("stack", "list", "--at", "2 weeks ago", check=1).stderr


WRITING = [
    ("stack", "register", "x", "-a", "data", "-o", "default"), ("stack", "set", "default"), ("undo",), ("redo",),
    ("artifact-store", "register", "x", *LOCAL, "--path", "/x"),
    ("artifact-store", "update", "data", "--path", "/x"),
    ("profile", "create", "x"), ("apply", "-f", "x.yaml"), ("restore", "--to", "now"), ("label", "x1"),
    ("artifact-store", "up"), ("init",),
]  # fmt: skip


@pytest.mark.parametrize("words", WRITING, ids=" ".join)
def test_the_past_cannot_be_changed(lived: Home, words: tuple[str, ...]) -> None:
    before = changes(lived, "--all")
    refused = lived.run(*words, "--at", "release 1", check=2)
    assert "The past cannot be changed" in refused.stderr
    assert "zenml restore --to 'release 1'" in refused.stderr
    assert changes(lived, "--all") == before


def test_a_point_that_is_none_is_refused_with_advice(lived: Home) -> None:
    for words in (("stack", "list", "--at"), ("restore", "--to"), ("diff",), ("label", "x1")):
        refused = lived.run(*words, "gibberish", check=1)
        assert "'gibberish' is not a change" in refused.stderr
        assert "Hint: " in refused.stderr


def test_diff_ends_as_scripts_need_it(lived: Home, tmp_path: Path) -> None:
    assert lived.run("diff", "now", "now", "--exit-code").exit == 0
    assert lived.run("diff", "release-1", "--exit-code").exit == 1
    assert lived.run("diff", "release-1").exit == 0
    assert lived.run("diff", "now", "now", "--log", "--exit-code").exit == 0
    assert lived.run("diff", "release-1", "--log", "--exit-code").exit == 1
    file = tmp_path / "then.yaml"
    lived.done("export", "--at", "release-1", "--out", str(file))
    assert lived.done("diff", str(file)).stdout == lived.done("diff", "release-1").stdout.split("profile/")[0]
    refused = lived.run("diff", str(file), "--log", check=1)
    assert "between two points in time" in refused.stderr
    assert "between two points in time" in lived.run("diff", str(file), "--log", "--exit-code", check=2).stderr
    assert "'nope' is not a change" in lived.run("diff", "nope", "--exit-code", check=2).stderr
    assert "profile:nope" not in lived.run("diff", "profile:nope", "--exit-code", check=2).stdout


def test_diff_lists_the_changes_between(lived: Home) -> None:
    between = changes(lived, "--all")[:4]
    for words in (("release-1",), ("release-1", "now"), ("now", "release-1"), ("release-1..now",)):
        listed = lived.done("diff", *words, "--log")
        assert [row["CHANGE"] for row in listed.rows] == between
        assert ("from the second to the first" in listed.stderr) == (words == ("now", "release-1"))


def test_a_label_can_be_shown(lived: Home) -> None:
    shown = lived.done("show", "release-1")
    assert "register stack 'prod'" in shown.stdout.splitlines()[0]
    assert "  labels   release-1\n" in shown.stdout
    assert "label 'release-1'" in lived.done("history").stdout


def test_blame_names_the_kinds_it_knows(lived: Home) -> None:
    assert "is not one of stack, artifact-store" in lived.run("blame", "engine", "x", check=2).stderr
    (row,) = lived.done("blame", "artifact_store", "data", "path").rows
    assert (row["FIELD"], row["VALUE"], row["CHANGE"]) == ("path", "/two", changes(lived, "-n", "3")[-1])


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path.resolve())
    home.done("artifact-store", "register", "data", *LOCAL, "--path", "/one")
    home.done("label", "good")
    return home


def files(home: Home) -> list[Path]:
    """Returns all files of a home; a reader of a database may leave two beside it."""
    return sorted(path for path in home.base.rglob("*") if not path.name.endswith(("-shm", "-wal")))


def bisect(home: Home, *words: str, verdict: str = "", check: int = 0) -> Result:
    """Asks after which change the artifact store has another path."""
    described = f"$({ZENML} artifact-store describe data -o json 2>/dev/null)"
    script = f"case {described} in {verdict} */one*) ;; *) exit 1;; esac"
    return home.run("bisect", "--good", "good", *words, "--", "sh", "-c", script, check=check)


def test_bisect_finds_what_broke_it_and_leaves_no_trace(home: Home) -> None:
    for number in range(7):
        home.done("orchestrator", "register", f"o{number}", *LOCAL)
        if number == 3:
            home.done("artifact-store", "update", "data", "--path", "/two", "--reason", "a bigger disk")
    before, at_home = changes(home, "--all"), files(home)
    writes = f"*/one*) {ZENML} stack register x -a data -o default >/dev/null 2>&1;;"
    found = bisect(home, verdict=writes)
    assert found.stdout.startswith(f"The first change after which it fails is {before[3]} (set path")
    assert "a bigger disk" in found.stdout
    assert f'"zenml undo {before[3]}"' in found.stderr
    assert changes(home, "--all") == before
    assert files(home) == at_home
    earlier = bisect(home, "--bad", before[2])
    assert earlier.stdout == found.stdout


def test_bisect_goes_past_what_cannot_be_told(home: Home) -> None:
    home.done("orchestrator", "register", "between", *LOCAL)
    home.done("artifact-store", "update", "data", "--path", "/three")
    home.done("artifact-store", "update", "data", "--path", "/two")
    unsure = bisect(home, verdict="*/three*) exit 125;;", check=1)
    names = changes(home, "-n", "2")
    assert f"could not be tested one by one: {names[1]}, {names[0]}." in unsure.stderr


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("true",), "ended with 0"),
        (("false",), "ended with 1"),
        (("no-such-program",), "cannot be run"),
        (("sh", "-c", "kill -9 $$"), "was killed"),
        (("sh", "-c", "exit 125"), "could not be tried"),
    ],
)
def test_bisect_believes_nothing(home: Home, command: tuple[str, ...], words: str) -> None:
    home.done("orchestrator", "register", "o", *LOCAL)
    temporary = home.folder("tmp")
    refused = home.run("bisect", "--good", "good", "--", *command, env={"TMPDIR": str(temporary)}, check=1)
    assert words in refused.stderr
    assert not list(temporary.iterdir())


def test_bisect_needs_what_came_between(home: Home) -> None:
    assert "is not older than" in home.run("bisect", "--good", "now", "--", "true", check=1).stderr
    assert "--good" in home.run("bisect", "--", "true", check=2).stderr
    assert "COMMAND" in home.run("bisect", "--good", "good", check=2).stderr


def test_bisect_in_a_repository_tries_the_choice_of_then(home: Home) -> None:
    home.done("init")
    home.done("stack", "register", "prod", "-a", "data", "-o", "default", "--set")
    home.done("label", "chosen")
    home.done("orchestrator", "register", "o", *LOCAL)
    home.done("stack", "set", "default")
    file = home.work / ".zen" / "config.yaml"
    before = file.read_bytes()
    script = f"{ZENML} stack get | grep -q prod; ended=$?; {ZENML} stack set default >&2; exit $ended"
    found = home.done("bisect", "--good", "chosen", "--", "sh", "-c", script)
    assert "activate stack 'default' in repository" in found.stdout
    assert file.read_bytes() == before


def test_watch_prints_every_change_once_as_it_is_recorded(home: Home) -> None:
    following = [
        subprocess.Popen(
            [ZENML, "watch", *words], env=home.variables(), cwd=home.work, stdout=subprocess.PIPE, text=True
        )
        for words in (("--limit", "1"), ("-o", "jsonl", "--limit", "1"))
    ]
    lines, documents = (it.stdout for it in following)
    assert lines is not None
    assert documents is not None
    assert "put label 'good'" in lines.readline()  # which says that it has begun
    assert json.loads(documents.readline())["summary"].startswith("put label 'good'")
    writers = [
        subprocess.Popen(
            ["sh", "-c", "; ".join(f"{ZENML} orchestrator register w{w}-{n} --flavor local" for n in range(5))],
            env=home.variables(), cwd=home.work, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        for w in range(3)
    ]  # fmt: skip
    assert [it.wait() for it in writers] == [0, 0, 0]
    told = [lines.readline() for _ in range(15)]
    expected = list(reversed(changes(home, "-n", "15")))
    assert [line.split()[0] for line in told] == expected
    assert all(line.count("\n") == 1 for line in told)
    assert [json.loads(documents.readline())["change"] for _ in range(15)] == expected
    for it in following:
        it.send_signal(signal.SIGINT)
        it.communicate(timeout=SECONDS)
        assert it.returncode == 130


def test_a_name_cannot_write_lines_of_its_own_into_what_is_watched(home: Home) -> None:
    home.done("orchestrator", "register", "o", *LOCAL, "--reason", "one\nkkkk  2026 two\x1b[2J")
    with subprocess.Popen(
        [ZENML, "watch", "--limit", "1"], env=home.variables(), cwd=home.work, stdout=subprocess.PIPE, text=True
    ) as following:
        assert following.stdout is not None
        line = following.stdout.readline()
        assert "register orchestrator 'o' (one\\nkkkk  2026 two" in line
        following.send_signal(signal.SIGINT)
        rest, _ = following.communicate(timeout=SECONDS)
    assert rest == ""
    assert "\x1b" not in line


def test_labels_are_put_listed_and_removed(home: Home) -> None:
    assert home.done("label", "list", "--at", "now").rows[0]["LABEL"] == "good"
    home.done("label", "set", "list of things")
    moved = home.done("label", "good")
    assert ", no longer " in moved.stdout
    assert "already" in home.done("label", "good", "good").stdout
    assert [row["LABEL"] for row in home.done("label", "list").rows] == ["good", "list of things"]
    home.done("label", "delete", "good")
    assert "'good' does not exist" in home.run("label", "delete", "good", check=1).stderr
    home.done("undo")
    assert home.done("stack", "list", "--at", "good").exit == 0
    assert "NAME [CHANGE]" in home.done("label").stdout
    assert "is not a valid label" in home.run("label", "qpvuntsm", check=1).stderr


def test_restore_names_what_it_deletes(home: Home) -> None:
    home.done("label", "before")
    home.done("profile", "create", "later")
    home.done("stack", "register", "new", "-a", "default", "-o", "default")
    would = home.done("restore", "--to", "before", "--all", "--dry-run")
    assert "This would delete stack/new, profile/later with all it has." in would.stderr or (
        "This would delete profile/later with all it has, stack/new." in would.stderr
    )
    done = home.done("restore", "--to", "before", "--all")
    assert "profile/later with all it has" in done.stdout
    assert "stack/new" in done.stdout


def test_restore_says_what_it_did(home: Home) -> None:
    home.done("orchestrator", "register", "o", *LOCAL)
    done = home.done("restore", "--to", "good")
    assert done.stdout.startswith("Profile 'default' is as it was at ")
    again = home.done("restore", "--to", "good")
    assert again.stdout.startswith("Profile 'default' is already as it was at ")
    assert "--to" in home.run("restore", check=2).stderr
    only = home.run("restore", "--to", "good", "--only", "o", check=1)
    assert "neither a stack nor a component" in only.stderr


def test_a_day_means_its_end_wherever_it_is_a_point(lived: Home) -> None:
    for words in (("label", "monday"), ("restore", "--to", "tomorrow"), ("stack", "list", "--at", "tomorrow")):
        assert " 23:59:59 UTC." in lived.run(*words).stderr, words


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("diff", "stack/prod"), 'run "zenml diff --only stack/prod".'),
        (("diff", "prod"), 'run "zenml diff --only stack/prod".'),
        (("diff", "artifact_store/data"), 'run "zenml diff --only artifact-store/data".'),
        (("diff", "--only", "prod"), "Write --only stack/prod."),
        (("diff", "--only", "data"), "Write --only artifact-store/data."),
        (("restore", "--to", "now", "--only", "data"), "Write --only artifact-store/data."),
        (("blame", "prod"), 'Run "zenml blame stack prod".'),
        (("blame", "data", "path"), 'Run "zenml blame artifact-store data path".'),
        (("blame", "default"), '"zenml blame stack default" or "zenml blame artifact-store default" or '),
        (("history", "--component", "data"), "Write --component artifact-store/data."),
        (("history", "--component", "prod"), "Write --stack prod."),
        (("audit", "export", "--component", "data"), "Write --component artifact-store/data."),
    ],
    ids=str,
)
def test_a_name_without_its_kind_is_answered_with_what_has_it(
    lived: Home, words: tuple[str, ...], hint: str
) -> None:
    answer = lived.run(*words)
    assert answer.exit
    assert hint in answer.stderr


def test_a_point_between_two_words_stands_between_two_commas(lived: Home) -> None:
    assert re.search(r"^From .*, change \w+, to profile 'default' now\.$", lived.done("diff").stderr, re.M)
    assert "From profile 'default' now to profile" in lived.done("diff", "default").stderr


def test_what_is_said_twice_in_yaml_is_written_twice(lived: Home) -> None:
    for words in (("blame", "stack", "default"), ("history",), ("export",)):
        answer = lived.done(*words, *(() if words == ("export",) else ("-o", "yaml"))).stdout
        assert not re.search(r"[&*]id\d", answer), words
