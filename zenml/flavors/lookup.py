"""Which flavors there are. Nothing here imports a flavor before it is needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from zenml.domain.component_types import plural
from zenml.domain.errors import FlavorNotFoundError, OwnCodeNotRunError
from zenml.domain.suggestions import did_you_mean
from zenml.flavors.index import FLAVORS
from zenml.flavors.info import FlavorInfo

if TYPE_CHECKING:
    from zenml.flavors.base import StackComponent

_OPTIONS = frozenset({"dry_run", "flavor", "idempotency_key", "interactive", "output", "reason", "secret", "type"})
"""What the commands take beside the parameters of a flavor."""


class Flavors(NamedTuple):
    """The flavors one can see from a place: those that ship with the program, registered and installed ones.

    A name that several have means the first of them, in that order.

    Attributes:
        registered: Those registered in a profile, by component type.
        root: The repository whose modules the registered ones are found among; None outside of any.
        runs_own_code: Whether classes of registered ones may be imported; not by what only tries things out.
    """

    registered: Mapping[str, Sequence[FlavorInfo]] = {}
    root: str | None = None
    runs_own_code: bool = True

    def of(self, component_type: str) -> list[FlavorInfo]:
        """Returns the flavors of a component type, by name. Those of installed packages are imported for it."""
        flavors = {info.name: info for info in self._installed(component_type)}
        flavors.update({info.name: info for info in self.registered.get(component_type, ())})
        flavors.update({info.name: info for info in FLAVORS.get(component_type, ())})
        return sorted(flavors.values(), key=lambda info: info.name)

    def find(self, component_type: str, flavor: str) -> FlavorInfo:
        """Returns what is known of a flavor.

        Raises:
            FlavorNotFoundError: There is no such flavor.
        """
        flavor_info = self.known(component_type, flavor)
        if flavor_info is not None:
            return flavor_info
        others = [plural(other) for other in FLAVORS if self.shipped(other, flavor)]
        near = "" if others else did_you_mean(flavor, [info.name for info in self.of(component_type)])
        message = f"There is no flavor '{flavor}' for the type {component_type}."
        if near:
            raise FlavorNotFoundError(message, near)
        hint = f"It is a flavor of {' and '.join(others)}." if others else ""
        raise FlavorNotFoundError(message, hint, code="unknown_flavor", component_type=component_type)

    def known(self, component_type: str, flavor: str) -> FlavorInfo | None:
        """Returns what is known of a flavor; None if there is no such one."""
        own = self.registered.get(component_type, ())
        flavor_info = self.shipped(component_type, flavor) or next(
            (info for info in own if info.name == flavor), None
        )
        return flavor_info or next((info for info in self._installed(component_type) if info.name == flavor), None)

    @staticmethod
    def shipped(component_type: str, flavor: str) -> FlavorInfo | None:
        """Returns what is known of a flavor that ships with the program; None if there is no such one."""
        return next((info for info in FLAVORS.get(component_type, ()) if info.name == flavor), None)

    def load(self, component_type: str, flavor: str) -> type[StackComponent]:
        """Returns the class of a flavor, importing its module and no other flavor's.

        Raises:
            FlavorNotFoundError: There is no such flavor.
            OwnCodeNotRunError: It is a registered one, and those are not imported here.
            FlavorImportError: Its module cannot be imported here.
        """
        from zenml.flavors.loading import load
        from zenml.flavors.own_code import load_own

        info = self.find(component_type, flavor)
        if not info.own:
            return load(info.source)
        if not self.runs_own_code:
            raise OwnCodeNotRunError(
                f"The class '{info.source}' of the flavor '{info.name}' is not imported by a dry run.",
                component_type=component_type,
                flavor=info.name,
            )
        return load_own(info.source, self.root)

    def ready(self, info: FlavorInfo) -> bool:
        """Tells whether what a flavor needs is installed. It is looked for, and not imported."""
        from zenml.flavors.loading import is_installed
        from zenml.flavors.own_code import is_there

        if info.own:
            return is_there(info.source, self.root)
        return info.package is None or is_installed(info.package)

    def _installed(self, component_type: str) -> Iterator[FlavorInfo]:
        from zenml.flavors.loading import installed

        for source, flavor_type in installed():
            if component_type == flavor_type.TYPE:
                yield FlavorInfo(flavor_type.FLAVOR, source, custom=True, installed=True)


SHIPPED = Flavors()
"""The flavors that ship with the program, and those of installed packages."""


@cache
def secret_names() -> frozenset[str]:
    """Returns the names of all parameters that are secret in some flavor. Imports none of them."""
    return frozenset(name for listed in FLAVORS.values() for info in listed for name in info.secrets)


def declared(component_type: str, flavor: str) -> tuple[frozenset[str], frozenset[str]]:
    """Returns which parameters of a flavor that ships with the program are secret, and which are not.

    Both are empty for any other flavor: its class would have to be asked.
    """
    info = SHIPPED.shipped(component_type, flavor)
    return (frozenset(info.secrets), info.plain) if info else (frozenset(), frozenset())


def unknown_names(words: Sequence[str]) -> frozenset[str]:
    """Returns the parameters of a command line that no flavor has: a secret may have been misspelt."""
    if len(words) < 2 or words[0] == "stack" or words[1] not in ("register", "update"):
        return frozenset()
    known = {name for listed in FLAVORS.values() for info in listed for name in info.parameters} | _OPTIONS
    named = (word[2:].partition("=")[0].replace("-", "_") for word in words if word.startswith("--"))
    return frozenset(name for name in named if name not in known)
