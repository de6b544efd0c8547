"""What there is and what is active, as plain values. Imports no more than a reading command needs."""

from __future__ import annotations

from zenml.active import Active, resolve
from zenml.active.recorded import present_profile
from zenml.domain.errors import (
    ChangeNotFoundError,
    StackComponentNotFoundError,
    StackNotFoundError,
)
from zenml.domain.things import COMPONENT, STACK, belonging
from zenml.projections import machine, stacks, timeline, versions
from zenml.projections.database import move_on
from zenml.projections.settings import display_value
from zenml.snapshot.infos import ComponentInfo, ProfileInfo, StackInfo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from zenml.active import Began
    from zenml.domain.declarations import Thing
    from zenml.flavors.lookup import Flavors
    from zenml.projections.approvals.given import Approval
    from zenml.projections.components import ComponentRow
    from zenml.projections.database import Database
    from zenml.snapshot.further_infos import ApprovalInfo, ApprovalRuleInfo, LabelInfo
    from zenml.snapshot.point import Point


class Snapshot:
    """One look at the ledger: everything asked of it is as of the same moment.

    Attributes:
        connection: The views, for queries of the projections.
        machine_id: The machine's ledger.
        root: The repository one is in; None outside of any.
        point: The point in the past that is looked at; None for what is there now.
        active: What is active; what was active then.
    """

    def __init__(
        self,
        connection: Database,
        machine_id: str,
        root: str | None,
        began: Began | None = None,
        point: Point | None = None,
        profile: machine.ProfileRow | None = None,
        of: machine.ProfileRow | None = None,
    ) -> None:
        self.connection = connection
        self.machine_id = machine_id
        self.root = root
        self.point = point
        self.active: Active
        if profile is not None:
            self.active = Active(profile, None, None, None, "member", "member", [])
        elif point is None:
            self.active = resolve(connection, machine_id, root, began)
        else:
            from zenml.active.then import resolve_then

            self.active = resolve_then(connection, machine_id, root, point.number, self.then or "", of)

    def let_go(self) -> None:
        """Gives up the moment that is looked at; nothing may be asked any more."""
        if self.connection.in_transaction:
            move_on(self.connection)

    @property
    def ledger_id(self) -> str:
        """The ledger of the active profile.

        Raises:
            ProfileNotFoundError: A variable names a profile that does not exist.
        """
        self.active.check_profile()
        return self.active.profile.profile_ledger_id if self.active.profile else ""

    @property
    def machine_profile(self) -> machine.ProfileRow | None:
        """The profile that the machine chose, whatever is active here."""
        return present_profile(self.connection, self.machine_id)

    def at(self, ledger_id: str) -> int | None:
        """Returns how far a ledger was at the point that is looked at; None for now."""
        return timeline.points.position(self.connection, ledger_id, self.point.number) if self.point else None

    @property
    def then(self) -> str | None:
        """The name of the change that is the point that is looked at; None for now."""
        return self.short(self.point.change.letters) if self.point else None

    @property
    def context(self) -> timeline.history.Context:
        """What history and undo look at from here."""
        repository = self.active.repository
        return timeline.history.Context(
            self.machine_id, self.ledger_id, repository.repository_id if repository else None
        )

    @property
    def newer(self) -> list[str]:
        """What is not shown whole here, because of what this version does not know; a sentence each."""
        return [
            self._newer(ledger_id, position)
            for ledger_id, position in versions.shown_as_of(self.connection)
            if ledger_id in (self.ledger_id, self.machine_id)
        ]

    def _newer(self, ledger_id: str, position: int) -> str:
        from zenml.snapshot.newer import newer_notice  # few ledgers have what this version does not know

        profile = self.active.profile
        what = f"Profile '{profile.name}'" if profile and ledger_id == self.ledger_id else "This configuration"
        return newer_notice(self.connection, what, ledger_id, position)

    def profiles(self) -> list[ProfileInfo]:
        """Returns the profiles by name."""
        at = self.at(self.machine_id)
        chosen = machine.active_stacks(self.connection, self.machine_id, at)
        here = self.active.profile.profile_id if self.active.profile else ""
        return [
            ProfileInfo(
                row.profile_id,
                row.name,
                row.shown_store_type,
                display_value(row.url) or "",
                self._active_stack_name(row, chosen.get(row.profile_id)),
                row.profile_id == here,
            )
            for row in machine.profiles(self.connection, self.machine_id, at)
        ]

    def profile(self, name: str | None) -> ProfileInfo:
        """Returns a profile; the active one for no name.

        Raises:
            ProfileNotFoundError: There is none of this name, or none that a variable names.
        """
        if name is None:
            self.active.check_profile()
        profiles = self.profiles()
        for profile in profiles:
            if profile.name == name or (name is None and profile.active):
                return profile
        from zenml.domain.missing import missing_profile

        names, at = [profile.name for profile in profiles], self.at(self.machine_id)
        renamed = machine.renamed(self.connection, self.machine_id, name or "", at)
        raise missing_profile(name or "", names, self.then, renamed.name if renamed else None)

    def _active_stack_name(self, profile: machine.ProfileRow, stack_id: str | None) -> str:
        if self.active.profile and profile.profile_id == self.active.profile.profile_id:
            return self.active.stack.name if self.active.stack else ""
        ledger_id = profile.profile_ledger_id
        stack = stacks.stack_by_id(self.connection, ledger_id, stack_id, self.at(ledger_id)) if stack_id else None
        return stack.name if stack else ""

    def stacks(self) -> list[StackInfo]:
        """Returns the stacks of the active profile by name."""
        here = self.active.stack.stack_id if self.active.stack else ""
        return [
            StackInfo(
                row.stack_id,
                row.name,
                row.component_names,
                row.stack_id == here,
                self._values(STACK, row.stack_id),
            )
            for row in stacks.stacks(self.connection, self.ledger_id, self.at(self.ledger_id))
        ]

    def stack(self, name: str | None) -> StackInfo:
        """Returns a stack of the active profile; the active one for no name.

        Raises:
            StackNotFoundError: There is none of this name, none that a variable names, or none is active.
        """
        at = self.at(self.ledger_id)
        if name is None:
            self.active.check_stack()
        row = stacks.stack(self.connection, self.ledger_id, name, at) if name is not None else self.active.stack
        if row is None:
            from zenml.domain.missing import missing_stack

            known = stacks.stack_names(self.connection, self.ledger_id, at)
            raise (
                missing_stack(name, known, self.then)
                if name is not None
                else StackNotFoundError("No stack is active.", code="no_active_stack")
            )
        active = self.active.stack is not None and row.stack_id == self.active.stack.stack_id
        return StackInfo(row.stack_id, row.name, row.component_names, active, self._values(STACK, row.stack_id))

    def components(self, component_type: str) -> list[ComponentInfo]:
        """Returns the components of a type in the active profile, by name."""
        from zenml.projections import components

        at = self.at(self.ledger_id)
        rows = components.components(self.connection, self.ledger_id, component_type, at)
        return [self._component(row) for row in rows]

    def component(self, component_type: str, name: str) -> ComponentInfo:
        """Returns a component of the active profile.

        Raises:
            StackComponentNotFoundError: There is none of this type and name.
        """
        from zenml.projections import components

        at = self.at(self.ledger_id)
        row = components.component(self.connection, self.ledger_id, component_type, name, at)
        if row is None:
            from zenml.domain.missing import missing_component

            known = components.component_names(self.connection, self.ledger_id, component_type, at)
            raise missing_component(component_type, name, known, self.then)
        return self._component(row)

    def _component(self, row: ComponentRow) -> ComponentInfo:
        active = self.active.stack.component_ids if self.active.stack else {}
        shredded = self._shredded(row)
        parameters = {
            name: None if name in shredded else display_value(setting) for name, setting in row.settings.items()
        }
        if self.active.profile is not None and self.active.profile.is_shared:
            from zenml.flavors.machine_places import with_place

            parameters = with_place(row.component_type, row.flavor, row.component_id, parameters)
        return ComponentInfo(
            row.component_id,
            row.component_type,
            row.name,
            row.flavor,
            parameters,
            active.get(row.component_type) == row.component_id,
            self._values(COMPONENT, row.component_id),
            shredded,
        )

    def _shredded(self, row: ComponentRow) -> frozenset[str]:
        """Returns the parameters of a component whose secrets were destroyed, before or after this point."""
        if not any('"key_id"' in setting for setting in row.settings.values()):
            return frozenset()
        from zenml.snapshot.revealing import shredded_names

        return shredded_names(self.connection, row)

    def _values(self, thing: Thing, thing_id: str) -> dict[str, Any]:
        """Returns what belongs to a thing, as it may be shown, by name; None for what it does not have."""
        parts = belonging(thing)
        if not parts:
            return {}
        from zenml.projections.contents import value

        values = {}
        for part in parts:
            cell = value(self.connection, part.kind, self.ledger_id, thing_id, self.at(self.ledger_id))
            values[part.fields[-1].name] = display_value(cell) if cell else None
        return values

    @property
    def flavors(self) -> Flavors:
        """The flavors there are for the active profile."""
        from zenml.snapshot.flavors import known_flavors

        return known_flavors(self.connection, self.ledger_id, self.root, self.at(self.ledger_id))

    def labels(self) -> list[LabelInfo]:
        """Returns the labels of the active profile, by name."""
        from zenml.domain.change_ids import letters
        from zenml.projections import labels
        from zenml.snapshot.further_infos import LabelInfo

        infos = []
        for row in labels.labels(self.connection, self.ledger_id, self.at(self.ledger_id)):
            change = timeline.history.by_id(self.connection, row.change_id)
            name = self.short(change.letters) if change else None
            time, summary = (change.time, self.describe(change)) if change else (None, None)
            number = change.number if change else None
            infos.append(LabelInfo(row.label, name, letters(row.change_id), time, summary, number))
        return infos

    def approval_rules(self) -> list[ApprovalRuleInfo]:
        """Returns what needs approvals in the active profile, by the names of now: the whole profile first."""
        from zenml.projections.approvals.rules import approval_rules
        from zenml.snapshot.further_infos import ApprovalRuleInfo

        rows = approval_rules(self.connection, self.ledger_id, self.at(self.ledger_id))
        return [ApprovalRuleInfo(row.scope, row.scope_name, row.approvals) for row in rows]

    def approved_plans(self) -> list[ApprovalInfo]:
        """Returns the approvals of plans that were not carried out yet, in their order."""
        from zenml.projections.approvals.given import approved_plans

        return [self._approval(approval) for approval in approved_plans(self.connection, self.ledger_id)]

    def approvals_of(self, change: timeline.history.ChangeRow) -> list[ApprovalInfo]:
        """Returns the approvals of the plan that a change carried out, as they are recorded."""
        if not timeline.history.says_approved(self.connection, change.change_id):
            return []
        from zenml.projections.approvals.given import approvals_of_change

        return [self._approval(each) for each in approvals_of_change(self.connection, change.change_id)]

    def _approval(self, approval: Approval) -> ApprovalInfo:
        from zenml.projections.timeline.changes import unsalted
        from zenml.snapshot.further_infos import ApprovalInfo

        change = approval.change
        who = change.actor, change.known_by, change.host
        author = unsalted(approval.author["actor_id"])
        name = self.short(change.letters)
        return ApprovalInfo(approval.digest, name, *who, change.time, change.reason, author)

    def component_row(self, component_type: str, component_id: str) -> ComponentRow:
        """Returns a component with its settings as they are stored."""
        from zenml.projections import components

        row = components.component_by_id(self.connection, self.ledger_id, component_id, self.at(self.ledger_id))
        if row is None:
            message = f"The {component_type} {component_id} is not registered."
            raise StackComponentNotFoundError(message, component_type=component_type, at=self.then)
        return row

    def describe(self, change: timeline.history.ChangeRow) -> str:
        """Returns what a change did, in words: for an undo, what it undid."""
        words = timeline.history.describe(self.connection, change)
        undone_by = timeline.history.by_id(self.connection, change.undone_by) if change.undone_by else None
        return f"{words} (undone by {self.short(undone_by.letters)})" if undone_by else words

    def taken_back(self, rows: Iterable[timeline.history.ChangeRow], *, redo: bool) -> list[tuple[str, str]]:
        """Returns what an undo or a redo did to the changes it reverted, as ``undone`` or ``redone`` and which.

        A redo reverts undos: what these had undone is redone. Anything else, also an undo or a redo that an
        undo reverts, is undone.
        """
        outcomes = []
        for row in rows:
            is_brought_back = redo and row.kind == "undo"
            redone = timeline.history.targets(self.connection, row.change_id) if is_brought_back else []
            again = [("redone", self.named(target)) for target in reversed(redone)]
            outcomes += again or [("undone", self.named(row))]
        return outcomes

    def named(self, row: timeline.history.ChangeRow) -> str:
        """Returns the name of a change and what it did."""
        return f"{self.short(row.letters)}: {timeline.history.describe(self.connection, row)}"

    def change(self, change_id: str) -> timeline.history.ChangeRow:
        """Returns a change.

        Raises:
            ChangeNotFoundError: There is none with this id.
        """
        row = timeline.history.by_id(self.connection, change_id)
        if row is None:
            raise ChangeNotFoundError(f"Change '{change_id}' does not exist.")
        return row

    def numbered(self, number: int) -> timeline.history.ChangeRow:
        """Returns the change with a number that exists."""
        row = timeline.history.by_number(self.connection, number)
        assert row is not None
        return row

    def short(self, letters: str) -> str:
        """Returns the shortest beginning of a change's id that no other change has."""
        return timeline.history.short(self.connection, letters)
