"""What ``zenml stack list``, ``get`` and ``describe`` print. Knows no parser."""

from __future__ import annotations

from zenml.cli.answers.open_at import answer, open_at
from zenml.cli.screen.cells import cell_text, mark
from zenml.cli.screen.notices import PROFILE, STACK, announce
from zenml.cli.screen.output import TABLE
from zenml.cli.screen.showing import show
from zenml.cli.screen.tables import BELOW, WRAPS, Column, Table
from zenml.domain.component_types import COMPONENT_TYPES, MANDATORY
from zenml.domain.typed_names import name_of
from zenml.domain.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.api.looking_back import LookingBack
    from zenml.snapshot.infos import StackInfo


def list_all(output: str = TABLE, at: str | None = None) -> None:
    """Prints the stacks of the active profile."""
    repository = open_at(at)
    with repository.reading() as snapshot:
        announce(repository, snapshot)
        stacks = snapshot.stacks()
    if output != TABLE:
        answer(repository, {"stacks": [stack.document() for stack in stacks]}, output)
        return
    used = {component_type for stack in stacks for component_type in stack.components}
    types = [kind for kind in COMPONENT_TYPES if kind in MANDATORY or kind in used]
    rows = [
        (
            mark(stack.active),
            stack.name,
            *(stack.components.get(component_type, "") for component_type in types),
        )
        for stack in stacks
    ]
    components = (Column(kind.upper(), BELOW) for kind in types)
    show(Table((Column("ACTIVE"), Column("STACK NAME"), *components), rows, active_column=True))


def get(output: str = TABLE, at: str | None = None) -> None:
    """Prints the active stack's name."""
    repository, stack = _stack(None, at)
    if output != TABLE:
        answer(repository, {"stack": stack.document()}, output)
        return
    print(visible(f"The active stack is: '{stack.name}'"))


def describe(name: str | None = None, output: str = TABLE, at: str | None = None) -> None:
    """Prints the components of a stack."""
    repository, stack = _stack(None if name is None else name_of("stack", name), at)
    if output != TABLE:
        answer(repository, {"stack": stack.document()}, output)
        return
    rows = [(kind.upper(), stack.components[kind]) for kind in sorted(stack.components)]
    rows += [(name.upper(), cell_text(value)) for name, value in stack.values.items() if value is not None]
    caption = f"'{stack.name}' stack" + (" (ACTIVE)" if stack.active else "")
    columns = ("COMPONENT_TYPE", Column("COMPONENT_NAME", WRAPS))
    show(Table(columns, rows, title="Stack Configuration", caption=caption))


def _stack(name: str | None, at: str | None) -> tuple[LookingBack, StackInfo]:
    repository = open_at(at)
    with repository.reading() as snapshot:
        announce(repository, snapshot, uses=STACK if name is None else PROFILE)
        return repository, snapshot.stack(name)
