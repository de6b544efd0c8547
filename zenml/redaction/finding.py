"""Where in the record a value is: in values that can go, in secrets, and in names, which stay."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from zenml.domain.change_ids import letters
from zenml.domain.component_types import display
from zenml.domain.errors import DamagedLedgerError, LedgerError, NotFoundError
from zenml.domain.values import Secret
from zenml.evidence.pointed_values import is_blanked, is_value, pointed_values, pointer_to
from zenml.ledger.secrets.keyring import Keyring
from zenml.projections import stored_events, stored_keys
from zenml.projections.database import Database
from zenml.projections.stored_events import BEGAN
from zenml.redaction.found import FoundInRecord, FoundName, FoundSecret, FoundValue, ValuePlace, WantedValues
from zenml.redaction.texts import STARS, WantedText, is_long_enough

_OFTEN = 1000  # events between two reports of progress
_HASH = "/idempotency/command_hash"
_SECRET = Secret.forms().keys()
_NO_NAMES = ("_id", "digest", "root", "time", "kind", "known_by", "client_version", "_type", "format", "field")
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def at_place(database: Database, place: ValuePlace) -> WantedValues:
    """Returns what has to go because of the value at one place: that text everywhere, and what repeats the value.

    A value that is blank already is wanted, too: nothing of it is found.

    Raises:
        NotFoundError: There is no such event, or no such value in it.
    """
    row = stored_events.event(database, place.ledger_id, place.position)
    if row is None:
        raise NotFoundError(
            f"There is no position {place.position} in the ledger {place.ledger_id}.", code="no_such_position"
        )
    fields = _fields(row.text, place.ledger_id, place.position)
    values = dict(pointed_values(fields))
    if place.field not in values:
        raise NotFoundError(
            f"There is no value at {place.field} of position {place.position}.",
            code="no_such_value",
            position=place.position,
            fields=tuple(values),
        )
    value = values[place.field]
    if is_blanked(value):
        return WantedValues(chosen=frozenset((place,)))
    text = json.loads(value["v"])
    text = text if isinstance(text, str) else value["v"]
    is_encrypted = place.field.endswith("/ciphertext")
    long = (WantedText(text),) if is_long_enough(text) and not is_encrypted else ()
    return WantedValues(long, frozenset((value["s"],)), frozenset((place,)))


def find(
    database: Database,
    keyring: Keyring,
    wanted: WantedValues,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> FoundInRecord:
    """Looks through all events of all ledgers of the file.

    Args:
        database: The ledgers, in a transaction.
        keyring: Opens secrets, as far as their keys are here.
        wanted: What has to go.
        progress: Called now and then with the number of events done, and of all.

    Raises:
        DamagedLedgerError: An event cannot be read.
    """
    values = list[FoundValue]()
    secrets: dict[str, FoundSecret] = {}
    names: dict[tuple[str, str, str], FoundName] = {}
    changes: dict[str, str] = {}  # by ledger, the one that its events belong to
    concerned = set[str]()  # changes with a value that has to go, and the hash of their command
    hashes: dict[str, list[FoundValue]] = {}
    begun: dict[str, int] = {}
    total = stored_events.count(database)
    keyring.look_at(database)
    for number, row in enumerate(stored_events.events(database), start=1):
        if number % _OFTEN == 0:
            progress(number, total)
        begun.setdefault(row.ledger_id, number)
        fields = _fields(row.text, row.ledger_id, row.position)
        if row.topic == BEGAN:
            changes[row.ledger_id] = letters(fields["change_id"])
        change = changes.get(row.ledger_id, "")
        for pointer, value in pointed_values(fields):
            place = ValuePlace(row.ledger_id, row.position, pointer)
            if is_blanked(value):
                continue
            if row.topic == BEGAN and pointer == _HASH:
                hashes.setdefault(change, []).append(FoundValue(place, change, "hash", STARS))
            why, excerpt = judged(wanted, place, value)
            if why:
                values.append(FoundValue(place, change, why, excerpt))
                concerned.add(change)
        for parameter, secret, pointer in _secrets(fields):
            if secret["key_id"] not in secrets and _is_in_secret(database, keyring, wanted, row.ledger_id, secret):
                place = ValuePlace(row.ledger_id, row.position, pointer)
                secrets[secret["key_id"]] = FoundSecret(place, _thing(fields), parameter)
                concerned.add(change)
        for pointer, name in names_in(fields):
            note_name(names, wanted, ValuePlace(row.ledger_id, row.position, pointer), name)
    found = {value.place for value in values}
    values += [one for change in concerned for one in hashes.get(change, ()) if one.place not in found]
    values.sort(key=lambda value: (begun[value.place.ledger_id], value.place))  # as the ledgers began
    return FoundInRecord(tuple(values), tuple(secrets.values()), tuple(names.values()))


def _fields(text: bytes, ledger_id: str, position: int) -> dict[str, Any]:
    try:
        fields = orjson.loads(text)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise DamagedLedgerError(
            f"The event at position {position} of the ledger {ledger_id} is malformed.", code="altered_ledger"
        )
    return fields


def judged(wanted: WantedValues, place: ValuePlace, value: Mapping[str, str]) -> tuple[str, str]:
    """Returns why a value has to go, and an excerpt of it; nothing if it may stay."""
    if place in wanted.chosen:
        return "chosen", STARS
    if value["s"] in wanted.salts:
        return "repeats", STARS
    if place.field.endswith("/ciphertext"):
        return "", ""  # its digits mean nothing
    for text in wanted.texts:
        why = text.why(value["v"])
        if why:
            return why, text.excerpt(value["v"])
    return "", ""


def _secrets(member: Any, pointer: str = "", name: str = "") -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yields each secret of an event: the parameter, its fields, and where they are."""
    if isinstance(member, dict):
        if member.keys() == _SECRET:
            yield name, member, pointer
            return
        own = member.get("parameter")
        for key, inner in member.items():
            yield from _secrets(inner, pointer_to(pointer, key), own if key in ("old", "new") and own else key)


def _is_in_secret(
    database: Database, keyring: Keyring, wanted: WantedValues, ledger_id: str, secret: Mapping[str, Any]
) -> bool:
    """Tells whether a secret contains what has to go, as far as its key is here."""
    ciphertext, row = secret["ciphertext"], stored_keys.key(database, secret["key_id"])
    if row is None or is_blanked(ciphertext) or keyring.is_served(ledger_id) or keyring.lacks(row.ledger_id):
        return False
    try:
        key = keyring.key_for(row.ledger_id)
        opened = key.opened(row.key_id, json.loads(ciphertext["v"]), row.wrapped)
    except (LedgerError, ValueError):
        return False  # "zenml audit verify" says what is wrong with it
    return opened is not None and any(text.why(opened) for text in wanted.texts)


def _thing(fields: Mapping[str, Any]) -> str:
    name = fields.get("component_name") or fields.get("name") or fields.get("profile_name") or ""
    if "component_type" in fields:
        return f"{display(fields['component_type']).replace(' ', '-')}/{name}"
    return f"profile/{name}"


def names_in(member: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yields what is neither a value nor an id: names, and the names of parameters, each with where it is."""
    if isinstance(member, dict):
        if is_value(member):
            return
        for name, inner in member.items():
            where = pointer_to(pointer, name)
            if isinstance(inner, str):
                if not name.endswith(_NO_NAMES) and not _UUID.fullmatch(inner):
                    yield where, inner
            else:
                if pointer.endswith("/parameters"):
                    yield where, name
                yield from names_in(inner, where)
    elif isinstance(member, list):
        for place, inner in enumerate(member):
            yield from names_in(inner, f"{pointer}/{place}")


def note_name(
    names: dict[tuple[str, str, str], FoundName], wanted: WantedValues, place: ValuePlace, name: str
) -> None:
    """Notes a name, and how often it is there, if it contains what has to go."""
    for text in wanted.texts:
        if text.is_in(name):
            key = (place.ledger_id, place.field, name)
            before = names.get(key)
            if before is None:
                names[key] = FoundName(place, text.excerpt(json.dumps(name)), 1)
            else:
                names[key] = before._replace(times=before.times + 1)
            return
