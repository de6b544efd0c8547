"""Where ids, salts and times come from."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime

from zenml.domain.errors import NotAllowedError


def check_clock() -> None:
    """Makes sure that there is a time that can be recorded.

    Raises:
        NotAllowedError: It is before 1970, where ids of changes begin, or after 2262, where Python's clock ends.
    """
    try:
        is_sound = time.time_ns() >= 0
    except OverflowError:
        is_sound = False
    if not is_sound:
        raise NotAllowedError(
            "The clock of this computer is before 1970 or after 2262, and no change can have such a time.",
            'Run "date" to see it, and set it.',
        )


def new_id() -> str:
    """Returns a random UUID for a thing: version 4 (RFC 9562, section 5.4)."""
    return _uuid(int.from_bytes(os.urandom(16), "big"), 4)


def new_change_id() -> str:
    """Returns a UUIDv7: the time in milliseconds, then 74 random bits (RFC 9562, section 5.7)."""
    number = time.time_ns() // 1_000_000 << 80 | int.from_bytes(os.urandom(10), "big")
    return _uuid(number, 7)


def new_salt() -> str:
    """Returns 16 random bytes as hex."""
    return os.urandom(16).hex()


def utc_now() -> str:
    """Returns the time in UTC with six decimals, as events have it."""
    return utc_text(datetime.now(UTC))


def utc_text(moment: datetime) -> str:
    """Returns a time of UTC as events have it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _uuid(number: int, version: int) -> str:
    """Returns 128 bits as a UUID of a version; importing `uuid` takes as long as a tenth of a reading command."""
    digits = f"{number & ~(0xF000 << 64 | 0xC000 << 48) | version << 76 | 0x8000 << 48:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
