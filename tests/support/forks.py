"""Starts `zenml` as a fork of a process that has imported all of it, at a third of what a real start costs.

One server per process of pytest; it ends with it. What a command answers is the same, but for what depends on the
start of the interpreter itself: `program.py` says when a real start is made.
"""

from __future__ import annotations

import atexit
import gc
import io
import json
import os
import pkgutil
import select
import signal
import site
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Request(NamedTuple):
    """A command to run.

    Attributes:
        words: The command line without the program's name.
        folder: Where to run it.
        environment: All its variables.
    """

    words: tuple[str, ...]
    folder: str
    environment: dict[str, str]


def run(request: Request, streams: tuple[int, int, int], seconds: float) -> int:
    """Runs a command on these three streams and returns its exit code, as `subprocess` does.

    Raises:
        subprocess.TimeoutExpired: It took longer; it was killed.
    """
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(_server())
        message = json.dumps(request).encode()
        socket.send_fds(connection, [len(message).to_bytes(4, "big")], list(streams))
        connection.sendall(message)
        with connection.makefile("rb") as answers:
            pid = int(answers.readline())
            connection.settimeout(seconds)
            try:
                return int(answers.readline())
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                raise subprocess.TimeoutExpired(request.words, seconds) from None


def programs() -> Path:
    """Returns a folder with a program `zenml` that is a fork: for shells, which begin their `PATH` with it."""
    return Path(_server()).parent


_lock = threading.Lock()


def _server() -> str:
    with _lock:
        return _started()


@cache
def _started() -> str:
    """Starts the server and returns the path of its socket."""
    folder = Path(tempfile.mkdtemp(prefix="zenml-forks-"))
    path = str(folder / "socket")
    forked = folder / "zenml"
    forked.write_text(f"#!{sys.executable} -IS\n" + Path(__file__).with_name("forked.py").read_text())
    forked.chmod(0o755)
    program = Path(sys.executable).parent / "zenml"
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYDANTIC_DISABLE_PLUGINS": "__all__"}
    command = (sys.executable, "-P", __file__, path, str(program))
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
    assert server.stdout
    assert server.stdout.readline() == b"ready\n"

    def end() -> None:
        server.communicate()  # it ends when its standard input does
        for file in (path, forked):
            os.unlink(file)
        folder.rmdir()

    atexit.register(end)
    return path


# --- in the server ------------------------------------------------------------------------------


def _import_everything() -> None:
    import zenml
    from zenml.sharing import places

    # after two seconds without an answer who reads goes on with what is here; in tests the machine is busy then
    places.READING_PATIENCE = 8.0
    for module in pkgutil.walk_packages(zenml.__path__, "zenml."):
        if not module.name.endswith("__main__"):
            __import__(module.name)
    for driver in ("psycopg", "pymysql"):  # the program imports them where it needs them
        __import__(driver)

    from zenml.cli.app import AtTheTop
    from zenml.cli.sections import ALIASES, HELP

    for name in (*HELP, *ALIASES):
        AtTheTop().get_command(None, name)  # it is kept


def _serve(path: str) -> Request:
    """Forks for every request. Returns in the forks alone, with the streams in place."""
    wake, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    running: dict[int, socket.socket] = {}
    os.write(1, b"ready\n")
    while True:
        watched: list[socket.socket | int] = [listener, wake, 0]
        ready = select.select(watched, [], [])[0]
        if 0 in ready:
            os._exit(0)
        if wake in ready:
            os.read(wake, 4096)
            _report(running)
        if listener in ready:
            connection, _ = listener.accept()
            size, streams, _, _ = socket.recv_fds(connection, 4, 3)
            message = _received(connection, int.from_bytes(size, "big"))
            if len(streams) != 3 or not message:
                connection.close()  # whoever asked is gone
                continue
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for number, stream in enumerate(streams):
                    os.dup2(stream, number)
                for file in (listener, connection, *running.values()):
                    file.close()
                for descriptor in (wake, woken, *streams):
                    os.close(descriptor)
                return Request(*json.loads(message))
            for stream in streams:
                os.close(stream)
            running[pid] = connection
            connection.sendall(b"%d\n" % pid)


def _received(connection: socket.socket, size: int) -> bytes:
    with connection.makefile("rb") as stream:
        message = stream.read(size)
    return message if len(message) == size else b""


def _report(running: dict[int, socket.socket]) -> None:
    """Tells whoever waits for a process that it has ended."""
    while running:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        with running.pop(pid) as connection:
            try:
                connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
            except OSError:
                continue  # whoever waited is gone


def _become(request: Request, program: str) -> None:
    """Makes this process what a new interpreter would be."""
    os.environ.clear()
    os.environ.update(request.environment)
    time.tzset()
    os.chdir(request.folder)
    given, answer, notices = (io.FileIO(number, mode, closefd=False) for number, mode in enumerate("rww"))
    sys.stdin = io.TextIOWrapper(io.BufferedReader(given), encoding="utf-8")
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(answer), encoding="utf-8", line_buffering=answer.isatty())
    sys.stderr = io.TextIOWrapper(
        io.BufferedWriter(notices), encoding="utf-8", errors="backslashreplace", line_buffering=True
    )
    sys.argv = [program, *request.words]
    sys.path[1:1] = filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    sys.modules.pop("sitecustomize", None)
    site.execsitecustomize()


def _end() -> None:
    """Runs the command and ends this process, without taking apart what the server imported: that takes long."""
    code: object = 0
    try:
        from zenml.cli.entry import main

        main()
    except SystemExit as ended:
        code = ended.code or 0
        if not isinstance(code, int):
            print(code, file=sys.stderr)
    except BaseException:
        code = 1
        traceback.print_exc()
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code if isinstance(code, int) else 1)


if __name__ == "__main__":
    _import_everything()
    sys.path.insert(0, os.path.dirname(sys.argv[2]))
    gc.collect()
    gc.freeze()
    _become(_serve(sys.argv[1]), sys.argv[2])
    _end()
