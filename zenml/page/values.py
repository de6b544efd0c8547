"""Values and who set them, as pages show them: thing by thing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from zenml.history.blame import BlameLine
    from zenml.page.looks import Look


class ValuesOfThing(NamedTuple):
    """The values of a stack or of a component.

    Attributes:
        kind: ``stack``, or the type of the component.
        name: Its name.
        lines: Its values, and who set each.
    """

    kind: str
    name: str
    lines: list[BlameLine]


def values_of_stack(name: str, lines: Iterable[BlameLine]) -> list[ValuesOfThing]:
    """Returns the values of a stack, then those of its components.

    Args:
        name: The stack.
        lines: What `LookingBack.blame` says of it: fields of components begin with their type and a dot.
    """
    own = ValuesOfThing("stack", name, [])
    components: dict[str, ValuesOfThing] = {}
    for line in lines:
        component_type, dot, field = line.field.partition(".")
        if not dot:
            own.lines.append(line)
            components[line.field] = ValuesOfThing(line.field, line.value, [])
        elif field != "name":  # which the stack's own value says
            components[component_type].lines.append(line._replace(field=field))
    return [own, *(thing for thing in components.values() if thing.lines)]


def short_names(look: Look, lines: Iterable[BlameLine]) -> dict[str, str]:
    """Returns the shortest names of the changes that lines are about, by all their letters."""
    changes = [(line.author, line.put_back_by, line.ended_by) for line in lines]
    letters = {change.letters for those in changes for change in those if change is not None}
    names: dict[str, str] = look.repository.ask(lambda snapshot: {each: snapshot.short(each) for each in letters})
    return names
