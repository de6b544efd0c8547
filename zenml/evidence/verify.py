#!/usr/bin/env python3
"""Checks evidence of a ledger without the program that wrote it. See `python -I verify.py --help`.

This one file needs nothing but Python 3.8 or later. It opens no connection and writes no file.

Sources: RFC 6962 and RFC 9162 (the hash tree), RFC 8032 (Ed25519), C2SP signed-note, tlog-checkpoint,
tlog-cosignature and tlog-proof (https://c2sp.org).
"""

from __future__ import annotations

import base64
import binascii
import re
from hashlib import sha256, sha512
from typing import NamedTuple, Sequence, Tuple  # noqa: UP035 - as Python 3.8 has them

MAX_NOTE = 64 * 1024
"""Bytes of the longest note that is read."""

MAX_SIGNATURES = 100
"""Signatures of a note that are read at most."""

ED25519, COSIGNATURE = 1, 4
"""Kinds of keys: of a log, and of a witness, which signs the time with it (C2SP signed-note)."""


class Malformed(ValueError):  # noqa: N818 - a finding, not a fault of the program
    """Something that cannot be read; says in one sentence why."""


# ---- Ed25519 (RFC 8032, section 5.1) ----

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_Point = Tuple[int, int, int, int]  # noqa: UP006 - X, Y, Z and T of section 5.1.4
_ZERO = (0, 1, 1, 0)
_BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
_BASE_Y = 46316835694926478169428394003475163141307993866256225615783033603165251855960
_BASE = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % _P)


def _sum(one: _Point, other: _Point) -> _Point:
    """Returns the sum of two points, in extended coordinates (RFC 8032, section 5.1.4)."""
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = other
    a, b = (y1 - x1) * (y2 - x2) % _P, (y1 + x1) * (y2 + x2) % _P
    c, d = 2 * t1 * t2 * _D % _P, 2 * z1 * z2 % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _point(encoded: bytes) -> _Point | None:
    """Returns the point of a public key, or nothing: not on the curve, of small order, not canonical."""
    if len(encoded) != 32:
        return None
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if x * x % _P != square:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if x * x % _P != square or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    point = eightfold = (x, y, 1, x * y % _P)
    for _ in range(3):
        eightfold = _sum(eightfold, eightfold)
    return None if eightfold[0] % _P == 0 else point  # only eight times a point of small order is (0, 1)


def _encoded(point: _Point) -> bytes:
    x, y, z, _ = point
    inverse = pow(z, _P - 2, _P)
    x, y = x * inverse % _P, y * inverse % _P
    return int(y | (x & 1) << 255).to_bytes(32, "little")


def ed25519_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature holds (RFC 8032, section 5.1.7, without the cofactor).

    Refused as well: a public key of small order or written in another way than the one, and S ≥ L.

    Args:
        public: 32 bytes.
        message: What was signed.
        signature: R and S, 64 bytes.
    """
    point = _point(public)
    if point is None or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= _L:
        return False
    k = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % _L
    x, y, z, t = point
    negative = (-x, y, z, -t)
    added = {(1, 0): _BASE, (0, 1): negative, (1, 1): _sum(_BASE, negative)}
    total = _ZERO
    for bit in range(252, -1, -1):  # S·B − k·A, both at once
        total = _sum(total, total)
        which = s >> bit & 1, k >> bit & 1
        if which in added:
            total = _sum(total, added[which])
    return _encoded(total) == signature[:32]


# ---- keys, notes, checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature) ----


class Key(NamedTuple):
    """A public key with its name, as C2SP writes it in one line (a vkey).

    Attributes:
        name: Of the log, or of the witness.
        key_id: The first 4 bytes of SHA-256(name ‖ 0x0A ‖ kind ‖ public).
        kind: `ED25519` or `COSIGNATURE`.
        public: 32 bytes.
    """

    name: str
    key_id: bytes
    kind: int
    public: bytes


class Signature(NamedTuple):
    """A signature line of a note: the name and id of its key, and what follows the id."""

    name: str
    key_id: bytes
    blob: bytes


class Note(NamedTuple):
    """A text that ends in a line feed, and its signatures."""

    text: str
    signatures: tuple[Signature, ...]


class Checkpoint(NamedTuple):
    """What a log says of itself: its name, how many entries it has, and the root of the tree over them."""

    origin: str
    size: int
    root: bytes


def unpacked(text: str) -> bytes:
    """Returns the bytes that base64 stands for, in the one way that they are written.

    Raises:
        Malformed: It is not base64, or these bytes are written in another way.
    """
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise Malformed("Something is not base64") from None
    if base64.b64encode(data).decode() != text:
        raise Malformed("Something is base64 in another way than the one")
    return data


def whole_number(text: str) -> int:
    """Returns the number that decimal digits stand for.

    Raises:
        Malformed: It has a sign, a leading zero or another character, or is beyond 2**53 - 1.
    """
    if not re.fullmatch("0|[1-9][0-9]{0,15}", text) or int(text) >= 2**53:
        raise Malformed("Something is not a number as it is written")
    return int(text)


def is_key_name(name: str) -> bool:
    """Whether a key may have this name: no blank, no control character, no `+`, 1 to 255 bytes of UTF-8."""
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        return False
    return 0 < length < 256 and name.isprintable() and "+" not in name and not re.search(r"\s", name)


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """Returns the 4 bytes by which a note names this key (C2SP signed-note)."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def parsed_key(line: str) -> Key:
    """Returns the key of a line like `name+1a2b3c4d+base64`, without a line feed.

    Raises:
        Malformed: The line is not that, its id is not that of its key, or it is a key that nobody should trust.
    """
    parts = line.split("+", 2)
    if len(parts) != 3 or not is_key_name(parts[0]) or not re.fullmatch("[0-9a-f]{8}", parts[1]):
        raise Malformed("A key is not a line of a name, an id and a key with + between them")
    name, data = parts[0], unpacked(parts[2])
    if len(data) != 33 or data[0] not in (ED25519, COSIGNATURE):
        raise Malformed(f"The key of {name} is neither an Ed25519 key (1) nor one of a witness (4)")
    key = Key(name, bytes.fromhex(parts[1]), data[0], data[1:])
    if key.key_id != key_id(name, key.kind, key.public):
        raise Malformed(f"The id {parts[1]} is not that of the key of {name}")
    if _point(key.public) is None:
        raise Malformed(f"The key of {name} is not a point of the curve, or is one of small order")
    return key


def parsed_note(data: bytes) -> Note:
    """Returns a signed note; that its signatures hold is another question.

    Raises:
        Malformed: It is not one, has more than `MAX_NOTE` bytes or `MAX_SIGNATURES` signatures, or two of one key.
    """
    if len(data) > MAX_NOTE:
        raise Malformed("A note is longer than 64 KiB")
    try:
        written = data.decode()
    except UnicodeDecodeError:
        raise Malformed("A note is not UTF-8") from None
    if re.search(r"[\x00-\x09\x0b-\x1f\x7f]", written):
        raise Malformed("A note holds a control character")
    text, blank, last = written.rpartition("\n\n")
    if not blank or not text or not last.endswith("\n"):
        raise Malformed("A note is not a text, an empty line and signatures, each line with its line feed")
    lines = last[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise Malformed("A note has more than 100 signatures")
    signatures = tuple(_signature(line) for line in lines)
    if len({signature[:2] for signature in signatures}) < len(signatures):
        raise Malformed("A note has two signatures of one key")
    return Note(text + "\n", signatures)


def _signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, packed = rest.partition(" ")
    if dash != "\u2014" or not is_key_name(name):
        raise Malformed("A signature is not a line of a dash, a name and base64")
    data = unpacked(packed)
    if len(data) < 5:
        raise Malformed(f"A signature of {name} is too short")
    return Signature(name, data[:4], data[4:])


def parsed_checkpoint(text: str) -> Checkpoint:
    """Returns the checkpoint that a note's text is. It has no lines but these three.

    Raises:
        Malformed: It is not a name, a size and a root, each in its line.
    """
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not is_key_name(lines[0]):
        raise Malformed("A checkpoint is not a name, a size and a root, each in its line")
    root = unpacked(lines[2])
    if len(root) != 32:
        raise Malformed(f"The root in a checkpoint of {lines[0]} is not 32 bytes")
    return Checkpoint(lines[0], whole_number(lines[1]), root)


def signature_holds(note: Note, signature: Signature, key: Key) -> bool:
    """Whether a signature of a note is one of this key and holds."""
    if signature[:2] != key[:2]:
        return False
    if key.kind == ED25519:
        return ed25519_holds(key.public, note.text.encode(), signature.blob)
    if len(signature.blob) != 72:
        return False
    signed = f"cosignature/v1\ntime {cosigned_at(signature)}\n{note.text}"
    return ed25519_holds(key.public, signed.encode(), signature.blob[8:])


def cosigned_at(signature: Signature) -> int:
    """Returns when a witness signed, in seconds since 1970.

    Raises:
        Malformed: It is not a cosignature.
    """
    if len(signature.blob) != 72:
        raise Malformed(f"The signature of {signature.name} is not a witness's")
    return int.from_bytes(signature.blob[:8], "big")


# ---- the hash tree (RFC 6962, section 2.1; the checks are those of RFC 9162, section 2.1) ----


def leaf_of(entry: bytes) -> bytes:
    """Returns the leaf of an entry: SHA-256(0x00 ‖ entry)."""
    return sha256(b"\x00" + entry).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def inclusion_holds(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a path proves that a leaf is in the tree (RFC 9162, section 2.1.3.2).

    Args:
        leaf: The hash of the leaf.
        index: Where it is, from 0.
        size: The number of leaves.
        path: The hashes of the proof, from the leaf's neighbour up.
        root: The root of the tree.
    """
    if not 0 <= index < size:
        return False
    node, last, computed = index, size - 1, leaf
    for neighbour in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            computed = _node(neighbour, computed)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            computed = _node(computed, neighbour)
        node, last = node >> 1, last >> 1
    return last == 0 and computed == root


def consistency_holds(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether a path proves that the larger tree begins with the smaller one (RFC 9162, section 2.1.4.2).

    Of an empty tree, and of a tree and itself, the path is empty.
    """
    if not 0 <= old_size <= new_size:
        return False
    if old_size == new_size:
        return not path and old_root == new_root
    if old_size == 0:
        return not path and old_root == sha256(b"").digest()
    hashes = list(path)
    if old_size & (old_size - 1) == 0:  # a perfect tree is a node of the larger one: the path does not repeat it
        hashes.insert(0, old_root)
    if not hashes:
        return False
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = hashes[0]
    for neighbour in hashes[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = _node(neighbour, old), _node(neighbour, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = _node(new, neighbour)
        node, last = node >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root
