"""``--parameter=@file``: what stands for a file, and what only begins like one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.program import Home
from zenml.cli.options.parameters import expand_value, keyed_secrets, parse
from zenml.documents.limits import PARAMETER
from zenml.domain.errors import InvalidValueError
from zenml.flavors.artifact_stores.s3 import S3ArtifactStore


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with files in it, and another working folder."""
    (tmp_path / "home").mkdir()
    (tmp_path / "work").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "work")
    (tmp_path / "home" / "value.txt").write_text("from home\n")
    (tmp_path / "work" / "value.txt").write_text("from here\n")
    (tmp_path / "work" / "~").mkdir()
    (tmp_path / "work" / "~" / "value.txt").write_text("from a folder called ~\n")
    (tmp_path / "work" / "@value.txt").write_text("from a file with an @\n")
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("@@x", "@x"),
        ("@@", "@"),
        ("@@@x", "@@x"),
        ("@@value.txt", "@value.txt"),
        ("a@b", "a@b"),
        (" @x", " @x"),
        ('{"a": "@@x"}', '{"a": "@@x"}'),
        ('["@value.txt"]', '["@value.txt"]'),
        ("@value.txt", "from here"),
        ("@./value.txt", "from here"),
        ("@./@value.txt", "from a file with an @"),
        ("@~/value.txt", "from home"),
        ("@./~/value.txt", "from a folder called ~"),
    ],
)
def test_a_value_is_what_was_meant(own: Path, typed: str, value: str) -> None:
    assert parse(["name", f"--uri={typed}"]) == ("name", {"uri": value})
    assert parse(["name", "--uri", typed]) == ("name", {"uri": value})
    parameters: dict[str, str] = {}
    assert keyed_secrets(S3ArtifactStore, [f"key={typed}"], parameters) == {"key"}
    assert parameters == {"key": value}


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("@", "its name is missing"),
        ("@~", "it is a folder"),
        ("@.", "it is a folder"),
        ("@~/none", "No such file"),
        ("@none", "No such file"),
        ("@~nobody-of-this-name/value.txt", "No such file"),
        ("@~nobody\0/value.txt", "null"),
        ("@/dev/zero", "not a regular file"),
        ("@large", "larger than 48 KiB"),
        ("@bytes", "not UTF-8"),
    ],
)
def test_what_cannot_be_read_says_why_and_how_a_value_begins_with_an_at(own: Path, typed: str, why: str) -> None:
    (own / "work" / "large").write_text("a" * (PARAMETER + 1))
    (own / "work" / "bytes").write_bytes(b"\xff\xfa")
    with pytest.raises(InvalidValueError, match=why) as caught:
        expand_value(typed, "uri")
    assert "@@ for a value that begins with @" in caught.value.hint


def test_the_program_takes_them_when_it_registers_and_updates(home: Home) -> None:
    (home.home / "uri.txt").write_text("localhost:5000\n")
    home.done("container-registry", "register", "a", "--flavor=default", "--uri=@~/uri.txt")
    home.done("container-registry", "register", "b", "--flavor", "default", "--uri", "@@x")
    assert [it["URI"] for it in home.done("container-registry", "list").rows] == ["localhost:5000", "@x"]
    home.done("container-registry", "update", "a", "--uri=@@y")
    home.done("container-registry", "update", "b", "--uri=@~/uri.txt")
    assert [it["URI"] for it in home.done("container-registry", "list").rows] == ["@y", "localhost:5000"]


def test_python_takes_every_text_as_it_is(home: Home) -> None:
    script = "from zenml.repository import Repository as R\n"
    script += "R().register_component('container_registry', 'a', 'default', {'uri': '@@x'})"
    home.python(script)
    assert [it["URI"] for it in home.done("container-registry", "list").rows] == ["@@x"]
