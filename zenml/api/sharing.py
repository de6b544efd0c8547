"""What goes from one profile or machine to another: copies, and what files say."""

from __future__ import annotations

import os

from zenml import places
from zenml.api.recording import Recording
from zenml.ledger.meant import Target

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.documents.profile import ProfileDocument
    from zenml.ledger.change import Change
    from zenml.reconcile.plans.plan import Plan
    from zenml.reconcile.transfers import Renames


class Sharing(Recording):
    """Copies components and stacks, imports them, and makes profiles match files."""

    def copy_stack_component(
        self,
        component_type: str,
        source: str,
        target: str,
        *,
        from_profile: str | None = None,
        to_profile: str | None = None,
    ) -> Change | None:
        """Registers a copy of a component under another name, or in another profile; None for the active one."""
        meant = Target("create", component_type, target)
        return self._record(
            "copy_component", component_type, source, target, from_profile, to_profile, meant=meant
        )

    def copy_stack(
        self,
        source: str,
        target: str,
        *,
        from_profile: str | None = None,
        to_profile: str | None = None,
        renames: Renames | None = None,
    ) -> Change | None:
        """Registers a copy of a stack; in another profile with its components.

        Args:
            source: The stack.
            target: The name of the copy.
            from_profile: Where it is; None for the active profile.
            to_profile: Where the copy goes; None for the active profile.
            renames: Other names for components that would clash, by ``type/name``.

        Raises:
            ComponentClashError: A component of the other profile has the same name and other parameters.
        """
        meant = Target("create", "stack", target)
        return self._record("copy_stack", source, target, from_profile, to_profile, renames or {}, meant=meant)

    def import_stack(
        self, document: ProfileDocument, name: str | None = None, *, renames: Renames | None = None
    ) -> Change | None:
        """Registers a stack from a file, as `zenml.documents.stack_exports` reads it. Raises as `copy_stack`."""
        meant = Target("create", "stack", name) if name else None
        return self._record("import_stack", document, name, renames or {}, meant=meant)

    def apply(self, document: ProfileDocument, *, prune: bool = False, to: str | None = None) -> Change | None:
        """Makes the active profile match a document, as one change; None if it already does.

        Args:
            document: What `zenml.documents.files` reads.
            prune: Whether what it does not name goes.
            to: The active profile's name, to say that it is meant although the document names another.

        Raises:
            NotAllowedError: The document is for another profile than the active one.
        """
        return self._record("apply", document, prune, to)

    def plan(self, document: ProfileDocument, *, prune: bool = False, to: str | None = None) -> Plan:
        """Returns what `apply` would do, to be done later with `apply_plan`; nothing is written.

        Takes and raises what `apply` does.
        """
        from zenml.reconcile.plans.making import make_plan

        rehearsal = type(self)(self.root, notify=self._notify, dry_run=True)
        change = rehearsal.apply(document, prune=prune, to=to)
        return self.ask(lambda now: make_plan(now, self._writing().master_key, document, change, prune=prune))

    def apply_plan(self, plan: Plan) -> Change | None:
        """Carries out a plan. Raises `BusyError` if it is out of date."""
        return self._record("apply_plan", plan)

    def import_profiles(self, path: str | os.PathLike[str], name: str | None = None) -> Change | None:
        """Makes profiles of a file or folder, ours or ZenML's; the active one stays.

        Args:
            path: What `zenml.reconcile.importing.find_profiles` takes.
            name: What to call the one profile that is found; None for the name it has.

        Raises:
            NotFoundError: There is nothing.
            ProfileExistsError: There is a profile of its name.
            InvalidValueError: It holds no profile, or one that cannot be.
        """
        from zenml.reconcile.importing import find_profiles

        path = places.absolute(os.fspath(path))
        found, checked = find_profiles(path, name)  # here, and not while others wait for the ledger
        return self._record("import_profiles", path, found, checked=checked)
