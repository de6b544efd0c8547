"""Each local profile as a file for people: ``profile.yaml``, to read, compare, zip and check in.

The file is a view of a ledger. Its first line names the change that it shows; the second one the ledger, the
position in it and what the text hashes to, so that an edit by hand is noticed. An edited file is kept as a copy
before it is replaced.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from hashlib import sha256

from zenml import paths
from zenml.documents.limits import PROFILE
from zenml.documents.opening import UnreadableFileError, read_text
from zenml.files.drafts import SHARED, put
from zenml.files.plain_yaml import dump
from zenml.projections import database, machine, stored_heads
from zenml.projections.database import Database
from zenml.projections.machine import ProfileRow
from zenml.projections.settings import display_value
from zenml.projections.timeline.history import newest_until
from zenml.projections.versions import up_to_date
from zenml.snapshot.profile_documents import document
from zenml.snapshot.urls import profile_file

_HEAD = re.compile(
    r"# A view of the ledger(?: at change [k-z]+|, rewritten with every change)\."
    r" To edit it, edit a copy and import that\."
)
"""The first line, as this version writes it and as earlier ones did."""

_LARGE = 1024 * 1024  # bytes: more are written once a minute
_MINUTE = 60  # seconds
_ATTEMPTS = 20  # of writing the newest state while others go on writing


def write_profiles(path: str, notify: Callable[[str], None]) -> None:
    """Brings the files of all local profiles to the head of their ledgers.

    A file that cannot be written is named and left: the ledger is what counts.

    Args:
        path: The ledger's file.
        notify: Called with edits that were found and files that could not be written.
    """
    with contextlib.closing(database.connect(path)) as connection:
        for profile, target in _targets(_profiles(connection), os.path.dirname(path)):
            _write_or_say(connection, profile, target, notify)


def write_changed(
    connection: Database, path: str, notify: Callable[[str], None], changed: Collection[str] | None
) -> None:
    """Brings the files of some profiles to the head of their ledgers, large ones at most once a minute.

    Args:
        connection: The ledger's file, outside of any transaction or standing still.
        path: Where it is.
        notify: As for `write_profiles`.
        changed: The ledgers of the profiles; None for all.
    """
    folder = os.path.dirname(path)
    profiles = _profiles(connection)
    for profile, target in _targets(_beside(profiles, folder, changed), folder):
        if (changed is None or profile.profile_ledger_id in changed) and not _is_large_and_new(target):
            _write_or_say(connection, profile, target, notify)


def profile_files(path: str) -> list[str]:
    """Returns where the files of the local profiles are; ``path`` is the ledger's file."""
    with contextlib.closing(database.connect(path)) as connection:
        return [target for _, target in _targets(_profiles(connection), os.path.dirname(path))]


def files_behind(path: str) -> Iterator[tuple[str, str]]:
    """Yields the files that show an earlier state, and the profile of each; ``path`` is the ledger's file."""
    with contextlib.closing(database.connect(path)) as connection:
        profiles = _profiles(connection) if up_to_date(connection) else []  # other views say nothing of them
        for profile, target in _targets(profiles, os.path.dirname(path)):
            if is_behind(connection, profile, target):
                yield target, profile.name


def is_behind(connection: Database, profile: ProfileRow, target: str) -> bool:
    """Tells whether a profile's file shows an earlier state of it, as it was written then."""
    written, _, edited = _state(target)
    position = stored_heads.size(connection, profile.profile_ledger_id)
    return written.startswith(_ledger(profile)) and not edited and written != _stamp(profile, position)


def _profiles(connection: Database) -> list[ProfileRow]:
    return machine.profiles(connection, database.machine_ledger(connection) or "")


def _is_large_and_new(target: str) -> bool:
    """Tells whether a file is so large that it is not written again at once."""
    try:
        status = os.stat(target)
    except OSError:
        return False
    return status.st_size > _LARGE and time.time() - status.st_mtime < _MINUTE


def _write_or_say(connection: Database, profile: ProfileRow, target: str, notify: Callable[[str], None]) -> None:
    try:
        _write(connection, profile, target, notify)
    except OSError as error:
        notify(f"{target} was not written: {error.strerror}.")


def _beside(
    profiles: list[ProfileRow], config_directory: str, changed: Collection[str] | None
) -> list[ProfileRow]:
    """Returns the profiles of some ledgers, and those that may have one folder with them, by its name."""
    if changed is None:
        return profiles
    wanted = [profile for profile in profiles if profile.profile_ledger_id in changed]
    folders = {os.path.basename(os.path.dirname(_target(profile, config_directory))) for profile in wanted}
    # the folder of these does not follow from the URL alone
    folders |= {"", paths.REPOSITORY_FOLDER}
    return [row for row in profiles if os.path.basename(display_value(row.url) or "") in folders or row in wanted]


def _targets(profiles: list[ProfileRow], config_directory: str) -> Iterator[tuple[ProfileRow, str]]:
    """Yields the local profiles with the file of each.

    Where several have one folder, as after the undo of a deletion, the file stays with the profile that it was
    written for, and the others have files that are named after their ledgers.
    """
    by_target: dict[str, list[ProfileRow]] = {}
    for profile in profiles:
        if profile.store_type == "local" and not profile.is_second_name:
            by_target.setdefault(_target(profile, config_directory), []).append(profile)
    for target, sharing in by_target.items():
        stamp = _state(target)[0] if len(sharing) > 1 else ""
        first = next((row for row in sharing if stamp.startswith(_ledger(row))), sharing[0])
        for profile in sharing:
            own = f"profile-{profile.profile_ledger_id[:8]}.yaml"
            yield profile, target if profile == first else os.path.join(os.path.dirname(target), own)


def _target(profile: ProfileRow, config_directory: str) -> str:
    """Returns where the file of a profile is: beside this ledger, if its place is beside another one.

    In a copy of a configuration folder the profiles still name the places of the original. A profile that was
    brought over from a repository is in its folder, which is not made again once the repository is gone.
    """
    # where a URL was redacted the file is in the usual place
    url = display_value(profile.url) or paths.profile_directory(config_directory, profile.name)
    target = profile_file(url)
    root, folder = os.path.split(os.path.dirname(target))
    around = os.path.dirname(root)
    is_elsewhere = around != config_directory and database.is_there(paths.ledger_file(around))
    if not is_elsewhere and (folder != paths.REPOSITORY_FOLDER or os.path.isdir(root)):
        return target
    # by the name of its folder, which stays while the profile gets other names; ".zen" would be that of many
    own = paths.folder_name(profile.name) if folder == paths.REPOSITORY_FOLDER else folder
    return os.path.join(config_directory, "profiles", own, os.path.basename(target))


def _write(connection: Database, profile: ProfileRow, target: str, notify: Callable[[str], None]) -> None:
    """Writes one file; again if somebody appended meanwhile, so that the last writer leaves the newest."""
    for _ in range(_ATTEMPTS):
        position = stored_heads.size(connection, profile.profile_ledger_id)
        written, body, edited = _state(target)
        # a new name moves no position of the profile's ledger
        has_name = body.startswith(dump({"profile": profile.name}))
        if written == _stamp(profile, position) and has_name and not edited:
            return
        if _is_of_another_ledger(written, profile):
            from zenml.projections.lost import keep_as_old

            kept = keep_as_old(target)
            if kept is not None:
                notify(f"{target} was made from another ledger; it is kept as {kept}.")
        elif edited:
            copy = f"{target}.edited-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
            with contextlib.suppress(FileNotFoundError):
                os.replace(target, copy)
                notify(f"{target} was edited by hand; the edited file is kept as {copy}.")
        os.makedirs(os.path.dirname(target), exist_ok=True)
        put(target, _text(connection, profile, position).encode(), mode=SHARED)
        before, profile = profile, _present(connection, profile)
        if profile == before and position == stored_heads.size(connection, profile.profile_ledger_id):
            return


def _present(connection: Database, profile: ProfileRow) -> ProfileRow:
    """Returns a profile with the name it has by now."""
    machine_id = database.machine_ledger(connection) or ""
    return machine.profile_by_id(connection, machine_id, profile.profile_id) or profile


def _stamp(profile: ProfileRow, position: int) -> str:
    """Returns what tells one state of one ledger: a new profile of an old one's name has another ledger."""
    return f"{_ledger(profile)}position {position}"


def _ledger(profile: ProfileRow) -> str:
    return f"# ledger {profile.profile_ledger_id} "


def _is_of_another_ledger(stamp: str, profile: ProfileRow) -> bool:
    return stamp.startswith("# ledger ") and not stamp.startswith(_ledger(profile))


def _state(target: str) -> tuple[str, str, bool]:
    """Returns the stamp and the text below it of a file, and whether it was edited since; empty for no file."""
    try:
        first, second, body = (*read_text(target, PROFILE).split("\n", 2), "", "")[:3]
    except FileNotFoundError:
        return "", "", False
    except UnreadableFileError:
        return "", "", True
    stamp, _, digest = second.strip().rpartition(" sha256 ")
    edited = not _HEAD.fullmatch(first) or digest != sha256(body.encode()).hexdigest()
    return stamp, body, edited


def _text(connection: Database, profile: ProfileRow, position: int) -> str:
    body = dump(document(connection, profile))
    change = newest_until(connection, profile.profile_ledger_id, position)
    head = f"# A view of the ledger at change {change}. To edit it, edit a copy and import that."
    return f"{head}\n{_stamp(profile, position)} sha256 {sha256(body.encode()).hexdigest()}\n{body}"
