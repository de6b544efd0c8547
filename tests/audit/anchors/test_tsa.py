from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.audit.anchors.authorities import Authority
from tests.audit.anchors.logs import LEDGER, Log
from tests.audit.anchors.peers import ok, program, server
from zenml.anchors.tsa import TimestampAnchor
from zenml.domain.errors import LedgerError

_BY_ANOTHER = """
import sys
from pathlib import Path
from cryptography.x509 import load_pem_x509_certificate
from rfc3161_client import VerifierBuilder, decode_timestamp_response
ca, token, note = (Path(argument).read_bytes() for argument in sys.argv[1:])
verifier = VerifierBuilder().add_root_certificate(load_pem_x509_certificate(ca)).build()
sys.exit(not verifier.verify_message(decode_timestamp_response(token), note))
"""
_ASKED_BY_ANOTHER = """
import sys
from pathlib import Path
from rfc3161_client import TimestampRequestBuilder
note, out = map(Path, sys.argv[1:])
request = TimestampRequestBuilder().data(note.read_bytes()).nonce(nonce=True)
request = request.cert_request(cert_request=True).build()
out.write_bytes(request.as_bytes())
"""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "authority")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    folder = tmp_path / "evidence"
    folder.mkdir()
    return folder


def _token(kept: Path, size: int) -> Path:
    """Returns the one time stamp of a size."""
    (token,) = kept.glob(f"{LEDGER}.{size}-*.tsr")
    return token


def test_a_token_is_kept_beside_the_note_that_it_is_about(authority: Authority, kept: Path) -> None:
    handover = Log(33).handover()
    with authority.serving() as url:
        anchor = TimestampAnchor(f"{url}/tsa", authority.ca, str(kept.parent))
        anchor.check()
        assert anchor.hand_over(handover, None).sentence.startswith("stamped at 20")
    token, note = _token(kept, 33), _token(kept, 33).with_suffix(".note")
    assert sorted(kept.iterdir()) == [note, token]
    assert note.read_bytes() == handover.note
    assert [(found.ledger_id, found.note, found.flaw) for found in anchor.kept()] == [
        (LEDGER, handover.note, None)
    ]


def test_another_implementation_takes_our_token_and_we_take_its(authority: Authority, kept: Path) -> None:
    python = str(program("python"))
    with authority.serving() as url:
        anchor = TimestampAnchor(url, authority.ca, str(kept.parent))
        anchor.hand_over(Log(33).handover(), None)
    note, token, query = (_token(kept, 33).with_suffix(f".{ending}") for ending in ("note", "tsr", "tsq"))
    subprocess.run([python, "-c", _BY_ANOTHER, authority.ca, str(token), str(note)], check=True)
    subprocess.run([python, "-c", _ASKED_BY_ANOTHER, str(note), str(query)], check=True)
    assert authority.token(query.read_bytes()) != token.read_bytes()
    token.write_bytes(authority.token(query.read_bytes()))
    assert [found.flaw for found in anchor.kept()] == [None]
    subprocess.run([python, "-c", _BY_ANOTHER, authority.ca, str(token), str(note)], check=True)


def test_a_token_for_something_else_is_not_taken(authority: Authority, kept: Path, tmp_path: Path) -> None:
    log = Log(33)
    queries: list[bytes] = []

    def first(query: bytes) -> bytes:
        queries.append(query)
        return authority.token(queries[0])

    def altered(query: bytes) -> bytes:
        token = authority.token(query)
        return token[:-1] + bytes([token[-1] ^ 1])

    def of_another(query: bytes) -> bytes:
        return other.token(query)

    def without_number(query: bytes) -> bytes:
        note = tmp_path / "note"
        note.write_bytes(log.handover(32).note)
        asked = tmp_path / "asked"
        words = [
            "openssl",
            "ts",
            "-query",
            "-data",
            str(note),
            "-sha256",
            "-cert",
            "-no_nonce",
            "-out",
            str(asked),
        ]
        subprocess.run(words, check=True, capture_output=True)
        return authority.token(asked.read_bytes())

    other = Authority(tmp_path / "other")
    with authority.serving(first) as url:
        anchor = TimestampAnchor(url, authority.ca, str(kept.parent))
        anchor.hand_over(log.handover(16), None)
        for again in (16, 33):  # the same note once more, and another one, with the answer to the first question
            with pytest.raises(LedgerError) as raised:
                anchor.hand_over(log.handover(again), None)
            assert raised.value.code == "timestamp_false"
    for make in (
        altered,
        of_another,
        without_number,
        lambda query: b"",
        lambda query: b"<html>",
        lambda query: query,
        lambda query: authority.token(query) + b"x",
        lambda query: bytes(100_000),
    ):
        with authority.serving(make) as url, pytest.raises(LedgerError) as raised:
            TimestampAnchor(url, authority.ca, str(kept.parent)).hand_over(log.handover(32), None)
        assert raised.value.code == "timestamp_false"
    assert sorted(kept.iterdir()) == [_token(kept, 16).with_suffix(".note"), _token(kept, 16)]


def test_a_token_that_is_exchanged_afterwards_is_a_flaw(authority: Authority, kept: Path) -> None:
    log = Log(33)
    with authority.serving() as url:
        anchor = TimestampAnchor(url, authority.ca, str(kept.parent))
        for size in (16, 33):
            anchor.hand_over(log.handover(size), None)
    first, second = _token(kept, 16), _token(kept, 33)
    first.write_bytes(second.read_bytes())
    second.with_suffix(".note").unlink()
    missing = "The note that the time stamp is about is missing."
    assert {found.place: found.flaw for found in anchor.kept()} == {
        first.name: "The time stamp does not hold: message imprint mismatch.",
        second.name: missing,
    }
    first.unlink()
    os.mkfifo(first)
    assert [found.flaw for found in anchor.kept()] == [
        missing,
        f"The file {first} cannot be read: it is not a regular file.",
    ]


def test_two_authorities_check_their_own_tokens_alone(authority: Authority, kept: Path, tmp_path: Path) -> None:
    other, handover = Authority(tmp_path / "other"), Log(33).handover()
    anchors = list[TimestampAnchor]()
    for stamping in (authority, other):
        with stamping.serving() as url:
            anchors.append(TimestampAnchor(url, stamping.ca, str(kept.parent)))
            anchors[-1].hand_over(handover, None)
            anchors[-1].hand_over(handover, None)  # which makes another token, and keeps this one
    assert len(list(kept.glob("*.tsr"))) == 4
    for anchor in anchors:
        assert [(found.note, found.flaw) for found in anchor.kept()] == [(handover.note, None)] * 2


def test_an_authority_that_refuses_is_a_failure_in_words(authority: Authority, kept: Path) -> None:
    with server(lambda head, body: ok(b"no", status="503 Later")) as url, pytest.raises(LedgerError, match="503"):
        TimestampAnchor(url, authority.ca, str(kept.parent)).hand_over(Log(3).handover(), None)
    assert list(kept.iterdir()) == []


def test_certificates_are_looked_at_beforehand(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.pem").touch()
    for name in ("missing.pem", "empty.pem", ""):
        with pytest.raises(LedgerError) as raised:
            TimestampAnchor("https://tsa.test", str(tmp_path / name), str(kept.parent)).check()
        assert raised.value.code == "anchor_certificates"
