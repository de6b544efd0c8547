"""Runs commands of ZenML 0.13 as forks of a process that has imported it: that takes a tenth of a start.

Python 3.8 runs this. The argument is the path of a socket. Whoever connects to it sends a command as a line of
JSON, and is answered with the exit code.
"""

from __future__ import annotations

import importlib
import json
import os
import socketserver
import sys
import traceback
from typing import NamedTuple

IMPORTED = ("cli.cli", "orchestrators", "metadata_stores", "container_registries", "stack.flavor_registry")


class Command(NamedTuple):
    """A command to run.

    Attributes:
        words: Its words.
        output: The file for what it writes.
        folder: Where to run it.
        environment: All its variables.
    """

    words: list[str]
    output: str
    folder: str
    environment: dict[str, str]


class _Forking(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
    """Answers any number of those who ask at the same time."""


class _Answer(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        command = Command(*json.loads(self.rfile.readline()))
        pid = os.fork()
        if pid == 0:
            _run(command)
        _, status = os.waitpid(pid, 0)
        self.wfile.write(b"%d" % (status >> 8 or status))


def _run(command: Command) -> None:
    """Becomes the command line, and ends with it."""
    os.environ.clear()
    os.environ.update(command.environment)
    os.chdir(command.folder)
    written = os.open(command.output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(written, stream)
    code: object = 1
    try:
        sys.argv[1:] = command.words
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
    for module in IMPORTED:
        importlib.import_module(f"zenml.{module}")
    with _Forking(sys.argv[1], _Answer) as server:
        print("ready", flush=True)
        server.serve_forever()
