"""What there is, as the Python API gives it and as JSON has it."""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class ProfileInfo(namedtuple("ProfileInfo", "profile_id name store_type url active_stack active")):
    """A profile as it may be shown: its URL without a password."""

    __slots__ = ()
    profile_id: str
    name: str
    store_type: str
    url: str
    active_stack: str
    active: bool

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        return {
            "id": self.profile_id,
            "name": self.name,
            "active": self.active,
            "store_type": self.store_type,
            "url": self.url or None,
            "active_stack": self.active_stack or None,
        }


class ComponentInfo(
    namedtuple("ComponentInfo", "component_id component_type name flavor parameters active values shredded")
):
    """A component as it may be shown: secrets as stars.

    Attributes:
        active: Whether the active stack has it.
        values: What else belongs to it, by name; None for what it does not have.
        shredded: The parameters that are secrets whose keys were destroyed: they are unset.
    """

    __slots__ = ()
    component_id: str
    component_type: str
    name: str
    flavor: str
    parameters: dict[str, Any]
    active: bool
    values: dict[str, Any]
    shredded: frozenset[str]

    def all_parameters(self) -> dict[str, Any]:
        """Returns its parameters by name; those of its flavor that are not set are None."""
        from zenml.flavors.index import FLAVORS

        flavors = FLAVORS.get(self.component_type, ())
        known = [flavor.parameters for flavor in flavors if flavor.name == self.flavor]
        values = {**dict.fromkeys(name for names in known for name in names), **self.parameters}
        return dict(sorted(values.items()))

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        return {
            "id": self.component_id,
            "type": self.component_type,
            "name": self.name,
            "flavor": self.flavor,
            "active": self.active,
            **self.values,
            "parameters": self.all_parameters(),
            "shredded": sorted(self.shredded),
        }


class LabelInfo(namedtuple("LabelInfo", "label change letters time summary")):
    """A label and the change it names; of one that this machine does not know, only the letters are given."""

    __slots__ = ()
    label: str
    change: str | None
    letters: str
    time: str | None
    summary: str | None

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        return self._asdict()


class ApprovalRuleInfo(namedtuple("ApprovalRuleInfo", "scope name approvals")):
    """What changes only with a plan that so many others approved: a ``stack``, or the whole ``profile``."""

    __slots__ = ()
    scope: str
    name: str
    approvals: int

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        return self._asdict()


class ApprovalInfo(namedtuple("ApprovalInfo", "digest change by known_by host time reason author")):
    """An approval of a plan.

    Attributes:
        digest: The digest of the plan, as 64 hex digits.
        change: The change that recorded it.
        by: Who approved it; None if that was redacted.
        known_by: How they are known: a name that a service knows is better than one that somebody chose.
        host: The machine.
        time: When.
        reason: Why.
        author: Who made the plan, as its file said.
    """

    __slots__ = ()
    digest: str
    change: str
    by: str | None
    known_by: str
    host: str | None
    time: str
    reason: str | None
    author: str | None

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        return self._asdict()


class StackInfo(namedtuple("StackInfo", "stack_id name components active values")):
    """A stack.

    Attributes:
        components: The names of its components by their types.
        active: Whether it is the active stack.
        values: What else belongs to it, by name; None for what it does not have.
    """

    __slots__ = ()
    stack_id: str
    name: str
    components: dict[str, str]
    active: bool
    values: dict[str, Any]

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        own_fields = {"id": self.stack_id, "name": self.name, "active": self.active}
        return {**own_fields, **self.values, "components": dict(sorted(self.components.items()))}
