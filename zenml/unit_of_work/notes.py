"""What a machine notes of changes besides the ledger: where it last ended, what was refused, who lost a token."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from zenml import paths
from zenml.custody import remembered_heads
from zenml.domain.events import TokenRevoked
from zenml.flavors.lookup import secret_names, unknown_names
from zenml.ledger.change import Change
from zenml.ledger.meant import Target, replace, target_of
from zenml.ledger.origin import Origin
from zenml.projections import components, flavors, labels, machine, stacks
from zenml.projections.database import Database
from zenml.snapshot.looks import look
from zenml.snapshot.snapshot import Snapshot
from zenml.stores.protocol import LocalViews
from zenml.unit_of_work.request import Request


def before(request: Request, transaction: LocalViews) -> None:
    """Makes sure, under the lock, that the ledger goes on from what was seen of it.

    Raises:
        DamagedLedgerError: It went backwards, or was replaced.
    """
    if transaction.views_were_edited:
        request.notify(
            "What commands show had been edited outside of zenml, and was rebuilt from the recorded events."
        )
    if request.dry_run:
        # what is thrown away afterwards, where there is no ledger yet, was never seen
        if request.ledger_path == paths.ledger_file(request.config_directory):
            remembered_heads.check_present(transaction.database, request.config_directory)
        return
    if transaction.goes_on:
        return
    sentence = remembered_heads.check(transaction.database, request.config_directory)
    transaction.goes_on = True
    if sentence is not None:
        request.notify(sentence)


def after(request: Request, database: Database) -> None:
    """Notes, after the commit, where the ledger ends."""
    if not request.dry_run:
        remembered_heads.remember(database, request.config_directory)


def failed(request: Request, who: Origin, error: BaseException, plaintexts: Iterable[str] = ()) -> None:
    """Notes that a change was not made."""
    if not request.dry_run:
        from zenml.ledger import failed_attempts  # few changes fail

        names = secret_names() | unknown_names(request.words or ())
        identify(error, request.ledger_path, request.root)
        failed_attempts.note(request.config_directory, who, error, secret_names=names, plaintexts=plaintexts)


def identify(error: BaseException, ledger_path: str, root: str | None) -> None:
    """Looks up the id of what an error was about, where that is a thing of the active profile or a profile."""
    target = target_of(error)
    # what was to be made has no id yet, and may belong to another profile
    if target is None or target.id is not None or target.action == "create":
        return
    with suppress(Exception), look(ledger_path, root) as snapshot:
        if snapshot is not None:
            replace(error, target._replace(id=_id_of(snapshot, target)))


def _id_of(snapshot: Snapshot, target: Target) -> str | None:
    database, ledger_id, name = snapshot.connection, snapshot.ledger_id, target.name or ""
    match target.type:
        case "stack":
            stack = stacks.stack(database, ledger_id, name)
            return stack.stack_id if stack else None
        case "profile":
            profiles = machine.profiles(database, snapshot.machine_id)
            return next((row.profile_id for row in profiles if row.name == name), None)
        case "label":
            label = labels.label(database, ledger_id, name)
            return label.label_id if label else None
        case kind if kind.endswith("_flavor"):
            custom = flavors.flavors(database, ledger_id, kind.removesuffix("_flavor"))
            return next((row.flavor_id for row in custom if row.name == name), None)
        case kind:
            component = components.component(database, ledger_id, kind, name)
            return component.component_id if component else None


def forget_revoked(request: Request, change: Change) -> None:
    """Takes away the hashes of the tokens that a change revoked, by name or as the undo of their creation."""
    revoked = [event.token_id for event in change.events if isinstance(event, TokenRevoked)]
    if revoked:
        from zenml.stores.token_hashes import TokenHashes  # few changes need it

        hashes = TokenHashes(paths.token_file(request.config_directory))
        for token_id in revoked:
            hashes.forget(token_id)
