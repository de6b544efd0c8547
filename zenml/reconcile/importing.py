"""Makes profiles of documents, and of what another version of the program left."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from zenml.documents.files import parse, read_yaml
from zenml.documents.found_profiles import FoundContents, FoundProfile
from zenml.documents.kinds import describe_other_kind, is_document, is_legacy, is_profiles, is_stack_export
from zenml.documents.legacy import read_legacy
from zenml.documents.opening import UnreadableFileError, open_file
from zenml.documents.profile import ProfileDocument
from zenml.documents.stack_exports import StackExport, stack_document, with_metadata_store
from zenml.documents.zenml_config import (
    is_profile_folder,
    is_zenml_config,
    later_zenml,
    read_profile_folder,
    read_zenml_config,
)
from zenml.documents.zenml_sql import read_database_file
from zenml.domain.commands import ActivateProfile
from zenml.domain.errors import InvalidValueError, NotFoundError
from zenml.paths import REPOSITORY_FOLDER, absolute
from zenml.reconcile.reconciling import Rules, reconcile
from zenml.snapshot import urls
from zenml.unit_of_work import new_profiles

if TYPE_CHECKING:
    from zenml.unit_of_work.open_change import OpenChange

_SQLITE = b"SQLite format 3\0"


def find_profiles(path: str, name: str | None = None) -> tuple[FoundContents, bool]:
    """Returns the profiles that a path leads to, and whether their parameters are to be checked.

    Args:
        path: A ``profile.yaml`` or the folder with one, a file of ``zenml export``, an exported stack; or what
            ZenML left: its configuration folder, the folder or the database of one profile, a ``.zen`` folder
            of before version 0.7.
        name: What to call the one profile that is found; None for the name it has.

    Raises:
        NotFoundError: The path leads to no profile.
        InvalidValueError: It is none of these, or there are several profiles for one name.
    """
    contents, checked = _find(absolute(path))
    if name is None:
        return contents, checked
    if len(contents.profiles) != 1:
        raise InvalidValueError(
            f"'{path}' has {len(contents.profiles)} profiles, which cannot all be called '{name}'.",
            "Leave the name out, or give the path of one of them.",
        )
    return contents._replace(profiles=[contents.profiles[0]._replace(name=name)], active_profile=None), checked


def _find(path: str) -> tuple[FoundContents, bool]:
    profile_file = os.path.join(path, "profile.yaml")
    base_name = os.path.basename(path.rstrip("/"))
    if os.path.isdir(path):
        if is_zenml_config(path):
            return read_zenml_config(path), False
        if is_profile_folder(path):
            return read_profile_folder(path, base_name), False
        later = later_zenml(path)
        if later is not None and not os.path.isfile(profile_file):
            raise InvalidValueError(
                f"The folder '{path}' has the configuration {later[0]}.", code="later_zenml", folders=later[1]
            )
        for folder in (path, os.path.join(path, REPOSITORY_FOLDER)):
            config = os.path.join(folder, "config.yaml")
            if os.path.isfile(config) and is_legacy(read_yaml(config)):
                problems: list[str] = []
                return FoundContents([read_legacy(folder, "legacy-repository", problems)], None, problems), False
        if not os.path.isfile(profile_file):
            raise NotFoundError(
                f"The folder '{path}' does not hold a profile.", "Give the path of a profile.yaml."
            )
        path = profile_file
    elif _is_database(path):
        return read_database_file(path, os.path.splitext(base_name)[0]), False
    content = read_yaml(path)
    if is_stack_export(content):
        stack = with_metadata_store(stack_document(content, path))
        return FoundContents([FoundProfile(stack.stacks[0].name, None, stack, None)], None, stack.left_out), True
    if is_profiles(content) or is_legacy(content):  # a file of what is taken as a whole
        return _find(os.path.dirname(path))
    wrong_kind = None if is_document(content) else describe_other_kind(content, path)
    if wrong_kind is not None:
        raise wrong_kind
    document = parse(content or {}, path)
    name = document.profile or os.path.splitext(os.path.basename(path))[0]
    return FoundContents([FoundProfile(name, None, document, None)], None, []), True


def _is_database(path: str) -> bool:
    if not os.path.isfile(path):
        return False  # what the shell opened can be read only once
    try:
        with open_file(path) as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except (OSError, UnreadableFileError):
        return False


def import_profile(work: OpenChange, profile: FoundProfile, *, checked: bool) -> None:
    """Makes a local profile of what was found; the change continues in the active one.

    Its active stack is the one that was active, else ``default``, else the first. A document without stacks gets
    the default one.

    Raises:
        ProfileExistsError: A profile of this name exists.
        LedgerError: A rule forbids something in it.
    """
    _, change = work.now
    before = change.catalog.profile_row
    urls.check_new_profile(profile.name, "local")
    url = urls.local_profile_url(work.request.config_directory, profile.name, profile.url, work.profile_urls())
    new_profiles.make_empty_profile(change, profile.name, url, work.say)
    of_zenml = isinstance(profile.document, StackExport) and profile.document.of_zenml
    fill(work, profile, Rules(checked=checked, keep_unknown=True, lenient=of_zenml, local_paths=False))
    change.go_on_in(before or work.reading().active.profile)


def bring_over(work: OpenChange, contents: FoundContents) -> None:
    """Imports the profiles of ZenML's configuration folder, with what was active.

    An existing profile, as ``default`` is on the first run, gets the contents that were found.
    """
    _, change = work.now
    before = change.catalog.profile_row
    for profile in contents.profiles:
        existing = change.catalog.profile(profile.name)
        if existing is None:
            import_profile(work, profile, checked=False)
            continue
        change.go_on_in(work.profile_row(profile.name))
        fill(
            work,
            profile,
            Rules(checked=False, local_paths=False, prune=bool(profile.document.stacks), same_ids=True),
        )
        change.go_on_in(before)
    if contents.active_profile is not None:
        work.execute(ActivateProfile(contents.active_profile, machine_wide=True))
    for problem in contents.problems:
        work.say(problem)


def fill(work: OpenChange, profile: FoundProfile, rules: Rules) -> None:
    """Fills the profile in use with what was found."""
    _, change = work.now
    stacks = [stack.name for stack in profile.document.stacks]
    if not stacks and not change.catalog.stack_names():
        new_profiles.fill_profile(change, work.say, work.make_local_path)
    default = new_profiles.DEFAULT if new_profiles.DEFAULT in stacks or not stacks else stacks[0]
    reconcile(work, profile.document, rules._replace(activate=profile.active_stack or default, warn=work.warn))


def as_profile(document: ProfileDocument, name: str) -> FoundProfile:
    """Returns a document as a profile of some name."""
    return FoundProfile(name, None, document, None)
