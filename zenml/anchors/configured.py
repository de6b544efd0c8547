"""The anchors of a configuration folder, in ``anchors.json`` in its folder of evidence.

With each anchor it is noted what it was handed last: a hint, so that nothing is handed over twice.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from zenml.custody import checkpoints, evidence_files
from zenml.domain.errors import AlreadyExistsError, InvalidValueError, NotAllowedError, NotFoundError
from zenml.domain.visible import visible
from zenml.evidence.merkle import HASH_BYTES
from zenml.evidence.verify import Checkpoint

FILE = "anchors.json"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_VERSION = 1
_MOST = 16 * 1024 * 1024  # bytes of the file: with each anchor it has a line for each ledger
_LONGEST = 4096  # characters of a path, a URL, a command or a key
_LARGEST = 2**63  # events: beyond any ledger


class ConfiguredAnchor(NamedTuple):
    """An anchor.

    Attributes:
        name: Its name.
        kind: ``git``, ``file``, ``command``, ``witness`` or ``tsa``.
        place: The folder, the file, the command or the URL.
        settings: What else its kind needs: ``push``, ``vkey`` or ``ca``.
        last: What it was handed last, by ledger.
    """

    name: str
    kind: str
    place: str
    settings: Mapping[str, str]
    last: Mapping[str, Checkpoint]

    def document(self) -> dict[str, Any]:
        """Returns it as plain values."""
        return {
            "name": self.name,
            "kind": self.kind,
            "place": self.place,
            **{name: self.settings.get(name) for name in ("push", "vkey", "ca")},
            "last": [
                {"ledger": ledger_id, "origin": last.origin, "size": last.size, "root": last.root.hex()}
                for ledger_id, last in self.last.items()
            ],
        }


def configured(config_directory: str) -> list[ConfiguredAnchor]:
    """Returns the anchors, in the order in which they were added.

    Raises:
        NotAllowedError: The file cannot be read, or somebody wrote something else into it.
    """
    try:
        data = evidence_files.read(config_directory, FILE, _MOST)
    except InvalidValueError as error:
        raise NotAllowedError(error.message, code="anchors_unreadable", file=_path(config_directory)) from error
    if data is None:
        return []
    try:
        document = json.loads(data)
        if document["version"] != _VERSION:
            raise ValueError
        return [_read(anchor) for anchor in document["anchors"]]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NotAllowedError(
            f"The file {_path(config_directory)} is not a list of anchors that this version can read.",
            code="anchors_unreadable",
            file=_path(config_directory),
        ) from error


def add(
    config_directory: str, kind: str, place: str, name: str | None, settings: Mapping[str, str]
) -> ConfiguredAnchor:
    """Adds an anchor.

    Args:
        config_directory: The configuration folder.
        kind: Its kind.
        place: Where it is, as the anchor itself has it.
        name: What it is to be called; None for a name after its kind and place.
        settings: What else its kind needs.

    Raises:
        AlreadyExistsError: There is an anchor of this name, or of this kind at this place.
        InvalidValueError: It cannot have this name, or what it takes is too long.
        NotAllowedError: The file cannot be read or written.
    """
    if name is not None and not _NAME.fullmatch(name):
        raise InvalidValueError(
            f"'{visible(name)}' cannot be the name of an anchor.",
            "Use letters, digits, dots, dashes and underscores.",
        )
    check_storable(place, settings)
    with checkpoints.locked(config_directory):
        present = configured(config_directory)
        for anchor in present:
            if anchor.name == name or (anchor.kind, anchor.place) == (kind, place):
                raise AlreadyExistsError(
                    f"There is already the anchor '{anchor.name}': {anchor.kind} {visible(anchor.place)}.",
                    code="anchor_exists",
                    name=anchor.name,
                )
        added = ConfiguredAnchor(
            name or _free_name(kind, place, [anchor.name for anchor in present]), kind, place, dict(settings), {}
        )
        _write(config_directory, [*present, added])
    return added


def check_storable(place: str, settings: Mapping[str, str]) -> None:
    """Makes sure that what an anchor takes can be read back. Raises `InvalidValueError`."""
    if not all(map(_can_be_stored, (place, *settings.values()))):
        raise InvalidValueError(
            f"What an anchor takes has at most {_LONGEST:,} characters, all of them text.",
            "Use a shorter path, or put a long command into a script.",
        )


def remove(config_directory: str, name: str) -> ConfiguredAnchor:
    """Removes an anchor; what it keeps stays where it is.

    Raises:
        NotFoundError: There is no anchor of this name.
        NotAllowedError: The file cannot be read or written.
    """
    with checkpoints.locked(config_directory):
        present = configured(config_directory)
        removed = next((anchor for anchor in present if anchor.name == name), None)
        if removed is None:
            raise NotFoundError(f"There is no anchor '{visible(name)}'.", code="anchor_not_found")
        _write(config_directory, [anchor for anchor in present if anchor.name != name])
    return removed


def note_last(config_directory: str, name: str, last: Mapping[str, Checkpoint]) -> None:
    """Notes what an anchor was handed last, if it is still there. Raises `NotAllowedError`."""
    with checkpoints.locked(config_directory):
        present = configured(config_directory)
        _write(
            config_directory,
            [
                anchor._replace(last={**anchor.last, **last}) if anchor.name == name else anchor
                for anchor in present
            ],
        )


def _read(stored: dict[str, Any]) -> ConfiguredAnchor:
    """Returns an anchor. Raises `ValueError`, `TypeError`, `KeyError` or `AttributeError` for anything else."""
    name, kind, place, settings = (stored[field] for field in ("name", "kind", "place", "settings"))
    if not all(map(_can_be_stored, (kind, place, *settings, *settings.values()))) or not _NAME.fullmatch(name):
        raise ValueError
    last = {ledger_id: _read_last(*fields) for ledger_id, fields in stored["last"].items()}
    return ConfiguredAnchor(name, kind, place, dict(settings), last)


def _read_last(origin: object, size: object, root: object) -> Checkpoint:
    is_text = isinstance(origin, str) and isinstance(root, str)
    if not is_text or type(size) is not int or not 0 <= size < _LARGEST:
        raise ValueError
    decoded = b64decode(str(root), validate=True)
    if len(decoded) != HASH_BYTES:
        raise ValueError
    return Checkpoint(str(origin), size, decoded)


def _can_be_stored(text: object) -> bool:
    return isinstance(text, str) and len(text) <= _LONGEST and "\0" not in text and _is_utf8(text)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _write(config_directory: str, anchors: Sequence[ConfiguredAnchor]) -> None:
    stored = [
        {
            "name": anchor.name,
            "kind": anchor.kind,
            "place": anchor.place,
            "settings": anchor.settings,
            "last": {
                ledger_id: [last.origin, last.size, b64encode(last.root).decode()]
                for ledger_id, last in anchor.last.items()
            },
        }
        for anchor in anchors
    ]
    text = json.dumps({"version": _VERSION, "anchors": stored}, indent=2, ensure_ascii=False)
    evidence_files.write(config_directory, FILE, f"{text}\n".encode(), _MOST)


def _path(config_directory: str) -> str:
    return f"{evidence_files.folder(config_directory)}/{FILE}"


def _free_name(kind: str, place: str, taken: Sequence[str]) -> str:
    """Returns a name that is not taken: the kind, and the last part of a path or the host of a URL."""
    if kind in ("witness", "tsa"):
        word = place.partition("://")[2].partition("/")[0].partition(":")[0]
    else:
        word = place.split()[0].rstrip("/").rpartition("/")[2] if kind == "command" else ""
        word = word or place.rstrip("/").rpartition("/")[2].partition(".")[0]
    word = re.sub(r"[^A-Za-z0-9._-]+", "-", word)[:40].strip("-.")
    first = f"{kind}-{word}" if word else kind
    name, number = first, 2
    while name in taken:
        name, number = f"{first}-{number}", number + 1
    return name
