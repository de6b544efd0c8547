"""What is needed as it is stays so, though a value is found in it: keys, notes of what was seen, signatures."""

from __future__ import annotations

import pytest

from tests.support.program import Home

REDACT = ("audit", "redact", "--value-from-stdin", "--reason", "asked for", "--yes")


@pytest.mark.parametrize("which", ["ledger.key", "keys/signing.key"])
def test_digits_of_a_key_are_no_value(home: Home, which: str) -> None:
    home.done("artifact-store", "register", "one", "--flavor", "s3", "--path", "s3://a", "--secret", "hunter2")
    home.done("audit", "checkpoint")
    file = home.config / which
    key = file.read_bytes()
    digits = key.decode().strip()[-8:-4]
    home.done("artifact-store", "register", "two", "--flavor", "s3", "--path", f"s3://b/{digits}")
    home.run(*REDACT, stdin=digits)
    assert file.read_bytes() == key
    assert digits not in home.done("artifact-store", "describe", "two").stdout.split("PATH")[1].splitlines()[0]
    home.done("audit", "verify")


def test_what_was_seen_is_not_written_over(home: Home) -> None:
    home.done("artifact-store", "register", "one", "--flavor", "s3", "--path", "s3://a")
    (heads,) = (home.home / ".local" / "state" / "zenml" / "heads").iterdir()
    digits = heads.read_text().splitlines()[-1].split()[2][:8]
    said = home.run(*REDACT, stdin=digits, check=1)
    assert digits in heads.read_text()
    assert f"{heads}: left" in said.stdout
    home.done("audit", "verify")


def test_a_checkpoint_is_not_written_over(home: Home) -> None:
    home.done("artifact-store", "register", "one", "--flavor", "s3", "--path", "s3://a")
    home.done("audit", "checkpoint")
    note = next(file for file in (home.config / "evidence").iterdir() if file.suffix == ".note")
    before = note.read_bytes()
    home.run(*REDACT, stdin=note.read_text().splitlines()[2][:12], check=1)
    assert note.read_bytes() == before


def test_blanks_are_no_value(home: Home) -> None:
    home.done("artifact-store", "register", "one", "--flavor", "s3", "--path", "s3://a")
    said = home.run(*REDACT, stdin="     ab   \n", check=1)
    assert "fewer than 4 characters" in said.output
