"""A bundle: its files in their order (decision 50)."""

from __future__ import annotations

import importlib.resources
from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any, BinaryIO

from zenml import __version__
from zenml.audit.bundles import for_people, readme
from zenml.audit.bundles.archive import Archive
from zenml.audit.bundles.entry_texts import blanked, stored_values
from zenml.audit.bundles.events import weigh_entries, write_entries, write_openings
from zenml.audit.bundles.sealing import key_name, seal
from zenml.audit.export import Export
from zenml.audit.failed_attempts import Attempts
from zenml.audit.record import RecordStream
from zenml.evidence.merkle import Frontier
from zenml.evidence.notes import key_line
from zenml.evidence.verify import RUNS, Scope
from zenml.ledger.verification.verdicts import Verdict, Verification
from zenml.projections import stored_events

if TYPE_CHECKING:
    from zenml.audit.bundles.ledgers import BundledLedgers
    from zenml.audit.bundles.steps import Steps
    from zenml.audit.export import Occasion
    from zenml.evidence.notes import Signer
    from zenml.projections.database import Database
    from zenml.projections.stored_events import EventRow


class BundleWriter:
    """Writes a bundle.

    Args:
        database: The file, in the transaction for reading in which the checkpoints were signed.
        ledgers: Its ledgers.
        asked: The filter, as decision 50 has it.
        withheld: Why values are withheld.
        occasion: When, by whom and for what it is made.
        signers: What signs: one key, or two while one takes the place of the other.

    Attributes:
        events: The number of events in it, opened or not.
        opened: The number of those whose values are in it; 0 before it is written.
        key_lines: The keys that sign it, each as one line.
        verifier_digest: The SHA-256 of the verify.py in it, as hex.
        ledgers: What its manifest says of each ledger; none before it is written.
    """

    def __init__(
        self,
        database: Database,
        ledgers: BundledLedgers,
        asked: dict[str, Any],
        withheld: frozenset[str],
        occasion: Occasion,
        signers: Sequence[Signer],
    ) -> None:
        self._database = database
        self._ledgers = ledgers
        self._asked = asked
        self._withheld = withheld
        self._occasion = occasion
        self._signers = signers
        self._machine_id = ledgers.bundled[0].ledger_id
        self._verifier = importlib.resources.files("zenml.evidence").joinpath("verify.py").read_bytes()
        self.verifier_digest = sha256(self._verifier).hexdigest()
        self.events = sum(ledger.checkpoint.size - ledger.start for ledger in ledgers.bundled)
        self.opened = 0
        self.ledgers: list[dict[str, Any]] = []
        names = [key_name(self._machine_id), *(ledger.checkpoint.origin for ledger in ledgers.bundled)]
        self.key_lines = tuple(key_line(name, signer.public) for name in names for signer in signers)

    def write(self, file: BinaryIO, name: str, asked_in_words: str, steps: Steps) -> Archive:
        """Writes it, and returns what was written.

        Args:
            file: An empty file.
            name: What it will be called.
            asked_in_words: The filter, for people.
            steps: Told how far it is.

        Raises:
            DamagedLedgerError: A ledger is not what was signed, or does not go on from the earlier bundle.
        """
        with Archive(file, self._occasion.time) as archive:
            text = readme.text(
                file=name,
                date=self._occasion.time[:10],
                asked=asked_in_words,
                withheld=self._withheld,
                version=__version__,
                verify_digest=self.verifier_digest,
            )
            archive.add("README.txt", text.encode())
            archive.add("verify.py", self._verifier)
            archive.add("keys.txt", "".join(f"{line}\n" for line in self.key_lines).encode())
            self.ledgers, changes = self._write_ledgers(archive, steps)
            for_people.write_for_people(archive, self._export(changes, steps))
            seal(
                archive,
                asked=self._asked,
                withheld=self._withheld,
                ledgers=self.ledgers,
                machine_id=self._machine_id,
                signers=self._signers,
            )
        return archive

    def _write_ledgers(self, archive: Archive, steps: Steps) -> tuple[list[dict[str, Any]], dict[str, None]]:
        """Adds the files of the ledgers; returns what the manifest says of them, and the opened changes."""
        scope = Scope(self._asked) if self._asked else None
        starts, changes, of_changes = dict[str, Frontier](), dict[str, None](), self._ledgers.of_changes
        for ledger in self._ledgers.bundled:
            shown_to = scope if ledger.kind != RUNS else None
            told = steps.through(ledger.checkpoint.size)
            starts[ledger.ledger_id] = write_entries(archive, ledger, shown_to, told)
            archive.add(ledger.path("checkpoint"), ledger.note)
            for name, content in ledger.notes.items():
                archive.add(ledger.path(name), content)
        if scope is not None:
            for ledger in of_changes:
                weigh_entries(ledger, scope, steps.through(ledger.checkpoint.size))
        for ledger in self._ledgers.bundled:
            told = steps.through(ledger.checkpoint.size)
            count, opened = write_openings(archive, ledger, scope, self._withheld, told)
            self.opened += count
            changes |= opened
        return self._ledgers.documents(starts), changes

    def _export(self, changes: dict[str, None], steps: Steps) -> Export:
        """Returns an export of what is opened and of nothing else."""
        record = RecordStream(
            self._database,
            self._machine_id,
            changes.__contains__,
            Attempts((), lambda _: False, self._occasion.time),
            steps.through(stored_events.count(self._database)),
            shown=self._as_opened,
            ledgers=frozenset(ledger.ledger_id for ledger in self._ledgers.of_changes),
            may_name=changes.__contains__,
        )
        verdicts = {
            "root": Verdict("the events of each ledger lead to the root that its checkpoint signs"),
            "all else": Verdict("verify.py says it, with the auditor's own keys", compared=False),
        }
        verification = Verification("", self.events, verdicts, ())
        return Export(self._occasion, record, lambda: verification, lambda: verdicts)

    def _as_opened(self, event: EventRow) -> EventRow:
        """Returns an event without what is withheld."""
        text = event.text.decode()
        values = list(stored_values(event.topic, text))
        return event._replace(text=blanked(text, values, self._withheld).encode())
