"""Making profiles what files say: documents, plans, exports, and what ZenML left."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from zenml.domain.errors import ProfileExistsError
from zenml.ledger.meant import Target, about
from zenml.reconcile.importing import import_profile
from zenml.reconcile.plans.carrying_out import carry_out
from zenml.reconcile.reconciling import Rules, reconcile
from zenml.reconcile.targets import check_target

if TYPE_CHECKING:
    from zenml.documents.found_profiles import FoundContents
    from zenml.documents.profile import ProfileDocument
    from zenml.projections.machine import ProfileRow
    from zenml.reconcile.plans.plan import Plan
    from zenml.unit_of_work.open_change import OpenChange


def apply(work: OpenChange, document: ProfileDocument, prune: bool, to: str | None) -> None:
    """Makes the active profile what a document says; ``to`` confirms which that is."""
    catalog = work.now[1].catalog
    with about(_updated(catalog.profile_row)):
        check_target(catalog, document.profile, to, work.say)
        reconcile(work, document, Rules(prune=prune, warn=work.say))


def apply_plan(work: OpenChange, plan: Plan) -> None:
    """Does what was planned, if what it touches is as it was."""
    with about(_updated(work.now[1].catalog.profile_row)):
        carry_out(work, plan)


def import_profiles(work: OpenChange, path: str, contents: FoundContents, *, checked: bool) -> None:
    """Makes profiles of what a path led to, as `zenml.reconcile.importing.find_profiles` returns it."""
    alone = len(contents.profiles) == 1
    for profile in contents.profiles:
        free = _free_name(work, path, profile.name, alone=alone)
        import_profile(work, profile._replace(name=free), checked=checked)
    for problem in contents.problems:
        work.warn(problem)


def _free_name(work: OpenChange, path: str, name: str, *, alone: bool) -> str:
    """Returns what a profile from a file is called here: one of several gives way to one that is here already.

    Raises:
        ProfileExistsError: Its name is taken, and it is the only one: it can be given another.
    """
    _, change = work.now
    if change.catalog.profile(name) is None:
        return name
    other = f"{name}-imported"
    if alone or change.catalog.profile(other) is not None:
        folder = path if os.path.isdir(path) else os.path.dirname(path)
        shown_path = path if alone else os.path.join(folder, "profiles", name)
        raise ProfileExistsError(
            f"Profile '{name}' already exists.",
            code="imported_profile_exists",
            path=shown_path,
        )
    work.say(f"A profile '{name}' already exists here: the one from {path} is now called '{other}'.")
    return other


def _updated(profile: ProfileRow | None) -> Target | None:
    """Returns what a file that is applied is about, as long as no single thing in it is."""
    return Target("update", "profile", profile.name, profile.profile_id) if profile else None
