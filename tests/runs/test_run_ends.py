"""Ends of runs that could not be recorded at once, and runs that nobody saw the end of."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.reliability.test_full_file_system import full, mounted
from tests.runs.seen import RunSeen, last_run, runs_of, verifies
from tests.support.program import SECONDS, ZENML, Home
from zenml.api.looking_back import LookingBack
from zenml.api.runs import running
from zenml.api.runs.commands import run_command
from zenml.api.runs.running import WantedRun
from zenml.ledger import sessions
from zenml.runs.process import is_gone, this_process


def file_of(home: Home) -> Path:
    """Returns the file of the runs of this year."""
    (path,) = home.config.glob("runs/*.db")
    return path


def started(home: Home, *words: str) -> subprocess.Popen[str]:
    """Starts a run whose command says that it is ready, and waits for that."""
    program = subprocess.Popen(
        [str(ZENML), "run", "--", *words],
        cwd=home.work,
        env=home.variables(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    assert program.stdout.readline().startswith("ready")
    return program


def killed(program: subprocess.Popen[str]) -> None:
    """Kills a run, and then the command that it leaves behind."""
    assert program.stdout is not None
    children = Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text().split()
    program.kill()
    for child in children:
        os.kill(int(child), signal.SIGKILL)
    program.communicate(timeout=SECONDS)


WAITS = ("sh", "-c", "echo ready $$; exec sleep 60")


def waiting(home: Home) -> list[str]:
    """Returns the runs whose ends wait, or that go on."""
    folder = home.config / "runs" / "spool"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def by_id(home: Home, run_id: str) -> RunSeen:
    return next(run for run in runs_of(home) if run.start["run_id"] == run_id)


def test_a_run_whose_wrapper_is_killed_is_lost_and_the_next_run_says_so(used: Home) -> None:
    program = started(used, *WAITS)
    killed(program)
    run = last_run(used)
    assert run.ends == []
    used.done("run", "--", "true")
    assert by_id(used, run.start["run_id"]).end["outcome"] == "lost"
    assert waiting(used) == []
    assert verifies(used)


def test_a_run_that_goes_on_is_not_lost(used: Home) -> None:
    program = started(used, *WAITS)
    used.done("run", "--", "true")
    first, second = runs_of(used)
    assert (first.ends, second.end["outcome"]) == ([], "succeeded")
    assert waiting(used) == [first.start["run_id"]]
    program.terminate()
    program.communicate(timeout=SECONDS)
    assert by_id(used, first.start["run_id"]).end["signal"] == "SIGTERM"


def test_a_run_whose_mark_was_removed_is_found_by_its_record(used: Home) -> None:
    program = started(used, *WAITS)
    killed(program)
    shutil.rmtree(used.config / "runs" / "spool")
    used.done("run", "--", "true")
    assert runs_of(used)[0].end["outcome"] == "lost"


def test_an_end_that_cannot_be_recorded_waits_and_the_exit_code_stays(used: Home) -> None:
    used.done("run", "--", "true")
    path = file_of(used)
    ran = used.run(
        "run", "--", "sh", "-c", f"chmod 400 {path}; mv {path} {path}.away; mkdir {path}; exit 5", check=5
    )
    assert "How the run ended is not recorded yet" in ran.stderr
    path.rmdir()
    Path(f"{path}.away").rename(path)
    path.chmod(0o600)
    assert last_run(used).ends == []
    used.done("run", "--", "true")
    _, second, third = runs_of(used)
    assert second.end["exit_code"] == 5
    assert third.end["exit_code"] == 0
    assert waiting(used) == []
    assert verifies(used)


ODD = {
    "bytes that are no text": "CAST(x'ff' AS BLOB)",
    "text that is no JSON": "CAST('xx' AS BLOB)",
    "JSON that is no mapping": "CAST('[1]' AS BLOB)",
    "a mapping without anything": "CAST('{}' AS BLOB)",
    "other types": """CAST('{"run_id":7,"origin":[],"process":"p"}' AS BLOB)""",
}


@pytest.mark.parametrize("state", ODD.values(), ids=ODD.keys())
def test_an_event_that_cannot_be_read_changes_no_exit_code_and_stops_no_run(state: str, used: Home) -> None:
    used.done("run", "--", "true")
    path = file_of(used)
    last = "(SELECT max(originator_version) FROM stored_events)"
    odd = f"UPDATE stored_events SET state={state} WHERE originator_version={last}"
    script = f"import sqlite3; db = sqlite3.connect({str(path)!r}); db.execute({odd!r}); db.commit(); exit(7)"
    ran = used.run("run", "--", sys.executable, "-c", script, check=7)
    assert "Internal error" not in ran.stderr
    assert "ledger.db" not in ran.stderr
    again = used.run("run", "--", "sh", "-c", "exit 3", check=3)
    assert "Internal error" not in again.stderr


def test_an_event_that_is_no_json_is_said_with_the_file_and_what_to_do(used: Home) -> None:
    used.done("run", "--", "true")
    path = file_of(used)
    odd = "UPDATE stored_events SET state=CAST('xx' AS BLOB) WHERE originator_version=3"
    script = f"import sqlite3; db = sqlite3.connect({str(path)!r}); db.execute({odd!r}); db.commit(); exit(7)"
    used.run("run", "--", sys.executable, "-c", script, check=7)
    again = used.run("run", "--", "sh", "-c", "exit 3", check=3)
    assert f"the file of runs {path} cannot be read" in again.stderr
    assert '"zenml audit verify"' in again.stderr


def test_where_the_command_removes_the_configuration_its_exit_code_stays_and_nothing_is_promised(
    used: Home,
) -> None:
    ran = used.run("run", "--", "sh", "-c", f"rm -rf {used.config}; exit 5", check=5)
    assert "How the run ended cannot be recorded" in ran.stderr
    assert not used.config.exists()


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("x"), KeyError("x"), RecursionError()])
def test_whatever_goes_wrong_at_the_end_is_a_sentence(
    error: Exception, used: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*arguments: object) -> None:
        raise error

    monkeypatch.setattr(running, "open_runs_again", fails)
    monkeypatch.setenv("ZENML_CONFIG_PATH", str(used.config))
    asking = LookingBack()
    ended = run_command(asking, WantedRun(command=("sh", "-c", "exit 6")), lambda prepared, begun: None)
    assert ended.ended.exit_code == 6
    assert type(error).__name__ in (ended.notice or "")
    monkeypatch.undo()
    used.done("run", "--", "true")
    assert runs_of(used)[0].end["exit_code"] == 6


def test_nobody_who_reads_what_is_said_does_not_change_the_exit_code(used: Home) -> None:
    words = [str(ZENML), "run", "--", "sh", "-c", "echo ready; read line < gate; exit 3"]
    assert _gate(used)
    program = subprocess.Popen(
        words, cwd=used.work, env=used.variables(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert program.stdout is not None
    assert program.stderr is not None
    program.stdout.readline()
    program.stdout.close()
    program.stderr.close()
    (used.work / "gate").write_text("go\n")
    assert program.wait(SECONDS) == 3


@pytest.mark.parametrize(
    "text", ['{"profile_ledger_id":[],"runs_ledger_id":{},"year":"x","end":7}', "{}", "7", "\xff"]
)
def test_what_waits_in_another_form_stops_no_run(text: str, used: Home) -> None:
    used.done("run", "--", "true")
    (used.config / "runs" / "spool" / "odd").write_bytes(text.encode("latin-1"))
    used.done("run", "--", "true")
    assert waiting(used) == []


def test_a_full_disk_at_the_end_loses_nothing(home: Home) -> None:
    with mounted(home.config):
        home.done("run", "--", "true")
        program = started(home, "sh", "-c", "echo ready; read line < gate; exit 6") if _gate(home) else None
        assert program is not None
        with full(home.config):
            (home.work / "gate").write_text("go\n")
            _, said = program.communicate(timeout=SECONDS)
        assert program.returncode == 6
        assert "not recorded yet" in said
        home.done("run", "--", "true")
        assert runs_of(home)[1].end["exit_code"] == 6
        assert verifies(home)


def _gate(home: Home) -> bool:
    os.mkfifo(home.work / "gate")
    return True


def test_on_a_full_disk_no_run_begins(home: Home) -> None:
    with mounted(home.config):
        home.done("run", "--", "true")
        before = len(runs_of(home))
        with full(home.config):
            ran = home.run("run", "--", "touch", "ran", check=125)
            assert not (home.work / "ran").exists()
            home.run("run", "--unrecorded", "--", "touch", "ran", check=0)
        assert (home.work / "ran").exists()
        assert "Error: " in ran.stderr
        assert len(runs_of(home)) == before
        assert waiting(home) == []


def test_an_end_that_was_recorded_just_before_a_kill_is_recorded_once(used: Home) -> None:
    """Killed between the two, the end is in the ledger and the file that waits is still there."""
    used.done(
        "run",
        "--",
        "sh",
        "-c",
        "cp -r $ZENML_CONFIG/runs/spool $ZENML_CONFIG/runs/spool.copy",
        env={"ZENML_CONFIG": str(used.config)},
    )
    run = last_run(used)
    shutil.rmtree(used.config / "runs" / "spool")
    (used.config / "runs" / "spool.copy").rename(used.config / "runs" / "spool")
    assert waiting(used) == [run.start["run_id"]]
    used.done("run", "--", "true")
    assert len(by_id(used, run.start["run_id"]).ends) == 1
    assert waiting(used) == []


@pytest.mark.parametrize("seed", range(3))
def test_killed_at_any_moment_what_ran_is_there_and_ends_once(seed: int, used: Home) -> None:
    used.done("run", "--", "true")
    chance, ran = random.Random(seed), used.folder("ran")
    for number in range(8):
        program = subprocess.Popen(
            [str(ZENML), "run", "--name", f"n{number}", "--", "sh", "-c", f"touch {ran}/n{number}"],
            cwd=used.work,
            env=used.variables(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0.05, 0.7))
        program.send_signal(signal.SIGKILL)
        program.wait(SECONDS)
    used.done("run", "--", "true")
    runs = runs_of(used)
    assert {path.name for path in ran.iterdir()} <= {run.start["name"] for run in runs}
    assert all(len(run.ends) == 1 for run in runs)
    assert verifies(used)
    assert waiting(used) == []


def test_what_waits_half_written_does_no_harm(used: Home) -> None:
    program = started(used, *WAITS)
    killed(program)
    (waits,) = waiting(used)
    path = used.config / "runs" / "spool" / waits
    path.write_bytes(path.read_bytes()[:40] + bytes(984))
    used.done("run", "--", "true")
    assert runs_of(used)[0].end["outcome"] == "lost"


def test_a_file_of_runs_that_another_program_holds_stops_no_command_at_the_end(used: Home) -> None:
    """It waits for the lock, and the command has ended by then."""
    used.done("run", "--", "true")
    with closing(sqlite3.connect(file_of(used), isolation_level=None)) as holder:
        program = started(used, "sh", "-c", "echo ready; read line < gate; exit 4") if _gate(used) else None
        assert program is not None
        holder.execute("BEGIN IMMEDIATE")
        (used.work / "gate").write_text("go\n")
        time.sleep(1)
        holder.execute("ROLLBACK")
        program.communicate(timeout=SECONDS)
    assert program.returncode == 4
    assert last_run(used).end["exit_code"] == 4


def test_where_the_power_fails_while_a_command_runs_the_run_is_there_and_lost(used: Home) -> None:
    """What the command sees of the disk is what is on it then: the beginning was synced before it began."""
    left = used.base / "left"
    used.done("run", "--name", "cut", "--", "cp", "-r", str(used.home), str(left))
    shutil.rmtree(used.home)
    left.rename(used.home)
    assert last_run(used).ends == []
    used.done("run", "--", "true")
    assert runs_of(used)[0].end["outcome"] == "lost"
    assert verifies(used)


def test_a_process_is_gone_after_another_start_of_the_machine_and_unknown_elsewhere() -> None:
    here, own = sessions.host(), this_process()
    assert not is_gone(here, own)
    assert is_gone(here, own.replace(started="1"))
    assert is_gone(here, own.replace(boot="00000000"))
    assert not is_gone("elsewhere", own.replace(started="1"))
    assert not is_gone(here, own.replace(namespace="1", started="1"))
    assert not is_gone(None, own.replace(started="1"))
