"""Database servers of a test's own, on data of their own: started, stopped, and killed as by a power cut."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import ClassVar, TypeVar

from tests.support.network.ports import HOST, free_port
from tests.support.network.processes import kill_family
from tests.support.plain_sql import execute, rows

SECONDS = 60  # a server starts in a few; this only ends a hanging test


class Server(ABC):
    """A server on a port of its own, which stays the same however often it is started again.

    Attributes:
        port: The port, on 127.0.0.1.
    """

    _kind: ClassVar[str]
    _programs: ClassVar[tuple[str, ...]]
    _folders: ClassVar[str] = "/usr/sbin"
    """Where its programs are besides what `PATH` says: a pattern."""
    _user: ClassVar[str]
    """As whom it runs where tests run as the superuser, which such servers refuse to be."""

    def __init__(self) -> None:
        self._paths = self._installed()
        self.port = free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="zenml-server-"))
        self._owner = self._user if os.geteuid() == 0 else None
        if self._owner:
            os.chown(self._folder, pwd.getpwnam(self._owner).pw_uid, -1)
        self._process: subprocess.Popen[bytes] | None = None
        self._make_data()

    @abstractmethod
    def url(self, database: str) -> str:
        """Returns the URL of a database, as `zenml profile create --url` takes it."""

    @abstractmethod
    def create_database(self, name: str) -> str:
        """Makes an empty database and returns its URL."""

    @abstractmethod
    def _make_data(self) -> None: ...

    @abstractmethod
    def _command(self) -> tuple[str, ...]: ...

    @abstractmethod
    def _where(self) -> str:
        """Signs in, and returns where the data are of the server that answers; nothing if none does."""

    @abstractmethod
    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """Asks it to end without waiting for those who are connected."""

    def start(self) -> None:
        """Starts it on the data that are there, and returns when one can sign in.

        Raises:
            AssertionError: It ended, or nobody can sign in; with the end of its log.
        """
        assert self._process is None
        with self._log.open("ab") as log:
            self._process = self._started(self._command(), log.fileno())
        latest = time.monotonic() + SECONDS
        while self._where().rstrip("/") != self._data:  # another one may have the port
            ended = self._process.poll() is not None or time.monotonic() > latest
            assert not ended, self._log.read_text(errors="replace")[-4000:]
            time.sleep(0.02)  # a server does not say when it is ready: it has to be asked

    def stop(self) -> None:
        """Stops it as its administrator would."""
        assert self._process is not None
        self._end(self._process)
        self._process.wait(SECONDS)
        self._process = None

    def kill(self) -> None:
        """Kills all its processes (SIGKILL); its data stay as they are at that moment."""
        assert self._process is not None
        kill_family(self._process.pid)
        self._process.wait(SECONDS)
        self._process = None

    def remove(self) -> None:
        """Kills it if it runs, and removes its data."""
        if self._process is not None and self._process.poll() is None:
            self.kill()
        shutil.rmtree(self._folder)

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    @property
    def _log(self) -> Path:
        return self._folder / "log"

    def _installed(self) -> dict[str, str]:
        """Finds its programs, the newest if there are several."""
        folders = sorted(Path("/").glob(self._folders.lstrip("/")), reverse=True)
        where = os.pathsep.join([*map(str, folders), os.environ["PATH"]])
        paths = {name: shutil.which(name, path=where) for name in self._programs}
        missing = [name for name, path in paths.items() if path is None]
        assert not missing, f"{self._kind} is needed for this test, and {' and '.join(missing)} cannot be run."
        return {name: path for name, path in paths.items() if path is not None}

    def _run(self, program: str, *arguments: str) -> None:
        with self._log.open("ab") as log:
            process = self._started((self._paths[program], *arguments), log.fileno())
        assert process.wait(SECONDS) == 0, self._log.read_text(errors="replace")

    def _started(self, command: tuple[str, ...], log: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            user=self._owner,
            group=self._owner,
            extra_groups=[] if self._owner else None,
        )


class PostgreSQL(Server):
    """PostgreSQL, where everybody on this machine is who they say they are."""

    _kind, _user = "PostgreSQL", "postgres"
    _programs = ("initdb", "postgres")
    _folders = "/usr/lib/postgresql/*/bin"

    def url(self, database: str) -> str:
        return f"postgresql://postgres@{HOST}:{self.port}/{database}"

    def create_database(self, name: str) -> str:
        execute(self.url("postgres"), f'CREATE DATABASE "{name}"')
        return self.url(name)

    def _make_data(self) -> None:
        # what is written here need not be on the disk: no test pulls a plug before the server is started
        self._run("initdb", "--no-sync", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", self._data)

    def _command(self) -> tuple[str, ...]:
        settings = {
            "listen_addresses": HOST,
            "port": str(self.port),
            "unix_socket_directories": "",
            "shared_buffers": "16MB",
            "fsync": "on",
            "synchronous_commit": "on",
            "full_page_writes": "on",
        }
        return (
            self._paths["postgres"],
            "-D",
            self._data,
            *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
        )

    def _where(self) -> str:
        import psycopg

        try:
            return str(rows(self.url("postgres"), "SHOW data_directory")[0][0])
        except psycopg.OperationalError:
            return ""

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGINT)


class MariaDB(Server):
    """MariaDB, whose superuser has no password."""

    _kind, _user = "MariaDB", "mysql"
    _programs = ("mariadb-install-db", "mariadbd")

    def url(self, database: str) -> str:
        return f"mysql://root@{HOST}:{self.port}/{database}"

    def create_database(self, name: str) -> str:
        execute(self.url("mysql"), f"CREATE DATABASE `{name}`")
        return self.url(name)

    def _make_data(self) -> None:
        self._run(
            "mariadb-install-db",
            "--no-defaults",
            f"--datadir={self._data}",
            f"--tmpdir={self._folder}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--skip-name-resolve",
        )

    def _command(self) -> tuple[str, ...]:
        return (
            self._paths["mariadbd"],
            "--no-defaults",
            f"--datadir={self._data}",
            f"--tmpdir={self._folder}",  # each server that starts removes what others have in a shared one
            f"--bind-address={HOST}",
            f"--port={self.port}",
            f"--socket={self._folder / 'socket'}",
            f"--pid-file={self._folder / 'pid'}",
            "--skip-name-resolve",
            "--innodb-buffer-pool-size=32M",
            "--innodb-flush-log-at-trx-commit=1",
        )

    def _where(self) -> str:
        import pymysql

        try:
            return str(rows(self.url("mysql"), "SELECT @@datadir")[0][0])
        except pymysql.err.OperationalError:
            return ""

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        process.terminate()


S = TypeVar("S", bound=Server)

SERVERS: dict[str, type[Server]] = {"postgresql": PostgreSQL, "mariadb": MariaDB}


@contextmanager
def started(server: S) -> Iterator[S]:
    """Starts a server, and removes it in the end."""
    try:
        server.start()
        yield server
    finally:
        server.remove()


def running(kind: str) -> AbstractContextManager[Server]:
    """Gives a server of one of the kinds in `SERVERS`, started, and removes it in the end."""
    return started(SERVERS[kind]())
