"""How secrets are typed: as words, as files, with ``--secret``; and that no answer repeats them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.hints import hint_of
from zenml.cli.options.parameters import expand_value, keyed_secrets, parse
from zenml.domain.errors import InvalidValueError
from zenml.flavors.lookup import SHIPPED

S3 = SHIPPED.load("artifact_store", "s3")
MYSQL = SHIPPED.load("metadata_store", "mysql")
SLACK = SHIPPED.load("alerter", "slack")


@pytest.mark.parametrize("flavor", [S3, MYSQL])
@pytest.mark.parametrize("word", ["hunter2", "aHVudGVyMg==", "a=b"])
def test_a_word_for_a_parameter_called_secret_is_encrypted_whatever_the_flavor_says(
    flavor: type, word: str
) -> None:
    parameters: dict[str, str] = {}
    assert keyed_secrets(flavor, [word], parameters) == {"secret"}
    assert parameters == {"secret": word}


def test_a_parameter_and_its_value_are_told_apart() -> None:
    parameters = {"host": "h"}
    assert keyed_secrets(MYSQL, ["password=a=b"], parameters) == {"password"}
    assert keyed_secrets(SLACK, ["old=x"], parameters, kept=["old"]) == {"old"}
    assert parameters == {"host": "h", "password": "a=b", "old": "x"}


@pytest.mark.parametrize("text", ["hunter2", "tokn=hunter2", "=hunter2"])
def test_what_is_refused_is_not_repeated(text: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        keyed_secrets(SLACK, [text], {})
    assert "hunter2" not in f"{refused.value} {hint_of(refused.value)}"


@pytest.mark.parametrize(
    ("stored", "value"),
    [("a\n", "a"), ("a\r\n", "a"), ("a", "a"), ("a\n\n", "a\n"), ("a\nb\n", "a\nb"), ("\n", ""), (" a \n", " a ")],
)
def test_a_file_loses_its_last_newline(tmp_path: Path, stored: str, value: str) -> None:
    file = tmp_path / "token.txt"
    file.write_bytes(stored.encode())
    assert expand_value(f"@{file}", "token") == value


def test_a_file_that_cannot_be_read_is_not_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hunter2-folder").mkdir()
    (tmp_path / "hunter2-bytes").write_bytes(b"\xff\xfe\xfd")
    for option in ("--password=@hunter2", "--pasword=@hunter2-folder", "--key=@hunter2-bytes"):
        with pytest.raises(InvalidValueError, match=r"^The file that --\w+ names cannot be read: ") as refused:
            parse(["a", option])
        assert "hunter2" not in f"{refused.value} {hint_of(refused.value)}"
