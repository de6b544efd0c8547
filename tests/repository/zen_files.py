"""A repository's file, written and read as the tests of its module need it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from zenml.active import zen_file

CHANGE, LATER = "01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-000000000002"
PROFILE, STACK = "active_profile_name", "active_stack_name"


def nothing_recorded(change_id: str) -> bool:
    return False


def everything_recorded(change_id: str) -> bool:
    return True


@pytest.fixture
def root(tmp_path: Path) -> str:
    (tmp_path / ".zen").mkdir()
    return str(tmp_path)


def write(root: str, text: str | bytes) -> None:
    Path(zen_file.path(root)).write_bytes(text.encode() if isinstance(text, str) else text)


def content(root: str) -> object:
    return yaml.safe_load(Path(zen_file.path(root)).read_text(encoding="utf-8"))


def read(root: str) -> zen_file.ZenFile:
    file = zen_file.read(root, nothing_recorded)
    assert file is not None
    return file


def names(root: str) -> tuple[str | None, str | None]:
    file = read(root)
    assert file.problem == ""
    return file.profile_name, file.stack_name


def drafts(root: str) -> list[str]:
    return sorted(name for name in os.listdir(os.path.join(root, ".zen")) if name != "config.yaml")
