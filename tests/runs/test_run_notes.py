"""``zenml runs note``: what shell scripts note of the run that they are a part of, or of another one."""

from __future__ import annotations

from tests.runs.seen import last_run
from tests.support.program import Home

DIGEST = "0123456789abcdef" * 4


def test_a_script_notes_what_it_made_and_where_it_is_shown(used: Home) -> None:
    ran = used.done(
        "run",
        "--",
        "sh",
        "-c",
        f"zenml runs note --artifact model=s3://models/a=b@v1@sha256:{DIGEST} --artifact log=/tmp/log"
        " --link mlflow=https://mlflow.example/7",
    )
    model, log, link = last_run(used).notes
    assert (model["name"], model["uri"]["v"], model["digest"]) == ("model", '"s3://models/a=b@v1"', DIGEST)
    assert (log["name"], log["digest"]) == ("log", None)
    assert (link["engine"], link["url"]["v"]) == ("mlflow", '"https://mlflow.example/7"')
    assert "Noted of run " in ran.stderr


def test_a_note_of_a_run_that_is_named(used: Home) -> None:
    used.done("run", "--name", "nightly", "--", "true")
    used.done("runs", "note", "nightly", "--link", "airflow=https://airflow.example/1")
    assert len(last_run(used).notes) == 1


def test_what_cannot_be_noted(used: Home) -> None:
    assert "There is nothing to note." in used.run("runs", "note", check=2).stderr
    outside = used.run("runs", "note", "--link", "a=b", check=1)
    assert "This process is a part of no run." in outside.stderr
    assert "Run 'zzzz' does not exist." in used.run("runs", "note", "zzzz", "--link", "a=b", check=1).stderr
    assert "takes NAME=URI" in used.run("runs", "note", "--artifact", "model", check=2).stderr
    used.done("run", "--name", "nightly", "--", "true")
    bad = used.run("runs", "note", "nightly", "--artifact", "m=s3://m@sha256:abc", check=1)
    assert "'abc' is not a SHA-256" in bad.stderr
