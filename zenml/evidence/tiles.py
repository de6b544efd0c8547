"""How a tree and its entries are laid out in tiles (C2SP tlog-tiles): names and bytes, no reading and no writing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from zenml.evidence.merkle import MerkleError

HEIGHT = 8
"""Levels of the tree in a tile."""

WIDTH = 1 << HEIGHT
"""Hashes in a full tile, and entries in a full bundle of entries."""

MAX_ENTRY_BYTES = (1 << 16) - 1
"""The longest entry that a bundle of entries can have."""

MAX_LEVEL = 63
"""The highest level of tiles that a path may name."""


class TileName(NamedTuple):
    """Which tile: its hashes are the roots of the perfect subtrees of 256**level leaves.

    Attributes:
        level: Of the tile, from 0; None for a bundle of entries.
        number: Which of this level, from 0.
        width: The number of its hashes or entries, 1 to 256; only the last tile of a level has fewer than 256.
    """

    level: int | None
    number: int
    width: int

    def path(self) -> str:
        """Returns its path below the log's URL, for instance `tile/0/x001/067.p/5` or `tile/entries/000`."""
        groups = [f"{self.number % 1000:03}"]
        rest = self.number // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03}")
            rest //= 1000
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{'entries' if self.level is None else self.level}/{'/'.join(groups)}{partial}"

    @classmethod
    def parsed(cls, path: str) -> TileName:
        """Returns the tile that has this path.

        Raises:
            MerkleError: No tile has it.
        """
        kind, *groups = path.removeprefix("tile/").split("/")
        width = WIDTH
        if len(groups) > 1 and groups[-2].endswith(".p"):
            width = _decimal(groups.pop())
            groups[-1] = groups[-1].removesuffix(".p")
        digits = "".join(group.removeprefix("x") for group in groups)
        level = None if kind == "entries" else _decimal(kind)
        if len(digits) > 18 or not (digits.isascii() and digits.isdecimal()):
            raise MerkleError(f"{path!r} is not the path of a tile")
        name = cls(level, int(digits), width)
        if name.path() != path or not 1 <= width <= WIDTH or (level or 0) > MAX_LEVEL:
            raise MerkleError(f"{path!r} is not the path of a tile")
        return name


def tile_width(level: int, number: int, size: int) -> int:
    """Returns how many hashes a tile has in a tree of a size: 0 if there is no such tile."""
    return max(0, min(WIDTH, (size >> HEIGHT * level) - number * WIDTH))


def tiles_of(size: int) -> Iterator[TileName]:
    """Yields the tiles of a tree of a size, from the lowest level and number on."""
    level = 0
    while size >> HEIGHT * level:
        for number in range(((size >> HEIGHT * level) + WIDTH - 1) >> HEIGHT):
            yield TileName(level, number, tile_width(level, number, size))
        level += 1


def place_of(level: int, index: int) -> tuple[int, int, int, int]:
    """Returns where the root of a perfect subtree of 2**level leaves is computed from.

    Args:
        level: Of the subtree.
        index: Its number among those of its level.

    Returns:
        The level and number of the tile, and the range of its hashes whose root it is.
    """
    below, count = level // HEIGHT, 1 << level % HEIGHT
    first = index * count
    return below, first // WIDTH, first % WIDTH, first % WIDTH + count


def packed_entries(entries: Sequence[bytes]) -> bytes:
    """Returns a bundle of entries: each behind its length, an unsigned number of two bytes, the higher one first.

    Raises:
        MerkleError: An entry is longer than `MAX_ENTRY_BYTES`, or there are more than `WIDTH`.
    """
    if len(entries) > WIDTH or any(len(entry) > MAX_ENTRY_BYTES for entry in entries):
        raise MerkleError(
            f"More than {WIDTH} entries, or one of more than {MAX_ENTRY_BYTES} bytes, fit in no bundle"
        )
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def _decimal(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 3 and text == str(int(text))):
        raise MerkleError(f"{text!r} is not a number in the path of a tile")
    return int(text)
