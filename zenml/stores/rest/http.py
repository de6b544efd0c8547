"""HTTP/1.1 as far as a service speaks it: one question after the other over one connection.

Not `http.client`: that takes as long to import as a whole question does, and bounds no answer as a whole, so that
a server that sends a byte now and then is waited for without end. What is read here is as RFC 9112 has it.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from zenml.stores.rest.places import ServicePlace

_MOST_HEAD = 32 * 1024
_PIECE = 64 * 1024


class HttpTrouble(Enum):
    """What goes wrong between a client and a service."""

    UNREACHABLE = "unreachable"
    ENCRYPTION = "encryption"
    LOST = "lost"
    SILENT = "silent"
    FOREIGN = "foreign"


class HttpError(Exception):
    """A question has no answer.

    Attributes:
        trouble: What went wrong.
        sent: Whether some of the question may have arrived.
    """

    def __init__(self, trouble: HttpTrouble, text: str = "", *, sent: bool = True) -> None:
        super().__init__(text)
        self.trouble = trouble
        self.sent = sent


class HttpAnswer(NamedTuple):
    """An answer; the names of its headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class HttpConnection:
    """A connection that is opened when it is needed, and kept.

    Args:
        place: The service.
        patience: Seconds that a whole answer may take.
        most: Bytes that it may have.
    """

    def __init__(self, place: ServicePlace, patience: float, most: int) -> None:
        self._place = place
        self._patience = patience
        self._most = most
        self._socket: socket.socket | None = None
        self._unread = bytearray()
        self._until = 0.0

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None) -> HttpAnswer:
        """Asks, and returns the answer whatever its status is. A body is JSON, unless a header says otherwise.

        A connection that was used before may have been closed by the other side meanwhile: a question that only
        asks is then asked again.

        Raises:
            HttpError: There is no answer.
        """
        self._until = time.monotonic() + self._patience
        used = self._socket is not None
        try:
            return self._asked(method, path, headers, body)
        except HttpError as error:
            if not (used and method == "GET" and error.trouble is HttpTrouble.LOST):
                raise
        return self._asked(method, path, headers, body)

    def close(self) -> None:
        """Closes the connection."""
        self._unread.clear()
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _asked(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> HttpAnswer:
        connection = self._socket or self._opened()
        host = f"[{self._place.host}]" if ":" in self._place.host else self._place.host
        lines = [f"{method} {self._place.path}{path} HTTP/1.1", f"Host: {host}:{self._place.port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if body is not None:
            lines += [f"Content-Length: {len(body)}"]
            lines += [] if "Content-Type" in headers else ["Content-Type: application/json"]
        question = "\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b"")
        try:
            connection.settimeout(self._left())
            connection.sendall(question)
            return self._answer()
        except BaseException as error:  # also where it is interrupted: what is read next would answer this
            self.close()
            if isinstance(error, TimeoutError):
                raise HttpError(HttpTrouble.SILENT) from error
            if isinstance(error, OSError):
                raise HttpError(HttpTrouble.LOST, error.strerror or "") from error
            raise

    def _opened(self) -> socket.socket:
        place = self._place
        try:
            # as bytes: a name in letters of all languages, which none is here, takes long to be prepared for
            address: Any = place.host.encode(), place.port
            plain = socket.create_connection(address, timeout=self._left())
        except TimeoutError as error:
            raise HttpError(HttpTrouble.SILENT, sent=False) from error
        except OSError as error:
            raise HttpError(HttpTrouble.UNREACHABLE, error.strerror or str(error), sent=False) from error
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = _encrypted(plain, place.host) if place.is_encrypted else plain
        return self._socket

    def _left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _more(self) -> bytes:
        """Returns what came next; nothing at the end of the connection."""
        assert self._socket is not None
        self._socket.settimeout(self._left())
        piece = self._socket.recv(_PIECE)
        self._unread += piece
        return piece

    def _answer(self) -> HttpAnswer:
        while True:
            status, headers = self._head()
            if status >= 200:  # others are followed by one of these
                break
        if status in (204, 304):
            body = b""
        elif headers.get("transfer-encoding", "").lower() == "chunked":
            body = self._chunks()
        elif "content-length" in headers:
            body = self._taken(_number(headers["content-length"], 10))
        else:
            body = self._rest()
        if headers.get("connection", "").lower() == "close":
            self.close()
        return HttpAnswer(status, headers, body)

    def _head(self) -> tuple[int, dict[str, str]]:
        first, *lines = self._until_sign(b"\r\n\r\n").decode("latin-1").split("\r\n")
        version, _, rest = first.partition(" ")
        status = rest[:3]
        if not version.startswith("HTTP/1.") or not (status.isdecimal() and len(status) == 3):
            raise HttpError(HttpTrouble.FOREIGN)
        headers = {}
        for line in lines:
            name, colon, value = line.partition(":")
            if not colon:
                raise HttpError(HttpTrouble.FOREIGN)
            headers[name.strip().lower()] = value.strip()
        return int(status), headers

    def _until_sign(self, sign: bytes) -> bytes:
        """Returns what comes before a sign, and takes both."""
        while (end := self._unread.find(sign)) < 0:
            if len(self._unread) > _MOST_HEAD:
                raise HttpError(HttpTrouble.FOREIGN)
            if not self._more():
                raise HttpError(HttpTrouble.FOREIGN if self._unread else HttpTrouble.LOST)
        text = bytes(self._unread[:end])
        del self._unread[: end + len(sign)]
        return text

    def _taken(self, count: int) -> bytes:
        """Returns so many bytes."""
        if count > self._most:
            raise HttpError(HttpTrouble.FOREIGN)
        while len(self._unread) < count:
            if not self._more():
                raise HttpError(HttpTrouble.LOST)
        taken = bytes(self._unread[:count])
        del self._unread[:count]
        return taken

    def _chunks(self) -> bytes:
        body = bytearray()
        while size := _number(self._until_sign(b"\r\n").partition(b";")[0].decode("latin-1").strip(), 16):
            if len(body) + size > self._most:
                raise HttpError(HttpTrouble.FOREIGN)
            body += self._taken(size)
            self._until_sign(b"\r\n")
        while self._until_sign(b"\r\n"):  # trailers
            pass
        return bytes(body)

    def _rest(self) -> bytes:
        while len(self._unread) <= self._most:
            if not self._more():
                body = bytes(self._unread)
                self.close()
                return body
        raise HttpError(HttpTrouble.FOREIGN)


def _number(text: str, base: int) -> int:
    if not text.isalnum() or not text.isascii():
        raise HttpError(HttpTrouble.FOREIGN)
    try:
        return int(text, base)
    except ValueError:
        raise HttpError(HttpTrouble.FOREIGN) from None


def _encrypted(plain: socket.socket, host: str) -> socket.socket:
    import ssl  # what is on this machine, or in a trusted network, does without

    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        plain.close()
        raise HttpError(HttpTrouble.ENCRYPTION, error.verify_message, sent=False) from error
    except ssl.SSLError as error:
        plain.close()
        raise HttpError(HttpTrouble.ENCRYPTION, error.reason or "", sent=False) from error
    except TimeoutError as error:
        plain.close()
        raise HttpError(HttpTrouble.SILENT, sent=False) from error
    except OSError as error:
        plain.close()
        raise HttpError(HttpTrouble.LOST, error.strerror or "", sent=False) from error
