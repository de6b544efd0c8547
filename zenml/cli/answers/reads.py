"""What the commands that only read print. Knows no parser: they are answered without one where possible."""

from __future__ import annotations

from zenml.cli.answers.looking import answer, looking
from zenml.cli.screen.drawing import MARKER
from zenml.cli.screen.notices import NOTHING, PROFILE, STACK, announce, notice
from zenml.cli.screen.output import TABLE
from zenml.cli.screen.showing import show
from zenml.cli.screen.tables import BELOW, SHORT, SPARE, WRAPS, Column, Table
from zenml.domain.component_types import COMPONENT_TYPES, MANDATORY, display, plural
from zenml.domain.errors import StackComponentNotFoundError
from zenml.domain.typed_names import name_of
from zenml.domain.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zenml.api.looking_back import LookingBack
    from zenml.snapshot.infos import StackInfo


def _mark(active: bool) -> str:
    return MARKER if active else ""


def profile_list(output: str = TABLE, at: str | None = None) -> None:
    """Prints the profiles."""
    repository = looking(at)
    with repository.reading() as now:
        announce(repository, now, uses=NOTHING)
        profiles = now.profiles()
    if output != TABLE:
        answer(repository, {"profiles": [profile.document() for profile in profiles]}, output)
        return
    rows = [
        (_mark(profile.active), profile.name, profile.store_type, profile.url, profile.active_stack)
        for profile in profiles
    ]
    columns = ("ACTIVE", "PROFILE NAME", "STORE TYPE", Column("URL", SHORT), "ACTIVE STACK")
    show(Table(columns, rows, active_column=True))


def profile_get(output: str = TABLE, at: str | None = None) -> None:
    """Prints the active profile's name."""
    repository = looking(at)
    with repository.reading() as now:
        announce(repository, now, quiet=True)
        profile = now.profile(None)
    if output != TABLE:
        answer(repository, {"profile": profile.document()}, output)
        return
    print(visible(f"Active profile is: {profile.name}"))


def profile_describe(name: str | None = None, output: str = TABLE, at: str | None = None) -> None:
    """Prints everything about a profile."""
    name = None if name is None else name_of("profile", name)
    repository = looking(at)
    with repository.reading() as now:
        announce(repository, now, uses=PROFILE if name is None else NOTHING)
        profile = now.profile(name)
    if output != TABLE:
        answer(repository, {"profile": profile.document()}, output)
        return
    rows = [
        ("NAME", profile.name),
        ("STORE_URL", profile.url),
        ("STORE_TYPE", profile.store_type),
        ("ACTIVE_STACK", profile.active_stack),
    ]
    active = " (ACTIVE)" if profile.active else ""
    title = f"'{profile.name}' Profile Configuration{active}"
    show(Table(("PROPERTY", Column("VALUE", WRAPS)), rows, title=title))


def stack_list(output: str = TABLE, at: str | None = None) -> None:
    """Prints the stacks of the active profile."""
    repository = looking(at)
    with repository.reading() as now:
        announce(repository, now)
        stacks = now.stacks()
    if output != TABLE:
        answer(repository, {"stacks": [stack.document() for stack in stacks]}, output)
        return
    used = {component_type for stack in stacks for component_type in stack.components}
    types = [kind for kind in COMPONENT_TYPES if kind in MANDATORY or kind in used]
    rows = [
        (
            _mark(stack.active),
            stack.name,
            *(stack.components.get(component_type, "") for component_type in types),
        )
        for stack in stacks
    ]
    components = (Column(kind.upper(), BELOW) for kind in types)
    show(Table((Column("ACTIVE"), Column("STACK NAME"), *components), rows, active_column=True))


def stack_get(output: str = TABLE, at: str | None = None) -> None:
    """Prints the active stack's name."""
    repository, stack = _stack(None, at)
    if output != TABLE:
        answer(repository, {"stack": stack.document()}, output)
        return
    print(visible(f"The active stack is: '{stack.name}'"))


def stack_describe(name: str | None = None, output: str = TABLE, at: str | None = None) -> None:
    """Prints the components of a stack."""
    repository, stack = _stack(None if name is None else name_of("stack", name), at)
    if output != TABLE:
        answer(repository, {"stack": stack.document()}, output)
        return
    rows = [(kind.upper(), stack.components[kind]) for kind in sorted(stack.components)]
    caption = f"'{stack.name}' stack" + (" (ACTIVE)" if stack.active else "")
    columns = ("COMPONENT_TYPE", Column("COMPONENT_NAME", WRAPS))
    show(Table(columns, rows, title="Stack Configuration", caption=caption))


def _stack(name: str | None, at: str | None) -> tuple[LookingBack, StackInfo]:
    repository = looking(at)
    with repository.reading() as now:
        announce(repository, now, uses=STACK if name is None else PROFILE)
        return repository, now.stack(name)


def component_list(component_type: str, output: str = TABLE, at: str | None = None) -> None:
    """Prints the components of a type."""
    repository = looking(at)
    with repository.reading() as now:
        announce(repository, now, stack=True)
        found = now.components(component_type)
    if output != TABLE:
        answer(repository, {"components": [component.document() for component in found]}, output)
        return
    if not found:
        print(f"No {plural(component_type)} registered.")
        return
    names = sorted({parameter for component in found for parameter in component.parameters})
    rows = [
        (
            _mark(component.active),
            component.name,
            component.flavor,
            component.component_id,
            *(text(component.parameters.get(name)) for name in names),
        )
        for component in found
    ]
    parameters = (Column(name.upper(), BELOW) for name in names)
    columns = (*map(Column, ("ACTIVE", "NAME", "FLAVOR")), Column("UUID", SPARE), *parameters)
    show(Table(columns, rows, active_column=True))


def component_get(component_type: str, output: str = TABLE, at: str | None = None) -> None:
    """Prints the name of the active stack's component of a type."""
    repository = looking(at)
    with repository.reading() as now:
        announce(repository, now, stack=True, uses=STACK)
        stack = now.stack(None)
        name = stack.components.get(component_type)
        if output != TABLE:
            found = now.component(component_type, name).document() if name else None
            answer(repository, {"component": found}, output)
            return
    kind = display(component_type)
    print(visible(f"Active {kind}: '{name}'" if name else f"No {kind} set for active stack ('{stack.name}')."))


def component_describe(
    component_type: str, name: str | None = None, output: str = TABLE, at: str | None = None
) -> None:
    """Prints everything about a component."""
    name = None if name is None else name_of(component_type, name)
    repository = looking(at)
    with repository.reading() as now:
        announce(repository, now, stack=True, uses=STACK if name is None else PROFILE)
        if name is None and not now.components(component_type):
            if output != TABLE:
                answer(repository, {"component": None}, output)
            else:
                print(f"No {plural(component_type)} registered.")
            return
        if name is None:
            name = active_component(now.stack(None).components, component_type)
        component = now.component(component_type, name)
    if output != TABLE:
        answer(repository, {"component": component.document()}, output)
        return
    parameters = component.all_parameters()
    rows = [
        ("TYPE", component.component_type),
        ("FLAVOR", component.flavor),
        ("NAME", component.name),
        ("UUID", component.component_id),
        *((name.upper(), "None" if value is None else text(value)) for name, value in parameters.items()),
    ]
    active = " (ACTIVE)" if component.active else ""
    title = f"{component_type.upper()} Component Configuration{active}"
    show(Table(("COMPONENT_PROPERTY", Column("VALUE", WRAPS)), rows, title=title))


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


def text(value: Any) -> str:
    """Returns a parameter's value as a cell of a table has it; empty for None."""
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        import json

        return json.dumps(value, ensure_ascii=False)
    return str(value)
