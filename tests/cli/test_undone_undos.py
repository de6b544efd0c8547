"""The undo of an undo, and of a redo, say what became of which change; a dry run says the same."""

from __future__ import annotations

from tests.support.letters import every, in_full, newest
from tests.support.program import Home

O1 = "register orchestrator 'o1'"


def said(home: Home, *words: str) -> str:
    """Returns what a command says it did, after its dry run said that it would."""
    changes = every(home)
    dry = in_full(home.done(*words, "--dry-run").stdout, *changes).split("Would be recorded:")[0].splitlines()
    expected = [f"{dry[0].removeprefix('Would be ').rstrip(':').capitalize()} {line.strip()}." for line in dry[1:]]
    lines = in_full(home.done(*words).stdout, *changes).splitlines()
    assert lines == expected
    return "\n".join(lines)


def test_an_undo_that_is_undone_is_what_is_named(home: Home) -> None:
    home.done("orchestrator", "register", "o1", "--flavor=local")
    first = newest(home)
    assert said(home, "undo", first) == f"Undone {first}: {O1}."
    undo = newest(home)
    assert said(home, "undo", undo) == f"Undone {undo}: undo {first}: {O1}."
    assert "o1" in home.done("orchestrator", "list").stdout
    again = newest(home)
    assert said(home, "undo", again) == f"Undone {again}: undo {undo}: undo {first}: {O1}."
    assert "o1" not in home.done("orchestrator", "list").stdout


def test_a_redo_that_is_undone_and_redone(home: Home) -> None:
    home.done("orchestrator", "register", "o1", "--flavor=local")
    first = newest(home)
    home.done("undo")
    undo = newest(home)
    assert said(home, "redo") == f"Redone {first}: {O1}."
    redo = newest(home)
    assert said(home, "undo", redo) == f"Undone {redo}: redo {undo}: undo {first}: {O1}."
    taken = newest(home)
    assert said(home, "redo", taken) == f"Redone {redo}: redo {undo}: undo {first}: {O1}."
    assert "o1" in home.done("orchestrator", "list").stdout


def test_the_redo_of_an_undone_undo_redoes_the_undo(home: Home) -> None:
    home.done("orchestrator", "register", "o1", "--flavor=local")
    first = newest(home)
    home.done("undo")
    undo = newest(home)
    home.done("undo", undo)
    assert said(home, "redo", newest(home)) == f"Redone {undo}: undo {first}: {O1}."
    assert "o1" not in home.done("orchestrator", "list").stdout


def test_a_dry_run_of_a_redo_tells_what_is_undone_for_it(home: Home) -> None:
    parts = ("-a", "default", "-o", "default")
    home.done("stack", "register", "s", *parts)
    first = newest(home)
    home.done("undo")
    home.done("stack", "register", "s", *parts)
    later = newest(home)
    lines = in_full(home.done("redo", "--cascade", "--dry-run").stdout, first, later).splitlines()
    assert lines[:4] == [
        "Would be redone:",
        f"  {first}: register stack 's'",
        "Would be undone:",
        f"  {later}: register stack 's'",
    ]


def test_what_is_set_of_a_component_does_not_follow_the_stacks_that_use_it(home: Home) -> None:
    home.done("artifact-store", "register", "s3", "--flavor=local", "--path", "/tmp/1")
    point = newest(home)
    home.done("stack", "register", "stage", "-a", "s3", "-o", "default")
    home.done("stack", "delete", "stage", "--yes")
    deleted = newest(home)
    home.done("artifact-store", "update", "s3", "--path", "/tmp/2")
    home.done("restore", "--to", point, "--only", "artifact-store/s3")
    restored = newest(home)
    for words in (("history",), ("history", "--at", restored)):
        status = {row["SUMMARY"]: in_full(row["STATUS"], *every(home)) for row in home.done(*words).rows}
        assert status["register stack 'stage'"] == f"followed by {deleted}"
        assert status["delete stack 'stage'"] == ""
        assert status["register artifact store 's3'"] == f"followed by {restored}"
    home.done("artifact-store", "delete", "s3")
    status = {row["SUMMARY"]: in_full(row["STATUS"], *every(home)) for row in home.done("history").rows}
    assert status["delete stack 'stage'"] == f"followed by {newest(home)}"
