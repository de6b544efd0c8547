"""Parts of changes that are to be in this machine's file as soon as the other part is in a shared database.

There is no commit of two databases at once. So the machine's part of a change waits in a file of its own before
the shared part is committed: should the program die in between, whoever comes next finds it. Values in it are
sealed as in the ledger.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from zenml.domain.errors import NotAllowedError
from zenml.domain.events import ChangeBegan
from zenml.files import drafts
from zenml.stores.protocol import KeyRow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from eventsourcing.persistence import StoredEvent

_ENDING = ".json"


class PendingPart(NamedTuple):
    """The machine's part of a change that has another part in a shared ledger.

    Attributes:
        change_id: The change.
        shared_ledger_id: The shared ledger.
        ledger_id: The machine's ledger.
        events: Topics and fields of its events; how it began is said by the part in the shared ledger.
        keys: The data keys of their secrets.
    """

    change_id: str
    shared_ledger_id: str
    ledger_id: str
    events: list[tuple[str, dict[str, Any]]]
    keys: list[KeyRow]


class PendingParts:
    """The folder they wait in.

    Args:
        folder: Where it is; made when it is needed.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def put(
        self,
        shared_ledger_id: str,
        changes: Collection[str],
        appended: Iterable[tuple[str, str, list[StoredEvent]]],
        keys: Collection[tuple[str, KeyRow]],
    ) -> list[str]:
        """Puts the machine's parts of changes aside, on the disk; returns the ids of those that have one.

        Args:
            shared_ledger_id: The shared ledger.
            changes: The ids of the changes with a part there.
            appended: What goes to other ledgers: the ledger, its kind, and the events of a change.
            keys: The data keys that go to other ledgers, each with the ledger.

        Raises:
            NotAllowedError: They cannot be written.
        """
        waiting = []
        for ledger_id, _, stored in appended:
            (topic, began), *events = [(event.topic, orjson.loads(event.state)) for event in stored]
            if topic != ChangeBegan.TOPIC or (change_id := began["change_id"]) not in changes:
                continue  # what is the machine's alone is committed, or not, with the file
            part = {
                "events": events,
                "keys": [
                    [key.key_id, key.wrapped.hex(), key.digest.hex()] for owner, key in keys if owner == ledger_id
                ],
                "ledger": ledger_id,
                "shared_ledger": shared_ledger_id,
            }
            try:
                os.makedirs(self._folder, mode=0o700, exist_ok=True)
                drafts.put(self._path(change_id), orjson.dumps(part), mode=drafts.PRIVATE, synced=True)
                drafts.sync(self._folder)
            except OSError as error:
                raise NotAllowedError(
                    f"The folder {self._folder} cannot be written: {error.strerror}.",
                    "Check the permissions of the folder, and that there is space.",
                ) from error
            waiting.append(change_id)
        return waiting

    def remove(self, change_id: str) -> None:
        """Removes a part that is recorded, or never will be."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._path(change_id))

    def parts(self) -> Iterable[PendingPart]:
        """Yields what waits, in the order of the changes' ids, which is that of their times."""
        try:
            names = sorted(name for name in os.listdir(self._folder) if name.endswith(_ENDING))
        except FileNotFoundError:
            return
        for name in names:
            with contextlib.suppress(FileNotFoundError), open(os.path.join(self._folder, name), "rb") as file:
                yield _read(name.removesuffix(_ENDING), file.read())

    def _path(self, change_id: str) -> str:
        return os.path.join(self._folder, change_id + _ENDING)


def _read(change_id: str, text: bytes) -> PendingPart:
    part = orjson.loads(text)
    return PendingPart(
        change_id,
        part["shared_ledger"],
        part["ledger"],
        [(topic, fields) for topic, fields in part["events"]],
        [
            KeyRow(key_id, bytes.fromhex(wrapped), bytes.fromhex(digest))
            for key_id, wrapped, digest in part["keys"]
        ],
    )
