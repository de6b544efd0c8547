"""Who is not let into a database is told why, in a sentence without the password."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stores.shared_database.made import Team, append, record
from tests.support.network.listening import listening
from zenml.domain.errors import LedgerError, UnreachableError
from zenml.stores.shared_database.database import SharedDatabase
from zenml.stores.shared_database.places import read_place
from zenml.stores.shared_database.sessions import Statement

PORTS = {"postgresql": 5432, "mysql": 3306}


def refused(
    url: str, ask: Callable[[SharedDatabase], object] = SharedDatabase.head_of_slot, *, patience: float = 10
) -> LedgerError:
    database = SharedDatabase(read_place(url), patience=patience)
    with pytest.raises(LedgerError) as caught:
        ask(database)
    database.close()
    return caught.value


@pytest.mark.parametrize("kind", PORTS)
def test_nobody_listens(kind: str) -> None:
    error = refused(f"{kind}://u:geheim@127.0.0.1:1/d")
    assert str(error) == "The shared database 'd' on 127.0.0.1:1 cannot be reached: the connection was refused."
    assert (type(error), error.code) == (UnreachableError, "database_unreachable")


@pytest.mark.parametrize("kind", PORTS)
def test_there_is_no_such_host(kind: str) -> None:
    error = refused(f"{kind}://u:geheim@nowhere.invalid/d")
    assert str(error).endswith("cannot be reached: there is no such host.")
    assert error.code == "database_unreachable"


@pytest.mark.parametrize("kind", PORTS)
def test_who_listens_says_nothing(kind: str) -> None:
    with listening(None) as port:
        error = refused(f"{kind}://u:geheim@127.0.0.1:{port}/d", patience=1)
    assert str(error).endswith("cannot be reached: it did not answer in time.")
    assert error.code == "database_unreachable"


@pytest.mark.parametrize("kind", PORTS)
@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x00" * 64, b"N\xff\xfe\x00geheim" * 9])
def test_who_listens_is_somebody_else(kind: str, answer: bytes) -> None:
    with listening(answer) as port:
        error = refused(f"{kind}://u:geheim@127.0.0.1:{port}/d", patience=1)
    assert error.code in ("not_a_shared_database", "database_unreachable")
    assert isinstance(error, UnreachableError)
    assert "geheim" not in str(error)


def test_the_login_is_wrong() -> None:
    error = refused("mysql://nobody:geheim@127.0.0.1/test")
    expected = (
        "The shared database 'test' on 127.0.0.1:3306 does not let the user 'nobody' in: the login was refused."
    )
    assert (str(error), error.code) == (expected, "database_login")
    error = refused("postgresql://nobody:geheim@127.0.0.1/test")  # everybody of the role's name is trusted here
    assert error.code == "database_login"


def test_the_database_is_missing() -> None:
    for url in ("mysql://root@127.0.0.1/zenml_nowhere", "postgresql://postgres@127.0.0.1/zenml_nowhere"):
        error = refused(url)
        assert str(error).endswith(" does not exist.")
        assert error.code == "database_missing"


@pytest.mark.parametrize(("kind", "package", "extra"), [
    ("postgresql", "psycopg", "postgres"), ("mysql", "pymysql", "mysql"),
])  # fmt: skip
def test_the_driver_is_not_installed(kind: str, package: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    error = refused(f"{kind}://u:geheim@127.0.0.1:1/d")
    assert str(error).endswith(f"needs the package {package}, which is not installed.")
    assert (error.code, error.values) == ("driver_missing", {"extra": extra})


def test_a_certificate_that_is_not_there_is_named() -> None:
    error = refused("mysql://root@127.0.0.1/test?ssl_ca=/x/ca.pem")
    assert str(error).endswith("cannot be reached: the file /x/ca.pem of ssl_ca cannot be read.")
    assert error.code == "database_encryption"


def test_encryption_that_is_asked_for_is_not_done_without() -> None:
    assert "SSL" in str(refused("postgresql://postgres@127.0.0.1/test?sslmode=require"))
    assert "SSL" in str(refused("mysql://root@127.0.0.1/test?ssl_verify_identity=true"))


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are otherwise there")
def test_a_file_that_cannot_be_written_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Team(f"sqlite:///{tmp_path}/zenml.db") as team:
        team.begin()
        record(team.member(), team.ledger_id)
        one = team.member()
        one.head(team.ledger_id)
        one._session.run(Statement("PRAGMA query_only = ON"))  # type: ignore[union-attr] # root may write anything
        assert len(one.events(team.ledger_id, 0)) == 1
        with (
            pytest.raises(UnreachableError, match="it is read-only") as caught,
            one.locked(team.ledger_id) as locked,
        ):
            append(locked)
        assert caught.value.code == "database_grant"


def test_a_server_that_is_read_only_says_so(team_on_server: Team) -> None:
    if team_on_server.place.kind == "postgresql":
        team_on_server.administer(
            f"ALTER DATABASE {team_on_server.place.database} SET default_transaction_read_only = on"
        )
        with pytest.raises(UnreachableError, match="it is read-only"):
            team_on_server.member(f"{team_on_server.url}#other").claim(
                "profile", "0" * 8 + "-0000" * 3 + "-" + "0" * 12, 1
            )
