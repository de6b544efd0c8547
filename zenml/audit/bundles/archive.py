"""The file of a bundle: a zip of the plainest kind, so that all programs that read it see the same files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from zenml.domain.errors import InvalidValueError

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

MOST = 2**31 - 2**20
"""Bytes of all files together: that many can be written without 64-bit sizes, even if none of them shrinks."""

_UNIX = 3
_PRIVATE = 0o100600 << 16  # a file that only its owner may read, where zip keeps that


class Member:
    """A file in a bundle that is being written.

    Args:
        file: Where it goes.
        room: How many bytes it may have at most.

    Attributes:
        size: The number of bytes so far.
    """

    def __init__(self, file: IO[bytes], room: int) -> None:
        self._file = file
        self._room = room
        self._digest = hashlib.sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        """The hash of these bytes, as hex."""
        return self._digest.hexdigest()

    def write(self, text: str) -> None:
        """Adds a text."""
        self.write_bytes(text.encode())

    def write_bytes(self, data: bytes) -> None:
        """Adds bytes.

        Raises:
            InvalidValueError: There is no room for them.
        """
        if self.size + len(data) > self._room:
            raise InvalidValueError("The files of a bundle can have 2 GiB together.", code="bundle_too_large")
        self._digest.update(data)
        self.size += len(data)
        self._file.write(data)


class Archive:
    """Writes a zip with nothing in it but its files: no streams, no 64-bit sizes, no extra fields.

    The same members and the same time give the same bytes.

    Args:
        file: An empty file that can be read and moved within.
        time: When the bundle is made, in UTC with six decimals.

    Attributes:
        members: By name, what was written; in order.
        size: The number of bytes of the zip, once it is closed.
        sha256: The hash of these bytes, as hex, once it is closed.
    """

    def __init__(self, file: BinaryIO, time: str) -> None:
        self._file = file
        self._zip = ZipFile(file, "w", ZIP_DEFLATED, allowZip64=False)
        date, clock = time[:10].split("-"), time[11:19].split(":")
        self._time = (int(date[0]), int(date[1]), int(date[2]), int(clock[0]), int(clock[1]), int(clock[2]))
        self.members: dict[str, Member] = {}
        self.size, self.sha256 = 0, ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._zip.close()
        self._file.seek(0)
        digest = hashlib.sha256()
        for block in iter(lambda: self._file.read(1 << 20), b""):
            digest.update(block)
        self.size, self.sha256 = self._file.tell(), digest.hexdigest()

    @contextmanager
    def member(self, name: str) -> Iterator[Member]:
        """Gives the next file to write; one at a time.

        Raises:
            InvalidValueError: All files together would be larger than a zip can be without 64-bit sizes.
        """
        info = ZipInfo(name, self._time)
        info.compress_type, info.create_system, info.external_attr = ZIP_DEFLATED, _UNIX, _PRIVATE
        room = MOST - sum(member.size for member in self.members.values())
        with self._zip.open(info, "w") as file:
            self.members[name] = member = Member(file, room)
            yield member

    def add(self, name: str, content: bytes) -> None:
        """Adds a small file."""
        with self.member(name) as member:
            member.write_bytes(content)
