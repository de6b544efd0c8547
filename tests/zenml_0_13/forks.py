"""Runs commands of ZenML 0.13 as forks of a process that has imported it: that takes a tenth of a start.

Python 3.8 runs this. A line of JSON on standard input is a command: its words, and the file for what it writes.
Each is answered with a line: the exit code.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback


def _run(words: list[str], output: str) -> None:
    """Becomes the command line, and ends with it."""
    written = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(written, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    code: object = 1
    try:
        sys.argv[1:] = words
        importlib.import_module("zenml.cli.cli").cli()
    except SystemExit as ended:
        code = ended.code or 0
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 1)


if __name__ == "__main__":
    sys.path[0] = os.path.dirname(sys.executable)
    importlib.import_module("zenml.cli.cli")
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _run(*json.loads(line))
        _, status = os.waitpid(pid, 0)
        print(status >> 8 or status, flush=True)
