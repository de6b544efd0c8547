"""How a token for the service looks: ``zt_<id>_<random>``, so that it is recognized wherever it stands."""

from __future__ import annotations

import re

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""What an id is made of: nothing that is taken for something else when it is read aloud or copied by hand."""

ID_LENGTH, RANDOM_BYTES = 8, 32

ID = rf"[{LETTERS}]{{{ID_LENGTH}}}"
TOKEN = re.compile(rf"zt_(?P<id>{ID})_[0-9a-f]{{{2 * RANDOM_BYTES}}}")
"""A whole token. Its id is in the open; what follows the id is the secret."""


def id_of(text: str) -> str | None:
    """Returns the id in the text of a token; None for any other text."""
    match = TOKEN.fullmatch(text)
    return match["id"] if match else None
