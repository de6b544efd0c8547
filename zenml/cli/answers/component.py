"""What ``zenml <component> list``, ``get`` and ``describe`` print. Knows no parser."""

from __future__ import annotations

from zenml.cli.answers.open_at import answer, open_at
from zenml.cli.screen.cells import cell_text, mark, setting_text
from zenml.cli.screen.notices import PROFILE, STACK, announce, notice
from zenml.cli.screen.output import TABLE
from zenml.cli.screen.showing import show
from zenml.cli.screen.tables import BELOW, SPARE, WRAPS, Column, Table
from zenml.domain.component_types import display, plural
from zenml.domain.errors import StackComponentNotFoundError
from zenml.domain.typed_names import name_of
from zenml.domain.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.snapshot.infos import ComponentInfo


def list_all(component_type: str, output: str = TABLE, at: str | None = None) -> None:
    """Prints the components of a type."""
    repository = open_at(at)
    with repository.reading() as snapshot:
        announce(repository, snapshot, stack=True)
        components = snapshot.components(component_type)
    if output != TABLE:
        answer(repository, {"components": [component.document() for component in components]}, output)
        return
    if not components:
        print(f"No {plural(component_type)} registered.")
        return
    names = sorted({parameter for component in components for parameter in component.parameters})
    rows = [
        (
            mark(component.active),
            component.name,
            component.flavor,
            component.component_id,
            *(setting_text(component.parameters.get(name, "")) for name in names),
        )
        for component in components
    ]
    parameters = (Column(name.upper(), BELOW) for name in names)
    columns = (*map(Column, ("ACTIVE", "NAME", "FLAVOR")), Column("UUID", SPARE), *parameters)
    show(Table(columns, rows, active_column=True))


def get(component_type: str, output: str = TABLE, at: str | None = None) -> None:
    """Prints the name of the active stack's component of a type."""
    repository = open_at(at)
    with repository.reading() as snapshot:
        announce(repository, snapshot, stack=True, uses=STACK)
        stack = snapshot.stack(None)
        name = stack.components.get(component_type)
        if output != TABLE:
            document = snapshot.component(component_type, name).document() if name else None
            answer(repository, {"component": document}, output)
            return
    kind = display(component_type)
    print(visible(f"Active {kind}: '{name}'" if name else f"No {kind} set for active stack ('{stack.name}')."))


def describe(component_type: str, name: str | None = None, output: str = TABLE, at: str | None = None) -> None:
    """Prints everything about a component."""
    name = None if name is None else name_of(component_type, name)
    repository = open_at(at)
    with repository.reading() as snapshot:
        announce(repository, snapshot, stack=True, uses=STACK if name is None else PROFILE)
        if name is None and not snapshot.components(component_type):
            if output != TABLE:
                answer(repository, {"component": None}, output)
            else:
                print(f"No {plural(component_type)} registered.")
            return
        if name is None:
            name = active_component(snapshot.stack(None).components, component_type)
        component = snapshot.component(component_type, name)
    if output != TABLE:
        answer(repository, {"component": component.document()}, output)
        return
    parameters = component.all_parameters()
    rows = [
        ("TYPE", component.component_type),
        ("FLAVOR", component.flavor),
        ("NAME", component.name),
        ("UUID", component.component_id),
        *((name.upper(), cell_text(value)) for name, value in component.values.items() if value is not None),
        *((name.upper(), _cell(component, name, value)) for name, value in parameters.items()),
    ]
    active = " (ACTIVE)" if component.active else ""
    title = f"{component_type.upper()} Component Configuration{active}"
    show(Table(("COMPONENT_PROPERTY", Column("VALUE", WRAPS)), rows, title=title))


def _cell(component: ComponentInfo, name: str, value: object) -> str:
    if name in component.shredded:
        return "(shredded)"
    if value is None and name not in component.parameters:
        return "None"
    return setting_text(value)


def active_component(components: dict[str, str], component_type: str) -> str:
    """Returns the name of the active stack's component of a type, and says that it is taken.

    Raises:
        StackComponentNotFoundError: The active stack has none.
    """
    kind = display(component_type)
    if component_type not in components:
        raise StackComponentNotFoundError(
            f"No {kind} in active stack.",
            code="not_in_active_stack",
            component_type=component_type,
        )
    notice(f"No component name given; using `{components[component_type]}` from active stack.")
    return components[component_type]
