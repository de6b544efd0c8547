"""Keys, signatures and notes: made, read by other implementations, and refused in every form but the one."""

from __future__ import annotations

import base64
import random
import subprocess
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.evidence.bundling import Signing
from tests.evidence.installing import programs
from tests.support.sizes import SIGNATURES
from zenml.evidence import notes, verify
from zenml.evidence.verify import Malformed

ORIGIN = "zenml-ledger/2c0ed418-1fd5-4be6-812d-afe897333757"
ORDER = 2**252 + 27742317777372353535851937790883648493

# RFC 8032, section 7.1, tests 1 to 3: public key, message, signature
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_the_vectors_of_rfc_8032_hold(public: str, message: str, signature: str) -> None:
    assert verify.ed25519_holds(*map(bytes.fromhex, (public, message, signature)))


def test_a_signature_holds_exactly_where_cryptography_says_so() -> None:
    chance = random.Random(8032)
    key = Signing(7)
    theirs = Ed25519PublicKey.from_public_bytes(key.public)
    for number in range(SIGNATURES):
        message = chance.randbytes(chance.randrange(200))
        signature = bytearray(key.sign(message))
        if number % 2:
            signature[chance.randrange(64)] ^= 1 << chance.randrange(8)
        try:
            theirs.verify(bytes(signature), message)
        except InvalidSignature:
            assert number % 2
            assert not verify.ed25519_holds(key.public, message, bytes(signature))
        else:
            assert number % 2 == 0
            assert verify.ed25519_holds(key.public, message, bytes(signature))


def test_a_signature_has_one_form() -> None:
    key, message = Signing(), b"one"
    signature = key.sign(message)
    larger = signature[:32] + (int.from_bytes(signature[32:], "little") + ORDER).to_bytes(32, "little")
    assert verify.ed25519_holds(key.public, message, signature)
    assert not verify.ed25519_holds(key.public, message, larger)
    assert not verify.ed25519_holds(key.public, message, signature[:63])


@pytest.mark.parametrize("number", [1, 0, 2**255 - 20, 2**255 - 18, 2**255 - 19, 2**255 + 1, 2**255])
def test_a_key_of_small_order_or_in_another_form_is_no_key(number: int) -> None:
    public = (number % 2**256).to_bytes(32, "little")
    # with such a key, R of small order and S = 0 hold for any message
    assert not any(verify.ed25519_holds(public, b"m", r.to_bytes(32, "little") + bytes(32)) for r in (0, 1))
    with pytest.raises(Malformed, match="small order"):
        verify.parsed_key(notes.key_line("log", public))


@pytest.mark.parametrize(
    "public",
    [
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    ],
)
def test_a_key_of_order_eight_is_no_key(public: str) -> None:
    with pytest.raises(Malformed, match="small order"):
        verify.parsed_key(notes.key_line("log", bytes.fromhex(public)))


def a_note(*names: str) -> str:
    root = bytes(range(32))
    signers = [(name, Signing(number)) for number, name in enumerate(names or (ORIGIN,), start=1)]
    return notes.signed(notes.checkpoint_text(ORIGIN, 33, root), signers)


def test_a_note_is_read_as_it_was_written() -> None:
    note = verify.parsed_note(a_note().encode())
    assert verify.parsed_checkpoint(note.text) == verify.Checkpoint(ORIGIN, 33, bytes(range(32)))
    key = verify.parsed_key(notes.key_line(ORIGIN, Signing().public))
    assert verify.signature_holds(note, note.signatures[0], key)
    assert not verify.signature_holds(note._replace(text=note.text.replace("33", "34")), note.signatures[0], key)


def test_a_witness_signs_the_time_as_well() -> None:
    witness, note = Signing(9), verify.parsed_note(a_note().encode())
    key_id = verify.key_id("w", verify.COSIGNATURE, witness.public)
    blob = (1795872782).to_bytes(8, "big") + witness.sign(f"cosignature/v1\ntime 1795872782\n{note.text}".encode())
    line = f"\u2014 w {base64.b64encode(key_id + blob).decode()}"
    both = verify.parsed_note(notes.with_signature(a_note(), line).encode())
    key = verify.Key("w", key_id, verify.COSIGNATURE, witness.public)
    assert verify.cosigned_at(both.signatures[1]) == 1795872782
    assert verify.signature_holds(both, both.signatures[1], key)
    later = both.signatures[1]._replace(blob=bytes([0, 0, 0, 0, 1]) + both.signatures[1].blob[5:])
    assert not verify.signature_holds(both, later, key)
    assert notes.with_signature(notes.with_signature(a_note(), line), line) == notes.with_signature(a_note(), line)


@pytest.mark.slow
def test_every_altered_byte_of_a_note_is_noticed() -> None:
    data, key = a_note().encode(), verify.parsed_key(notes.key_line(ORIGIN, Signing().public))
    for at in range(len(data)):
        for bit in (1, 2, 32):
            wrong = data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :]
            try:
                note = verify.parsed_note(wrong)
            except Malformed:
                continue
            assert not any(verify.signature_holds(note, one, key) for one in note.signatures), (at, bit)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda note: note[:-1], "line feed"),
        (lambda note: note.replace("=\n", "*\n", 1).replace("\u2014", "-"), "dash"),
        (lambda note: note.replace("\u2014", "--"), "dash"),
        (lambda note: note + note.splitlines()[-1] + "\n", "two signatures of one key"),
        (lambda note: note.replace("33", "3\t3"), "control character"),
        (lambda note: note + "x" * 70_000, "64 KiB"),
        (lambda note: note.split("\n\n")[0] + "\n", "empty line"),
        (lambda note: note.replace("=\n", "=\r\n"), "control character"),
    ],
)
def test_a_note_in_another_form_is_none(wrong: object, says: str) -> None:
    assert callable(wrong)
    with pytest.raises(Malformed, match=says):
        verify.parsed_note(wrong(a_note()).encode())


@pytest.mark.parametrize("size", ["033", "+33", "-1", "3_3", "３３", " 33", "9007199254740992"])
def test_a_size_has_one_form(size: str) -> None:
    with pytest.raises(Malformed):
        verify.parsed_checkpoint(notes.checkpoint_text(ORIGIN, 33, bytes(32)).replace("\n33\n", f"\n{size}\n"))


def test_a_root_has_one_form() -> None:
    text = notes.checkpoint_text(ORIGIN, 33, bytes(32))
    for wrong in (text.replace("A=", "B="), text.replace("A=", "A"), text + "extension\n", text[:-1]):
        with pytest.raises(Malformed):
            verify.parsed_checkpoint(wrong)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2028b", "x" * 256, "a\nb", "\ud800"])
def test_a_key_cannot_have_every_name(name: str) -> None:
    with pytest.raises(Malformed, match="cannot be named"):
        notes.key_line(name, Signing().public)


def test_every_altered_letter_of_a_key_is_noticed() -> None:
    line = notes.key_line(ORIGIN, Signing().public)
    for at in range(len(line)):
        with pytest.raises(Malformed):
            verify.parsed_key(line[:at] + ("0" if line[at] != "0" else "1") + line[at + 1 :])


def test_aics_tlog_reads_our_checkpoints(tmp_path: Path) -> None:
    (tmp_path / "note").write_text(a_note())
    key = notes.key_line(ORIGIN, Signing().public)
    tool = [str(programs() / "aics-tlog"), "verify-checkpoint", "--note", str(tmp_path / "note"), "--log-key", key]
    assert subprocess.run(tool, capture_output=True, check=False).returncode == 0
    (tmp_path / "note").write_text(a_note().replace("33", "34"))
    assert subprocess.run(tool, capture_output=True, check=False).returncode != 0


def test_openssl_reads_our_signatures(tmp_path: Path) -> None:
    note = verify.parsed_note(a_note().encode())
    public = Ed25519PublicKey.from_public_bytes(Signing().public)
    (tmp_path / "key").write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    (tmp_path / "signature").write_bytes(note.signatures[0].blob)
    files = [
        "-inkey",
        str(tmp_path / "key"),
        "-sigfile",
        str(tmp_path / "signature"),
        "-in",
        str(tmp_path / "text"),
    ]
    for text, code in ((note.text, 0), (note.text.replace("33", "34"), 1)):
        (tmp_path / "text").write_text(text)
        tool = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", *files]
        assert subprocess.run(tool, capture_output=True, check=False).returncode == code
