"""A property that no version has: a stack may have a note, a text or none. Declared before anything reads what is.

What follows from declarations has to follow for it, so that the next property is not the first one that tries:
nothing here says how a note is kept, taken back, compared, told, blamed, exported, restored or applied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from zenml.domain import declarations, events, things
from zenml.domain.declarations import SETTING, Thing, appears
from zenml.domain.events import Event
from zenml.domain.values import Id, Setting

if TYPE_CHECKING:
    from zenml.unit_of_work.open_change import OpenChange


class StackNoted(Event):
    """A stack got a note, another one, or none."""

    TOPIC = "zenml:StackNoted"
    LEDGER = "profile"
    stack_id: Id
    stack_name: str
    old: Setting | None
    new: Setting | None


STACK_NOTE = Thing(
    "stack note",
    id="stack_id",
    table="stack_notes",
    fields=(declarations.Field("note", SETTING),),
    effects=(appears(StackNoted.TOPIC, "note", "old", "new", "note of stack '{stack_name}'", "update", since=5),),
    of="stack",
)


class NoteStack(NamedTuple):
    """Give a stack a note; None takes it away."""

    name: str
    note: Setting | None


def declare() -> None:
    """Adds the note to what there is. Has to be called before anything else of the program is imported."""
    events.TOPICS[StackNoted.TOPIC] = StackNoted
    things.IN_A_PROFILE = (*things.IN_A_PROFILE, STACK_NOTE)  # type: ignore[assignment]
    things.THINGS = (*things.THINGS, STACK_NOTE)  # type: ignore[assignment]
    things.EFFECTS[StackNoted.TOPIC] = [(STACK_NOTE, STACK_NOTE.effects[0])]
    _document()
    _rules()


def _document() -> None:
    """A file may name it: absent leaves it alone, null takes it away."""
    from zenml.documents import profile
    from zenml.documents.document import field

    class StackDocument(profile.StackDocument):
        note: str | None = None

    class ProfileDocument(profile.ProfileDocument):
        READ_FROM_FILES: ClassVar[bool] = True
        stacks: list[StackDocument] = field(default_factory=list)  # type: ignore[assignment]

    ProfileDocument.__annotations__["stacks"] = list[StackDocument]  # a name of this function alone

    profile.StackDocument = StackDocument  # type: ignore[misc]
    profile.ProfileDocument = ProfileDocument  # type: ignore[misc,assignment]


def _rules() -> None:
    """The rules, which are always written by hand."""
    from zenml.domain import commands
    from zenml.domain.records import Record
    from zenml.domain.rules import decide, stacks
    from zenml.domain.rules.changed import ChangedSinceError, same_setting

    propose, admit = decide.propose, decide.admit

    def proposed(command: Any, catalog: Any) -> list[Any]:
        if isinstance(command, NoteStack):
            stack = stacks.find_stack(command.name, catalog)
            return [_noted(stack, catalog.value("stack note", stack.stack_id), command.note)]
        rest = propose(command, catalog)
        if isinstance(command, commands.DeleteStack):  # whose event has all of the stack, but not this
            stack = stacks.find_stack(command.name, catalog)
            return [
                _noted(stack, catalog.value("stack note", stack.stack_id), None),
                *rest,
            ]
        return rest

    def admitted(event: Any, catalog: Any) -> Any:
        if not isinstance(event, StackNoted):
            return admit(event, catalog)
        current, stack = catalog.value("stack note", event.stack_id), catalog.stack_by_id(event.stack_id)
        if stack is None or same_setting(current, event.new, catalog):
            return None
        if not same_setting(current, event.old, catalog):
            raise ChangedSinceError(f"The note of stack '{stack.name}'", Record("stack note", (stack.stack_id,)))
        return event.replace(old=current, stack_name=stack.name)

    decide.propose, decide.admit = proposed, admitted


def _noted(stack: Any, old: Setting | None, new: Setting | None) -> StackNoted:
    return StackNoted(stack_id=stack.stack_id, stack_name=stack.name, old=old, new=new)


def note_stack(work: OpenChange, name: str, note: str | None) -> None:
    """Gives a stack a note; None takes it away."""
    _, change = work.now
    setting = change.sealer.setting(note) if note is not None else None
    work.execute(NoteStack(name, setting))  # type: ignore[arg-type]
