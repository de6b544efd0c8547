"""Starts processes that do something at the same moment."""

from __future__ import annotations

import subprocess
import sys
import textwrap


def at_once(processes: int, prepare: str, act: str, *words: str) -> list[str]:
    """Runs Python in several processes; all have prepared before any acts. Returns what each one printed.

    Args:
        processes: How many.
        prepare: What each does first; imports take most of its time.
        act: What all do then.
        words: `sys.argv` from 1 on; after them comes the number of the process.
    """
    script = "\n".join(
        (
            "import sys",
            textwrap.dedent(prepare),
            "print('ready', flush=True)",
            "sys.stdin.read()",
            textwrap.dedent(act),
        )
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script, *words, str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(processes)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    answers = [process.communicate()[0] for process in started]
    assert [process.returncode for process in started] == [0] * processes
    return answers
