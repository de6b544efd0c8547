"""What every store promises, as tests: a store passes those of the class that it inherits.

Which class says what a store can do:

- `StoreContract`: changes can be decided in it. A rehearsal can do no more.
- `RecordingStoreContract`: what is appended is there for whoever comes next.
- `LastingStoreContract`: it is also there when the store was closed and is opened again.

Each of them has a part about the data keys of secrets, for a store that keeps these: all but the one in which a
service does.

- `KeysAreListed`, `KeysAreRecorded`, `KeysLast`.

And a part about what is taken out again, for a store that does so itself.

- `ValuesAreBlanked`, `BlanksLast`.

A class that inherits one gives its fixtures: `store`, and for a lasting one `reopened`. Where the tables are not
SQLite's, it also says how they are damaged (`tests/stores/promises/ground.py`).
"""

from __future__ import annotations

from tests.stores.promises.blanking import BlanksLast, ValuesAreBlanked
from tests.stores.promises.changes import ChangesAreDecided, ChangesAreRecorded
from tests.stores.promises.keys import KeysAreListed, KeysAreRecorded, KeysLast
from tests.stores.promises.lasting import WhatWasRecordedLasts
from tests.stores.promises.lock import OneWriterAtATime
from tests.stores.promises.reading import EventsAreRead
from tests.stores.promises.recording import EventsAreRecorded

__all__ = [
    "BlanksLast",
    "KeysAreListed",
    "KeysAreRecorded",
    "KeysLast",
    "LastingStoreContract",
    "RecordingStoreContract",
    "StoreContract",
    "ValuesAreBlanked",
]


class StoreContract(EventsAreRead, ChangesAreDecided):
    """A store in which changes are decided, whether or not anything of them stays."""


class RecordingStoreContract(StoreContract, EventsAreRecorded, OneWriterAtATime, ChangesAreRecorded):
    """A store that keeps what is appended, at least while it is open."""


class LastingStoreContract(RecordingStoreContract, WhatWasRecordedLasts):
    """A store that can be opened again, also by several at once."""
