"""Reads the SQLite database of a profile of ZenML 0.13 whose store type is ``sql``."""

from __future__ import annotations

import base64
import binascii
import os
import sqlite3
import urllib.parse
from contextlib import closing
from typing import Any

from zenml.documents.found_profiles import Contents, FoundContents
from zenml.documents.limits import DATABASE, DOCUMENT
from zenml.documents.opening import UnreadableFileError, open_file
from zenml.documents.plain_data import UnusableTextError, read_yaml_text
from zenml.domain.errors import InvalidValueError, NotFoundError

_STEPS = 100_000  # of SQLite's virtual machine, between two looks at how long it takes
_TURNS = 200  # of so many steps: ten thousand components take two


def read_database(path: str, contents: Contents) -> None:
    """Reads flavors, components and stacks. The file is opened for reading alone.

    Raises:
        NotFoundError: There is no such file.
        InvalidValueError: It is not such a database.
    """
    try:
        with open_file(path) as file:
            size = os.fstat(file.fileno()).st_size
    except FileNotFoundError:
        raise NotFoundError(
            f"The database '{path}' does not exist.", "Give the path of an existing database."
        ) from None
    except UnreadableFileError as error:
        raise InvalidValueError(f"The database '{path}' cannot be read: {error}.", "Give another.") from error
    if size > DATABASE:
        raise InvalidValueError(
            f"The database '{path}' is larger than {DATABASE // 1024} KiB.", "Give the path of another."
        )
    # a journal that waits beside it is left waiting: what was committed is in the file
    address = f"file:{urllib.parse.quote(os.path.abspath(path))}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as database:
            _limit(database)
            _check_version(database, path)
            _read(database, contents)
    except sqlite3.DatabaseError as error:
        raise InvalidValueError(f"The file '{path}' is not a ZenML database: {error}.", "Give another.") from error


def _limit(database: sqlite3.Connection) -> None:
    """Ends a query that takes far too long: a table may be a view that never ends."""
    database.execute("PRAGMA trusted_schema = OFF")
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, DOCUMENT)
    turns = iter(range(_TURNS))
    database.set_progress_handler(lambda: next(turns, None) is None, _STEPS)


def read_database_file(path: str, name: str) -> FoundContents:
    """Returns the one profile whose database a file is. Raises as `read_database` does."""
    problems: list[str] = []
    contents = Contents(name, problems)
    read_database(path, contents)
    return FoundContents([contents.profile(None, None)], None, problems)


def _check_version(database: sqlite3.Connection, path: str) -> None:
    """Refuses the database of a later ZenML, whose tables are others."""
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if "stack_component" in tables and "zenstackcomponent" not in tables:
        raise InvalidValueError(
            f"The database '{path}' is from ZenML 0.20 or later.", code="later_zenml", folders=()
        )


def _read(database: sqlite3.Connection, contents: Contents) -> None:
    for kind, name, source in database.execute("SELECT type, name, source FROM zenflavor ORDER BY type, name"):
        contents.flavor(kind, name, source)
    names: dict[str, tuple[str, str]] = {}
    sql = "SELECT id, type, name, flavor, configuration FROM zenstackcomponent ORDER BY type, name"
    for identity, kind, name, flavor, configuration in database.execute(sql):
        values = _configuration(configuration)
        if values is None:
            contents.problem(f"{kind.replace('_', ' ')} '{name}' was left out: its parameters cannot be read.")
            continue
        names[identity] = (kind, name)
        contents.component(kind, name, flavor, {**values, "uuid": identity})
    stacks: dict[str, dict[str, Any]] = {name: {} for (name,) in database.execute("SELECT name FROM zenstack")}
    definitions = "SELECT stack_name, component_id FROM zenstackdefinition ORDER BY stack_name"
    for stack, identity in database.execute(definitions):
        kind, name = names.get(identity, ("", ""))
        if kind:
            stacks.setdefault(stack, {})[kind] = name
    for stack, components in sorted(stacks.items()):
        contents.stack(stack, components)


def _configuration(stored: Any) -> dict[str, Any] | None:
    """Returns a component's parameters: YAML, in base64."""
    try:
        values = read_yaml_text(base64.b64decode(stored, validate=True).decode())
    except (binascii.Error, TypeError, ValueError, UnusableTextError):
        return None
    return values if isinstance(values, dict) else None
