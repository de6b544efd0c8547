"""The file that the service writes and people read."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import closing
from logging.handlers import RotatingFileHandler
from pathlib import Path

import pytest

from zenml.service import log


@pytest.fixture
def path(written_log: Path) -> str:
    return str(written_log)


def test_a_token_is_starred_out_wherever_it_is(path: str) -> None:
    try:
        raise ValueError("wrong: zt_abcd_Geheim-1~2.3%20, really")
    except ValueError:
        logging.getLogger("x").exception("asked with %s", "zt_abcd_Geheim")
    text = Path(path).read_text()
    assert "Geheim" not in text
    assert "asked with zt_***\n" in text
    assert "ValueError: wrong: zt_***, really" in text


def test_what_went_wrong_is_told_without_the_traceback(path: str) -> None:
    logging.getLogger("x").info("before")
    position = log.size(path)
    try:
        raise ValueError("really")
    except ValueError:
        logging.getLogger("x").exception("it broke")
    assert [line[21:] for line in log.said_since(path, position)] == ["ERROR it broke"]
    position = log.size(path)
    with open(path, "a") as file:
        file.write('Traceback (most recent call last):\n  File "x.py", line 1\nValueError: really\n')
    assert log.said_since(path, position) == ["ValueError: really"]
    assert log.said_since(path, log.size(path)) == []


def test_it_is_followed_into_the_file_that_takes_its_place(path: str) -> None:
    (handler,) = (it for it in logging.getLogger().handlers if isinstance(it, RotatingFileHandler))
    logging.getLogger("x").info("not told: it was there before")
    found: list[str] = []

    def collect() -> None:
        with closing(log.follow(path)) as lines:
            for line in lines:
                found.append(line[21:])
                if line.endswith("the end"):
                    return

    thread = threading.Thread(target=collect, daemon=True)
    thread.start()
    while not found:  # until the file is open
        logging.getLogger("x").info("begin")
        time.sleep(0.02)
    logging.getLogger("x").info("the last line of the first file")
    handler.doRollover()
    logging.getLogger("x").info("the end")
    thread.join(10)
    assert set(found[:-2]) == {"INFO begin"}
    assert found[-2:] == ["INFO the last line of the first file", "INFO the end"]
    files = sorted(Path(path).parent.iterdir())
    assert [(it.name, it.stat().st_mode & 0o777) for it in files] == [
        ("service.log", 0o600),
        ("service.log.1", 0o600),
    ]
