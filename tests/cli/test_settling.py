"""On a terminal, names that are taken and secrets that are not known are asked for."""

from __future__ import annotations

from pathlib import Path

import pexpect
import pytest

from tests.support.fixtures import home
from tests.support.program import ZENML, Home

__all__ = ["home"]
pytestmark = pytest.mark.slow


def typed(home: Home, *words: str) -> pexpect.spawn[str]:
    environment = home.variables({"TERM": "xterm"})
    return pexpect.spawn(
        str(ZENML), list(words), env=environment, cwd=str(home.work), encoding="utf-8", timeout=60
    )


def ended(program: pexpect.spawn[str]) -> str:
    program.expect(pexpect.EOF)
    program.close()
    assert program.exitstatus == 0, program.before
    return str(program.before)


@pytest.fixture
def exported(home: Home) -> Path:
    """A file with a stack, in whose profile there is another component of the same name by now."""
    store = ("metadata-store", "register", "db", "-f", "mysql", "--host=h", "--database=d", "--password=geheim")
    home.done(*store)
    home.done("stack", "register", "prod", "-a", "default", "-o", "default", "-m", "db")
    home.done("stack", "export", "prod")
    home.done("profile", "create", "other")
    home.done("profile", "set", "other")
    return home.work / "prod.yaml"


def test_a_secret_that_is_not_known_is_asked_for_and_not_echoed(home: Home, exported: Path) -> None:
    program = typed(home, "stack", "import", "prod.yaml")
    program.expect("password of metadata-store/db: ")
    program.sendline("new-geheim")
    assert "geheim" not in ended(program)
    script = "from zenml.repository import Repository as R; print(R().get_stack('prod').metadata_store.password)"
    assert home.python(script).stdout == "new-geheim\n"


REFUSED = """
profile: other
components:
  - {type: metadata_store, name: new, flavor: mysql, parameters: {host: h, database: d, password: '***'}}
  - {type: metadata_store, name: newer, flavor: mysql, parameters: {host: h, database: d, password: '***'}}
stacks:
  - {name: s, components: {orchestrator: gone, artifact_store: default, metadata_store: new}}
"""


def refused(program: pexpect.spawn[str]) -> str:
    program.expect(pexpect.EOF)
    program.close()
    assert program.exitstatus == 1, program.before
    return str(program.before)


def test_no_secret_is_asked_for_where_the_rest_would_be_refused(home: Home, exported: Path) -> None:
    (home.work / "refused.yaml").write_text(REFUSED)
    said = refused(typed(home, "apply", "refused.yaml"))
    assert "Orchestrator 'gone' does not exist." in said
    assert "password of metadata-store" not in said
    (home.work / "refused.yaml").write_text(REFUSED.replace("gone", "default"))
    program = typed(home, "apply", "refused.yaml")
    for name in ("new", "newer"):
        program.expect(f"password of metadata-store/{name}: ")
        program.sendline("geheim")
    ended(program)
    home.done("stack", "describe", "s")


def test_no_name_is_asked_for_where_the_rest_would_be_refused(home: Home, exported: Path) -> None:
    home.done("metadata-store", "register", "db", "-f", "mysql", "--host=other", "--database=d")
    said = refused(typed(home, "stack", "copy", "prod", "default", "--from", "default", "--to", "other"))
    assert "Stack 'default' already exists." in said
    assert "Another name" not in said


def test_another_name_is_asked_for_until_it_is_free(home: Home, exported: Path) -> None:
    home.done("metadata-store", "register", "db", "-f", "mysql", "--host=other", "--database=d")
    program = typed(home, "stack", "copy", "prod", "prod", "--from", "default")
    program.expect("Metadata store 'db' already exists with other settings.")
    program.expect("Another name for metadata-store/db: ")
    program.sendline("default")
    program.expect("Metadata store 'default' already exists with other settings.")
    program.expect("Another name for metadata-store/db: ")
    program.sendline("db two")
    ended(program)
    assert "db two" in home.done("stack", "describe", "prod").stdout


def test_down_names_what_it_removes_and_asks_nothing(home: Home) -> None:
    home.done("stack", "up")
    program = typed(home, "stack", "down", "--force")
    program.expect("metadata.db")
    ended(program)
    assert not list(home.config.rglob("metadata.db"))
