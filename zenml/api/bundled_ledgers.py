"""The ledgers of a bundle: which there are, which are in it, and the checkpoints that are signed of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from zenml.audit.bundles.earlier import of_another_record
from zenml.audit.bundles.ledgers import BundledLedgers, IncludedLedger, LeftOutLedger
from zenml.custody import checkpoints, evidence_files
from zenml.evidence.verify import parsed_checkpoint, parsed_note
from zenml.projections import stored_events, stored_heads
from zenml.projections.machine import profile_name

if TYPE_CHECKING:
    from zenml.api.bundle_filter import BundleFilter
    from zenml.api.recording import Recording
    from zenml.audit.bundles.earlier import BundleEnd
    from zenml.audit.bundles.steps import Steps
    from zenml.projections.database import Database
    from zenml.snapshot.snapshot import Snapshot

_NAMED = re.compile(r'"profile_ledger_id":"([0-9a-f-]{36})"')
_KEPT = re.compile(r"([0-9a-f-]{36})\.([0-9]{1,16}\.(?:note|tsr))")


def sign_and_gather(
    asking: Recording,
    snapshot: Snapshot,
    which: BundleFilter,
    earlier: dict[str, BundleEnd],
    continues: str | None,
    steps: Steps,
) -> BundledLedgers:
    """Signs a checkpoint of every ledger that is to be in a bundle; within `checkpoints.locked`.

    Args:
        asking: Who makes the bundle.
        snapshot: The record, in a transaction that began within the lock.
        which: What is asked for.
        earlier: Where the bundle that is continued ended.
        continues: The file of that bundle.
        steps: Told how many events were hashed.

    Raises:
        DamagedLedgerError: A ledger was altered, or does not go on from what was signed last.
        InvalidValueError: The earlier bundle is of another record.
        NotAllowedError: There is no usable key.
    """
    database, machine_id, config_directory = snapshot.connection, snapshot.machine_id, asking.config_directory
    for ledger_id in earlier:
        if not stored_heads.is_there(database, ledger_id):
            raise of_another_record(continues or "", ledger_id)
    gathered = BundledLedgers([], [])
    for ledger_id in (machine_id, *_named_ledgers(database, machine_id)):
        is_machine = ledger_id == machine_id
        profile = None if is_machine else profile_name(database, machine_id, ledger_id)
        reason = None if is_machine else _reason(database, which, ledger_id)
        if reason is not None:
            gathered.left_out.append(LeftOutLedger(ledger_id, profile, reason))
            continue
        told = steps.through(stored_heads.size(database, ledger_id))
        signed = checkpoints.checkpoint(database, config_directory, ledger_id, profile, told)
        note = signed.note.encode()
        gathered.bundled.append(
            IncludedLedger(
                ledger_id,
                "machine" if is_machine else "profile",
                profile,
                parsed_checkpoint(parsed_note(note).text),
                note,
                signed.is_new_key,
                dict(_kept_notes(config_directory, ledger_id)),
                earlier.get(ledger_id),
            )
        )
    return gathered


def _named_ledgers(database: Database, machine_id: str) -> list[str]:
    """Returns the ledgers of all profiles that there ever were, in the order in which they were first named."""
    named = dict[str, None]()
    for event in stored_events.events(database, machine_id, containing='"profile_ledger_id":"'):
        named.update(dict.fromkeys(_NAMED.findall(event.text.decode())))
    return list(named)


def _reason(database: Database, which: BundleFilter, ledger_id: str) -> str | None:
    """Returns why a ledger is left out; None if it is not."""
    if not which.wants(ledger_id):
        return "unwanted"
    return None if stored_heads.size(database, ledger_id) else "elsewhere"


def _kept_notes(config_directory: str, ledger_id: str) -> Iterator[tuple[str, bytes]]:
    """Yields the earlier notes and the time stamps that are kept of a ledger, by name."""
    for name in evidence_files.names(config_directory):
        found = _KEPT.fullmatch(name)
        if found and found[1] == ledger_id:
            content = evidence_files.read(config_directory, name)
            if content is not None:
                yield f"notes/{found[2]}", content
