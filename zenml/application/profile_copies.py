"""Copies of whole profiles: new ledgers that begin with what another one has."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from zenml.application.profiles import shared_head
from zenml.documents.profile import ProfileDocument
from zenml.domain import commands
from zenml.domain.errors import AlreadyExistsError, NotAllowedError
from zenml.evidence.merkle import Frontier
from zenml.projections import components, machine, stacks, stored_heads
from zenml.reconcile.reconciling import Rules, reconcile
from zenml.reconcile.targets import hints_for
from zenml.snapshot import urls
from zenml.snapshot.profile_documents import document
from zenml.snapshot.revealing import revealed_values, secrets_of
from zenml.stores.rest.places import REST
from zenml.stores.shared_database.places import default_url, read_place
from zenml.unit_of_work import new_profiles

if TYPE_CHECKING:
    from zenml.projections.machine import ProfileRow
    from zenml.unit_of_work.open_change import OpenChange


def copy_profile(work: OpenChange, name: str, new_name: str, store_type: str, url: str | None) -> None:
    """Makes a profile that has what another one has now; its ledger begins with saying which one that was.

    Labels stay behind, since they name changes of the other ledger. Secrets are sealed anew.

    Args:
        work: The change.
        name: The profile that is copied.
        new_name: The name of the copy.
        store_type: In what kind of store the ledger of the copy is.
        url: Where; None for the usual place.

    Raises:
        ProfileNotFoundError: There is no profile of this name.
        ProfileExistsError: There is one of the new name.
        AlreadyExistsError: There is a ledger in the database.
        NotAllowedError: The copy is to be where a service is.
        LedgerError: A secret cannot be opened, or the database cannot be used.
    """
    locked, change = work.now
    source, before = work.profile_row(name), change.catalog.profile_row
    urls.check_new_profile(new_name, store_type)
    if store_type == REST:
        raise NotAllowedError(
            "A service gets no copies of profiles: it serves one that is there.", code="copied_to_service"
        )
    head = stored_heads.head(locked.transaction.database, source.profile_ledger_id)
    frontier = Frontier.from_bytes(head.size, head.frontier) if head else Frontier()
    with nullcontext() if source == before else hints_for(name):
        contents, secrets = _contents(work, source, new_name)
    _make_profile(work, new_name, store_type, url)
    work.execute(commands.RecordCopy(source.profile_ledger_id, frontier.size, frontier.root().hex()))
    rules = Rules(keep_unknown=True, lenient=True, secrets=secrets, activate=_active_stack(work, source))
    reconcile(work, contents, rules._replace(warn=work.warn))
    change.go_on_in(before or work.reading().active.profile)


def _make_profile(work: OpenChange, name: str, store_type: str, url: str | None) -> None:
    locked, change = work.now
    if store_type == "local":
        place = urls.local_profile_url(work.request.config_directory, name, url, work.profile_urls())
        new_profiles.make_empty_profile(change, name, place, work.say)
        return
    shared = read_place(url or default_url(work.request.config_directory, name))
    head = shared_head(work, name, "sql", shared)
    if head.size:
        raise AlreadyExistsError(
            f"The shared database {shared.named} has another profile's ledger, by the name '{head.slot}'.",
            code="place_taken",
        )
    new_profiles.make_empty_profile(change, name, shared.url, work.say, "sql", head.ledger_id)
    work.stores.begin_key(head.ledger_id, locked.transaction)


def _contents(
    work: OpenChange, source: ProfileRow, name: str
) -> tuple[ProfileDocument, dict[tuple[str, str], frozenset[str]]]:
    """Returns what a profile has, secrets in clear, and which parameters of its components are secrets."""
    database = work.now[0].transaction.database
    rows = {row.component_id: row for row in components.components(database, source.profile_ledger_id)}
    listed: dict[str, Any] = {**document(database, source), "profile": name}
    for component in listed["components"]:
        component["parameters"] = revealed_values(database, work.keyring, rows[component["id"]])
    secrets = {(row.component_type, row.name): secrets_of(row.settings) for row in rows.values()}
    return ProfileDocument.from_fields(listed), secrets


def _active_stack(work: OpenChange, source: ProfileRow) -> str | None:
    """Returns the name of the stack that is active in a profile on this machine."""
    locked, _ = work.now
    database = locked.transaction.database
    stack_id = machine.active_stacks(database, locked.machine_id).get(source.profile_id)
    row = stacks.stack_by_id(database, source.profile_ledger_id, stack_id) if stack_id else None
    return row.name if row else None
