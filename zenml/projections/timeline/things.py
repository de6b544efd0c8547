"""What changes are about, by number: an id is written once, however many changes are about the thing."""

from __future__ import annotations

TABLE = "CREATE TABLE things (thing INTEGER PRIMARY KEY, thing_id TEXT NOT NULL UNIQUE) STRICT"

THING = "(SELECT thing FROM things WHERE thing_id = {})"
"""The number that the views have for the thing of an id: the parameter is to be put in."""

THING_ID = "(SELECT thing_id FROM things WHERE things.thing = {}.thing)"
"""The id of the thing of a row: the table is to be put in, as the statement calls it."""

AMONG = "{}.thing IN (SELECT thing FROM things WHERE thing_id IN ({}))"
"""The condition that the thing of a row is one of some: the table is to be put in, and the parameters."""
