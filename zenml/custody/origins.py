"""Under which name the checkpoints of a ledger are signed: its origin (C2SP tlog-checkpoint), and its era.

A log never goes back, so a ledger that does has another origin from there on: the first era has the plain one,
later ones end in ``/2``, ``/3`` …
"""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING

from zenml.custody import evidence_files
from zenml.domain.errors import InvalidValueError, NotAllowedError
from zenml.evidence.verify import Malformed, parsed_checkpoint, parsed_note
from zenml.projections import stored_events
from zenml.projections.versions import TOPIC_FORMATS, format_of

if TYPE_CHECKING:
    from zenml.evidence.verify import Checkpoint, Note
    from zenml.projections.database import Database

ACCEPTED = "zenml:HistoryAccepted"
_CHOSEN = "origins.json"
_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]+)?(/[A-Za-z0-9._~-]+)+")
_ERA = re.compile("(.+)/([1-9][0-9]{0,8})")
_MOST = 200  # bytes: room is left for the era, and a key's name has 255


def origin(config_directory: str, database: Database, ledger_id: str) -> str:
    """Returns the origin of a ledger's checkpoints, as its present era has it."""
    return with_era(plain_origin(config_directory, ledger_id), era(database, ledger_id))


def plain_origin(config_directory: str, ledger_id: str) -> str:
    """Returns the origin of a ledger in its first era: the one that was chosen, else one that has its id."""
    return _chosen(config_directory).get(ledger_id) or f"zenml-ledger/{ledger_id}"


def with_era(plain: str, number: int) -> str:
    """Returns an origin as it is in an era."""
    return plain if number == 1 else f"{plain}/{number}"


def split_era(name: str) -> tuple[str, int]:
    """Returns the origin that a ledger has in its first era, and the number of the era that an origin names."""
    named = _ERA.fullmatch(name)
    return (named[1], int(named[2])) if named else (name, 1)


def era(database: Database, ledger_id: str) -> int:
    """Returns the number of a ledger's present era, from 1 on: how often it was accepted, and one."""
    if format_of(database, ledger_id) < TOPIC_FORMATS[ACCEPTED]:
        return 1  # most are: nothing has to be read
    return 1 + sum(1 for _ in stored_events.events(database, ledger_id, topics=(ACCEPTED,)))


def choose_origin(config_directory: str, ledger_id: str, name: str) -> None:
    """Chooses the origin of a ledger, before anything is signed under another one.

    Raises:
        InvalidValueError: It is not of the form HOST/PATH.
        NotAllowedError: Something is signed already, or it cannot be noted.
    """
    host = name.partition("/")[0]
    is_reserved = host in ("zenml-ledger", "zenml-evidence")
    if not _NAME.fullmatch(name) or len(name) > _MOST or is_reserved or re.search("/[0-9]+$", name):
        raise InvalidValueError(
            f"'{name}' cannot be an origin: it has the form HOST/PATH, at most {_MOST} characters.",
            "Use the name of a host that is yours, in small letters, and a path of letters, digits, - . _ ~ that"
            " does not end in a number.",
        )
    chosen = _chosen(config_directory)
    if name == plain_origin(config_directory, ledger_id):
        return
    if _notes_of(config_directory, ledger_id):
        raise NotAllowedError(
            f"Checkpoints of the ledger {ledger_id} are signed as '{plain_origin(config_directory, ledger_id)}'"
            " already: its origin stays.",
            code="origin_is_signed",
        )
    if name in chosen.values():
        raise NotAllowedError(f"Another ledger has the origin '{name}'.", "Choose another path.")
    evidence_files.write(config_directory, _CHOSEN, json.dumps({**chosen, ledger_id: name}).encode() + b"\n")


def signed_eras(config_directory: str, database: Database, ledger_id: str) -> dict[int, Checkpoint]:
    """Returns the newest checkpoint of each era of which this machine signed one.

    A note of another era than the present one counts only with a signature of this machine: an era is numbered on
    from it, and anybody can write a number.

    Raises:
        InvalidValueError: A note cannot be read, or is damaged.
    """
    newest: dict[int, Checkpoint] = {}
    present = era(database, ledger_id)
    for name, number_in_name in _notes_of(config_directory, ledger_id).items():
        note, checkpoint = _checkpoint(config_directory, name)
        number = _era_of(config_directory, ledger_id, checkpoint)
        if number_in_name not in (None, number):
            continue  # somebody gave it that name
        if number == present or _is_ours(config_directory, database, name, note, checkpoint):
            newest[number] = checkpoint
    return newest


def _notes_of(config_directory: str, ledger_id: str) -> dict[str, int | None]:
    """Returns the files of a ledger's notes, the newest one of each era, with the era that the name has."""
    form = re.compile(rf"{re.escape(ledger_id)}(?:\.era([1-9][0-9]{{0,8}}))?\.note")
    matches = filter(None, map(form.fullmatch, evidence_files.names(config_directory)))
    return {match[0]: int(match[1]) if match[1] else None for match in matches}


def _is_ours(config_directory: str, database: Database, name: str, note: Note, checkpoint: Checkpoint) -> bool:
    from zenml.custody.own_keys import check_signature

    try:
        return check_signature(config_directory, database, note, checkpoint) is True
    except Malformed as error:
        raise _damaged(config_directory, name, error) from error


def keep_earlier_era(config_directory: str, database: Database, ledger_id: str) -> None:
    """Puts the newest note of a ledger aside if its era is over, so that no later one replaces it.

    Raises:
        InvalidValueError: The note is damaged.
        NotAllowedError: It cannot be moved.
    """
    name = f"{ledger_id}.note"
    if name in evidence_files.names(config_directory):
        number = _era_of(config_directory, ledger_id, _checkpoint(config_directory, name)[1])
        if number != era(database, ledger_id):
            evidence_files.rename(config_directory, name, f"{ledger_id}.era{number}.note")


def _era_of(config_directory: str, ledger_id: str, checkpoint: Checkpoint) -> int:
    plain, number = split_era(checkpoint.origin)
    return number if plain == plain_origin(config_directory, ledger_id) else 1


def _checkpoint(config_directory: str, name: str) -> tuple[Note, Checkpoint]:
    try:
        note = parsed_note(evidence_files.read(config_directory, name) or b"")
        return note, parsed_checkpoint(note.text)
    except Malformed as error:
        raise _damaged(config_directory, name, error) from error


def _damaged(config_directory: str, name: str, error: Malformed) -> InvalidValueError:
    path = os.path.join(evidence_files.folder(config_directory), name)
    return InvalidValueError(f"The signed note {path} is damaged: {error}.", "Restore it from a copy.")


def _chosen(config_directory: str) -> dict[str, str]:
    data = evidence_files.read(config_directory, _CHOSEN)
    if data is None:
        return {}
    try:
        return {str(ledger_id): str(name) for ledger_id, name in json.loads(data).items()}
    except (ValueError, AttributeError, RecursionError) as error:
        path = os.path.join(evidence_files.folder(config_directory), _CHOSEN)
        raise InvalidValueError(f"The file {path} is not as it was written.", "Restore it from a copy.") from error
