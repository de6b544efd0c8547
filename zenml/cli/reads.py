"""What the commands that only read print. Knows no parser: they are answered without one where possible."""

from __future__ import annotations

from zenml.cli.notices import announce, notice
from zenml.cli.tables import MARKER, Table, show
from zenml.domain.component_types import COMPONENT_TYPES, MANDATORY, display, plural
from zenml.domain.errors import StackComponentNotFoundError
from zenml.repository import Repository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zenml.repository.reading import ComponentInfo


def _repository() -> Repository:
    return Repository(notify=notice)


def _mark(active: bool) -> str:
    return MARKER if active else ""


def profile_list() -> None:
    """Prints the profiles."""
    repository = _repository()
    with repository.reading() as now:
        announce(repository, now)
        rows = [
            (_mark(profile.active), profile.name, profile.store_type, profile.url, profile.active_stack)
            for profile in now.profiles()
        ]
    columns = ("ACTIVE", "PROFILE NAME", "STORE TYPE", "URL", "ACTIVE STACK")
    show(Table(columns, rows, active_column=True))


def profile_get() -> None:
    """Prints the active profile's name."""
    print(f"Active profile is: {_repository().active_profile_name}")


def profile_describe(name: str | None = None) -> None:
    """Prints everything about a profile."""
    repository = _repository()
    with repository.reading() as now:
        announce(repository, now)
        profile = now.profile(name)
    rows = [
        ("NAME", profile.name),
        ("STORE_URL", profile.url),
        ("STORE_TYPE", profile.store_type),
        ("ACTIVE_STACK", profile.active_stack),
    ]
    active = " (ACTIVE)" if profile.active else ""
    show(Table(("PROPERTY", "VALUE"), rows, title=f"'{profile.name}' Profile Configuration{active}"))


def stack_list() -> None:
    """Prints the stacks of the active profile."""
    repository = _repository()
    with repository.reading() as now:
        announce(repository, now)
        stacks = now.stacks()
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
    show(Table(("ACTIVE", "STACK NAME", *(kind.upper() for kind in types)), rows, active_column=True))


def stack_get() -> None:
    """Prints the active stack's name."""
    repository = _repository()
    with repository.reading() as now:
        announce(repository, now)
        print(f"The active stack is: '{now.stack(None).name}'")


def stack_describe(name: str | None = None) -> None:
    """Prints the components of a stack."""
    repository = _repository()
    with repository.reading() as now:
        announce(repository, now)
        stack = now.stack(name)
    rows = [(kind.upper(), stack.components[kind]) for kind in sorted(stack.components)]
    caption = f"'{stack.name}' stack" + (" (ACTIVE)" if stack.active else "")
    columns = ("COMPONENT_TYPE", "COMPONENT_NAME")
    show(Table(columns, rows, title="Stack Configuration", caption=caption))


def component_list(component_type: str) -> None:
    """Prints the components of a type."""
    repository = _repository()
    with repository.reading() as now:
        announce(repository, now, stack=True)
        found = now.components(component_type)
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
            *(_text(component.parameters.get(name)) for name in names),
        )
        for component in found
    ]
    columns = ("ACTIVE", "NAME", "FLAVOR", "UUID", *(name.upper() for name in names))
    show(Table(columns, rows, active_column=True))


def component_get(component_type: str) -> None:
    """Prints the name of the active stack's component of a type."""
    repository = _repository()
    with repository.reading() as now:
        announce(repository, now, stack=True)
        stack = now.stack(None)
    kind = display(component_type)
    if component_type in stack.components:
        print(f"Active {kind}: '{stack.components[component_type]}'")
    else:
        print(f"No {kind} set for active stack ('{stack.name}').")


def component_describe(component_type: str, name: str | None = None) -> None:
    """Prints everything about a component."""
    repository = _repository()
    with repository.reading() as now:
        announce(repository, now, stack=True)
        if name is None:
            if not now.components(component_type):
                print(f"No {plural(component_type)} registered.")
                return
            name = active_component(now.stack(None).components, component_type)
        component = now.component(component_type, name)
    rows = [
        ("TYPE", component.component_type),
        ("FLAVOR", component.flavor),
        ("NAME", component.name),
        ("UUID", component.component_id),
        *_parameters(component),
    ]
    active = " (ACTIVE)" if component.active else ""
    title = f"{component_type.upper()} Component Configuration{active}"
    show(Table(("COMPONENT_PROPERTY", "VALUE"), rows, title=title))


def _parameters(component: ComponentInfo) -> list[tuple[str, str]]:
    """Returns the parameters with their values, those that are not set too where the flavor is known."""
    from zenml.flavors.lookup import flavors

    known = {
        name
        for info in flavors(component.component_type)
        if info.name == component.flavor
        for name in info.parameters
    }
    values = {**dict.fromkeys(known), **component.parameters}
    return [(name.upper(), "None" if values[name] is None else _text(values[name])) for name in sorted(values)]


def active_component(components: dict[str, str], component_type: str) -> str:
    """Returns the name of the active stack's component of a type, and says that it is taken.

    Raises:
        StackComponentNotFoundError: The active stack has none.
    """
    kind = display(component_type)
    if component_type not in components:
        raise StackComponentNotFoundError(f"No {kind} in active stack.", f"Give the name of the {kind}.")
    notice(f"No component name given; using `{components[component_type]}` from active stack.")
    return components[component_type]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        import json

        return json.dumps(value, ensure_ascii=False)
    return str(value)
