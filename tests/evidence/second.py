"""A second implementation of the evidence, from the published formats alone.

Nothing here is imported from the program and no approach is shared with it, so that the two can only agree
by both being right. Simple before fast: the tree is the recursion of RFC 6962, numbers are exact fractions.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from string import hexdigits
from typing import Any
from urllib.request import pathname2url
from uuid import UUID

CHANGE_BEGAN = "zenml:ChangeBegan"
SHORT_ESCAPES = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}
ESCAPES = {code: f"\\u00{code:02x}" for code in range(32)} | SHORT_ESCAPES

Row = tuple[str, int, int, str, bytes]


def canonical(value: object) -> bytes:
    """The RFC 8785 bytes of a JSON value; ValueError if it has none."""
    return "".join(_pieces(value)).encode()


def _pieces(value: object) -> Iterator[str]:
    match value:
        case None | True | False:
            yield {None: "null", True: "true", False: "false"}[value]
        case int():
            if abs(value) >= 2**53:
                raise ValueError("not an I-JSON integer")
            yield f"{value:d}"
        case float():
            yield _ecmascript(value)
        case str():
            yield '"' + value.translate(ESCAPES) + '"'
        case list() | tuple():
            for at, item in enumerate(value):
                yield "," if at else "["
                yield from _pieces(item)
            yield "]" if value else "[]"
        case dict():
            members = [(_code_units(name), name, member) for name, member in value.items()]
            for at, (_, name, member) in enumerate(sorted(members, key=itemgetter(0))):
                yield "," if at else "{"
                yield from _pieces(name)
                yield ":"
                yield from _pieces(member)
            yield "}" if value else "{}"
        case _:
            raise ValueError("not a JSON value")


def _code_units(name: str) -> list[int]:
    """UTF-16 by its definition (RFC 2781, section 2.1)."""
    units = []
    for code in map(ord, name):
        above = code - 0x10000
        units += [code] if above < 0 else [0xD800 | above >> 10, 0xDC00 | above & 0x3FF]
    return units


def _ecmascript(value: float) -> str:
    """ECMA-262, Number::toString: the fewest digits that read back as the same double, and the closest."""
    exact = Decimal(value)
    if not exact.is_finite():
        raise ValueError("not a JSON number")
    if not exact:
        return "0"
    candidates = (_readable(value, exact, count) for count in range(1, 18))
    # the nearest; of two as near the even one, as ECMA-262 recommends and RFC 8785 asks for
    shortest = min(
        next(filter(None, candidates)), key=lambda near: (abs(near - exact), near.as_tuple().digits[-1] % 2)
    )
    _, digits, shift = shortest.normalize().as_tuple()
    assert isinstance(shift, int)
    sign = "-" if value < 0 else ""
    shown = "".join(map(str, digits))
    n, k = len(shown) + shift, len(shown)
    if k <= n <= 21:
        return sign + shown + "0" * (n - k)
    if 0 < n <= 21:
        return sign + shown[:n] + "." + shown[n:]
    if -6 < n <= 0:
        return sign + "0." + "0" * -n + shown
    return sign + shown[0] + ("." + shown[1:] if k > 1 else "") + ("e+" if n > 0 else "e-") + str(abs(n - 1))


def _readable(value: float, exact: Decimal, count: int) -> list[Decimal]:
    """The decimals of so many digits, just below and just above, that read back as the same double."""
    either_side = (Context(prec=count, rounding=side).plus(exact) for side in (ROUND_FLOOR, ROUND_CEILING))
    return [near for near in either_side if float(near) == value]


def commitment(salt_hex: str, value_text: str) -> str:
    """SHA-256(0x02, salt, text) in hex; ValueError for another salt than 16 bytes in lower-case hex."""
    _require_hex(salt_hex, 16)
    digest = sha256(b"\x02")
    digest.update(bytes.fromhex(salt_hex))
    digest.update(value_text.encode())
    return digest.hexdigest()


def committed(event: object) -> Any:
    """The committed form, by reading the event's text once more and replacing objects from the inside out."""
    return json.loads(json.dumps(event), object_hook=_committed_object)


def _committed_object(members: dict[str, Any]) -> dict[str, Any]:
    match sorted(members):
        case ["c"]:
            _require_hex(members["c"], 32)
        case ["s", "v"]:
            if not isinstance(members["v"], str):
                raise ValueError("not a text")
            return {"c": commitment(members["s"], members["v"])}
    return members


def _require_hex(digits: object, count: int) -> None:
    lower_case = set(hexdigits.lower())
    if not isinstance(digits, str) or len(digits) != 2 * count or not lower_case.issuperset(digits):
        raise ValueError(f"not {count} bytes in lower-case hex")


def leaf(ledger_id: str, position: int, topic: str, event: object) -> bytes:
    """The hash of one position."""
    fields = {"topic": topic, "position": position, "ledger": ledger_id, "event": committed(event)}
    return sha256(bytes([0]) + canonical(fields)).digest()


def root(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    return _subtree(leaves, 0, len(leaves), {})


def _subtree(leaves: list[bytes], start: int, end: int, known: dict[tuple[int, int], bytes]) -> bytes:
    n = end - start
    if n == 0:
        return sha256().digest()
    if n == 1:
        return leaves[start]
    if (start, end) not in known:
        k = 1
        while 2 * k < n:
            k *= 2
        left = _subtree(leaves, start, start + k, known)
        right = _subtree(leaves, start + k, end, known)
        known[start, end] = sha256(bytes([1]) + left + right).digest()
    return known[start, end]


def check_ledger(path: str) -> dict[str, dict[str, Any]]:
    """Size, root and problems of each ledger in a SQLite file, which is opened for reading only."""
    query = (
        "SELECT originator_id, originator_version, rowid, topic, state FROM stored_events"
        " ORDER BY originator_id, originator_version"
    )
    with closing(sqlite3.connect(f"file:{pathname2url(path)}?mode=ro", uri=True)) as database:
        rows = database.execute(query).fetchall()
    return {
        (ledger_id := str(UUID(originator_id))): check_events(ledger_id, list(group))
        for originator_id, group in groupby(rows, key=itemgetter(0))
    }


def check_events(ledger_id: str, rows: list[Row]) -> dict[str, Any]:
    """Size, root and problems of the events of one ledger, in the order of their positions."""
    problems: list[str] = []
    leaves: list[bytes] = []
    known: dict[tuple[int, int], bytes] = {}
    begins: list[
        tuple[int, int, object]
    ] = []  # index of a change's first row, its position, the count it announces
    last_position, last_rowid = 0, 0
    for index, (_, position, rowid, topic, state) in enumerate(rows):
        if position != last_position + 1:
            problems.append(f"position {last_position + 1} is missing")
        if rowid < last_rowid:
            problems.append(f"position {position} is stored before an earlier one")
        last_position, last_rowid = position, rowid
        raw = state.encode() if isinstance(state, str) else state
        try:
            event = _read(raw)
            stored_leaf = leaf(ledger_id, position, topic, event)
            if canonical(event) != raw:
                problems.append(f"position {position} is not its own canonical form")
        except (ValueError, RecursionError) as error:
            problems.append(f"position {position} cannot be read: {error}")
            event, stored_leaf = None, sha256(raw).digest()  # keeps the place; no root over it will be right
        if topic == CHANGE_BEGAN:
            announced = event if isinstance(event, dict) else {}
            if announced.get("prior_root") != _subtree(leaves, 0, index, known).hex():
                problems.append(f"position {position} records a wrong prior_root")
            begins.append((index, position, announced.get("count")))
        leaves.append(stored_leaf)
    if rows and rows[0][3] != CHANGE_BEGAN:
        problems.append(f"position {rows[0][1]} is in no change")
    ends = [index for index, _, _ in begins[1:]] + [len(rows)]
    for (index, position, count), end in zip(begins, ends, strict=False):
        follow = end - index - 1
        if not isinstance(count, float) or count != follow:  # all numbers are doubles here; true is not 1
            problems.append(f"position {position} is followed by {follow} events, which is not its count")
    return {"size": len(rows), "root": _subtree(leaves, 0, len(leaves), known).hex(), "problems": problems}


def _read(raw: bytes) -> Any:
    """Strict JSON. Numbers become doubles, as in ECMAScript."""
    return json.loads(raw.decode(), object_pairs_hook=_no_key_twice, parse_int=float, parse_constant=_no_constant)


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a key is given twice")
    return dict(pairs)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
