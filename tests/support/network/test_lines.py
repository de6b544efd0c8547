"""Lines break where they are told to, and nowhere else."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Iterator

import pytest

from tests.support.network.lines import Line, line_to
from tests.support.network.ports import HOST, free_port
from tests.support.network.relaying import Cut


class Echo:
    """A server that answers each packet with the same in upper case, and remembers what it got."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self.ends = queue.SimpleQueue[str]()
        self._listener = socket.create_server((HOST, 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # its thread still waits in it
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            try:
                while data := connection.recv(1000):
                    self.got.append(data)
                    connection.sendall(data.upper())
                self.ends.put("end")
            except ConnectionResetError:
                self.ends.put("reset")


@pytest.fixture
def echo() -> Iterator[Echo]:
    echo = Echo()
    yield echo
    echo.close()


@pytest.fixture
def line(echo: Echo) -> Iterator[Line]:
    with line_to(echo.port) as line:
        yield line


def connected(line: Line) -> socket.socket:
    return socket.create_connection((HOST, line.port), timeout=30)


def talk(line: Line, *words: bytes) -> list[bytes | str]:
    """Says one word after the other on a new connection and returns the answers, up to where it breaks."""
    answers: list[bytes | str] = []
    try:
        with connected(line) as connection:
            for word in words:
                connection.sendall(word)
                answers.append(connection.recv(1000))
    except ConnectionError:
        answers.append("reset")
    return answers


def test_what_goes_through_is_counted_for_each_connection(line: Line) -> None:
    assert talk(line, b"a", b"b") == [b"A", b"B"]
    assert talk(line, b"c") == [b"C"]
    assert [[packet.data for packet in packets] for packets in line.packets] == [
        [b"a", b"A", b"b", b"B"],
        [b"c", b"C"],
    ]
    assert [packet.to_server for packet in line.packets[0]] == [True, False, True, False]
    line.watch()
    assert line.packets == []
    assert not line.was_cut


@pytest.mark.parametrize(
    ("cut", "answers", "got"),
    [
        (Cut(1), ["reset"], []),
        (Cut(1, after=True), ["reset"], [b"a"]),
        (Cut(2), ["reset"], [b"a"]),
        (Cut(2, after=True), [b"A", "reset"], [b"a"]),
        (Cut(3), [b"A", "reset"], [b"a"]),
        (Cut(3, after=True), [b"A", "reset"], [b"a", b"b"]),
        (Cut(4), [b"A", "reset"], [b"a", b"b"]),
    ],
)
def test_a_connection_breaks_before_or_after_each_packet(
    line: Line, echo: Echo, cut: Cut, answers: list[bytes | str], got: list[bytes]
) -> None:
    line.watch(cut)
    assert talk(line, b"a", b"b", b"c") == answers
    assert line.was_cut
    echo.ends.get(timeout=60)  # it may still read what came before the end
    line.watch()
    talk(line, b"end")
    assert echo.got == [*got, b"end"]


def test_a_cut_is_of_one_connection_or_of_each(line: Line) -> None:
    line.watch(Cut(1, connection=2))
    assert [talk(line, b"a") for _ in range(3)] == [[b"A"], ["reset"], [b"A"]]
    line.watch(Cut(1))
    assert [talk(line, b"a") for _ in range(3)] == [["reset"]] * 3


def test_after_the_last_connection_nobody_gets_through(line: Line, echo: Echo) -> None:
    line.watch(Cut(2, connection=2, last=True))
    assert [talk(line, b"a") for _ in range(4)] == [[b"A"], ["reset"], ["reset"], ["reset"]]
    assert echo.got == [b"a", b"a"]
    line.watch()
    assert talk(line, b"b") == [b"B"]


def test_the_answer_to_a_later_packet_can_be_held(line: Line) -> None:
    hold = line.hold(b"", skip=2)
    with connected(line) as connection:
        for word in (b"a", b"b"):
            connection.sendall(word)
            assert connection.recv(1000) == word.upper()
        connection.sendall(b"c")
        hold.wait()
        line.let_go(hold)
        assert connection.recv(1000) == b"C"


def test_connections_from_before_a_cut_was_asked_for_do_not_break(line: Line) -> None:
    with connected(line) as connection:
        connection.sendall(b"a")
        assert connection.recv(1000) == b"A"
        line.watch(Cut(1))
        connection.sendall(b"b")
        assert connection.recv(1000) == b"B"


def test_of_a_silent_cut_nobody_is_told(line: Line, echo: Echo) -> None:
    line.watch(Cut(3, silent=True))
    with connected(line) as connection:
        connection.sendall(b"a")
        assert connection.recv(1000) == b"A"
        connection.sendall(b"b")
        assert talk(line, b"c") == [b"C"]  # in which time the answer would have come
        connection.setblocking(False)
        with pytest.raises(BlockingIOError):
            connection.recv(1000)
        assert echo.got == [b"a", b"c"]
    assert echo.ends.get(timeout=30) == "end"  # that of the other connection
    line.drop()
    assert echo.ends.get(timeout=30) == "reset"
    assert echo.ends.empty()


def test_a_held_answer_waits_while_the_server_has_done_what_it_was_asked_for(line: Line, echo: Echo) -> None:
    hold = line.hold(rb"COMMIT(?!TED)")
    with connected(line) as connection:
        connection.sendall(b"READ COMMITTED")
        assert connection.recv(1000) == b"READ COMMITTED"
        connection.sendall(b"COMMIT")
        hold.wait()
        assert echo.got[-1] == b"COMMIT"
        assert talk(line, b"COMMIT") == [b"COMMIT"]  # others do not wait
        connection.setblocking(False)
        with pytest.raises(BlockingIOError):
            connection.recv(1000)
        line.let_go(hold)
        connection.settimeout(30)
        assert connection.recv(1000) == b"COMMIT"


def test_who_waits_for_a_held_answer_may_end(line: Line, echo: Echo) -> None:
    hold = line.hold(b"COMMIT")
    with connected(line) as connection:
        connection.sendall(b"COMMIT")
        hold.wait()
    line.let_go(hold)
    assert talk(line, b"a") == [b"A"]
    assert echo.got == [b"COMMIT", b"a"]


def test_nobody_is_let_in_until_it_accepts_again(line: Line) -> None:
    with connected(line) as connection:
        connection.sendall(b"a")
        assert connection.recv(1000) == b"A"
        line.refuse()
        with pytest.raises(ConnectionRefusedError):
            connected(line)
        connection.sendall(b"b")
        assert connection.recv(1000) == b"B"
    line.accept()
    assert talk(line, b"c") == [b"C"]


def test_where_no_server_is_connections_are_reset() -> None:
    with line_to(free_port()) as line:
        assert talk(line, b"a") == ["reset"]


def test_the_end_of_one_side_is_passed_on(line: Line, echo: Echo) -> None:
    assert talk(line, b"a") == [b"A"]
    assert echo.ends.get(timeout=30) == "end"


def test_slow_packets_stay_in_order(line: Line) -> None:
    line.slow_down(0.01)
    assert talk(line, b"a", b"b") == [b"A", b"B"]
    line.watch(Cut(2, after=True))
    assert talk(line, b"a", b"b") == [b"A", "reset"]
    line.slow_down(0)


def test_a_url_leads_through_the_line(line: Line) -> None:
    assert line.url("postgresql://a:b%40c@db:5432/team#x") == f"postgresql://a:b%40c@{HOST}:{line.port}/team#x"
