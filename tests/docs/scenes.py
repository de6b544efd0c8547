"""Where the sessions of a page take place: its machines, a folder that they share, and their databases.

A page directs with comments, each in a line of its own:

- `<!-- another machine -->` begins a new one, of which nothing is known later.
- `<!-- machine: ben at desk -->` goes on at the machine `desk`, where `ben` sits; it is made when it is first
  named. Whatever such machines read of a shared profile, they ask its database for it (`ZENML_FRESH=0`): else an
  answer would depend on how fast the page is run.
- `<!-- database: postgresql://zenml:s3cret@data.example.org/team -->` makes an empty database. The page calls it
  by this URL, which has a user of 5 characters, a password, a host of 16 and a name of 4; the user may do
  everything in it.
- `<!-- port: 8000 -->` calls a free port so; a service that the page leaves running is ended.
- `<!-- the databases are out of reach -->` and `<!-- the databases answer again -->`.

The folder `/srv/team` is the same one for all machines that have a name.
"""

from __future__ import annotations

import random
import shutil
import string
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from tests.docs.terminals import Alias, Terminal
from tests.service.daemons import free_port
from tests.support.databases import owned_database, port
from tests.support.network.lines import Line, line_to
from tests.support.program import Home
from tests.support.shared import names_of

DIRECTION = (
    "another machine|machine: .+|database: .+|port: .+|the databases are out of reach|the databases answer again"
)
"""What a comment may say: a regular expression."""

_PORTS = {"postgresql": 5432, "mysql": 3306}
_TEAM = "/srv/team"


class _Ann(Home):
    """A machine whose home has a path as long as the one that is shown, so that tables cut and wrap it alike."""

    @property
    def home(self) -> Path:
        return self.base


class Scene:
    """The machines of a page, and what they share. All of it is removed in the end.

    Args:
        changes_the_source: Whether the page changes the source.

    Attributes:
        terminal: The terminal at which is typed.
    """

    def __init__(self, changes_the_source: bool) -> None:
        self._changes_the_source = changes_the_source
        self._made = ExitStack()
        self._named: dict[str, Terminal] = {}
        self._aliases: list[Alias] = []
        self._lines: list[Line] = []

    def __enter__(self) -> Self:
        self.terminal = self._another()
        return self

    def __exit__(self, *_: object) -> None:
        self._made.close()

    def direct(self, direction: str) -> None:
        """Does what a comment says."""
        what, _, about = direction.partition(": ")
        match what:
            case "another machine":
                self.terminal = self._another()
            case "machine":
                user, host = about.split(" at ")
                self.terminal = self._named.get(host) or self._machine(user, host)
                assert self.terminal.user == user, direction
            case "database":
                self._database(about)
            case "port":
                self._aliases.append(Alias(about, str(free_port())))
                self._made.callback(self.terminal.type, "zenml service down")
            case "the databases are out of reach":
                for line in self._lines:
                    line.refuse()
                    line.drop()
            case "the databases answer again":
                for line in self._lines:
                    line.accept()
            case _:
                raise AssertionError(direction)

    def _another(self) -> Terminal:
        return Terminal(_Ann(self._folder("/home/ann")), "ann", self._changes_the_source, aliases=self._aliases)

    def _machine(self, user: str, host: str) -> Terminal:
        if not self._named:
            self._aliases.append(Alias(_TEAM, str(self._folder(_TEAM))))
        base = self._folder(f"/home/{user}")
        home = _Ann(base, {**names_of(base / "site", host, user), "ZENML_FRESH": "0"})
        self._named[host] = Terminal(home, user, is_named=True, aliases=self._aliases)
        return self._named[host]

    def _folder(self, shown: str) -> Path:
        """Makes a folder with a path as long as the one that is shown."""
        letters = string.ascii_lowercase + string.digits
        while True:
            folder = Path("/tmp", "z" + "".join(random.choices(letters, k=len(shown) - len("/tmp/z"))))
            with suppress(FileExistsError):
                folder.mkdir(mode=0o700)
                break
        self._made.callback(shutil.rmtree, folder)
        return folder.resolve()

    def _database(self, url: str) -> None:
        shown = urlsplit(url)
        user, password, host = (str(part) for part in (shown.username, shown.password, shown.hostname))
        name = shown.path[1:]
        real = self._made.enter_context(owned_database(shown.scheme, password))
        line = self._made.enter_context(line_to(port(shown.scheme)))
        self._lines.append(line)
        there = f"127.0.0.1:{line.port}"
        self._aliases += [
            Alias(f"{user}:{password}@{host}/{name}", f"{real}:{password}@{there}/{real}"),
            Alias(f"{user}:***@{host}/{name}", f"{real}:***@{there}/{real}"),
            Alias(f"{host}/{name}", f"{there}/{real}"),
            Alias(f"://{user}:", f"://{real}:", is_typed=False),  # a table may have cut the rest
            Alias(f"user '{user}'", f"user '{real}'", is_typed=False),
            Alias(f"'{name}' on {host}:{_PORTS[shown.scheme]}", f"'{real}' on {there}"),
        ]
