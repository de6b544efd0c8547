"""Looks for a secret in every form in which careless code leaves one."""

from __future__ import annotations

import base64
from pathlib import Path


def forms(secret: str) -> dict[str, bytes]:
    """Returns the byte strings that give `secret` away, by the name of the form.

    Base64 depends on where in a text the secret stands, modulo three; the letters that depend on its
    neighbours are left out.
    """
    plain = secret.encode()
    found = {
        "utf-8": plain,
        "utf-8, reversed": plain[::-1],
        "utf-16 little endian": secret.encode("utf-16-le"),
        "utf-16 big endian": secret.encode("utf-16-be"),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
    }
    for before in range(3):
        for name, encode in (("base64", base64.b64encode), ("base64url", base64.urlsafe_b64encode)):
            text = encode(b"\0" * before + plain)
            first = -(-before * 4 // 3)  # letters touched by what stands before
            last = (before + len(plain)) * 4 // 3  # letters not touched by what follows
            found[f"{name} at {before}"] = text[first:last]
    return found


def leaks(secret: str, haystacks: dict[str, bytes]) -> list[str]:
    """Returns where `secret` is found and in which form: nothing, if all is well."""
    return [
        f"{form} in {place}"
        for place, data in haystacks.items()
        for form, needle in forms(secret).items()
        if needle in data
    ]


def bytes_below(*folders: Path) -> dict[str, bytes]:
    """Returns every file below `folders`, its own path as part of what is searched."""
    return {
        str(path): str(path).encode() + b"\n" + (path.read_bytes() if path.is_file() else b"")
        for folder in folders
        for path in folder.rglob("*")
    }
