#!/usr/bin/env python3
"""Checks evidence of a ledger without the program that wrote it. See `python -I verify.py --help`.

This one file needs nothing but Python 3.8 or later. It opens no connection and writes no file. What it reads:
signed notes, proofs of one event, and bundles, whose format is decision 50 of zenml-ledger (docs/decisions).

 1. Ed25519                              RFC 8032
 2. Keys, notes, checkpoints             C2SP signed-note, tlog-checkpoint, tlog-cosignature (https://c2sp.org)
 3. The hash tree                        RFC 6962, RFC 9162
 4. Texts of JSON, and entries           RFC 8785, decision 50
 5. The filter of a bundle               decision 50
 6. The files of a bundle                decision 50
 7. Verdicts
 8. Runs                                 decisions 50, 63
 9. What a bundle says, event by event   decision 50
10. Signatures
11. Single notes and proofs              C2SP tlog-proof
12. The command

Whatever cannot be read raises `Malformed`, which becomes the verdict `format`.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import sys
from bisect import bisect_left, bisect_right
from hashlib import sha256, sha512
from typing import Any, Dict, Iterator, NamedTuple, Sequence, Tuple  # noqa: UP035 - as Python 3.8 has them


class Malformed(ValueError):  # noqa: N818 - a finding, not a fault of the program
    """Something that cannot be read; says in one sentence why."""


class Unusable(ValueError):  # noqa: N818 - a mistake of whoever asks
    """What was given to check with cannot be used: it accuses nobody. Says in one sentence why."""


# ---- 1. Ed25519 (RFC 8032, section 5.1) ----

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_Point = Tuple[int, int, int, int]  # noqa: UP006 - X, Y, Z and T of section 5.1.4
_ZERO = (0, 1, 1, 0)
_BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
_BASE_Y = 46316835694926478169428394003475163141307993866256225615783033603165251855960
_BASE = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % _P)


def _sum(one: _Point, other: _Point) -> _Point:
    """Returns the sum of two points, in extended coordinates (section 5.1.4)."""
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


def ed25519_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature of 64 bytes holds (section 5.1.7, without the cofactor).

    Refused as well: a public key of small order or written in another way than the one, and S ≥ L.
    """
    point = _point(public)
    s = int.from_bytes(signature[32:], "little")
    if point is None or len(signature) != 64 or s >= _L:
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
    x, y, z, _ = total
    x, y = x * pow(z, _P - 2, _P) % _P, y * pow(z, _P - 2, _P) % _P
    return int(y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


# ---- 2. Keys, notes, checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature) ----

MAX_NOTE, MAX_SIGNATURES = 64 * 1024, 100
"""Bytes of the longest note that is read, and how many signatures it may have."""

ED25519, COSIGNATURE = 1, 4
"""Kinds of keys: of a log, and of a witness, which signs the time with it."""

KEY_HEADING, PROOF_HEADING = "zenml-evidence key", "c2sp.org/tlog-proof@v1"
"""The first lines of a statement about a new key, and of a proof of one entry."""


class Key(NamedTuple):
    """A public key (32 bytes) with its name, its kind, and the 4 bytes by which notes name it."""

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
    """Returns the bytes that base64 stands for, in the one way that they are written."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise Malformed("Something is not base64") from None
    if base64.b64encode(data).decode() != text:
        raise Malformed("Something is base64 in another way than the one")
    return data


def whole_number(text: str) -> int:
    """Returns the number that decimal digits stand for: below 2**53, without a sign or a leading zero."""
    if not re.fullmatch("0|[1-9][0-9]{0,15}", text) or int(text) >= 2**53:
        raise Malformed("Something is not a number as it is written")
    return int(text)


def is_key_name(name: str) -> bool:
    """Whether a key may have this name: no blank, no control character, no `+`, 1 to 255 bytes of UTF-8."""
    return name.isprintable() and not set(" +") & set(name) and 0 < len(name.encode()) < 256


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """Returns the 4 bytes by which a note names this key."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def parsed_key(line: str) -> Key:
    """Returns the key of a line like `name+1a2b3c4d+base64`, without a line feed (a vkey)."""
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
    """Returns a signed note; that its signatures hold is another question."""
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
    """Returns the checkpoint that a note's text is. It has no lines but these three."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not is_key_name(lines[0]):
        raise Malformed("A checkpoint is not a name, a size and a root, each in its line")
    root = unpacked(lines[2])
    if len(root) != 32:
        raise Malformed(f"The root in a checkpoint of {lines[0]} is not 32 bytes")
    return Checkpoint(lines[0], whole_number(lines[1]), root)


def parsed_statement(text: str) -> Key:
    """Returns the new key of a statement, in which an earlier key of its name says that this one replaces it."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or lines[0] != KEY_HEADING:
        raise Malformed("A statement about a key is not a heading, a name and a key, each in its line")
    key = parsed_key(lines[2])
    if key.name != lines[1] or key.kind != ED25519:
        raise Malformed(f"A statement about {lines[1]} is not about its key")
    return key


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
    """Returns when a witness signed, in seconds since 1970."""
    if len(signature.blob) != 72:
        raise Malformed(f"The signature of {signature.name} is not a witness's")
    return int.from_bytes(signature.blob[:8], "big")


# ---- 3. The hash tree (RFC 6962, section 2.1) ----


def leaf_of(entry: bytes) -> bytes:
    """Returns the leaf of an entry: SHA-256(0x00 ‖ entry)."""
    return sha256(b"\x00" + entry).digest()


def node_of(left: bytes, right: bytes) -> bytes:
    """Returns the node over two others: SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


def inclusion_holds(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a path, from the leaf's neighbour up, proves that a leaf is in the tree (RFC 9162, section 2.1.3.2).

    `index` is where the leaf is, from 0; `size` is the number of leaves.
    """
    if not 0 <= index < size:
        return False
    node, last, computed = index, size - 1, leaf
    for neighbour in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            computed = node_of(neighbour, computed)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            computed = node_of(computed, neighbour)
        node, last = node >> 1, last >> 1
    return last == 0 and computed == root


class Tree:
    """A tree that grows: its size, and the roots of its perfect subtrees, largest first."""

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        self.size = size
        self.hashes = list(hashes)

    def append(self, leaf: bytes) -> None:
        """Adds a leaf, which merges with the subtrees that the set bits at the low end of the size stand for."""
        carry = self.size
        while carry & 1:
            leaf, carry = node_of(self.hashes.pop(), leaf), carry >> 1
        self.hashes.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Returns the root."""
        root = self.hashes[-1] if self.hashes else sha256(b"").digest()
        for subtree in self.hashes[-2::-1]:
            root = node_of(subtree, root)
        return root


# ---- 4. Texts of JSON (RFC 8785, for what has no floats and ASCII keys), and entries ----

Json = Dict[str, Any]  # noqa: UP006


def _refuse(number: str) -> None:
    raise Malformed(f"{number} is not an integer")


_DECODER = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse)
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(data: bytes) -> Any:
    """Returns the JSON value of a text that is the only one for it."""
    try:
        text = data.decode()
        value = _DECODER.decode(text)
        if _ENCODER.encode(value) == text:
            return value
    except (ValueError, RecursionError):
        pass
    raise Malformed("Something is not canonical JSON")


def _fits(value: Any, shape: Any) -> bool:
    """Whether a JSON value is as a shape says.

    A shape is a pattern of a text, a type, [items], {members}, where ... stands for any others, (one or other),
    `_ANYTHING`, or else the value itself. A whole number is from 0 to 2**53 - 1.
    """
    if shape is str or shape is dict or shape is list:
        return type(value) is shape
    if shape is int:
        return type(value) is int and 0 <= value < 2**53
    if isinstance(shape, str):
        return isinstance(value, str) and re.fullmatch(f"(?s){shape}", value) is not None
    if isinstance(shape, dict):
        if not isinstance(value, dict) or (len(value) != len(shape) and ... not in shape):
            return False
        return all(name is ... or (name in value and _fits(value[name], inner)) for name, inner in shape.items())
    if isinstance(shape, list):
        return isinstance(value, list) and all(_fits(item, shape[0]) for item in value)
    if isinstance(shape, tuple):
        return any(_fits(value, one) for one in shape)
    return shape is _ANYTHING or value is shape


_ANYTHING = object()
_ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_HASH = "[0-9a-f]{64}"
_is_salt = re.compile("[0-9a-f]{32}").fullmatch
_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
BEGAN, _REDACTED, _ACCEPTED = "zenml:ChangeBegan", "zenml:ValueRedacted", "zenml:HistoryAccepted"
_RUNS_BEGAN, _RUNS_CLOSED = "zenml:RunsLedgerBegan", "zenml:RunsLedgerClosed"  # in the ledger of a profile
_STARTED, _RUNS_REDACTED = "zenml:RunStarted", "zenml:RunValuesRedacted"  # in a ledger of runs
_ENTRY = {"event": dict, "ledger": str, "position": int, "topic": str}
_PART = {"ledger_id": str, "count": int, ...: _ANYTHING}
_FORMS: Dict[str, Dict[Any, Any]] = {  # noqa: UP006 - by topic; events of later versions may have more
    BEGAN: {"change_id": _ID, "count": int, "kind": str, "parts": [_PART], "prior_root": _HASH, "time": _TIME},
    _ACCEPTED: {"seen_size": int, "size": int},
    _RUNS_BEGAN: {"runs_ledger_id": _ID, "year": int},
    _RUNS_CLOSED: {"root": _HASH, "runs_ledger_id": _ID, "size": int, "year": int},
    _STARTED: {"position": int, "prior_root": _HASH, "profile_ledger_id": _ID, "root": _HASH, "time": _TIME},
    _RUNS_REDACTED: {"prior_root": _HASH},
}


class LogEntry(NamedTuple):
    """What the tree commits to of one event: of free-form values it has only salted hashes.

    `text` is what is hashed; `position` counts from 1; `event` has the fields.
    """

    text: str
    ledger: str
    position: int
    topic: str
    event: Json

    @classmethod
    def parsed(cls, data: bytes, *, is_new: bool = True) -> LogEntry:
        """Returns the entry that a line is; what was checked of it once does not have to be checked again."""
        value = canonical(data) if is_new else _DECODER.decode(data.decode())
        if not isinstance(value, dict) or {name: type(one) for name, one in value.items()} != _ENTRY:
            raise Malformed("An entry is not an event with its ledger, position and topic")
        form = _FORMS.get(value["topic"]) if is_new else None
        if form is not None and not _fits(value["event"], {**form, ...: _ANYTHING}):
            raise Malformed(f"The {value['topic']} at position {value['position']} cannot be read")
        return cls(data.decode(), value["ledger"], value["position"], value["topic"], value["event"])

    def parts(self) -> dict[str, int]:
        """Returns how many events the change that begins here has in each ledger."""
        counts: dict[str, int] = {}
        for part in self.event["parts"]:
            counts[part["ledger_id"]] = counts.get(part["ledger_id"], 0) + part["count"]
        return counts


def committed(value: Any) -> Any:
    """Returns a JSON value with each salted value in it replaced by its hash, as an entry has it."""
    if isinstance(value, dict):
        if _is_shown(value):
            return {"c": _commitment(value)}
        return {name: committed(member) for name, member in value.items()}
    return [committed(item) for item in value] if isinstance(value, list) else value


def _is_shown(value: Any) -> bool:
    """Whether this is a salted value: its salt and its text."""
    if not isinstance(value, dict) or value.keys() != {"s", "v"}:
        return False
    return type(value["s"]) is type(value["v"]) is str and _is_salt(value["s"]) is not None


def _commitment(shown: Json) -> str:
    return sha256(b"\2" + bytes.fromhex(shown["s"]) + shown["v"].encode()).hexdigest()


def _pointers(value: Any, pointer: str = "") -> Iterator[str]:
    """Yields the JSON pointer (RFC 6901) of each commitment in an event, in the order of its text."""
    if _fits(value, {"c": _HASH}):
        yield pointer
    elif isinstance(value, dict):
        for name in value:
            yield from _pointers(value[name], f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _pointers(item, f"{pointer}/{number}")


# ---- 5. The filter of a bundle: version 1, frozen with the format ----

_NAMES = ("name", "new_name", "old_name")
_THINGS = {  # the field with a thing's id, those with its name, and those with the ids of what it is made of
    "profile": ("profile_id", (*_NAMES, "profile_name"), ("profile_ledger_id",)),
    "stack": ("stack_id", (*_NAMES, "stack_name"), ("components", "old_component_id", "new_component_id")),
    "component": ("component_id", (*_NAMES, "component_name"), ()),
}
_FILTER = {"change": [_ID], "kind": [".+"], "own": True, "since": _TIME, "until": _TIME}
_FILTER.update({"actor": ".*", "component": ".+/.+", "profile": ".+", "stack": ".+"})
_QUOTED_ID = re.compile(f'"({_ID})"')
_MAX_LIST = 1000


class Scope:
    """Decides which changes a filter wants, from entries alone: the rules are in decision 50.

    All entries of all ledgers have to pass twice, each ledger from its first position on: `learn` finds what the
    names stand for, and `weigh` which changes touch it. Then `wants` says it of each change.
    """

    def __init__(self, wanted: Json) -> None:
        if not isinstance(wanted, dict) or not all(
            name in _FILTER and _fits(value, _FILTER[name]) for name, value in wanted.items()
        ):
            raise Malformed("The filter is not one of version 1")
        if "own" in wanted and "stack" not in wanted:
            raise Malformed("The filter has own without stack")
        if any(isinstance(value, list) and len(value) > _MAX_LIST for value in wanted.values()):
            raise Malformed(f"The filter has a list of more than {_MAX_LIST}")
        self._wanted = {name: set(value) if isinstance(value, list) else value for name, value in wanted.items()}
        self._conditions = {"time" if name in ("since", "until") else name for name in wanted} - {"own"}
        self._named: dict[str, set[str]] = {kind: set() for kind in _THINGS if kind in wanted}
        self._made_of: dict[str, set[str]] = {}
        self._first: dict[str, int] = {}  # by ledger, where the first change is that is not too early
        self._last: dict[str, int] = {}
        self._ids: dict[str, set[str]] | None = None
        self._change, self._is_shared = "", False  # the one that is weighed
        self._met: set[str] = set()
        self._undecided: dict[str, set[str]] = {}  # of several ledgers: what they meet so far
        self._chosen: set[str] = set()

    def learn(self, entry: LogEntry) -> None:
        """Takes an entry in the first pass."""
        event = entry.event
        if entry.topic == BEGAN:
            if event["time"] >= self._wanted.get("since", "~"):
                self._first.setdefault(entry.ledger, entry.position)
            if event["time"] <= self._wanted.get("until", ""):
                self._last[entry.ledger] = entry.position
        for kind, named in self._named.items():
            key, names, parts = _THINGS[kind]
            thing_id = event.get(key)
            if not isinstance(thing_id, str):
                continue
            prefix = f"{event.get('component_type')}/" if kind == "component" else ""
            if any(f"{prefix}{event[name]}" == self._wanted[kind] for name in names if name in event):
                named.add(thing_id)
            made_of = self._made_of.setdefault(thing_id, set())
            for part in parts if not (kind == "stack" and "own" in self._wanted) else ():
                inner = event.get(part)
                made_of.update(_QUOTED_ID.findall(_ENCODER.encode(inner)))

    def ids(self, kind: str) -> set[str]:
        """Returns the ids, found in the first pass, of what a name in the filter stands for and is made of."""
        named = self._named.get(kind, set())
        return named.union(*(self._made_of[thing_id] for thing_id in named))

    def weigh(self, entry: LogEntry, actor: str | None = None) -> None:
        """Takes an entry in the second pass; `actor` is who began the change, if this is its beginning."""
        if self._ids is None:
            self._ids = {kind: self.ids(kind) for kind in self._named}
        event, position = entry.event, entry.position
        if entry.topic == BEGAN:
            self._settle()
            self._change, self._is_shared, self._met = event["change_id"], len(entry.parts()) > 1, set()
            since, until = "since" in self._wanted, "until" in self._wanted
            if event["change_id"] in self._wanted.get("change", ()):
                self._met.add("change")
            if event["kind"] in self._wanted.get("kind", ()):
                self._met.add("kind")
            if actor is not None and actor == self._wanted.get("actor"):
                self._met.add("actor")
            if (not since or self._first.get(entry.ledger, 2**53) <= position) and (
                not until or position <= self._last.get(entry.ledger, 0)
            ):
                self._met.add("time")
        mentioned = set(_QUOTED_ID.findall(entry.text)) if self._ids else set()
        self._met.update(kind for kind, ids in self._ids.items() if not ids.isdisjoint(mentioned))

    def _settle(self) -> None:
        if self._is_shared:
            self._met |= self._undecided.get(self._change, set())
            self._undecided[self._change] = self._met
        if self._met >= self._conditions:
            self._chosen.add(self._change)
            self._undecided.pop(self._change, None)

    def wants(self, change_id: str) -> bool:
        """Whether a change is wanted, after the second pass; with the empty filter every change is."""
        if self._change:
            self._settle()
            self._change, self._is_shared = "", False
        return not self._wanted or change_id in self._chosen


# ---- 6. The files of a bundle ----

_SEVERAL = "notes/[A-Za-z0-9_-]+[.](note|tsr)|keys/[0-9a-f]{8}[.]note"
_OF_A_LEDGER = f"ledgers/{_ID}/(entries.jsonl|opened.jsonl|checkpoint|{_SEVERAL})"
_FILE = f"README.txt|keys.txt|verify.py|export.jsonl|export.csv|report.html|{_OF_A_LEDGER}"
_LEDGER = {
    "kind": ("machine", "profile", "runs"),
    "ledger": _ID,
    "left_out": (None, "elsewhere", "unwanted"),
    "profile": (None, ".+"),
    "size": (None, int),
    "start": (None, {"frontier": [_HASH], "size": int}),
}
_PLACES = {  # where a value may stand that is kept back for a reason: the topics, and JSON pointers into the event
    "command": (f"{BEGAN}|{_STARTED}", "/command"),
    "host": (f"{BEGAN}|zenml:PlanApproved|{_STARTED}", "/(actor|author)/host|/origin"),
    "other": (BEGAN, "/.*"),
    "repository": (f"{BEGAN}|zenml:Repository.*|{_STARTED}", "/repository_path|/path|/origin"),
    "secret": (f"(?!{BEGAN}|{_STARTED}).*", "/(parameters|old|new|url)(/.*)?"),
    "session": (f"{BEGAN}|{_STARTED}", "/session|/origin"),
}
_MANIFEST = {
    "files": dict,
    "filter": _ANYTHING,
    "ledgers": [_LEDGER],
    "schema": "zenml.evidence.bundle",
    "version": int,
    "withheld": ["|".join(_PLACES)],
}
_OPENED = {"position": int, "values": list}
_HIDDEN = ({"withheld": "|".join(_PLACES)}, {"redacted": True})
_MAX_MANIFEST, _MAX_ENTRY, _MAX_OPENED = 1 << 20, 1 << 16, 1 << 18  # bytes of a line
_MAX_DIRECTORY = 4 << 20  # bytes of the zip file's
_MAX_RATIO = 100  # how much larger the members may be than the file
_MAX_NOTES = 100  # besides the checkpoints; as many statements about keys
RUNS = "runs"
"""The kind of a ledger of runs, of which a profile has one for each year."""

_MAX_KEY_FILE, _MAX_LEDGERS, _MAX_BLANKED, _MAX_POINTS = 1 << 18, 10_000, 100_000, 1_000_000
_MAX_RANGES = 10_000  # of positions that restored backups of one ledger lack


class BundledLedger(NamedTuple):
    """A ledger in a bundle's manifest."""

    id: str
    kind: str
    left_out: str | None
    size: int
    start: int
    frontier: list[bytes]


class Bundle:
    """An archive of evidence, of which nothing is read that its manifest does not announce."""

    def __init__(self, path: str) -> None:
        from zipfile import ZIP_DEFLATED, ZipFile

        with open(path, "rb") as file:
            length = file.seek(0, 2)
            file.seek(max(0, length - 42))
            end = file.read()[-42:]
        count, size, start = (int.from_bytes(end[at : at + n], "little") for at, n in ((30, 2), (32, 4), (36, 4)))
        # a zip can be read from its front or from its end: here both have to find the same, and nothing else
        if end[20:28] != b"PK\5\6" + bytes(4) or end[40:] != bytes(2) or start + size + 22 != length:
            raise Malformed("This is not a zip file that ends in its directory, without a comment")
        # the directory is read into memory, so its size is looked at first
        if size > _MAX_DIRECTORY or end[:4] == b"PK\6\7":
            raise Malformed("The zip file has too many members, or 64-bit sizes")
        self._zip = ZipFile(path)
        members = self._zip.infolist()
        self._members = {member.filename: member for member in members}
        if not len(self._members) == len(members) == count:
            raise Malformed("The zip file has a member twice, or another number of them than it says")
        if sum(member.file_size for member in members) > min(_MAX_RATIO * length + (1 << 20), 1 << 31):
            raise Malformed("The members are more than 100 times as large as the zip file, or than 2 GiB")
        at = 0
        with open(path, "rb") as file:
            for member in members:
                header = member.FileHeader(zip64=False)
                file.seek(at)
                is_deflated = member.compress_type == ZIP_DEFLATED or not member.compress_size  # as a folder is
                is_plain = is_deflated and not (member.extra or member.comment)
                if not is_plain or member.flag_bits & ~0x800 or file.read(len(header)) != header:
                    raise Malformed(f"{member.filename} is not just deflated, as all files of a bundle are")
                if member.header_offset != at:
                    raise Malformed(f"{member.filename} is not where the file before it ends")
                at += len(header) + member.compress_size
        if at != start:
            raise Malformed("The zip file has something between its last member and its directory")
        self._read_manifest()

    def _read_manifest(self) -> None:
        data = self.whole("manifest.json", _MAX_MANIFEST)
        self.manifest_digest = sha256(data).hexdigest()
        manifest: Any = canonical(data[:-1]) if data[-1:] == b"\n" else None
        if not _fits(manifest, _MANIFEST):
            raise Malformed("manifest.json does not have the form of a bundle's manifest")
        if manifest["version"] != 1:
            raise Malformed(f"This is a bundle of version {manifest['version']}; this verify.py knows version 1")
        self.files: Json = manifest["files"]
        self.filter: Json = manifest["filter"]
        self.withheld: list[str] = manifest["withheld"]
        if self.withheld != sorted(set(self.withheld)) or "secret" not in self.withheld:
            raise Malformed("What is withheld is not a sorted list with secret in it")
        self.ledgers: list[BundledLedger] = []
        for said in manifest["ledgers"]:
            start, size = said["start"] or {"frontier": [], "size": 0}, said["size"] or 0
            is_here, bits = said["left_out"] is None, bin(start["size"]).count("1")
            if is_here != (said["size"] is not None) or len(start["frontier"]) != bits or start["size"] > size:
                raise Malformed(f"What the manifest says of the ledger {said['ledger']} does not fit together")
            hashes = [bytes.fromhex(node) for node in start["frontier"]]
            ledger = BundledLedger(said["ledger"], said["kind"], said["left_out"], size, start["size"], hashes)
            self.ledgers.append(ledger)
        kinds = "".join(ledger.kind[0] for ledger in self.ledgers)
        if not re.fullmatch("mp*r*", kinds) or self.ledgers[0].left_out:
            raise Malformed("The manifest does not have the machine's ledger, those of profiles and those of runs")
        if len({ledger.id for ledger in self.ledgers}) < len(self.ledgers):
            raise Malformed("The manifest has a ledger twice")
        self.here = [ledger for ledger in self.ledgers if ledger.left_out is None]
        self.of_changes = [ledger for ledger in self.here if ledger.kind != RUNS]
        self._read_files({ledger.id for ledger in self.here})

    def _read_files(self, ids: set[str]) -> None:
        for name, said in self.files.items():
            if not re.fullmatch(_FILE, name) or not _fits(said, {"bytes": int, "sha256": _HASH}):
                raise Malformed(f"{name} cannot be a file of a bundle")
            if "/" in name and name.split("/")[1] not in ids:
                raise Malformed(f"{name} is of a ledger that is not in this bundle")
        self.notes = sorted(name for name in self.files if "/notes/" in name and name.endswith(".note"))
        self.statements = sorted(name for name in self.files if "/keys/" in name)
        self.stamps = sorted(name for name in self.files if name.endswith(".tsr"))
        needed = {
            f"ledgers/{one}/{name}" for one in ids for name in ("checkpoint", "entries.jsonl", "opened.jsonl")
        }
        for name in sorted(needed | {f"{name[:-3]}note" for name in self.stamps}):
            if name not in self.files:
                raise Malformed(f"The manifest lacks {name}")
        if max(len(self.notes), len(self.statements)) > _MAX_NOTES:
            raise Malformed("The bundle has more than 100 notes or statements about keys")

    def blocks(self, name: str) -> Iterator[bytes]:
        """Yields a member block by block; it is at most as long as the zip file's directory says."""
        if name not in self._members:
            raise Malformed(f"{name} is missing")
        with self._zip.open(self._members[name]) as file:
            yield from iter(lambda: file.read(1 << 16), b"")

    def whole(self, name: str, most: int) -> bytes:
        """Returns a member that has to be there and not to be longer than `most` bytes."""
        if name not in self._members or self._members[name].file_size > most:
            raise Malformed(f"{name} is missing or longer than {most} bytes")
        return b"".join(self.blocks(name))

    def note(self, name: str) -> Note:
        """Returns a member that is a note."""
        return parsed_note(self.whole(name, MAX_NOTE))

    def lines(self, name: str, most: int) -> Iterator[bytes]:
        """Yields the lines of a member without their line feeds; the last one has to have its own."""
        rest = b""
        for block in self.blocks(name):
            *lines, rest = (rest + block).split(b"\n")
            if any(len(line) > most for line in (*lines, rest)):
                raise Malformed(f"A line of {name} is longer than {most} bytes")
            yield from lines
        if rest:
            raise Malformed(f"The last line of {name} has no line feed")

    def entries(self, ledger: BundledLedger, upto: int, *, is_new: bool) -> Iterator[LogEntry]:
        """Yields the entries of a ledger up to a position."""
        name = f"ledgers/{ledger.id}/entries.jsonl"
        for number, line in enumerate(self.lines(name, _MAX_ENTRY), start=1):
            if ledger.start + number > upto:
                return
            try:
                yield LogEntry.parsed(line, is_new=is_new)
            except Malformed as error:
                raise Malformed(f"Line {number} of {name}: {error}") from None

    def opened(self, ledger: BundledLedger) -> Iterator[tuple[int, list[Json]]]:
        """Yields the positions that are opened, ascending, with their values; at the end (0, [])."""
        name, last = f"ledgers/{ledger.id}/opened.jsonl", ledger.start
        for number, line in enumerate(self.lines(name, _MAX_OPENED), start=1):
            value = canonical(line)
            if not (_fits(value, _OPENED) and last < value["position"] <= ledger.size) or not all(
                _is_shown(one) or _fits(one, _HIDDEN) for one in value["values"]
            ):
                raise Malformed(f"Line {number} of {name} does not have its form or its place")
            last = value["position"]
            yield last, value["values"]
        yield 0, []

    def differing_files(self) -> Iterator[str]:
        """Yields a sentence for each member that is not what the manifest says."""
        announced = self.files.keys() | {"manifest.json", "manifest.sig"}
        for name in sorted(self._members.keys() ^ announced):
            yield f"{name} is {'not in the manifest' if name in self._members else 'missing'}"
        for name in sorted(self._members.keys() & announced):
            attributes = self._members[name].external_attr
            if attributes >> 28 not in (0, 8) or attributes & 16:  # what Unix and DOS say of a plain file
                yield f"{name} is a link or a folder, or something else that is not a file"
        for name in sorted(self._members.keys() & self.files.keys()):
            said, digest = self.files[name], sha256()
            if self._members[name].file_size == said["bytes"]:
                for block in self.blocks(name):
                    digest.update(block)
            if digest.hexdigest() != said["sha256"] or self._members[name].file_size != said["bytes"]:
                yield f"{name} is not what the manifest says"


# ---- 7. Verdicts ----

OK, BAD, UNCHECKED, WARNING = "ok", "BAD", "not checked", "warning"
_OF_A_NOTE = ("extends", "signatures", "witnesses")
_OF_A_PROOF = ("root", "content", *_OF_A_NOTE)
_OF_ENTRIES = ("files", "manifest", "order", "root", "content", "selection", "redaction")
_OF_A_BUNDLE = (*_OF_ENTRIES, RUNS, *_OF_A_NOTE, "timestamps", "clocks")
_MOST, _LONGEST = 20, 2000  # sentences of a verdict that are kept, and letters of each


class Finding(NamedTuple):
    """What is said of one question: its name, `OK`, `BAD`, `UNCHECKED` or `WARNING`, and sentences."""

    name: str
    state: str
    sentences: tuple[str, ...]


class Report:
    """Verdicts as they come, in the order in which they are printed."""

    def __init__(self) -> None:
        self._names: tuple[str, ...] = ()
        self._said: dict[str, dict[str, list[str]]] = {}
        self._counts: dict[tuple[str, str], int] = {}

    def asks(self, names: tuple[str, ...]) -> None:
        """Says which questions there are; one of which nothing is said is not checked."""
        self._names = names

    def says(self, name: str, state: str, sentence: str) -> None:
        """Adds a sentence to a verdict; of many the first are kept, and of a long one its beginning."""
        said = self._said.setdefault(name, {}).setdefault(state, [])
        self._counts[name, state] = self._counts.get((name, state), 0) + 1
        if len(said) < _MOST:
            said.append(sentence if len(sentence) <= _LONGEST else f"{sentence[:_LONGEST]}…")

    def bad(self, name: str, sentence: str) -> None:
        """Adds to a verdict what does not hold."""
        self.says(name, BAD, sentence)

    @property
    def verdicts(self) -> list[Finding]:
        """The verdicts: of each question the worst that was said, with its first sentences."""
        verdicts = []
        for name in ("format", *self._names) if "format" in self._said else self._names:
            said = self._said.get(name, {UNCHECKED: ["this was not reached"]})
            state = next(state for state in (BAD, UNCHECKED, WARNING, OK) if state in said)
            rest = self._counts.get((name, state), 0) - _MOST
            verdicts.append(Finding(name, state, (*said[state], *([f"and {rest} more"] if rest > 0 else []))))
        return verdicts

    def sentence(self, required: Sequence[str] = ()) -> str:
        """Returns what is to be said in the end; `required` are verdicts that have to be `OK`."""
        by_state = {state: [one.name for one in self.verdicts if one.state == state] for state in (BAD, UNCHECKED)}
        lacking = [name for name in required if name not in by_state[BAD] and not self.holds([name])]
        if by_state[BAD]:
            return f"This evidence does not hold: {', '.join(by_state[BAD])}."
        if lacking:
            return f"What was required was not checked: {', '.join(lacking)}."
        rest = f"; not checked: {', '.join(by_state[UNCHECKED])}" if by_state[UNCHECKED] else ""
        nobody = " Nobody's signature was checked." if "signatures" in by_state[UNCHECKED] else ""
        return f"What was checked holds{rest}.{nobody}"

    def holds(self, required: Sequence[str] = ()) -> bool:
        """Whether nothing is bad, and all that is required was checked."""
        states = {one.name: one.state for one in self.verdicts}
        return BAD not in states.values() and all(states.get(name) in (OK, WARNING) for name in required)


# ---- 8. Runs ----

Chains = Dict[str, "list[tuple[Bundle, BundledLedger]]"]  # noqa: UP006


class NamedRuns(NamedTuple):
    """What the ledger of a profile says of one of its runs: where it does so, and of which year they are."""

    profile_ledger: str
    position: int
    year: int


class YearsOfRuns:
    """What the ledger of a profile decides of its runs: a year is in one ledger, which is closed once."""

    def __init__(self) -> None:
        self._ledgers: dict[int, str] = {}  # by year
        self.ends: dict[str, tuple[int, str]] = {}  # size and root of each ledger of runs that was closed

    def take(self, topic: str, event: Json) -> str:
        """Takes a beginning or a closing; returns what was against it, and then it does not count."""
        ledger_id, year, is_closing = event["runs_ledger_id"], event["year"], topic == _RUNS_CLOSED
        known, does = self._ledgers.get(year), "closes" if is_closing else "begins"
        if ledger_id in self.ends or known in self.ends:
            return f"{does} the runs of {year}, which were closed before"
        if is_closing and known not in (None, ledger_id):
            return f"closes the runs of {year} in a ledger that does not have them, {ledger_id}"
        if not is_closing and known is not None:
            return f"begins the runs of {year}, which began before"
        self._ledgers[year] = ledger_id
        if is_closing:
            self.ends[ledger_id] = event["size"], event["root"]
        return ""


class Ranges:
    """Positions from and to, as ranges that are ascending and have something between them."""

    def __init__(self) -> None:
        self._firsts: list[int] = []
        self._lasts: list[int] = []

    def __len__(self) -> int:
        return len(self._firsts)

    def add(self, first: int, last: int) -> None:
        """Adds a range, and merges it with those that it touches."""
        if last < first:
            return
        begin, end = bisect_left(self._lasts, first - 1), bisect_right(self._firsts, last + 1)
        if begin < end:
            first, last = min(first, self._firsts[begin]), max(last, self._lasts[end - 1])
        self._firsts[begin:end], self._lasts[begin:end] = [first], [last]

    def __contains__(self, position: int) -> bool:
        at = bisect_left(self._lasts, position)
        return at < len(self._firsts) and self._firsts[at] <= position


class RunsExamination:
    """Compares the ledgers of runs with those of their profiles, which have to be gone through before them."""

    def __init__(self, report: Report, bundle: Bundle, chains: Chains) -> None:
        self._report, self._bundle, self._chains = report, bundle, chains
        # by ledger of a profile, the roots at the positions that runs name, once they are known
        self._roots: dict[str, dict[int, str]] = {one.id: {} for one in bundle.of_changes if one.kind == "profile"}
        self._given_up = {ledger.id: Ranges() for ledger in bundle.of_changes}  # what restored backups lack
        self._years = {ledger.id: YearsOfRuns() for ledger in bundle.of_changes}
        self._named: dict[str, NamedRuns] = {}  # by ledger of runs
        self._at_end: dict[str, str] = {}  # likewise: the root
        self._points = self._runs = self._lost = self._earlier = 0

    def learn(self, entry: LogEntry) -> None:
        """Takes an event of a ledger of runs before anything else: which positions of its profile's it names."""
        if entry.topic != _STARTED:
            return
        roots, position = self._roots.get(entry.event["profile_ledger_id"]), entry.event["position"]
        if roots is not None and position not in roots:
            roots[position] = ""
            self._points += 1
            if self._points > _MAX_POINTS:
                raise Malformed(f"Runs name more than {_MAX_POINTS} positions")

    def take_tree(self, ledger: BundledLedger, tree: Tree) -> None:
        """Takes the tree of a ledger after each of its events."""
        if ledger.kind == RUNS and tree.size == ledger.size:
            self._at_end[ledger.id] = tree.root().hex()
        elif tree.size in self._roots.get(ledger.id, ()):
            self._roots[ledger.id][tree.size] = tree.root().hex()

    def take_event(self, ledger: BundledLedger, entry: LogEntry) -> None:
        """Takes what an event of a profile's ledger says of its runs."""
        event = entry.event
        if ledger.kind == RUNS:
            return
        if entry.topic == _ACCEPTED:
            self._given_up[ledger.id].add(event["size"] + 1, event["seen_size"])
            if len(self._given_up[ledger.id]) > _MAX_RANGES:
                raise Malformed(f"Restored backups of ledger {ledger.id} lack more than {_MAX_RANGES} parts")
        if entry.topic in (_RUNS_BEGAN, _RUNS_CLOSED):
            if len(self._named) > _MAX_LEDGERS:
                raise Malformed(f"More than {_MAX_LEDGERS} ledgers of runs are named")
            where = f"Position {entry.position} of ledger {ledger.id}"
            named = NamedRuns(ledger.id, entry.position, event["year"])
            if self._named.setdefault(event["runs_ledger_id"], named)[::2] != named[::2]:
                self._report.bad(RUNS, f"{where} names runs that are of another profile or year")
                return
            against = self._years[ledger.id].take(entry.topic, event)
            if against:
                self._report.bad(RUNS, f"{where} {against}")

    def take_run(self, ledger: BundledLedger, entry: LogEntry, tree: Tree) -> None:
        """Takes an event of a ledger of runs: compares what it says of what was before it, here and there."""
        event, where = entry.event, f"position {entry.position} of ledger {ledger.id}"
        if entry.topic == BEGAN:
            self._report.bad("order", f"A change begins at {where}, which is of runs")
        if entry.topic in (_STARTED, _RUNS_REDACTED) and event["prior_root"] != tree.root().hex():
            self._report.bad("root", f"There is another root before {where} than is said there")
        if entry.topic != _STARTED:
            return
        profile, position, named = event["profile_ledger_id"], event["position"], self._named.get(ledger.id)
        self._runs += entry.position > ledger.start
        if profile not in self._roots or (named is not None and named.profile_ledger != profile):
            self._report.bad(RUNS, f"The run at {where} is not one of the profile's whose ledger is {profile}")
            return
        size = self._chains[profile][-1][1].size
        if self._roots[profile].get(position) == event["root"]:
            return
        if position in self._given_up[profile]:
            self._lost += 1
        elif position < self._chains[profile][0][1].start:
            self._earlier += 1
        elif position > size:
            self._report.bad(RUNS, f"The run at {where} names position {position} of a ledger of {size} events")
        else:
            sentence = f"The run at {where} names position {position} of ledger {profile}"
            self._report.bad(RUNS, f"{sentence} with another root than it had there")

    def is_later(self, ledger: BundledLedger, compared: dict[str, int]) -> bool:
        """Whether a ledger of runs began after what was compared of its profile's: nobody had it then."""
        named = self._named.get(ledger.id)
        return named is not None and named.position > compared.get(named.profile_ledger, 2**53)

    def conclude(self, whole: set[str]) -> None:
        """Says whether all ledgers of runs are here that the filter asks for; `whole` are those read from 1 on."""
        says, bundle = self._report.says, self._bundle
        listed = {ledger.id: ledger for ledger in bundle.ledgers if ledger.kind == RUNS}
        is_wanted = bundle.filter.keys() <= {"profile"}
        is_whole = all(ledger.id in whole for ledger in bundle.of_changes)
        ends = {ledger_id: end for years in self._years.values() for ledger_id, end in years.ends.items()}
        for ledger_id, named in self._named.items():
            if ledger_id not in listed:
                sentence = f"has runs of {named.year}, {ledger_id}, which the manifest does not mention"
                says(RUNS, BAD, f"The ledger {named.profile_ledger} {sentence}")
        for ledger_id in sorted(listed.keys() - self._named.keys()):
            state = BAD if is_whole else UNCHECKED
            says(RUNS, state, f"No ledger here says that {ledger_id} has its runs")
        for ledger_id, ledger in listed.items():
            end = ledger.size, self._at_end.get(ledger_id)
            closed = ends.get(ledger_id, end)
            if ledger.left_out is None and not is_wanted:
                says(RUNS, BAD, f"The runs in ledger {ledger_id} are opened and not wanted")
            elif ledger.left_out is None and end != closed:
                sentence = f"Ledger {ledger_id} does not end as it did when it was closed"
                says(RUNS, BAD, f"{sentence}, with {closed[0]} events")
            elif is_wanted and ledger.left_out:
                state = UNCHECKED if ledger.left_out == "elsewhere" else BAD
                says(RUNS, state, f"The runs in ledger {ledger_id}, which the filter concerns, are not here")
        if not is_wanted and self._named:
            says(RUNS, UNCHECKED, "the filter is narrower than a profile: runs are in no such bundle")
        if self._lost:
            says(RUNS, UNCHECKED, f"{self._lost} runs name a part of a ledger that a restored backup lacks")
        if self._earlier:
            says(RUNS, UNCHECKED, f"{self._earlier} runs name a part of a ledger that is in an earlier bundle")
        if not listed and not is_whole:
            says(RUNS, UNCHECKED, "what is here names no runs; an earlier bundle may")
        sentence = f"{self._runs} runs began as of what the ledgers of their profiles had"
        says(RUNS, OK, sentence if listed else "there are none")


# ---- 9. What a bundle says, event by event ----

_COMMITMENT = re.compile(f'{{"c":"({_HASH})"}}')


class KeptRoot(NamedTuple):
    """What somebody kept of a ledger: its size and root, and whose they are, if that is known."""

    label: str
    origin: str | None
    ledger: str | None
    size: int
    root: bytes


class Examination:
    """One look at a bundle, also at those that it continues; `known` are roots that were kept of its ledgers."""

    def __init__(self, report: Report, bundle: Bundle, known: Sequence[KeptRoot], older: Sequence[Bundle]) -> None:
        self._report, self._bundle, self._known = report, bundle, known
        pieces: dict[str, list[tuple[Bundle, BundledLedger]]] = {}
        for one in older:
            for its in one.ledgers:
                pieces.setdefault(its.id, []).append((one, its))
        self._chains = {ledger.id: self._chain(ledger, pieces.get(ledger.id, [])) for ledger in bundle.here}
        self._known_of: dict[str | None, list[KeptRoot]] = {}  # by ledger; None: may be of any
        for kept in known:
            self._known_of.setdefault(kept.ledger, []).append(kept)
        self._left_out = {ledger.id for ledger in bundle.ledgers if ledger.left_out}
        self._whole = {id_ for id_, chain in self._chains.items() if not chain[0][1].start}
        # else what names stood for may have been said in a bundle that is not here, and more may be wanted
        self._is_complete = not bundle.filter or all(ledger.id in self._whole for ledger in bundle.of_changes)
        self._scope = Scope(bundle.filter)
        self._origins: dict[str, str] = {}  # by ledger
        self._own_roots: dict[str, list[KeptRoot]] = {}  # by ledger, those in its notes
        self._read: set[str] = set()  # ledgers of which each entry was read once
        self._agreed: set[KeptRoot] = set()  # roots that a ledger had
        self._compared: dict[str, int] = {}  # by ledger, up to which size it is the one of before
        self._named: dict[str, int] = {}  # ledgers that the machine's ledger names, and where it does so first
        self._shared: dict[str, tuple[bytes, set[str]]] = {}  # changes with parts that did not come yet
        self._runs = RunsExamination(report, bundle, self._chains)
        # of a ledger, what no event has explained yet: the pointer and the commitment
        self._blanked: dict[tuple[int, bytes], tuple[str, str]] = {}
        self._closed: dict[str, int] = {}  # how many values are not shown, by reason
        self._changes = self._values = self._opened = 0

    def _chain(
        self, ledger: BundledLedger, before: list[tuple[Bundle, BundledLedger]]
    ) -> list[tuple[Bundle, BundledLedger]]:
        """Returns the bundles that have the entries of a ledger one after the other; this one is the last."""
        chain = [(self._bundle, ledger)]
        while chain[0][1].start:
            first = chain[0][1].start
            chain[:0] = [piece for piece in before if piece[1].start < first <= piece[1].size][:1]
            if chain[0][1].start == first:
                break
        return chain

    def _entries(self, ledger: BundledLedger) -> Iterator[LogEntry]:
        chain, is_new = self._chains[ledger.id], ledger.id not in self._read
        self._read.add(ledger.id)
        ends = [*(later.start for _, later in chain[1:]), ledger.size + 1]  # one more than announced is noticed
        for (bundle, piece), end in zip(chain, ends):  # noqa: B905 - not in Python 3.8
            yield from bundle.entries(piece, end, is_new=is_new)

    def run(self, keys: Sequence[Sequence[Key]]) -> None:
        """Says everything that there is to say of the bundle."""
        for sentence in self._bundle.differing_files():
            self._report.bad("files", sentence)
        tables = ", ".join(sorted({"export.csv", "export.jsonl", "report.html"} & self._bundle.files.keys()))
        words = f"; not compared with the record: {tables}" if tables else ""
        self._report.says("files", OK, f"{len(self._bundle.files)} files are what the manifest says{words}")
        self._take_notes(keys)
        self._select()
        for ledger in self._bundle.here:
            self._walk(ledger)
        self._compare_known()
        self._compare_ledgers()
        self._runs.conclude(self._whole)
        self._conclude()

    def _take_notes(self, keys: Sequence[Sequence[Key]]) -> None:
        report, bundle = self._report, self._bundle
        notes = {name: bundle.note(name) for name in bundle.notes}
        signers = {}  # by note, the name of the key that has to sign it
        for ledger in bundle.here:
            folder = f"ledgers/{ledger.id}"
            notes[f"{folder}/checkpoint"] = bundle.note(f"{folder}/checkpoint")
            for name in (f"{folder}/checkpoint", *(one for one in bundle.notes if one.startswith(folder))):
                said = parsed_checkpoint(notes[name].text)
                kept = KeptRoot(name, said.origin, ledger.id, said.size, said.root)
                self._own_roots.setdefault(ledger.id, []).append(kept)
                if not ledger.start <= said.size <= ledger.size:
                    report.bad("root", f"{name} is of a size that is not in this bundle")
            checkpoint = self._own_roots[ledger.id][0]
            signers[checkpoint.label] = self._origins[ledger.id] = str(checkpoint.origin)
            if checkpoint.size != ledger.size:
                report.bad("root", f"The checkpoint of ledger {ledger.id} is of another size")
        notes["manifest.sig"] = bundle.note("manifest.sig")
        signers["manifest.sig"] = f"zenml-evidence/{bundle.here[0].id}"
        if notes["manifest.sig"].text != f"zenml-evidence manifest\n{bundle.manifest_digest}\n":
            report.bad("manifest", "manifest.sig is about another manifest")
        successors = {}
        for name in bundle.statements:
            notes[name] = bundle.note(name)
            successors[name] = parsed_statement(notes[name].text)
            if not name.endswith(f"/keys/{successors[name].key_id.hex()}.note"):
                raise Malformed(f"{name} is not named after the key that it is about")
        lines = bundle.whole("keys.txt", _MAX_KEY_FILE).decode().splitlines()
        own = [parsed_key(line) for line in sorted(set(lines))]
        if len({key.public for key in own}) > _MAX_KEYS:
            raise Malformed(f"keys.txt has more than {_MAX_KEYS} keys")
        _judge_signatures(report, notes, signers, keys, own, successors)

    def _select(self) -> None:
        """Applies the filter: two passes through all entries, unless everything is wanted; and learns of runs."""
        bundle = self._bundle
        for ledger in (one for one in bundle.here if one.kind == RUNS):
            for entry in self._entries(ledger):
                self._runs.learn(entry)
        for ledger in bundle.of_changes if bundle.filter.keys() - {"kind", "change", "actor"} else ():
            for entry in self._entries(ledger):
                self._scope.learn(entry)
        for ledger in bundle.of_changes if bundle.filter else ():
            opened = bundle.opened(ledger)
            at, values = next(opened)
            for entry in self._entries(ledger):
                while at and at < entry.position:
                    at, values = next(opened)
                is_opened = at == entry.position and entry.topic == BEGAN
                self._scope.weigh(entry, _actor(entry, values) if is_opened else None)

    def _walk(self, ledger: BundledLedger) -> None:
        """Goes through a ledger: puts its tree together, and compares each entry with what is opened of it."""
        bad, where, first = self._report.bad, f"of ledger {ledger.id}", self._chains[ledger.id][0][1]
        tree = Tree(first.start, first.frontier)
        roots: dict[int, list[tuple[str, KeptRoot]]] = {}  # by size, with the verdict that each belongs to
        for one in self._own_roots[ledger.id]:
            roots.setdefault(one.size, []).append(("root", one))
        for one in (*self._known_of.get(None, ()), *self._known_of.get(ledger.id, ())):
            if self._may_be_of(one, ledger):
                roots.setdefault(one.size, []).append(("extends", one))
        is_of_runs = ledger.kind == RUNS  # which have no changes, and are opened whole
        opened, time, left, is_wanted = self._bundle.opened(ledger), "", 0, is_of_runs
        at, values = next(opened)
        missing: list[list[int]] = []  # ranges of positions
        surplus: list[list[int]] = []
        backwards: list[list[int]] = []
        changes: set[bytes] = set()
        first_time = ""
        self._blanked = {}
        self._compare_root(tree, roots, ledger)
        self._runs.take_tree(ledger, tree)
        for entry in self._entries(ledger):
            position, event = entry.position, entry.event
            is_beginning = entry.topic == BEGAN and not is_of_runs
            if tree.size == ledger.start and tree.hashes != ledger.frontier:
                bad("extends", f"The entries before position {position} {where} are not those it starts from")
            if position != tree.size + 1 or entry.ledger != ledger.id:
                bad("order", f"Entry {tree.size + 1} {where} says it is {position} of ledger {entry.ledger}")
                position = tree.size + 1
            if is_beginning:
                if left:
                    bad("order", f"{left} events are missing before position {position} {where}")
                if event["prior_root"] != tree.root().hex():
                    bad("root", f"Position {position} {where} says another root of what is before it")
                if event["time"] < time:
                    _add(backwards, position)
                left, time, is_wanted = event["count"], event["time"], self._scope.wants(event["change_id"])
                first_time = first_time or time
                change = bytes.fromhex(event["change_id"].replace("-", ""))
                if change in changes:
                    bad("order", f"Change {event['change_id']} begins twice in ledger {ledger.id}")
                changes.add(change)
                self._changes += position > ledger.start and event["change_id"] not in self._shared
                self._take_parts(entry)
            elif is_of_runs:
                self._runs.take_run(ledger, entry, tree)
                time = event["time"] if entry.topic == _STARTED else time
                first_time = first_time or time
            elif not left:
                bad("order", f"Position {position} {where} is in no change")
            else:
                left -= 1
            tree.append(leaf_of(entry.text.encode()))
            self._compare_root(tree, roots, ledger)
            self._runs.take_tree(ledger, tree)
            self._runs.take_event(ledger, entry)
            if ledger == self._bundle.here[0] and isinstance(event.get("profile_ledger_id"), str):
                if not re.fullmatch(_ID, event["profile_ledger_id"]) or len(self._named) > _MAX_LEDGERS:
                    raise Malformed(f"Position {position} {where} does not name a ledger, or one too many")
                self._named.setdefault(event["profile_ledger_id"], position)
            for redacted in _redacted_by(entry):
                self._blanked.pop(redacted, None)
            if position <= ledger.start:
                continue
            shown, expected = 0, 2 if is_wanted else 1 if is_beginning and "actor" in self._bundle.filter else 0
            if at == position:
                shown = 1 if {"withheld": "other"} in values else 2  # 1: the actor alone
                self._compare_values(entry, values, where)
                at, values = next(opened)
            self._opened += shown == 2
            if shown != expected:
                _add(missing if shown < expected else surplus, position)
        if left or tree.size != ledger.size:
            bad("order", f"There are {tree.size} entries {where}, and {ledger.size} were announced")
        for name, state, label, ranges in (
            ("selection", BAD, "Wanted and not opened are positions", missing),
            ("selection", BAD if self._is_complete else UNCHECKED, "Opened and not wanted are positions", surplus),
            ("clocks", WARNING, "Times go back at positions", backwards),
        ):
            if ranges:
                some = [str(begin) if begin == end else f"{begin}-{end}" for begin, end in ranges[:_MOST]]
                positions = ", ".join(some) + (" and others" if len(ranges) > _MOST else "")
                self._report.says(name, state, f"{label} {positions} {where}")
        repeated = self._redacted_commitments(ledger) if self._blanked else set()
        for (position, _), (field, commitment) in self._blanked.items():
            if commitment not in repeated:
                # what is repeated may have been redacted before the first entry that is here
                state = UNCHECKED if first.start else BAD
                sentence = f"No event says that {field} at position {position} {where} was redacted"
                self._report.says("redaction", state, sentence)
        times = f", {'runs' if is_of_runs else 'changes'} from {first_time} to {time}" if time else ""
        self._report.says("root", OK, f"ledger {ledger.id}: {tree.size}:{tree.root().hex()}{times}")

    def _compare_root(
        self, tree: Tree, roots: dict[int, list[tuple[str, KeptRoot]]], ledger: BundledLedger
    ) -> None:
        for name, one in roots.get(tree.size, ()):
            if one.root == tree.root():
                self._agreed.add(one)
                if name == "extends":
                    self._compared[ledger.id] = tree.size  # which only grows
            elif one.origin or one.ledger:
                self._report.bad(name, f"The first {tree.size} entries do not give the root in {one.label}")

    def _take_parts(self, beginning: LogEntry) -> None:
        """Compares the parts of a change that are in several ledgers."""
        parts, ledger_id, change_id = beginning.parts(), beginning.ledger, beginning.event["change_id"]
        digest = sha256(repr(sorted(parts.items())).encode()).digest()
        said, missing = self._shared.pop(change_id, (digest, self._chains.keys() & parts.keys()))
        if digest != said or parts.get(ledger_id) != beginning.event["count"]:
            self._report.bad("order", f"The parts of change {change_id} do not fit together")
        if missing - {ledger_id}:
            self._shared[change_id] = (said, missing - {ledger_id})

    def _compare_values(self, entry: LogEntry, values: list[Json], where: str) -> None:
        """Compares what is opened of an event with its entry, and notes what is kept back."""
        bad, place = self._report.bad, f"at position {entry.position} {where}"
        commitments = _COMMITMENT.findall(entry.text)
        if len(commitments) != len(values):
            bad("content", f"There are {len(values)} values and {len(commitments)} hashes {place}")
            return
        pointers = list(_pointers(entry.event)) if any("s" not in value for value in values) else commitments
        for pointer, commitment, value in zip(pointers, commitments, values):  # noqa: B905
            if "s" in value:
                self._values += 1
                if _commitment(value) != commitment:
                    bad("content", f"A value {place} is not the one that its hash was made of")
                continue
            reason = value.get("withheld", "redacted")
            self._closed[reason] = self._closed.get(reason, 0) + 1
            if reason == "redacted":
                self._blanked[entry.position, sha256(pointer.encode()).digest()] = (pointer[:_LONGEST], commitment)
                if len(self._blanked) > _MAX_BLANKED:
                    raise Malformed(f"More than {_MAX_BLANKED} values {where} are blank, and no event says so")
                continue
            if reason not in self._bundle.withheld:
                bad("redaction", f"{pointer} {place} is withheld as {reason}, which the manifest does not say")
            topics, places = _PLACES[reason]
            if not re.fullmatch(topics, entry.topic) or not re.fullmatch(places, pointer):
                bad("redaction", f"{pointer} {place} cannot be withheld as {reason}")
        if {"withheld": "other"} in values:
            hidden = [pointer for pointer, value in zip(pointers, values) if value == {"withheld": "other"}]  # noqa: B905
            if hidden != [pointer for pointer in pointers if pointer != "/actor/actor_id"]:
                bad("redaction", f"Something else than the actor is opened, or not the actor, {place}")

    def _redacted_commitments(self, ledger: BundledLedger) -> set[str]:
        """Returns the commitments of what events say was redacted: other events may repeat such a blank."""
        places: set[tuple[int, bytes]] = set()
        for entry in self._entries(ledger):
            places.update(_redacted_by(entry))
            if len(places) > _MAX_BLANKED:
                raise Malformed(f"More than {_MAX_BLANKED} values of ledger {ledger.id} were redacted")
        positions = {position for position, _ in places}
        return {
            commitment
            for entry in self._entries(ledger)
            if entry.position in positions
            for pointer, commitment in zip(_pointers(entry.event), _COMMITMENT.findall(entry.text))  # noqa: B905
            if (entry.position, sha256(pointer.encode()).digest()) in places
        }

    def _may_be_of(self, kept: KeptRoot, ledger: BundledLedger) -> bool:
        """Whether something kept may be of a ledger: by its name, also one of before the ledger was restored."""
        if kept.ledger or kept.origin is None:
            return kept.ledger in (None, ledger.id)
        return re.fullmatch(re.escape(kept.origin) + "(/[0-9]+)?", self._origins[ledger.id]) is not None

    def _may_be_left_out(self, kept: KeptRoot) -> bool:
        """Whether something kept may be of a ledger that is not in the bundle."""
        before, prefix, named = (kept.origin or "").partition("zenml-ledger/")
        ledger_id = kept.ledger or (named[:36] if prefix and not before else None)
        return bool(self._left_out) if ledger_id is None else ledger_id in self._left_out

    def _compare_known(self) -> None:
        """Says of what was kept whether the bundle continues it; a root that differs was said at its place."""
        says, bundle = self._report.says, self._bundle
        here = {ledger.id: [ledger] for ledger in bundle.here}
        for one in self._known:
            is_nameless = not (one.ledger or one.origin)
            candidates = bundle.here if one.ledger is None else here.get(one.ledger, [])
            possible = [ledger for ledger in candidates if self._may_be_of(one, ledger)]
            late = [ledger.id for ledger in possible if one.size < self._chains[ledger.id][0][1].start]
            if one in self._agreed:
                says("extends", OK, f"{one.label}: its {one.size} events are the first ones of a ledger here")
            elif late:
                says("extends", UNCHECKED, f"{one.label} is of before this bundle's first event of {late[0]}")
            elif (is_nameless or not possible) and self._may_be_left_out(one):
                says("extends", UNCHECKED, f"The ledger of {one.label} is not in this bundle")
            elif is_nameless:
                says("extends", BAD, f"No ledger here has this root at this size: {one.label}")
            elif not possible:
                says("extends", BAD, f"The ledger of {one.label} is not one of this bundle")
            elif one.size > possible[0].size:
                first = possible[0]
                says("extends", BAD, f"Ledger {first.id} has {first.size} events, {one.label} {one.size}")
        until = self._compared.get(bundle.here[0].id, 2**53)
        for ledger in bundle.here if self._known else ():
            is_later = self._named.get(ledger.id, 0) > until or self._runs.is_later(ledger, self._compared)
            if ledger.id not in self._compared and not is_later:
                says("extends", UNCHECKED, f"Nothing from before was given of ledger {ledger.id}")
        if not self._known:
            says("extends", UNCHECKED, "nothing from before was given (--previous)")

    def _compare_ledgers(self) -> None:
        """Compares the ledgers with each other: those that changes and the machine name have to be there."""
        report, bundle = self._report, self._bundle
        for change_id, (_, missing) in self._shared.items():
            for ledger_id in sorted(missing & self._whole):
                report.bad("order", f"Change {change_id} has no part in ledger {ledger_id}")
        others = {ledger.id for ledger in bundle.ledgers[1:] if ledger.kind != RUNS}
        for ledger_id in sorted(self._named.keys() - others):
            report.bad("manifest", f"The machine has the ledger {ledger_id}, which the manifest does not mention")
        for ledger_id in sorted(others - self._named.keys()) if bundle.here[0].id in self._whole else ():
            report.bad("manifest", f"The machine does not know the ledger {ledger_id} of the manifest")
        wanted_ids = self._scope.ids("profile")
        for ledger in (one for one in bundle.ledgers if one.kind != RUNS):
            if ledger.left_out and ("profile" not in bundle.filter or ledger.id in wanted_ids):
                state = UNCHECKED if ledger.left_out == "elsewhere" else BAD
                report.says("selection", state, f"Ledger {ledger.id}, which the filter concerns, is not here")

    def _conclude(self) -> None:
        says, bundle = self._report.says, self._bundle
        total = sum(ledger.size - ledger.start for ledger in bundle.here)
        of_runs = total - sum(ledger.size - ledger.start for ledger in bundle.of_changes)
        closed = ", ".join(f"{count} {reason}" for reason, count in sorted(self._closed.items())) or "none"
        # in ASCII, or letters that look alike could not be told apart
        wanted = ", ".join(f"{name} {json.dumps(value)}" for name, value in sorted(bundle.filter.items()))
        late = "".join(f"; ledger {one.id} from position {one.start + 1} on" for one in bundle.here if one.start)
        says("manifest", OK, f"{len(bundle.here)} ledgers; filter: {wanted or 'none, everything is wanted'}{late}")
        runs = f", {of_runs} of runs" if of_runs else ""
        says("order", OK, f"{total - of_runs} events in {self._changes} changes{runs}, none missing")
        says("content", OK, f"{self._values} values are what the entries commit to")
        says("selection", OK, f"{self._opened} of {total} events are wanted, and opened")
        if bundle.filter and not self._opened:
            says("selection", WARNING, "nothing is wanted by this filter")
        for ledger_id, chain in self._chains.items():
            for name in ("order", "selection") if ledger_id not in self._whole else ():
                where = f"Positions 1 to {chain[0][1].start} of ledger {ledger_id}"
                says(name, UNCHECKED, f"{where} are in the bundle that this one continues (--previous)")
        says("redaction", OK, f"values that are not shown: {closed}")
        for stamp in bundle.stamps:
            command = f"openssl ts -verify -in {stamp} -data {stamp[:-3]}note -CAfile CA.pem"
            says("timestamps", UNCHECKED, command)
        if not bundle.stamps:
            says("timestamps", UNCHECKED, "there are none")
        says("clocks", OK, "times only go forward")


def _redacted_by(entry: LogEntry) -> Iterator[tuple[int, bytes]]:
    """Yields the position and the hashed pointer of each value that an event says was redacted before it."""
    values: Any = entry.event.get("values")
    for one in values if entry.topic in (_REDACTED, _RUNS_REDACTED) and _fits(values, [_ANYTHING]) else ():
        if _fits(one, {"field": str, "position": int}) and one["position"] < entry.position:
            yield one["position"], sha256(one["field"].encode()).digest()


def _add(ranges: list[list[int]], position: int) -> None:
    if ranges and ranges[-1][1] == position - 1:
        ranges[-1][1] = position
    elif len(ranges) <= _MOST:  # one more than are said
        ranges.append([position, position])


def _actor(beginning: LogEntry, values: list[Json]) -> str | None:
    """Returns who began a change, as its opened value says."""
    for pointer, value in zip(_pointers(beginning.event), values):  # noqa: B905
        if pointer == "/actor/actor_id" and "v" in value:
            actor = canonical(value["v"].encode())
            return actor if isinstance(actor, str) else None
    return None


# ---- 10. Signatures ----

_MAX_KEYS, _MAX_CHECKED = 100, 1000  # public keys that are given, or that a bundle brings; signatures


def _judge_signatures(
    report: Report,
    notes: dict[str, Note],  # by label
    signers: dict[str, str],  # by the label of a note, the name under which it has to be signed
    files: Sequence[Sequence[Key]],  # of keys to trust
    own: Sequence[Key] | None = None,  # which the evidence brings with it, for comparing only
    successors: dict[str, Key] | None = None,  # by the label of a statement, the key that it is about
) -> None:
    """Checks every signature of which the key is known.

    A machine signs for its ledgers with one key under a name for each: a key that was given for one of them counts
    for all, and so does one of which a trusted key says that it replaces it.
    """
    from datetime import datetime, timedelta

    says = report.says
    keys = [key for file in files for key in file]
    checks = iter(range(_MAX_CHECKED))

    def holds(note: Note, signature: Signature, key: Key) -> bool:
        if signature[:2] == key[:2] and next(checks, None) is None:
            raise Malformed(f"More than {_MAX_CHECKED} signatures would have to be checked")
        return signature_holds(note, signature, key)

    given = {key.public: f"given as {key.name}" for key in keys if key.kind == ED25519}
    trusted, known_as = sorted(given), dict(given)
    for public in trusted:  # which grows: a successor may have a successor
        for label, new in (successors or {}).items():
            earlier, note = _log_key(new.name, public), notes[label]
            if new.public not in given and any(holds(note, one, earlier) for one in note.signatures):
                trusted += [] if new.public in trusted else [new.public]
                known_as[new.public] = f"{new.key_id.hex()} that replaced one"
                sentence = f"{new.name} was replaced by {new.key_id.hex()}, by the word of the earlier key"
                says("signatures", OK, sentence)
    known: dict[tuple[str, bytes], set[Key]] = {}  # by what a signature says of its key
    for key in (*keys, *(own or ())):
        known.setdefault((key.name, key.key_id), set()).add(key)
    used: set[Key] = set()
    held: dict[str, set[Key]] = {}  # by label
    cosigned: set[str] = set()
    for label, note in notes.items():
        for signature in note.signatures:
            renamed = {_log_key(signature.name, public) for public in trusted}
            for key in known.get(signature[:2], set()) | {key for key in renamed if key[:2] == signature[:2]}:
                used.add(key)
                if not holds(note, signature, key):
                    report.bad(_verdict(key), f"The signature of {key.name} on {label} does not hold")
                    continue
                held.setdefault(label, set()).add(key)
                if key in keys and key.kind == COSIGNATURE:
                    cosigned.add(_folder(label))
                    size, time = parsed_checkpoint(note.text).size, timedelta(seconds=cosigned_at(signature))
                    when = f"{datetime(1970, 1, 1) + time} UTC"  # noqa: DTZ001
                    says("witnesses", OK, f"{key.name} saw {label} ({size} events) at {when}")
    used_under_any_name = {key[2:] for key in used}
    for file in files:
        if not any(key[2:] in used_under_any_name for key in file):
            names = " or ".join(key.name for key in file)
            report.bad(_verdict(file[0]), f"The key of {names} that was given signed nothing here")
    for key in own or ():
        if key not in used:
            report.bad("signatures", f"keys.txt has a key of {key.name}, which signed nothing here")
    has_witness = any(key.kind == COSIGNATURE for key in keys)
    for label, name in signers.items():
        by_name = {key for key in held.get(label, ()) if key.name == name and key.kind == ED25519}
        if own is not None and not by_name.intersection(own):
            report.bad("signatures", f"No key in keys.txt signed {label} as {name}")
        if trusted and not any(key.public in trusted for key in by_name):
            report.bad("signatures", f"No key that was given signed {label} as {name}")
        if has_witness and label != "manifest.sig" and _folder(label) not in cosigned:
            says("witnesses", UNCHECKED, f"No witness whose key was given saw a note of {_folder(label)}")
    for public in trusted:
        signed = sorted(label for label, its in held.items() if any(key.public == public for key in its))
        if signed:
            says("signatures", OK, f"the key {known_as[public]} signed {', '.join(signed)}")
    if not trusted:
        says("signatures", UNCHECKED, "no key was given (--key) that did not come with this evidence")
    if not has_witness:
        says("witnesses", UNCHECKED, "no key of a witness was given (--key)")


def _log_key(name: str, public: bytes) -> Key:
    return Key(name, key_id(name, ED25519, public), ED25519, public)


def _verdict(key: Key) -> str:
    return "signatures" if key.kind == ED25519 else "witnesses"


def _folder(label: str) -> str:
    return "/".join(label.split("/")[:2])


# ---- 11. Single notes and proofs (C2SP tlog-proof) ----

_MAX_PROOF = 1 << 18  # bytes


def _judge_proof(report: Report, data: bytes) -> Note:
    """Checks a proof that an event is in a log, and returns the note with the checkpoint that it leads to."""
    head, _, after = data.decode().partition("\n\n")
    _, *lines = head.split("\n")
    extra = unpacked(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else None
    if not head.startswith(f"{PROOF_HEADING}\n") or not lines or not lines[0].startswith("index "):
        raise Malformed("This is not a proof: a heading, an index, hashes, an empty line and a checkpoint")
    index, path = whole_number(lines[0][6:]), [unpacked(line) for line in lines[1:]]
    if len(path) > 63 or any(len(node) != 32 for node in path):
        raise Malformed("A hash in a proof is not 32 bytes, or there are more than 63")
    note = parsed_note(after.encode())
    checkpoint = parsed_checkpoint(note.text)
    if extra is None:
        report.says("root", UNCHECKED, "the entry is not in the proof")
        report.says("content", UNCHECKED, "the entry is not in the proof")
        return note
    said = canonical(extra)
    if not _fits(said, {"entry": _ANYTHING, "event": _ANYTHING}):
        raise Malformed("The extra data of the proof is not an entry and its event")
    entry = LogEntry.parsed(_ENCODER.encode(said["entry"]).encode())
    if not inclusion_holds(leaf_of(entry.text.encode()), index, checkpoint.size, path, checkpoint.root):
        report.bad("root", "The hashes do not lead from this entry to the root of the checkpoint")
    if entry.position != index + 1:
        report.bad("root", f"The entry is of position {entry.position}, and the proof of {index + 1}")
    if committed(said["event"]) != entry.event:
        report.bad("content", "The event is not what the entry commits to")
    where = f"position {entry.position} of {checkpoint.size}: {entry.topic}, ledger {entry.ledger}"
    report.says("root", OK, where)
    report.says("content", OK, "the event is what the entry commits to")
    return note


def _judge_note(
    report: Report,
    note: Note,
    keys: Sequence[Sequence[Key]],
    known: Sequence[KeptRoot],
    statements: Sequence[Note],
) -> None:
    says, checkpoint = report.says, parsed_checkpoint(note.text)
    notes, successors = {"the note": note}, {}
    for number, statement in enumerate(statements, start=1):
        new = parsed_statement(statement.text)
        if new.name == checkpoint.origin:
            notes[f"statement {number}"], successors[f"statement {number}"] = statement, new
    _judge_signatures(report, notes, {"the note": checkpoint.origin}, keys, successors=successors)
    related = [one for one in known if not one.ledger or one.origin == checkpoint.origin]
    for one in related:
        if one.origin not in (None, checkpoint.origin):
            says("extends", BAD, f"{one.label} is of {one.origin}, and this is of {checkpoint.origin}")
        elif one.size > checkpoint.size or (one.size == checkpoint.size and one.root != checkpoint.root):
            says("extends", BAD, f"{one.label} has more events than this, or as many and another root")
        elif one.size < checkpoint.size:
            says("extends", UNCHECKED, f"{one.label} has fewer events than this: it takes a bundle to compare")
        else:
            says("extends", OK, f"{one.label} has the same root")
    if not related:
        says("extends", UNCHECKED, "nothing from before of this ledger was given (--previous)")


# ---- 12. The command ----


def judged(
    path: str,
    keys: Sequence[Sequence[Key]] = (),
    previous: Sequence[str] = (),
    statements: Sequence[Note] = (),
) -> Report:
    """Returns what is to be said of a file: a bundle, a note or a proof. Raises OSError if one cannot be opened.

    `keys` are to be trusted, by the file they came in, of which one has to have signed. `previous` is what was
    kept: files of notes and bundles, and SIZE:ROOT with the root in hex or base64. In `statements` a key names the
    one that replaces it; a bundle brings its own. Raises Unusable if what is given to check with cannot be read.
    """
    import struct
    import zipfile
    import zlib

    report = Report()
    damaged = (
        *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, EOFError, NotImplementedError),
        *(RuntimeError, ValueError, OverflowError, RecursionError, MemoryError, OSError),
    )
    if len({key.public for file in keys for key in file}) > _MAX_KEYS:
        raise Unusable(f"More than {_MAX_KEYS} keys were given")
    older: list[Bundle] = []
    known: list[KeptRoot] = []
    for given in previous:
        try:
            known += _kept(given, older)
        except damaged as error:
            if isinstance(error, OSError) and error.filename:
                raise
            raise Unusable(f"{given}: {error}") from None
    try:
        with open(path, "rb") as file:
            data = file.read(_MAX_PROOF + 1)
        if data[:2] == b"PK":
            report.asks(_OF_A_BUNDLE)
            Examination(report, Bundle(path), known, older).run(keys)
        elif data.startswith(PROOF_HEADING.encode()) and len(data) <= _MAX_PROOF:
            report.asks(_OF_A_PROOF)
            _judge_note(report, _judge_proof(report, data), keys, known, statements)
        else:
            report.asks(_OF_A_NOTE)
            _judge_note(report, parsed_note(data), keys, known, statements)
    except Malformed as error:
        report.bad("format", str(error))
    except damaged as error:
        if isinstance(error, OSError) and error.filename:
            raise
        report.bad("format", f"This cannot be read: {error}")
    return report


def _kept(given: str, older: list[Bundle]) -> Iterator[KeptRoot]:
    """Yields the roots that --previous names, and adds a bundle that it names to the older ones."""
    parts = re.fullmatch("([0-9]+):([0-9a-f]{64}|[A-Za-z0-9+/]{43}=)", given)
    if parts:
        root = bytes.fromhex(parts[2]) if len(parts[2]) == 64 else unpacked(parts[2])
        yield KeptRoot(given, None, None, _more_than_none(whole_number(parts[1])), root)
        return
    with open(given, "rb") as file:
        data = file.read(MAX_NOTE + 1)
    if data[:2] != b"PK":
        kept = parsed_checkpoint(parsed_note(data).text)
        yield KeptRoot(given, kept.origin, None, _more_than_none(kept.size), kept.root)
        return
    older.append(Bundle(given))
    for sentence in older[-1].differing_files():
        raise Malformed(sentence)
    for ledger in older[-1].here:
        kept = parsed_checkpoint(older[-1].note(f"ledgers/{ledger.id}/checkpoint").text)
        yield KeptRoot(f"{given}, ledger {ledger.id}", kept.origin, ledger.id, kept.size, kept.root)


def _more_than_none(size: int) -> int:
    if not size:
        raise Malformed("The root of 0 events is the same for all ledgers")
    return size


def keys_in(path: str) -> list[Key]:
    """Returns the keys of a file, at least one: one a line, besides empty lines and those that begin with #."""
    with open(path, "rb") as file:
        data = file.read(MAX_NOTE)
    try:
        lines = [line.strip() for line in data.decode("utf-8-sig").splitlines()]
    except UnicodeDecodeError:
        raise Malformed("It is not text") from None
    keys = [parsed_key(line) for line in lines if line and not line.startswith("#")]
    if not keys:
        raise Malformed("There is no key in it")
    return keys


def main() -> int:
    """Checks what the command line names; returns 0, 5 if something does not hold, or 2 for the wrong words."""
    import argparse

    questions = sorted({*_OF_A_BUNDLE, *_OF_A_PROOF} - {"timestamps"})
    about = (
        "Checks a bundle, a checkpoint or a proof of one event. Exit code 0: what was checked holds;"
        " 5: something does not, or something that is required was not checked; 2: the command is wrong."
    )
    of_keys, of_previous = "public keys to trust, from elsewhere; repeatable", "what was kept; repeatable"
    of_required = f"what has to be ok: {','.join(questions)}"
    parser = argparse.ArgumentParser(prog="verify.py", description=about)
    add = parser.add_argument
    add("file", metavar="BUNDLE.zip|NOTE|FILE.tlog-proof")
    add("--key", metavar="FILE", action="append", default=[], help=of_keys)
    add("--previous", metavar="NOTE|SIZE:ROOT|OLD.zip", action="append", default=[], help=of_previous)
    add("--require", metavar="LIST", default="", help=of_required)
    given = parser.parse_args()
    required = [name.strip() for name in given.require.split(",") if name.strip()]
    if set(required) - set(questions):
        parser.error(f"--require takes some of: {', '.join(questions)} (timestamps are not checked here)")
    name = ""
    keys: list[list[Key]] = []
    try:
        for name in given.key:
            keys.append(keys_in(name))
        report = judged(given.file, keys, given.previous)
    except Malformed as error:
        parser.error(f"--key {name}: {error}")
    except Unusable as error:
        parser.error(str(error))
    except OSError as error:
        parser.error(f"{error.filename}: {error.strerror}")
    lines = []
    for verdict in report.verdicts:
        lines += [f"{verdict.name:<11} {verdict.state:<12} {verdict.sentences[0]}"]
        lines += [f"{'':<24} {sentence}" for sentence in verdict.sentences[1:]]
    for line in (*lines, report.sentence(required)):
        shown = "".join(letter if letter.isprintable() else "?" for letter in line)
        sys.stdout.buffer.write(shown.encode(sys.stdout.encoding or "utf-8", "replace") + b"\n")
    return 0 if report.holds(required) else 5


if __name__ == "__main__":
    sys.exit(main())
