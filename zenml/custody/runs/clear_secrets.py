"""Secrets that stand in clear in what is recorded of runs; they are never repeated here.

Whatever was known to be a secret when a run began was left out. What became one later, or was typed where nobody
knew it, is found here: the values that components have now, as far as their keys are at hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from zenml.custody.runs.listed import ListedRuns
from zenml.domain.component_types import display
from zenml.domain.errors import LedgerError
from zenml.evidence.pointed_values import is_blanked
from zenml.ledger.secrets.keyring import Keyring
from zenml.projections import components, stored_keys
from zenml.projections.database import Database, StorageError, open_still
from zenml.projections.runs import stored

_SHORTEST = 8
"""Characters of a secret that is looked for: a shorter one is found by chance."""

_NAMED = 20  # places that sentences name one by one


def secrets_in_runs(database: Database, keyring: Keyring, listed: Sequence[ListedRuns]) -> list[str]:
    """Returns sentences about secrets of components that are in clear in files of runs; none if there are none.

    Args:
        database: The ledger's file, whose views are up to date.
        keyring: Opens secrets.
        listed: The ledgers of runs.
    """
    here = [ledger for ledger in listed if ledger.is_here]
    if not here:
        return []
    secrets = dict(_secrets(database, keyring))
    if not secrets:
        return []
    any_of = re.compile(b"|".join(re.escape(text) for text in sorted(secrets, key=len, reverse=True)))
    sentences = []
    for ledger in here:
        try:
            with open_still(ledger.path) as runs:
                for event in stored.events(runs):
                    for text in sorted({found[0] for found in any_of.finditer(event.text)}):
                        where = f"at position {event.position} of the runs of {ledger.year} ({ledger.ledger_id})"
                        sentences.append(f"{secrets[text]} is in clear {where}: redact it, and change it.")
        except (LedgerError, StorageError, TypeError):
            continue  # the verdict about runs says what is wrong
    more = len(sentences) - _NAMED
    return [*sentences[:_NAMED], *([f"And {more:,} more secrets are in clear in runs."] if more > 0 else [])]


def _secrets(database: Database, keyring: Keyring) -> Iterator[tuple[bytes, str]]:
    """Yields the value of each secret as it stands in an event, and what it belongs to."""
    try:
        rows = components.all_parameters(database)
    except StorageError:
        return
    for row in rows:
        setting = json.loads(row.setting)
        value = _opened(database, keyring, row.ledger_id, setting) if "key_id" in setting else None
        if isinstance(value, str) and len(value) >= _SHORTEST:
            # the text of a value is JSON, within the JSON of its event
            written = json.dumps(json.dumps(value, ensure_ascii=False)[1:-1], ensure_ascii=False)[1:-1]
            yield written.encode(), f"'{row.parameter}' of {display(row.component_type)} '{row.name}'"


def _opened(database: Database, keyring: Keyring, ledger_id: str, setting: dict[str, object]) -> object:
    """Returns the value of a secret; None if it cannot be opened here."""
    ciphertext, key_id = setting["ciphertext"], setting["key_id"]
    assert isinstance(ciphertext, dict)
    row = stored_keys.key(database, str(key_id))
    if row is None or is_blanked(ciphertext) or keyring.is_served(ledger_id) or keyring.lacks(row.ledger_id):
        return None
    try:
        text = keyring.key_for(row.ledger_id).opened(row.key_id, json.loads(ciphertext["v"]), row.wrapped)
        return None if text is None else json.loads(text)
    except (LedgerError, ValueError):
        return None  # the verdict about secrets says what is wrong with it
