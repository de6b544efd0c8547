"""What was found of another version of the program: profiles, what was active, and what could not be read."""

from __future__ import annotations

from typing import Any, NamedTuple

from zenml.documents.files import parse
from zenml.documents.profile import ComponentDocument, FlavorDocument, ProfileDocument, StackDocument
from zenml.domain.component_types import COMPONENT_TYPES, MANDATORY, display
from zenml.domain.errors import InvalidValueError
from zenml.domain.names import check_name


class FoundProfile(NamedTuple):
    """A profile.

    Attributes:
        name: Its name.
        url: Where its store is; None for the usual place of a local one.
        document: Its contents.
        active_stack: The stack that was active in it, if that is among its stacks.
    """

    name: str
    url: str | None
    document: ProfileDocument
    active_stack: str | None


class FoundContents(NamedTuple):
    """Everything that was found.

    Attributes:
        profiles: The profiles that could be read.
        active_profile: The one that was active, if it is among them.
        problems: What could not be read, a sentence each.
    """

    profiles: list[FoundProfile]
    active_profile: str | None
    problems: list[str]


class Contents:
    """Gathers the contents of one profile, leaving out, and naming, what cannot be taken over."""

    def __init__(self, profile: str, problems: list[str]) -> None:
        self._profile = profile
        self._problems = problems
        self._flavors: list[FlavorDocument] = []
        self._components: dict[tuple[str, str], ComponentDocument] = {}
        self._stacks: list[StackDocument] = []

    def problem(self, sentence: str) -> None:
        """Notes what could not be read."""
        self._problems.append(f"Profile '{self._profile}': {sentence}")

    def flavor(self, component_type: str, name: str, source: str) -> None:
        """Takes a custom flavor."""
        try:
            content = {"flavors": [{"type": component_type, "name": str(name), "source": str(source)}]}
            self._flavors += parse(content, "flavor").flavors
        except InvalidValueError as error:
            self.problem(f"flavor '{name}' was left out: {error.message}")

    def component(self, component_type: str, name: str, flavor: str, values: dict[str, Any]) -> None:
        """Takes a component: ``values`` are its parameters, its name and its ``uuid``."""
        parameters = {key: value for key, value in values.items() if key not in ("name", "uuid")}
        identity = {"id": str(values["uuid"])} if values.get("uuid") else {}
        try:
            check_name(display(component_type), name)
            content = {
                "type": component_type,
                "name": name,
                "flavor": flavor,
                "parameters": parameters,
                **identity,
            }
            (component,) = parse({"components": [content]}, "component").components
        except InvalidValueError as error:
            self.problem(f"{display(component_type)} '{name}' was left out: {error.message}")
            return
        self._components[component.type, component.name] = component

    def stack(self, name: str, components: dict[str, Any]) -> None:
        """Takes a stack, given by the types and names of its components; None means no component of that type."""
        names = {
            kind: str(component_name) for kind, component_name in components.items() if component_name is not None
        }
        missing = [
            f"{display(kind)} '{component_name}'"
            for kind, component_name in names.items()
            if (kind, component_name) not in self._components
        ]
        lacking = [display(kind) for kind in MANDATORY if kind not in names]
        try:
            check_name("stack", name)
            (stack,) = parse({"stacks": [{"name": name, "components": names}]}, "stack").stacks
        except InvalidValueError as error:
            self.problem(f"stack '{name}' was left out: {error.message}")
            return
        if missing:
            self.problem(f"stack '{name}' was left out: it uses {', '.join(missing)}, which could not be read.")
        elif lacking:
            self.problem(f"stack '{name}' was left out: it has no {', '.join(lacking)}.")
        else:
            self._stacks.append(stack)

    def profile(self, url: str | None, active_stack: str | None) -> FoundProfile:
        """Returns the profile with everything that was gathered."""
        document = ProfileDocument(
            profile=self._profile,
            flavors=self._flavors,
            components=sorted(
                self._components.values(),
                key=lambda component: (COMPONENT_TYPES.index(component.type), component.name),
            ),
            stacks=sorted(self._stacks, key=lambda stack: stack.name),
        )
        names = [stack.name for stack in document.stacks]
        if active_stack is not None and active_stack not in names:
            self.problem(f"its active stack '{active_stack}' is not among its stacks.")
            active_stack = None
        return FoundProfile(self._profile, url, document, active_stack)
