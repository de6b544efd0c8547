"""The ledgers of a bundle: which there are, which are in it, and the checkpoints that are signed of them."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from zenml.api.included_ledger import included
from zenml.audit.bundles.earlier import of_another_record
from zenml.audit.bundles.ledgers import BundledLedgers, IncludedLedger, LeftOutLedger
from zenml.custody import checkpoints, evidence_files, kept_notes
from zenml.custody.key_statements import statements
from zenml.evidence.verify import Malformed
from zenml.projections import stored_events, stored_heads
from zenml.projections.machine import profile_name

if TYPE_CHECKING:
    from zenml.api.bundle_filter import BundleFilter
    from zenml.api.bundled_runs import BundledRuns
    from zenml.api.recording import Recording
    from zenml.audit.bundles.earlier import BundleEnd
    from zenml.audit.bundles.steps import Steps
    from zenml.evidence.verify import Checkpoint
    from zenml.projections.database import Database
    from zenml.snapshot.snapshot import Snapshot

_NAMED = re.compile(r'"profile_ledger_id":"([0-9a-f-]{36})"')
_MOST_NOTES = 100  # in a bundle, besides the checkpoints, and as many statements: verify.py takes no more


def sign_and_gather(
    asking: Recording,
    snapshot: Snapshot,
    which: BundleFilter,
    earlier: dict[str, BundleEnd],
    continues: str | None,
    runs: BundledRuns,
    steps: Steps,
) -> BundledLedgers:
    """Signs a checkpoint of every ledger that is to be in a bundle; within `checkpoints.locked`.

    Args:
        asking: Who makes the bundle.
        snapshot: The record, in a transaction that began within the lock.
        which: What is asked for.
        earlier: Where the bundle that is continued ended.
        continues: The file of that bundle.
        runs: The ledgers of runs.
        steps: Told how many events were hashed.

    Raises:
        DamagedLedgerError: A ledger was altered, or does not go on from what was signed last.
        InvalidValueError: The earlier bundle is of another record.
        NotAllowedError: There is no usable key.
    """
    database, machine_id, config_directory = snapshot.connection, snapshot.machine_id, asking.config_directory
    of_runs = runs.listed(database)
    for ledger_id in earlier:
        if not (stored_heads.is_there(database, ledger_id) or ledger_id in of_runs):
            raise of_another_record(continues or "", ledger_id)
    gathered = BundledLedgers([], [])
    for ledger_id in (machine_id, *_named_ledgers(database, machine_id)):
        is_machine = ledger_id == machine_id
        profile = None if is_machine else profile_name(database, machine_id, ledger_id)
        reason = None if is_machine else _reason(database, which, ledger_id)
        if reason is not None:
            gathered.left_out.append(LeftOutLedger(ledger_id, "profile", profile, reason))
            continue
        progress = steps.through(stored_heads.size(database, ledger_id))
        signed = checkpoints.checkpoint(database, config_directory, ledger_id, profile, progress)
        kind = "machine" if is_machine else "profile"
        gathered.bundled.append(
            included(signed, kind, partial(stored_events.events, database, ledger_id), earlier)
        )
    runs.gather(database, of_runs.values(), gathered, earlier, steps)
    bundled = _with_statements(config_directory, _with_notes(config_directory, gathered.bundled))
    return gathered._replace(bundled=bundled)


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


def _kept_notes(
    config_directory: str, ledger_id: str, checkpoint: Checkpoint, start: int
) -> Iterator[dict[str, bytes]]:
    """Yields the earlier notes of a ledger, the newest first, each with its time stamp if there is one, by name.

    What can be compared with the entries of the bundle: of the present era, and of no size that is left out.
    """
    files = [file for file in kept_notes.kept_notes(config_directory) if file.ledger_id == ledger_id]
    for file, note in kept_notes.read_kept(config_directory, files):
        with contextlib.suppress(Malformed):  # somebody edited it; what reads the anchors back says so
            _, earlier = checkpoints.read_checkpoint(note)
            if earlier.origin != checkpoint.origin or not start <= earlier.size <= checkpoint.size:
                continue
            stamp = evidence_files.read(config_directory, file.stamp_file)
            stamps = {} if stamp is None else {f"notes/{file.name}.tsr": stamp}
            yield {f"notes/{file.name}.note": note, **stamps}


def _with_notes(config_directory: str, bundled: Sequence[IncludedLedger]) -> list[IncludedLedger]:
    """Adds the newest notes that are kept, as many as a bundle may have: by turns of each ledger."""
    by_ledger = [
        [*islice(_kept_notes(config_directory, one.ledger_id, one.checkpoint, one.start), _MOST_NOTES)]
        for one in bundled
    ]
    turns = [(turn, number) for number, notes in enumerate(by_ledger) for turn in range(len(notes))]
    chosen = sorted(turns)[:_MOST_NOTES]
    counts = Counter(number for _, number in chosen)
    return [
        one._replace(notes={name: data for note in notes[: counts[number]] for name, data in note.items()})
        for number, (one, notes) in enumerate(zip(bundled, by_ledger, strict=True))
    ]


def _with_statements(config_directory: str, bundled: Sequence[IncludedLedger]) -> list[IncludedLedger]:
    """Adds the statements about keys, as many as a bundle may have, those about the machine's ledger first."""
    remaining, extended = _MOST_NOTES, list[IncludedLedger]()
    for ledger in bundled:
        chosen = [*islice(statements(config_directory, ledger.ledger_id), remaining)]
        remaining -= len(chosen)
        files = {f"keys/{key_id}.note": note for key_id, note in chosen}
        extended.append(ledger._replace(notes={**ledger.notes, **files}))
    return extended
