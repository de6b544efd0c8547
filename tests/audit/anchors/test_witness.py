from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.audit.anchors.logs import LEDGER, InMemorySigner, Log
from tests.audit.anchors.peers import Answering, Witness, ok, server, witness
from zenml.anchors import posting
from zenml.anchors.anchor import HandedOver
from zenml.anchors.posting import peer
from zenml.anchors.witness import WitnessAnchor
from zenml.domain.errors import DamagedLedgerError, InvalidValueError, LedgerError
from zenml.evidence.notes import with_signature
from zenml.evidence.verify import Checkpoint, cosigned_at, key_id, parsed_key, parsed_note, signature_holds


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Witness]:
    with witness(tmp_path / "witness") as made:
        yield made


def _anchor(url: str, key_line: str) -> WitnessAnchor:
    return WitnessAnchor(url, key_line, lambda: iter(()))


def _of_a_witness(signer: InMemorySigner, name: str = "witness.test/w1") -> str:
    packed = b64encode(b"\x04" + signer.public).decode()
    return f"{name}+{key_id(name, 4, signer.public).hex()}+{packed}"


def _holds(log: Log, size: int, done: HandedOver, key_line: str) -> bool:
    assert done.cosignature is not None
    note = parsed_note(with_signature(log.handover(size).note.decode(), done.cosignature).encode())
    key = parsed_key(key_line)
    return any(signature_holds(note, signature, key) for signature in note.signatures)


def test_a_real_witness_cosigns_what_extends_what_it_saw(real: Witness) -> None:
    log = Log(33)
    real.knows(log.origin, log.key_line)
    real.start()
    anchor = _anchor(real.url, real.key_line)
    first = anchor.hand_over(log.handover(16), None)
    assert _holds(log, 16, first, real.key_line)
    extended = anchor.hand_over(log.handover(33), log.handover(16).checkpoint)
    assert _holds(log, 33, extended, real.key_line)
    assert extended.cosignature is not None
    signature = parsed_note(log.handover().note + f"{extended.cosignature}\n".encode()).signatures[1]
    assert cosigned_at(signature) > 1_500_000_000
    # the answer was lost, and the same is asked again, with what was known before
    assert _holds(log, 33, anchor.hand_over(log.handover(33), log.handover(16).checkpoint), real.key_line)
    # nothing is known any more of what it was handed, or something false
    assert _holds(log, 33, anchor.hand_over(log.handover(33), None), real.key_line)
    wrong = Checkpoint(log.origin, 20, bytes(32))
    assert _holds(log, 33, anchor.hand_over(log.handover(33), wrong), real.key_line)
    assert LEDGER not in real.evidence()


@pytest.mark.parametrize("last", [16, 20, None])
def test_a_rewritten_ledger_is_refused_whatever_we_say_it_saw(real: Witness, last: int | None) -> None:
    log = Log(16)
    real.knows(log.origin, log.key_line)
    real.start()
    anchor = _anchor(real.url, real.key_line)
    anchor.hand_over(log.handover(), None)
    fork = Log(33, rewritten=9, signer=log.signer)
    for size in (16, 33):
        hint = None if last is None else fork.handover(last).checkpoint
        with pytest.raises(DamagedLedgerError) as raised:
            anchor.hand_over(fork.handover(size), hint)
        assert raised.value.code == "witness_saw_another"
    assert log.origin in real.evidence()


def test_a_ledger_that_was_cut_is_refused(real: Witness) -> None:
    log = Log(33)
    real.knows(log.origin, log.key_line)
    real.start()
    anchor = _anchor(real.url, real.key_line)
    anchor.hand_over(log.handover(), None)
    for last in (log.handover(33).checkpoint, log.handover(10).checkpoint, None):
        with pytest.raises(DamagedLedgerError, match=r"saw 33 events.*only 16") as raised:
            anchor.hand_over(log.handover(16), last)
        assert raised.value.code == "witness_saw_more"


def test_an_era_has_an_origin_of_its_own_that_the_witness_is_told(real: Witness) -> None:
    log = Log(33)
    real.knows(log.origin, log.key_line)
    real.start()
    anchor = _anchor(real.url, real.key_line)
    anchor.hand_over(log.handover(), None)
    restored = Log(16, signer=log.signer)
    restored.origin = f"{log.origin}/2"
    with pytest.raises(LedgerError) as raised:
        anchor.hand_over(restored.handover(), log.handover().checkpoint)
    assert raised.value.code == "witness_unknown_ledger"
    assert raised.value.values == {"origin": restored.origin, "vkey": restored.key_line}
    real.stop()
    real.knows(restored.origin, restored.key_line)
    real.start()
    assert anchor.hand_over(restored.handover(), log.handover().checkpoint).cosignature


def test_another_key_of_the_ledger_is_refused(real: Witness) -> None:
    log, other = Log(5), Log(5)
    real.knows(log.origin, log.key_line)
    real.start()
    with pytest.raises(LedgerError) as raised:
        _anchor(real.url, real.key_line).hand_over(other.handover(), None)
    assert raised.value.code == "witness_unknown_key"


def test_a_witness_that_lost_its_state_begins_again(real: Witness) -> None:
    log = Log(33)
    real.knows(log.origin, log.key_line)
    real.start()
    anchor = _anchor(real.url, real.key_line)
    anchor.hand_over(log.handover(16), None)
    real.stop()
    real.lose_state()
    real.start()
    assert _holds(log, 33, anchor.hand_over(log.handover(), log.handover(16).checkpoint), real.key_line)


def test_a_witness_that_does_not_run_is_named(real: Witness) -> None:
    with pytest.raises(LedgerError, match=f"{real.url} does not answer") as raised:
        _anchor(real.url, real.key_line).hand_over(Log(3).handover(), None)
    assert raised.value.code == "anchor_unreachable"


def test_a_signature_of_another_key_is_not_taken(real: Witness) -> None:
    log = Log(5)
    real.knows(log.origin, log.key_line)
    real.start()
    with pytest.raises(LedgerError) as raised:
        _anchor(real.url, _of_a_witness(InMemorySigner())).hand_over(log.handover(), None)
    assert raised.value.code == "witness_false"


def _cosigned(
    text: str, signer: InMemorySigner, *, at: int = 1_800_000_000, name: str = "witness.test/w1"
) -> bytes:
    signed = signer.sign(f"cosignature/v1\ntime {at}\n{text}".encode())
    blob = key_id(name, 4, signer.public) + at.to_bytes(8, "big") + signed
    return f"\u2014 {name} {b64encode(blob).decode()}\n".encode()


def _answering(body: bytes) -> Answering:
    return lambda head, asked: ok(body)


def test_what_is_no_signature_of_this_checkpoint_is_not_taken() -> None:
    signer, log = InMemorySigner(), Log(5)
    text = parsed_note(log.handover().note).text
    right = _cosigned(text, signer)
    other_text = parsed_note(log.handover(4).note).text
    false = {
        b"",
        b"\n",
        b"thanks\n",
        right[:-1],
        right.replace(b"=", b""),
        right + right,
        b"\n" + right,
        b"x\n\n" + right,
        right + b"\xff\n",
        _cosigned(other_text, signer),
        _cosigned(text, InMemorySigner()),
        _cosigned(text, signer, name="witness.test/w2"),
        bytes(200_000),
        right * 2000,
    }
    for body in false:
        with server(_answering(body)) as url, pytest.raises(LedgerError) as raised:
            _anchor(url, _of_a_witness(signer)).hand_over(log.handover(), None)
        assert raised.value.code == "witness_false", body[:80]
    with server(lambda head, asked: ok(right)) as url:
        done = _anchor(url, _of_a_witness(signer)).hand_over(log.handover(), None)
    assert done.sentence == "cosigned at 2027-01-15 08:00:00Z"
    also_of_others = _cosigned(text, InMemorySigner(), name="other.test/w9") + right
    with server(lambda head, asked: ok(also_of_others)) as url:
        assert _anchor(url, _of_a_witness(signer)).hand_over(log.handover(), None) == done
    with server(lambda head, asked: ok(_cosigned(text, signer, at=2**63))) as url, pytest.raises(LedgerError):
        _anchor(url, _of_a_witness(signer)).hand_over(log.handover(), None)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "anchor_redirected"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", "anchor_unreachable"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + bytes(1_000_000), "anchor_unreachable"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000, "anchor_unreachable"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "anchor_unreachable"),
        (b"", "anchor_unreachable"),
        (ok(b"", status="500 Sorry"), "anchor_answer"),
        (ok(b"", status="400 Bad"), "anchor_answer"),
        (ok(b"16\n", status="409 Conflict"), "anchor_answer"),
        (ok(b"-1\n", "text/x.tlog.size", "409 Conflict"), "anchor_answer"),
        (ok(b"3\n", "text/x.tlog.size", "409 Conflict"), "anchor_answer"),
        (ok(b"9" * 5000, "text/x.tlog.size", "409 Conflict"), "anchor_answer"),
        (ok(b"\xff", "text/x.tlog.size", "409 Conflict"), "anchor_answer"),
    ],
)
def test_a_peer_that_answers_anything_else_is_refused(answer: bytes, code: str) -> None:
    with server(lambda head, body: answer) as url, pytest.raises(LedgerError) as raised:
        _anchor(url, _of_a_witness(InMemorySigner())).hand_over(Log(5).handover(), None)
    assert raised.value.code == code


def test_a_peer_that_keeps_silent_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "_PATIENCE", 0.3)
    with server(lambda head, body: None) as url, pytest.raises(LedgerError) as raised:
        _anchor(url, _of_a_witness(InMemorySigner())).hand_over(Log(5).handover(), None)
    assert raised.value.code == "anchor_unreachable"


def test_a_false_signature_in_a_stored_note_is_a_flaw() -> None:
    signer, log = InMemorySigner(), Log(5)
    note, text = log.handover().note, parsed_note(log.handover().note).text
    good, forged = _cosigned(text, signer), _cosigned("other\n", signer)
    notes = [note, note + good, note + forged, b"garbage"]
    kept = [(LEDGER, f"{number}.note", note) for number, note in enumerate(notes)]
    anchor = WitnessAnchor("https://w.test", _of_a_witness(signer), lambda: iter(kept))
    assert [kept.flaw for kept in anchor.kept()] == [
        None,
        "The signature of the witness witness.test/w1 does not hold.",
    ]


@pytest.mark.parametrize(
    "url", ["ftp://w.test", "https://u:p@w.test", "w.test", "https://w.test/?q", "https://w.test:x", ""]
)
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(InvalidValueError):
        _anchor(url, _of_a_witness(InMemorySigner()))


def test_a_key_of_a_log_is_none_of_a_witness() -> None:
    with pytest.raises(InvalidValueError, match="not one of a witness"):
        _anchor("https://w.test", Log(1).key_line)
    with pytest.raises(InvalidValueError):
        _anchor("https://w.test", "witness+1+2")


@pytest.mark.parametrize("url", ["http://u:CANARYpw@h/", "http://h/?k=CANARYpw", "CANARYpw", "http://h/#CANARYpw"])
def test_what_may_be_a_password_is_not_repeated(url: str) -> None:
    with pytest.raises(InvalidValueError) as raised:
        peer(url)
    assert "CANARY" not in str(raised.value)


@pytest.mark.parametrize("host", ["a..b", ".", "a.", ".a", "x" * 70, ".".join(["x" * 60] * 5), "[::1", "ä.test"])
def test_what_can_be_no_host_is_refused_at_once(host: str) -> None:
    with pytest.raises(InvalidValueError):
        peer(f"http://{host}/")


@pytest.mark.parametrize("host", ["a", "a.b-c.test:8080", "[::1]:80", "127.0.0.1", "x" * 63, "a:80", "a:0080"])
def test_hosts_and_ports_are_taken(host: str) -> None:
    assert peer(f"http://{host}/p").shown == f"http://{host}/p"
