"""The grants in the document on sharing are enough for whoever has them, and for nothing that edits history."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from tests.docs.terminals import ROOT
from tests.support import plain_sql
from tests.support.databases import administer, fresh_url
from tests.support.program import Home
from tests.support.shared import machine
from tests.support.tables import column

_PAGE = (ROOT / "docs" / "sharing.md").read_text(encoding="utf-8")
_TITLES = {"postgresql": "PostgreSQL", "mysql": "MySQL and MariaDB"}
_SECRET = "passw0rd-of-a-database"
_STORE = ("metadata-store", "register", "db", "--flavor=mysql", "--host=h", "--database=d")
_CREATE = ("profile", "create", "team", "--store-type", "sql", "--set", "--url")


class Office(NamedTuple):
    """A shared profile, and who has the grants of the document.

    Attributes:
        owner: The machine that made the profile.
        member: The URL for `ben`.
        redactor: The URL for `olga`.
        base: A folder for more machines.
    """

    owner: Home
    member: str
    redactor: str
    base: Path


def granted(kind: str) -> list[str]:
    """Returns the statements under the heading for a kind of database."""
    section = _PAGE.split(f"\n### Grants in {_TITLES[kind]}\n")[1].split("\n#")[0]
    (block,) = re.findall(r"^```sql\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    return [statement.strip() for statement in block.split(";") if statement.strip()]


@pytest.fixture(params=_TITLES)
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    kind: str = request.param
    users = {name: f"{name}_{uuid4().hex[:8]}" for name in ("ben", "olga")}
    with ExitStack() as opened:
        url = opened.enter_context(fresh_url(kind))
        owner = machine(tmp_path / "owner", "office")
        owner.done(*_CREATE, url)
        for name in users.values():
            administer(kind, *_made(kind, name))
            opened.callback(_remove, kind, name, url)
        names = {name: user if kind == "postgresql" else f"{user}@'127.0.0.1'" for name, user in users.items()}
        statements = [re.sub(r"\b(ben|olga)\b", lambda name: names[name[0]], it) for it in granted(kind)]
        administer(kind, *statements, database=url.rpartition("/")[2])
        member, redactor = (re.sub(r"//\w+@", f"//{user}@", url) for user in users.values())
        yield Office(owner, member, redactor, tmp_path)


def _made(kind: str, name: str) -> list[str]:
    return [f"CREATE ROLE {name} LOGIN" if kind == "postgresql" else f"CREATE USER {name}@'127.0.0.1'"]


def _remove(kind: str, name: str, url: str) -> None:
    if kind == "mysql":
        administer(kind, f"DROP USER {name}@'127.0.0.1'")
    else:
        administer(kind, f"DROP OWNED BY {name}", f"DROP ROLE {name}", database=url.rpartition("/")[2])


def test_a_member_with_these_grants_can_do_everything(office: Office) -> None:
    ben = machine(office.base / "ben", "desk")
    ben.done(*_CREATE, office.member)
    (key,) = (office.owner.config / "keys").iterdir()
    (ben.config / "keys").mkdir(mode=0o700, exist_ok=True)
    (ben.config / "keys" / key.name).write_bytes(key.read_bytes())
    ben.done(*_STORE, f"--password={_SECRET}")
    ben.done("stack", "register", "prod", "-a", "default", "-o", "default", "-m", "db")
    ben.done("stack", "rename", "prod", "production")
    ben.done("undo")
    ben.done("redo")
    ben.done("audit", "verify")
    stacks = column(office.owner.done("stack", "list").rows, "STACK NAME")
    assert stacks == ["default", "production"]
    assert _SECRET not in office.owner.done("metadata-store", "describe", "db").output
    ben.done("profile", "create", "another", "--store-type", "sql", "--set", "--url", f"{office.member}#another")
    ben.done("stack", "register", "prod", "-a", "default", "-o", "default")


_EDITS = (
    "UPDATE zenml_events SET state = state",
    "DELETE FROM zenml_events",
    "UPDATE zenml_changes SET position = position",
    "DELETE FROM zenml_changes",
    "DELETE FROM zenml_ledgers",
    "UPDATE zenml_keys SET wrapped = wrapped",
    "DELETE FROM zenml_keys",
    "UPDATE zenml_meta SET min_writer = min_writer",
    "DROP TABLE zenml_events",
)


def test_nobody_edits_history_with_the_password_of_a_member(office: Office) -> None:
    with closing(plain_sql.connect(office.member)) as connection:
        refused = [sql for sql in _EDITS if _is_refused(connection, sql)]
    assert refused == list(_EDITS)


def test_who_may_redact_can_blank_and_delete_events_and_keys_and_no_more(office: Office) -> None:
    with closing(plain_sql.connect(office.redactor)) as connection:
        allowed = [sql for sql in _EDITS if not _is_refused(connection, sql)]
    assert allowed == [*_EDITS[:2], *_EDITS[5:7]]


def _is_refused(connection: Any, sql: str) -> bool:
    """Tells whether a statement is refused for want of a grant; if not, it is taken back."""
    cursor = connection.cursor()
    cursor.execute("BEGIN")
    try:
        cursor.execute(sql)
    except Exception as error:  # each driver has its own
        if not re.search("denied|must be owner", str(error)):
            raise
        return True
    else:
        return False
    finally:
        cursor.execute("ROLLBACK")
