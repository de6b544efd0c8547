"""The id of a run as the views hold it: what people type of it comes first, so that one index finds both."""

from __future__ import annotations

from zenml.domain.change_ids import letters

_DIGITS = str.maketrans("zyxwvutsrqponmlk", "0123456789abcdef")
_TYPED, _WHOLE = 18, 32
"""Hexadecimal digits that people see as letters, and all of them."""


def key(run_id: str) -> bytes:
    """Returns the 16 bytes of a run's id, those that its letters show first, then its time and what is left."""
    digits = run_id.replace("-", "")
    return bytes.fromhex(digits[13:16] + digits[17:] + digits[:13] + digits[16])


def run_id(stored: bytes) -> str:
    """Returns the id of a run, a UUIDv7, of its bytes as the views hold them."""
    digits = stored.hex()
    typed, rest = digits[:_TYPED], digits[_TYPED:]
    last = rest[13] + typed[3:]
    return f"{rest[:8]}-{rest[8:12]}-{rest[12]}{typed[:3]}-{last[:4]}-{last[4:]}"


def between(prefix: str) -> tuple[bytes, bytes]:
    """Returns the smallest and the largest key of a run whose letters begin so."""
    digits = prefix.translate(_DIGITS)
    return bytes.fromhex(digits.ljust(_WHOLE, "0")), bytes.fromhex(digits.ljust(_WHOLE, "f"))


def shown(stored: bytes) -> str:
    """Returns the letters of a run's id, in full."""
    return letters(run_id(stored))


def at_time(milliseconds: int) -> bytes:
    """Returns the six bytes that the keys of runs of a moment have at `TIME`; milliseconds since 1970."""
    return milliseconds.to_bytes(6, "big")


TIME = "substr({run}, 10, 6)"
"""SQL for the time in a key: milliseconds since 1970, as `at_time` has them."""
