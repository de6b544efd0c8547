from __future__ import annotations

import json

from tests.support.program import Home


def test_the_commands_say_what_is_handed_to_whom(used: Home) -> None:
    assert used.run("audit", "anchor", check=1).stderr.startswith("Error: There is no anchor")
    used.done("audit", "anchor", "add", "file", "notes.jsonl")
    used.done("audit", "anchor", "add", "command", "sh -c 'echo no room >&2; exit 3'", "--name", "mail")
    first = used.run("audit", "anchor", check=1)
    assert [(row["ANCHOR"], row["LEDGER OF"], row["RESULT"]) for row in first.rows] == [
        ("file-notes", "this machine", "appended"),
        ("file-notes", "default", "appended"),
        ("mail", "this machine", "failed"),
        ("mail", "default", "failed"),
    ]
    assert first.stderr.count("Error: The command failed: no room.\n") == 1
    assert "Give this line to your auditor by another way." in first.stderr
    used.done("audit", "anchor", "remove", "mail")
    again = used.done("audit", "anchor")
    assert again.stdout == "Nothing new since the last checkpoints were handed over.\n"
    answer = json.loads(used.done("audit", "anchor", "-o", "json").stdout)
    assert (answer["ok"], [one["state"] for one in answer["handed_over"]]) == (True, ["unchanged"] * 2)
    assert used.done("audit", "anchor", "list", "-o", "name").stdout == "file-notes\n"
    assert "file-notes: 2 checkpoints" in used.done("audit", "verify", "--anchors").stdout
    (used.work / "notes.jsonl").unlink()
    assert "it is not there" in used.run("audit", "verify", "--anchors", check=5).stdout.splitlines()[-1]


def test_an_anchor_that_saw_another_history_is_damage(used: Home) -> None:
    used.done("audit", "anchor", "add", "file", "notes.jsonl")
    used.done("audit", "anchor")
    notes = used.work / "notes.jsonl"
    lines = [json.loads(line) for line in notes.read_text().splitlines()]
    origin, size, _, *rest = lines[0]["note"].split("\n")
    lines[0]["note"] = "\n".join([origin, size, f"{'A' * 42}A=", *rest])
    notes.write_text("".join(json.dumps(line) + "\n" for line in lines))
    verified = used.run("audit", "verify", "--anchors", check=5)
    assert "line 1: The first " in verified.stdout
