"""How much is read of files that people, repositories or other programs give; all limits are here.

They are far above what honest files need, and low enough that refusing takes less than a second.
"""

from __future__ import annotations

DOCUMENT = 8 * 1024 * 1024
"""Bytes of a YAML file or a plan: a change holds 10,000 events of a few hundred bytes each."""

DATABASE = 256 * 1024 * 1024
"""Bytes of the SQLite file that ZenML kept one profile in."""

NODES = 100_000
"""Keys, values, lists and mappings of a document, each counted as often as aliases repeat it; see `SCALAR`."""

SCALAR = 100
"""Characters of a text that count as one node: a long text that is repeated is as dear as many short ones."""

DEPTH = 100
"""Lists and mappings inside each other; a parameter of any flavor needs a handful."""

NUMBER = 100
"""Characters of a number in a document: longer ones take long to convert, and nothing takes them."""

REPOSITORY_FILE = 256 * 1024
"""Bytes of ``.zen/config.yaml``: two names, or the stacks of a repository of before ZenML 0.7."""

REPOSITORY_NODES = 10_000
"""As `NODES`, for ``.zen/config.yaml``, which every command reads."""

PARAMETER = 48 * 1024
"""Bytes of a parameter from a file, ``--parameter=@file``: an event takes as many."""

LINE = 16 * 1024 * 1024
"""Bytes of a line of an exported record, which is read line by line; its events have 48 KiB each."""

NOTE = 1024 * 1024
"""Bytes of the note of where ledgers ended, and of a line of the noted attempts."""

KEY = 4 * 1024
"""Bytes of ``ledger.key``."""

NAME = 4 * 1024
"""Bytes of ``user``, which holds one name."""

PROFILE = 64 * 1024 * 1024
"""Bytes of a ``profile.yaml``, which is hashed and not parsed when it is written again."""
