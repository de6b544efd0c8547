"""What is to be done later, and only if nobody touched the same things meanwhile."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from zenml.documents.opening import UnreadableFileError, read_text
from zenml.documents.plain_data import UnusableTextError, read_json_text
from zenml.documents.profile import ComponentDocument, ProfileDocument
from zenml.domain.component_types import display
from zenml.domain.errors import BusyError, InvalidValueError, NotFoundError
from zenml.ledger.change import Change
from zenml.ledger.ids import new_id
from zenml.ledger.keys import MasterKey
from zenml.projections import history
from zenml.projections.differences import Difference, difference
from zenml.projections.filters import About, Filter
from zenml.repository.reconciling import Rules, reconcile

if TYPE_CHECKING:
    import sqlite3

    from zenml.repository.open_change import OpenChange
    from zenml.repository.reading import Reading
from zenml.stores.local import wrapped_keys

_IDS = ("component_id", "stack_id", "flavor_id", "old_component_id", "new_component_id")
_ANOTHER = 'Run "zenml apply -f FILE --plan-out FILE" to make another plan.'


class Sealed(BaseModel):
    """A text that only this machine's ledger can read, since there may be secrets in it."""

    key_id: str
    ciphertext: str
    wrapped: str


class Plan(BaseModel):
    """What ``zenml apply --plan-out`` writes.

    Attributes:
        READ_FROM_FILES: As for a `ProfileDocument`.
        zenml_plan: The version of this format.
        profile: The profile it is for.
        ledger: The id of that profile's ledger.
        prune: Whether what the files did not name goes.
        differences: What would be different, for people to read.
        touched: For each thing that it changes, the newest change about it when the plan was made.
        document: What the files said.
    """

    READ_FROM_FILES: ClassVar[bool] = True

    model_config = ConfigDict(extra="forbid")

    zenml_plan: Literal[1] = 1
    profile: str
    ledger: str
    prune: bool
    differences: list[dict[str, Any]]
    touched: dict[str, str]
    document: Sealed

    def listed(self) -> list[Difference]:
        """Returns the differences, for people to read."""
        return [Difference(**it) for it in self.differences]


def make_plan(
    now: Reading, master_key: MasterKey, document: ProfileDocument, rehearsed: Change | None, *, prune: bool
) -> Plan:
    """Returns the plan for what was rehearsed; ``rehearsed`` is None if there is nothing to do."""
    events = [(event.TOPIC, event.model_dump(mode="json")) for event in (rehearsed.events if rehearsed else ())]
    differences = difference(now.connection, events)
    key_id = new_id()
    master_key.wrapped_before = lambda: wrapped_keys(now.connection)
    ciphertext, wrapped, _ = master_key.seal(key_id, document.model_dump_json())
    profile = now.active.profile
    return Plan(
        profile=profile.name if profile else "",
        ledger=now.ledger_id,
        prune=prune,
        differences=[it._asdict() for it in differences],
        touched=_touched(now.connection, rehearsed),
        document=Sealed(key_id=key_id, ciphertext=ciphertext, wrapped=wrapped.hex()),
    )


def read_plan(path: str) -> Plan:
    """Returns a plan from its file.

    Raises:
        NotFoundError: There is no such file.
        InvalidValueError: It holds no plan.
    """
    try:
        return Plan.model_validate(read_json_text(read_text(path)))
    except FileNotFoundError:
        raise NotFoundError(f"The file '{path}' does not exist.", _ANOTHER) from None
    except UnreadableFileError as error:
        raise InvalidValueError(f"The file '{path}' cannot be read: {error}.", _ANOTHER) from error
    except UnusableTextError as error:
        raise InvalidValueError(f"The file '{path}' holds no plan: it {error}.", _ANOTHER) from error
    except ValidationError as error:
        raise InvalidValueError(f"The file '{path}' holds no plan.", _ANOTHER) from error


def carry_out(writing: OpenChange, plan: Plan) -> None:
    """Does what was planned.

    Raises:
        InvalidValueError: It was planned for another profile, or on another machine.
        BusyError: Something it touches has moved since.
    """
    locked, change = writing.now
    database, profile = locked.transaction.database, change.catalog.profile_row
    if profile is None or profile.profile_ledger_id != plan.ledger:
        raise InvalidValueError(
            f"The plan is for profile '{plan.profile}', which is not the active one here.",
            f'Run "zenml profile set {plan.profile}", or make another plan.',
        )
    for thing, change_id in plan.touched.items():
        newest = _newest(database, thing)
        if newest is not None and newest.change_id != change_id:
            name = history.short(database, newest.letters)
            raise BusyError(
                f"What was planned has moved since: change {name} ({newest.summary}) came after the plan.",
                _ANOTHER,
            )
    sealed = plan.document
    text = writing.master_key.open(sealed.key_id, sealed.ciphertext, bytes.fromhex(sealed.wrapped))
    document = ProfileDocument.model_validate_json(text)
    before = len(change.events)
    reconcile(writing, document, Rules(prune=plan.prune, warn=writing.say))
    events = [(event.TOPIC, event.model_dump(mode="json")) for event in change.events[before:]]
    now = json.loads(json.dumps([it._asdict() for it in difference(database, events)]))
    own = {f"{display(it.type)} '{it.name}'" for it in document.components if _has_own_flavor(writing, it)}
    if _comparable(now, own) != _comparable(plan.differences, own):
        raise BusyError("What was planned would do something else by now.", _ANOTHER)


def _has_own_flavor(writing: OpenChange, component: ComponentDocument) -> bool:
    flavor = writing.reading().flavors.known(component.type, component.flavor)
    return flavor is not None and flavor.own


def _comparable(differences: list[dict[str, Any]], own: set[str]) -> list[dict[str, Any]]:
    """Returns what must not have moved: of flavors of one's own, whose class no plan imports, no parameters."""
    return [it for it in differences if it["thing"] not in own or it["field"] in ("name", "flavor")]


def _touched(database: sqlite3.Connection, rehearsed: Change | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for event in rehearsed.events if rehearsed else ():
        fields = event.model_dump()
        held = fields.get("components")
        for thing in [*(fields.get(key) for key in _IDS), *(held.values() if isinstance(held, dict) else ())]:
            newest = _newest(database, thing) if isinstance(thing, str) else None
            if newest is not None:
                found[str(thing)] = newest.change_id
    return found


def _newest(database: sqlite3.Connection, thing: str) -> history.ChangeRow | None:
    """Returns the newest change about a thing; None if there is none."""
    which = Filter(about=(About((thing,)),))
    return next(iter(history.history(database, None, 1, which)), None)
