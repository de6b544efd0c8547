"""What is drawn or looked up each time, in words that are always the same: ids, salts, times, places, people."""

from __future__ import annotations

import re
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import zenml
from tests.ledger.machines import Machine
from zenml.domain.change_ids import letters
from zenml.ledger import origin, sessions

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PLAN = re.compile(r"approve plan [0-9a-f]{8}")
_HEX = re.compile(r"\b[0-9a-f]{32,}\b")
_TIME = re.compile(r"\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?Z")
_UNDERSTOOD = re.compile(r"\b[A-Z][a-z]{2} \d\d? [A-Z][a-z]{2} 20\d\d \d\d:\d\d(?::\d\d)? \w+")
_LONG = 2**32
"""From here on a number is no position, but the first bits of a hash."""
_LETTERS = re.compile(r"(?:(?<=[Cc]hange )|(?<=' (?:to|on) ))[k-z]{4,18}\b|\b[k-z]{18}\b")  # not just any word


def same_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has every change made by the same person, on the same machine, in the same session."""
    monkeypatch.setattr(origin, "_user", lambda: "ann")
    monkeypatch.setattr(sessions, "host", lambda: "laptop")
    monkeypatch.setenv("ZENML_SESSION", "pins")


class Plainly:
    """Numbers ids in the order in which the events of a machine have them, and then as they come."""

    def __init__(self, machine: Machine) -> None:
        self._base: Path = machine.base
        self._numbers, self._ids, self._letters = count(1), dict[str, str](), dict[str, str]()
        for row in machine.events():
            self(row.ledger_id)
            self(row.text)
        for real, plain in self._ids.items():
            self._letters[letters(real)] = f"letters of {plain}"

    def __call__(self, value: Any) -> Any:
        """Returns a value, or everything in it, in plain words."""
        if isinstance(value, dict):
            return {self(key): self(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self(item) for item in value]
        if isinstance(value, int) and value >= _LONG:
            return "HASH"
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> str:
        text = _ID.sub(self._numbered, text.replace(str(self._base), "BASE"))
        text = _PLAN.sub("approve plan HEX", text)
        text = _UNDERSTOOD.sub("TIME", _TIME.sub("TIME", _HEX.sub("HEX", text)))
        text = _LETTERS.sub(self._lettered, text)
        return "VERSION" if text == zenml.__version__ else text

    def _numbered(self, found: re.Match[str]) -> str:
        if found[0] not in self._ids:
            self._ids[found[0]] = f"id {next(self._numbers)}"
        return self._ids[found[0]]

    def _lettered(self, found: re.Match[str]) -> str:
        whole = [plain for known, plain in self._letters.items() if known.startswith(found[0])]
        return whole[0] if len(whole) == 1 else found[0]
