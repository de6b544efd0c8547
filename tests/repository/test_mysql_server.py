"""`up` of a MySQL metadata store, against a real server of this machine (root without a password, as in CI)."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator

import pymysql
import pytest

from tests.ledger.machines import Machine
from zenml.application.provisioning import Prepared

HOST, PORT = "127.0.0.1", 3306
DATABASE, USER, PASSWORD = "zenml_ledger_up", "zenml_up", "geheim 'and' %41"


def connected() -> pymysql.Connection:
    return pymysql.connect(host=HOST, port=PORT, user="root", connect_timeout=5)


@pytest.fixture(scope="module")
def server() -> Iterator[None]:
    """A server with a database and a user of its own."""
    try:
        socket.create_connection((HOST, PORT), 1).close()
    except OSError:
        pytest.skip(f"no MySQL or MariaDB server listens on {HOST}:{PORT}")
    with connected() as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE IF NOT EXISTS {DATABASE}")
        cursor.execute(f"CREATE OR REPLACE USER {USER}@'%%' IDENTIFIED BY %s", (PASSWORD,))
        cursor.execute(f"GRANT ALL ON {DATABASE}.* TO {USER}@'%'")
    yield
    with connected() as connection, connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {DATABASE}")
        cursor.execute(f"DROP USER {USER}@'%'")


def up(machine: Machine, **parameters: object) -> Prepared:
    given = {"host": HOST, "port": PORT, "database": DATABASE, "username": USER, "password": PASSWORD}
    here = machine.repository()
    here.register_component("metadata_store", "db", "mysql", {**given, **parameters})
    ((done,), change) = here.provision({"metadata_store": "db"})
    assert (change is not None) == done.ready
    return done


def test_a_server_with_the_database_is_ready(used: Machine, server: None) -> None:
    done = up(used)
    assert (done.ready, done.said) == (True, f"database '{DATABASE}' on {HOST}:{PORT} answers")


@pytest.mark.parametrize(
    ("parameters", "why"),
    [
        ({"database": "zenml_nowhere", "username": "root", "password": None}, "it does not exist"),
        ({"password": "wrong"}, "the login was refused"),
        ({"username": "nobody"}, "the login was refused"),
        ({"database": "mysql"}, "the user may not use it"),
    ],
)
def test_what_is_wrong_is_named_without_the_password(
    used: Machine, server: None, parameters: dict[str, object], why: str
) -> None:
    done = up(used, **parameters)
    assert not done.ready
    assert done.said.endswith(f" on {HOST}:{PORT} cannot be used: {why}.")
    assert PASSWORD not in done.said


def test_without_the_extra_the_port_is_tried_and_the_answer_says_so(
    used: Machine, server: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pymysql", None)
    done = up(used, password="wrong")
    expected = "is reachable; to check the login and the database too: pip install 'zenml-ledger[mysql]'"
    assert (done.ready, done.said) == (True, f"{HOST}:{PORT} {expected}")
