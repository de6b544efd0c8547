"""The table of `docs/security.md` about keys: each row is gone through, with what it says one has to type."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support import shared
from tests.support.program import Home
from zenml.projections.machine import ProfileRow

PAGE = Path(__file__).parents[2] / "docs" / "security.md"
WRONG = "0123456789abcdef" * 4
REGISTER = (
    "experiment-tracker",
    "register",
    "x",
    "-f",
    "mlflow",
    "--tracking_uri=http://h",
    "--tracking_token=t1",
)
ANOTHER = (*REGISTER[:2], "y", *REGISTER[3:])


class Row(NamedTuple):
    """A row of the table.

    Attributes:
        key: Whose key it is.
        case: What happened to it.
        sentence: What the program says; nothing if nobody can see it.
        commands: What is to be typed.
    """

    key: str
    case: str
    sentence: str
    commands: tuple[str, ...]

    @classmethod
    def read(cls, line: str) -> Row:
        key, case, says, types = (cell.strip() for cell in line.strip("| \n").split(" | "))
        (sentence,) = re.findall(r"^`(.*)`$", says) or [""]
        return cls(key, case, sentence, tuple(re.findall(r"`(zenml [^`]+)`", types)))

    def is_said(self, output: str) -> bool:
        pattern = ".*".join(map(re.escape, self.sentence.split("…")))
        return re.search(pattern, " ".join(output.split())) is not None

    def type(self, home: Home, file: Path) -> None:
        """Types what the row says, with a file in the place of FILE."""
        for command in self.commands:
            words = shlex.split(command.replace("FILE", str(file)))[1:]
            home.run(*words, stdin="y\n").exits(0)


def _rows() -> dict[tuple[str, str], Row]:
    _, _, section = PAGE.read_text(encoding="utf-8").partition("## Keys of secrets")
    lines = [line for line in section.partition("\n## ")[0].splitlines() if line.startswith("| ")]
    rows = [Row.read(line) for line in lines[2:]]
    return {(row.key, row.case.partition(":")[0]): row for row in rows}


ROWS = _rows()
MACHINE, SHARED, SERVICE = "the machine's", "a shared profile's", "a service's"
Scene = Callable[[Row, Path], Home]


def _sealed(base: Path) -> tuple[Home, Path, Path]:
    """Returns a home with a secret, its key file, and a copy of that."""
    home = Home(base)
    home.done("profile", "list")
    home.done(*REGISTER)
    copy = base / "copy.key"
    home.done("key", "export", "--out", str(copy))
    return home, home.config / "ledger.key", copy


def _shared(base: Path) -> tuple[Home, Path, Path, ProfileRow]:
    """Returns a machine with a secret in a shared profile, the file of its key, a copy, and the profile."""
    home = shared.machine(base / "one", "one")
    profile = shared.begun(home, "team")
    home.done(*REGISTER)
    copy = base / "copy.key"
    home.done("key", "export", "--profile", "team", "--out", str(copy))
    return home, home.config / "keys" / profile.profile_ledger_id, copy, profile


def _refused(row: Row, home: Home, *words: str) -> None:
    answer = home.run(*words).exits(1, 5)
    assert row.is_said(answer.stderr), answer.report()


def lost_with_a_copy(row: Row, base: Path) -> Home:
    home, file, copy = _sealed(base)
    file.unlink()
    _refused(row, home, *ANOTHER)
    row.type(home, copy)
    return home


def lost_for_good(row: Row, base: Path) -> Home:
    home, file, _ = _sealed(base)
    file.unlink()
    _refused(row, home, *ANOTHER)
    row.type(home, base)
    assert not file.exists()
    return home


def wrong(row: Row, base: Path) -> Home:
    home, file, copy = _sealed(base)
    file.write_text(WRONG)
    _refused(row, home, *ANOTHER)
    row.type(home, copy)
    return home


def second(row: Row, base: Path) -> Home:
    home, _, _ = _sealed(base)
    given = base / "given.key"
    given.write_text(WRONG)
    _refused(row, home, "key", "import", str(given))
    row.type(home, given)
    return home


def stolen(row: Row, base: Path) -> Home:
    home, file, copy = _sealed(base)
    row.type(home, copy)
    assert file.read_text() != copy.read_text()
    return home


def a_backup_comes_back(row: Row, base: Path) -> Home:
    home, _, copy = _sealed(base)
    backup = (home.config / "ledger.db").read_bytes()
    home.done("key", "rotate")
    (home.config / "ledger.db").write_bytes(backup)
    (home.config / "ledger.db-wal").unlink(missing_ok=True)
    home.done("ledger", "accept")
    _refused(row, home, *ANOTHER)
    row.type(home, copy)
    return home


def lost_on_one_machine(row: Row, base: Path) -> Home:
    home, file, copy, _ = _shared(base)
    file.unlink()
    _refused(row, home, *ANOTHER)
    row.type(home, copy)
    return home


def lost_on_all_machines(row: Row, base: Path) -> Home:
    home, file, _, _ = _shared(base)
    file.unlink()
    _refused(row, home, *ANOTHER)
    row.type(home, base)
    assert file.exists()
    return home


def a_second_one_for_all(row: Row, base: Path) -> Home:
    home, *_ = _shared(base)
    given = base / "given.key"
    given.write_text(WRONG)
    _refused(row, home, "key", "import", str(given), "--profile", "team")
    row.type(home, given)
    return home


def stolen_from_all(row: Row, base: Path) -> Home:
    home, file, copy, _ = _shared(base)
    row.type(home, copy)
    assert file.read_text() != copy.read_text()
    return home


def replaced_by_another(row: Row, base: Path) -> Home:
    home, _, copy, profile = _shared(base)
    other = shared.machine(base / "other", "other")
    shared.joined(home, other, profile)
    other.done("key", "import", str(copy), "--profile", "team")
    home.done("key", "rotate", "--profile", "team")
    copy.unlink()
    home.done("key", "export", "--profile", "team", "--out", str(copy))
    _refused(row, other, *ANOTHER)
    row.type(other, copy)
    home.done("audit", "verify")
    return other


SCENES: dict[tuple[str, str], Scene] = {
    (MACHINE, "lost, and there is a copy"): lost_with_a_copy,
    (MACHINE, "lost, and there is none"): lost_for_good,
    (MACHINE, "wrong"): wrong,
    (MACHINE, "a second one is given"): second,
    (MACHINE, "stolen, or left with somebody"): stolen,
    (MACHINE, "replaced, and a backup from before comes back"): a_backup_comes_back,
    (SHARED, "lost on one machine"): lost_on_one_machine,
    (SHARED, "lost on all machines"): lost_on_all_machines,
    (SHARED, "a second one is given"): a_second_one_for_all,
    (SHARED, "left with somebody, or stolen"): stolen_from_all,
    (SHARED, "replaced by another member"): replaced_by_another,
}


def test_each_row_has_a_scene() -> None:
    # what a member of a service is told is in tests/service
    assert {key for key in ROWS if key[0] != SERVICE} == set(SCENES)


@pytest.mark.slow
@pytest.mark.parametrize("named", SCENES, ids=lambda named: f"{named[0]} {named[1]}".replace(" ", "_"))
def test_a_row_is_what_happens(named: tuple[str, str], tmp_path: Path) -> None:
    home = SCENES[named](ROWS[named], tmp_path)
    home.done(*ANOTHER)
    home.done("audit", "verify")
