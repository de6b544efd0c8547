"""Bundles of a ledger whose signing key was replaced: an earlier key that is known vouches for the later ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.evidence.bundling import Signing, members, sealed, write
from tests.evidence.ledgers import WrittenRecord, made
from zenml.evidence import notes, verify

FIRST, SECOND, THIRD, STRANGER = (Signing(number) for number in (1, 2, 3, 9))


@pytest.fixture(scope="module")
def record() -> WrittenRecord:
    return made(3, 4, ("default",))


def origin_of(record: WrittenRecord) -> str:
    return f"zenml-ledger/{record.machine.id}"


def key(record: WrittenRecord, signing: Signing) -> verify.Key:
    return verify.parsed_key(notes.key_line(origin_of(record), signing.public))


def statement(
    record: WrittenRecord, old: Signing, new: Signing, alter: Callable[[str], str] = str, signer: str = ""
) -> dict[str, bytes]:
    """Returns the member in which an old key says that a new one replaces it."""
    origin = origin_of(record)
    line = notes.key_line(origin, new.public)
    note = notes.signed(alter(f"zenml-evidence key\n{origin}\n{line}\n"), [(signer or origin, old)])
    return {f"ledgers/{record.machine.id}/keys/{key(record, new).key_id.hex()}.note": note.encode()}


def judged(path: Path, record: WrittenRecord, statements: dict[str, bytes], *known: Signing) -> verify.Finding:
    """Returns what is said of the signatures of a bundle that the third key signed."""
    bundle = write(path / "b.zip", sealed({**members(record, THIRD), **statements}, THIRD))
    verdicts = verify.judged(str(bundle), [[key(record, signing)] for signing in known]).verdicts
    assert [one.name for one in verdicts if one.state == verify.BAD] in ([], ["signatures"], ["format"])
    return next((one for one in verdicts if one.name == "format"), None) or next(
        one for one in verdicts if one.name == "signatures"
    )


def test_a_key_is_trusted_by_the_word_of_an_earlier_one(record: WrittenRecord, tmp_path: Path) -> None:
    chain = {**statement(record, SECOND, THIRD), **statement(record, FIRST, SECOND)}
    for statements in (chain, dict(reversed(chain.items()))):
        said = judged(tmp_path, record, statements, FIRST)
        assert said.state == verify.OK
        origin = origin_of(record)
        assert said.sentences[:2] == tuple(
            f"{origin} was replaced by {key(record, new).key_id.hex()}, by the word of the earlier key"
            for new in (SECOND, THIRD)
        )
        sentences = dict(one.split(" signed ") for one in said.sentences[2:])
        replacing = [f"the key {key(record, new).key_id.hex()} that replaced one" for new in (SECOND, THIRD)]
        assert [*sentences] == [f"the key given as {origin}", *replacing]
        assert "manifest.sig" in sentences[replacing[1]]


def test_a_later_key_needs_no_word_of_an_earlier_one(record: WrittenRecord, tmp_path: Path) -> None:
    said = judged(tmp_path, record, statement(record, FIRST, THIRD), THIRD)
    assert said.state == verify.OK
    assert "replaced" not in "".join(said.sentences)


def test_an_earlier_key_was_used_if_it_signed_under_any_name(record: WrittenRecord, tmp_path: Path) -> None:
    bundle = write(
        tmp_path / "b.zip", sealed({**members(record, THIRD), **statement(record, FIRST, THIRD)}, THIRD)
    )
    another = verify.parsed_key(notes.key_line(f"zenml-evidence/{record.machine.id}", FIRST.public))
    report = verify.judged(str(bundle), [[key(record, FIRST)], [another]])
    assert report.holds(["signatures"])


def test_without_a_key_nobody_vouches_for_anything(record: WrittenRecord, tmp_path: Path) -> None:
    said = judged(tmp_path, record, statement(record, FIRST, THIRD))
    assert said.state == verify.UNCHECKED


def test_only_a_known_key_vouches_and_only_for_its_name(record: WrittenRecord, tmp_path: Path) -> None:
    for statements in (
        {},
        statement(record, STRANGER, THIRD),
        statement(record, SECOND, THIRD),
        statement(record, FIRST, THIRD, signer="zenml-ledger/another"),
    ):
        said = judged(tmp_path, record, statements, FIRST)
        assert said.state == verify.BAD
        assert f"No key that was given signed manifest.sig as zenml-evidence/{record.machine.id}" in said.sentences


def test_an_altered_statement_vouches_for_nothing(record: WrittenRecord, tmp_path: Path) -> None:
    name, data = statement(record, FIRST, SECOND).popitem()
    own = notes.key_line(origin_of(record), SECOND.public)
    forged = data.replace(own.encode(), notes.key_line(origin_of(record), THIRD.public).encode())
    third = name.replace(key(record, SECOND).key_id.hex(), key(record, THIRD).key_id.hex())
    said = judged(tmp_path, record, {third: forged}, FIRST)
    assert said.state == verify.BAD
    assert f"The signature of {origin_of(record)} on {third} does not hold" in said.sentences


@pytest.mark.parametrize(
    "alter",
    [
        lambda text: text.replace("zenml-evidence key", "zenml-evidence manifest"),
        lambda text: f"{text}more\n",
        lambda text: text.replace("zenml-ledger", "another", 1),
        lambda text: text.replace("+", "-"),
    ],
)
def test_a_statement_has_one_form(record: WrittenRecord, tmp_path: Path, alter: Callable[[str], str]) -> None:
    said = judged(tmp_path, record, statement(record, FIRST, THIRD, alter), FIRST)
    assert said.name == "format"


def test_a_statement_stands_under_the_name_of_its_key(record: WrittenRecord, tmp_path: Path) -> None:
    name, data = statement(record, FIRST, THIRD).popitem()
    folder = name.rpartition("/")[0]
    assert judged(tmp_path, record, {f"{folder}/00000000.note": data}, FIRST).name == "format"
    assert judged(tmp_path, record, {f"{folder}/{'0' * 9}.note": data}, FIRST).name == "format"


def test_there_are_not_too_many_statements(record: WrittenRecord, tmp_path: Path) -> None:
    statements: dict[str, bytes] = {}
    for number in range(20, 120):
        statements |= statement(record, FIRST, Signing(number))
    assert len(statements) == 100
    assert judged(tmp_path, record, statements, THIRD).state == verify.OK
    said = judged(tmp_path, record, {**statements, **statement(record, FIRST, THIRD)}, THIRD)
    assert said.name == "format"
