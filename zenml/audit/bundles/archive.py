"""The file of a bundle: a zip that is written from its first byte to its last, and hashed on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

_UNIX = 3
_PRIVATE = 0o100600 << 16  # a file that only its owner may read, where zip keeps that


class _HashedFile:
    """A file that is written once, from front to back."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        self.size += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        """Leaves that to whoever opened the file."""


class Member:
    """A file in a bundle that is being written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = _HashedFile(file)

    @property
    def size(self) -> int:
        """The number of bytes so far."""
        return self._file.size

    @property
    def sha256(self) -> str:
        """The hash of these bytes, as hex."""
        return self._file.digest.hexdigest()

    def write(self, text: str) -> None:
        """Adds a text."""
        self._file.write(text.encode())

    def write_bytes(self, data: bytes) -> None:
        """Adds bytes."""
        self._file.write(data)


class Archive:
    """Writes a zip. The same members and the same time give the same bytes.

    Args:
        file: An empty file, which need not be one that can be read.
        time: When the bundle is made, in UTC with six decimals.

    Attributes:
        members: By name, what was written; in order.
    """

    def __init__(self, file: BinaryIO, time: str) -> None:
        self._hashed = _HashedFile(file)
        # zipfile takes what cannot be moved within for a stream, and then goes back nowhere
        self._zip = ZipFile(self._hashed, "w", ZIP_DEFLATED)
        date, clock = time[:10].split("-"), time[11:19].split(":")
        self._time = (int(date[0]), int(date[1]), int(date[2]), int(clock[0]), int(clock[1]), int(clock[2]))
        self.members: dict[str, Member] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._zip.close()

    @contextmanager
    def member(self, name: str) -> Iterator[Member]:
        """Gives the next file to write; one at a time, however long it becomes."""
        info = ZipInfo(name, self._time)
        info.compress_type, info.create_system, info.external_attr = ZIP_DEFLATED, _UNIX, _PRIVATE
        with self._zip.open(info, "w", force_zip64=True) as file:
            self.members[name] = member = Member(file)
            yield member

    def add(self, name: str, content: bytes) -> None:
        """Adds a small file."""
        with self.member(name) as member:
            member.write_bytes(content)

    @property
    def size(self) -> int:
        """The number of bytes of the zip so far; of all of it once it is closed."""
        return self._hashed.size

    @property
    def sha256(self) -> str:
        """The hash of these bytes, as hex."""
        return self._hashed.digest.hexdigest()
