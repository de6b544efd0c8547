"""Handing out evidence: a bundle that proves what is in the record, recorded before it has its name."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, NamedTuple

from zenml import paths
from zenml.api.bundle_filter import bundle_filter, in_words, takes_runs
from zenml.api.bundled_ledgers import sign_and_gather
from zenml.api.bundled_runs import bundled_runs
from zenml.api.record_export import record_handing_out
from zenml.audit.bundles.bundle import BundleWriter
from zenml.audit.bundles.earlier import ends_of
from zenml.audit.bundles.entry_texts import OTHER, SECRET, WITHHOLDABLE
from zenml.audit.bundles.steps import Steps
from zenml.audit.entries import EntryActor, EntryOrigin
from zenml.audit.export import Occasion
from zenml.custody import checkpoints
from zenml.custody.ledger_file import check_begun
from zenml.custody.signing_key import signing_keys
from zenml.domain.errors import InvalidValueError, NotAllowedError
from zenml.files.drafts import sync_open
from zenml.files.outputs import output_file
from zenml.ledger.ids import new_id, utc_now
from zenml.ledger.origin import origin
from zenml.projections import stored_events
from zenml.projections.timeline.history import history

if TYPE_CHECKING:
    from zenml.api.recording import Recording
    from zenml.history.history_filter import Which
    from zenml.ledger.change import Change
    from zenml.snapshot.snapshot import Snapshot

Progress = Callable[[int, int], None]


class MadeBundle(NamedTuple):
    """A bundle that was made.

    Attributes:
        file: Where it is.
        size: Its length in bytes.
        digest: The SHA-256 of these bytes, as hex.
        events: The number of events in it, opened or not.
        opened: The number of those whose values are in it.
        verifier_digest: The SHA-256 of the verify.py in it, to be compared with that of the release.
        key_lines: The keys that signed it, each as one line.
        is_new_key: Whether the signing key was made for it.
        change: The change that recorded it; None if it could not be recorded.
        ledgers: What the manifest says of each ledger, the machine's first.
    """

    file: str
    size: int
    digest: str
    events: int
    opened: int
    verifier_digest: str
    key_lines: tuple[str, ...]
    is_new_key: bool
    change: Change | None
    ledgers: tuple[dict[str, Any], ...]

    def document(self) -> dict[str, Any]:
        """Returns it as plain values."""
        return {
            "file": self.file,
            "bytes": self.size,
            "sha256": self.digest,
            "verify_sha256": self.verifier_digest,
            "events": self.events,
            "opened": self.opened,
            "ledgers": [*self.ledgers],
            "keys": [*self.key_lines],
            "key_is_new": self.is_new_key,
            "change": self.change.letters if self.change else None,
        }


def make_bundle(
    asking: Recording,
    out: str,
    *,
    withhold: Sequence[str],
    continues: str | None,
    overwrite: bool,
    progress: Progress,
    which: Which,
) -> MadeBundle:
    """Signs checkpoints, writes a bundle, records that, and only then gives the file its name."""
    for name in withhold:
        if name not in WITHHOLDABLE:
            raise InvalidValueError(
                f"'{name}' cannot be withheld.", f"What can be withheld: {', '.join(WITHHOLDABLE)}."
            )
    if asking._open is not None:
        raise NotAllowedError("A bundle cannot be made within a change.", "Make it when the change is over.")
    if asking.dry_run:
        raise NotAllowedError("A bundle is signed, which a dry run cannot do.", "Make it without a dry run.")
    check_begun(asking.config_directory)
    earlier = ends_of(continues) if continues is not None else {}
    asking.ask(lambda snapshot: None)  # views that are missing are made before anything is signed
    path = paths.absolute(out)
    with output_file(out, overwrite=overwrite, private=True) as file:
        with ExitStack() as reading:
            with checkpoints.locked(asking.config_directory, asking._notify):
                # before the look at the ledgers: none of these runs began as of what comes later
                runs = reading.enter_context(bundled_runs(asking.config_directory, wanted=takes_runs(which)))
                snapshot = reading.enter_context(asking.reading())
                wanted = bundle_filter(snapshot, which)
                database, events = snapshot.connection, stored_events.count(snapshot.connection)
                steps = Steps(progress, events * (5 if wanted.asked else 4) + runs.events() * 3)
                ledgers = sign_and_gather(asking, snapshot, wanted, earlier, continues, runs, steps)
            withheld = frozenset((*withhold, SECRET, *((OTHER,) if "actor" in wanted.asked else ())))
            occasion = _occasion(snapshot, wanted.asked, withheld)
            signers = signing_keys(asking.config_directory, make=False)
            bundle = BundleWriter(database, ledgers, wanted.asked, withheld, occasion, signers)
            archive = bundle.write(file, os.path.basename(path), in_words(wanted.asked), steps)
        sync_open(file)
        change = record_handing_out(asking, occasion, bundle.opened, path, archive.size, archive.sha256)
    return MadeBundle(
        path,
        archive.size,
        archive.sha256,
        bundle.events,
        bundle.opened,
        bundle.verifier_digest,
        bundle.key_lines,
        any(ledger.is_new_key for ledger in ledgers.bundled),
        change,
        tuple(bundle.ledgers),
    )


def _occasion(snapshot: Snapshot, asked: dict[str, Any], withheld: frozenset[str]) -> Occasion:
    """Returns when, by whom and for what a bundle is made, without what is withheld of all changes."""
    who = origin(None, snapshot.root, None)
    newest = history(snapshot.connection, limit=1)
    return Occasion(
        new_id(),
        "bundle",
        utc_now(),
        EntryActor(who.actor, who.actor_kind, who.known_by, who.system_user),
        EntryOrigin(
            None if "host" in withheld else who.host,
            None if "session" in withheld else who.session,
            None if "repository" in withheld else who.repository_path,
            who.client_version,
            None,
        ),
        {**({} if "profile" in asked else {"everything": True}), **asked, "withheld": sorted(withheld)},
        newest[0].change_id if newest and "until" not in asked else None,
    )
