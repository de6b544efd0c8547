"""Redacting: what has to go is looked for and listed first, then blanked and taken out of files."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from zenml import paths
from zenml.api.runs.redacting import (
    RunsWithValues,
    bring_runs,
    check_can_be_said,
    redact_in_runs,
    runs_with,
)
from zenml.application.redacting import Places
from zenml.application.redacting import redact as redact_values
from zenml.custody.ledger_file import check_begun
from zenml.custody.runs.listed import ListedRuns, listed_runs
from zenml.domain.errors import InvalidValueError, NotAllowedError
from zenml.ledger.origin import origin
from zenml.ledger.secrets.keyring import Keyring
from zenml.projections import machine
from zenml.redaction.files import FoundFile, Scan, clear, ledger_files, own_files, scan
from zenml.redaction.finding import at_place, find
from zenml.redaction.found import FoundInRecord, FoundValue, ValuePlace, WantedValues, chosen_values
from zenml.redaction.in_runs import FoundInRuns, find_in_runs
from zenml.redaction.reach import OutOfReach, in_names, out_of_reach
from zenml.redaction.texts import WantedText
from zenml.sharing.places import PATIENCE, shared_ledger
from zenml.snapshot.profiles import profile_named
from zenml.stores.opening import open_to_record
from zenml.unit_of_work.profile_yaml import profile_files, write_profiles

if TYPE_CHECKING:
    from zenml.api.recording import Recording
    from zenml.ledger.change import Change
    from zenml.projections.machine import ProfileRow
    from zenml.snapshot.snapshot import Snapshot

Progress = Callable[[int, int], None]


class Listed(NamedTuple):
    """What has to go, and where it is; nothing was written.

    Attributes:
        wanted: What has to go.
        finding: Where it is in the record.
        scan: Where it is in files.
        unreachable: What may have it, and cannot be reached.
        profiles: The names of profiles, by ledger.
        machine_id: The machine's ledger.
        runs: The ledgers of runs.
    """

    wanted: WantedValues
    finding: FoundInRecord
    scan: Scan
    unreachable: tuple[OutOfReach, ...]
    profiles: dict[str, str]
    machine_id: str
    runs: frozenset[str] = frozenset()

    @property
    def in_runs(self) -> list[FoundValue]:
        """The values that are in files of runs."""
        return [value for value in self.finding.values if value.place.ledger_id in self.runs]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing that can go."""
        return not self.finding.values and not any(file.state == "found" for file in self.scan.found)


class Redacted(NamedTuple):
    """What was done.

    Attributes:
        changes: The changes that were recorded: one for each shared profile, and one for the rest.
        files: What became of the files that had it.
        scan: What is left in files.
        left: Values, secrets and names that still have it.
        sentences: What stores could not reach.
        can_scan: Whether it was known what to look for in files.
        stuck: The files that still have it, but for those in which names have it.
    """

    changes: tuple[Change, ...]
    files: tuple[FoundFile, ...]
    scan: Scan
    left: FoundInRecord
    sentences: tuple[str, ...]
    can_scan: bool
    stuck: tuple[FoundFile, ...]

    @property
    def is_done(self) -> bool:
        """Whether nothing is left that this program keeps, but in names and in secrets."""
        return not (self.left.values or self.sentences or self.stuck)


def list_values(
    asking: Recording,
    places: Sequence[tuple[int, str]],
    text: str | None,
    *,
    profile: str | None,
    of_machine: bool,
    only: Collection[tuple[str, int, str]],
    progress: Progress,
) -> Listed:
    """Looks for what has to go; see `Repository.find_redaction`."""
    check_begun(asking.config_directory)
    bring_runs(asking)
    with asking.reading() as snapshot:
        wanted = _wanted(snapshot, places, text, profile, of_machine=of_machine)
        keyring = Keyring(asking.config_directory, lasting=False)
        found = find(snapshot.connection, keyring, wanted, progress)
        rows = machine.profiles(snapshot.connection, snapshot.machine_id)
        names = {row.profile_ledger_id: row.name for row in rows}
        machine_id = snapshot.machine_id
        of_runs = find_in_runs(listed_runs(snapshot.connection, asking.config_directory), wanted, names)
        reach = out_of_reach(snapshot.connection, machine_id, found.values, of_runs.profiles, wanted.texts)
    found = _with_runs(found, of_runs, only)
    names |= of_runs.titles
    reach += of_runs.unreachable
    looked = scan(_files(asking), wanted.texts)
    views = profile_files(paths.ledger_file(asking.config_directory))
    reach += in_names(views, wanted.texts)
    return Listed(wanted, found, looked, tuple(reach), names, machine_id, frozenset(of_runs.titles))


def _with_runs(
    found: FoundInRecord, of_runs: FoundInRuns, only: Collection[tuple[str, int, str]]
) -> FoundInRecord:
    """Returns what was found in ledgers and in files of runs; only some of it if these are named."""
    values = (*found.values, *of_runs.finding.values)
    together = found._replace(values=values, names=(*found.names, *of_runs.finding.names))
    return chosen_values(together, only)


def _wanted(
    snapshot: Snapshot,
    places: Sequence[tuple[int, str]],
    text: str | None,
    profile: str | None,
    *,
    of_machine: bool,
) -> WantedValues:
    ledger_id = _ledger_of(snapshot, profile, of_machine=of_machine) if places else ""
    texts = [WantedText(text)] if text is not None else []
    salts, chosen = set[str](), set[ValuePlace]()
    for position, field in places:
        one = at_place(snapshot.connection, ValuePlace(ledger_id, position, field))
        texts += one.texts
        salts |= one.salts
        chosen |= one.chosen
    return WantedValues(tuple(texts), frozenset(salts), frozenset(chosen))


def _ledger_of(snapshot: Snapshot, profile: str | None, *, of_machine: bool) -> str:
    """Returns the ledger that positions are of."""
    if of_machine:
        return snapshot.machine_id
    if profile is None:
        return snapshot.ledger_id
    return profile_named(snapshot.connection, snapshot.machine_id, profile).profile_ledger_id


def _files(asking: Recording, before: Sequence[str] = ()) -> Iterator[str]:
    """Yields the files that are looked through; ``before`` are views that were there before."""
    views = profile_files(paths.ledger_file(asking.config_directory))
    return own_files(asking.config_directory, dict.fromkeys((*views, *before)))


def redact_listed(asking: Recording, listed: Listed, reason: str | None, progress: Progress) -> Redacted:
    """Takes out what was listed; see `Repository.redact`."""
    asking._writing().check_alone("A redaction")
    if reason is None and not os.environ.get("ZENML_REASON"):
        raise NotAllowedError("A redaction is recorded with its reason.", code="redaction_without_reason")
    _check_not_repeated(asking, listed.wanted.texts, reason)
    folder, path = asking.config_directory, paths.ledger_file(asking.config_directory)
    texts = listed.wanted.texts
    runs = runs_with(asking, listed.in_runs)
    check_can_be_said(asking, runs, reason)
    views = profile_files(path)  # where the URL of a profile goes, its file is another one afterwards
    # first what nobody could find once the value is blank and forgotten: a command that is killed is repeated
    before = clear(listed.scan.found, texts, path, _is_one_of(views)) if not asking.dry_run else []
    shared_runs = [one for one in runs if one.is_shared]
    of_shared, of_own = _by_store(asking, listed)
    changes = [_record(asking, places, reason) for places in of_shared]
    in_runs = [] if asking.dry_run else redact_in_runs(asking, shared_runs, reason)
    changes += [_record(asking, places, reason) for places in of_own]
    recorded = tuple(change for change in changes if change is not None)
    if asking.dry_run:
        return Redacted(recorded, (), listed.scan, listed.finding, (), bool(texts), ())
    in_runs += redact_in_runs(asking, [one for one in runs if not one.is_shared], reason)
    write_profiles(path, asking._notify)
    sentences = [*in_runs, *_emptied(asking), *_shared_emptied(asking, listed, shared_runs)]
    is_view = _is_one_of(profile_files(path))
    after = clear(scan(_files(asking, views), texts).found, texts, path, is_view)
    with asking.reading() as snapshot:
        left = find(snapshot.connection, Keyring(folder, lasting=False), listed.wanted, progress)
        files_of_runs = listed_runs(snapshot.connection, folder)
        left = _with_runs(left, find_in_runs(files_of_runs, listed.wanted, {}), ())
    last = scan(_files(asking, views), texts)
    files = {file.path: file for file in (*before, *after)}
    still = {file.path for file in last.found}
    outcomes = [
        file._replace(state="made again") if file.state == "found" and file.path not in still else file
        for file in files.values()
    ]
    named = [*ledger_files(path), *_with_sidecars(files_of_runs)] if left.names else []
    stuck = [file for file in last.found if not (file.path in named or (left.names and is_view(file.path)))]
    return Redacted(recorded, tuple(outcomes), last, left, tuple(sentences), bool(texts), tuple(stuck))


def _with_sidecars(files: Sequence[ListedRuns]) -> list[str]:
    return [path for listed in files for path in ledger_files(listed.path)]


def _check_not_repeated(asking: Recording, texts: Sequence[WantedText], reason: str | None) -> None:
    """Makes sure that the change that records the redaction does not have the value again."""
    who = origin(asking._command, asking._root, reason)
    said = {
        "the reason": who.reason,
        "the name of who runs it": who.actor,
        "the name of the system's user": who.system_user,
        "the name of this machine": who.host,
        "the folder of the repository": who.repository_path,
        "its session": who.session,
        "its command line": " ".join(who.command or ()),
    }
    if asking._idempotency_key is not None:
        said["the idempotency key"] = asking._idempotency_key
    for what, value in said.items():
        if value is not None and any(text.is_in(value) for text in texts):
            raise InvalidValueError(
                f"The redaction is recorded, and {what} contains the value.", code="redaction_repeats_value"
            )


def _by_store(asking: Recording, listed: Listed) -> tuple[list[Places], list[Places]]:
    """Returns what can be recorded in one change: each shared ledger by itself, and those of this machine."""
    by_ledger: dict[str, list[tuple[int, str]]] = {}
    for value in listed.finding.values:
        by_ledger.setdefault(value.place.ledger_id, []).append((value.place.position, value.place.field))
    for ledger_id in listed.runs:
        by_ledger.pop(ledger_id, None)  # no change is recorded in it
    shared = {row.profile_ledger_id for row in _shared(asking)}
    apart = [((ledger_id, tuple(by_ledger[ledger_id])),) for ledger_id in sorted(by_ledger.keys() & shared)]
    own = tuple((ledger_id, tuple(by_ledger[ledger_id])) for ledger_id in sorted(by_ledger.keys() - shared))
    return list[Places](apart), [own] if own else []


def _record(asking: Recording, places: Places, reason: str | None) -> Change | None:
    return asking._recorded(redact_values, kind="evidence")(places, reason)


def _shared(asking: Recording) -> list[ProfileRow]:
    with asking.reading(ask=False) as snapshot:
        return [row for row in machine.profiles(snapshot.connection, snapshot.machine_id) if row.is_shared]


def _emptied(asking: Recording) -> list[str]:
    """Takes what was blanked out of the log of this machine's file; returns what is in the way."""
    with closing(open_to_record(paths.ledger_file(asking.config_directory))) as store:
        return store.checkpoint()


def _shared_emptied(asking: Recording, listed: Listed, runs: Collection[RunsWithValues]) -> list[str]:
    """Takes what was blanked out of the shared databases, as far as that is for this program to do."""
    concerned = {value.place.ledger_id for value in listed.finding.values}
    folder, sentences = asking.config_directory, list[str]()
    for row in _shared(asking):
        if row.profile_ledger_id not in concerned or any(
            one.profile_ledger_id == row.profile_ledger_id for one in runs
        ):
            continue  # what has its runs, has its ledger, and that was said
        with asking.reading(ask=False) as snapshot:
            place = shared_ledger(snapshot.connection, Keyring(folder, lasting=False), row)
        with closing(place.open(folder, paths.ledger_file(folder), patience=PATIENCE)) as store:
            sentences += store.checkpoint()
    return sentences


def _is_one_of(files: Collection[str]) -> Callable[[str], bool]:
    """Returns what tells whether a file is one of some, under whatever path."""
    real = {os.path.realpath(path) for path in files}
    return lambda path: os.path.realpath(path) in real
