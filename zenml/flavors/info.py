"""What is known of a flavor without importing it."""

from __future__ import annotations

from collections import namedtuple

from zenml.domain.plain_json import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class FlavorInfo(
    namedtuple(
        "FlavorInfo",
        "name source declared integration package custom installed",
        defaults=("", None, None, False, False),
    )
):
    """A flavor as lists show it.

    Attributes:
        name: The flavor's name, unique within its component type.
        source: Its class, as ``package.module.Class``.
        declared: The names of its parameters, those of secret ones with an exclamation mark, and behind an equals
            sign the default as JSON; empty for a flavor that does not ship with the program: its class has to be
            asked.
        integration: The integration it belongs to; None for one that needs none.
        package: The package that must be importable for it to work, if any.
        custom: Whether it is a custom flavor, or of an installed package, and does not ship with the
            program.
        installed: Whether a package that is installed here brings it; the class of any other custom flavor is
            code that came with a folder or with a profile.
    """

    __slots__ = ()
    name: str
    source: str
    declared: str
    integration: str | None
    package: str | None
    custom: bool
    installed: bool

    @property
    def own(self) -> bool:
        """Whether its class is code that came with a folder or with a profile."""
        return self.custom and not self.installed

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of its parameters."""
        return tuple(word.partition("=")[0].rstrip("!") for word in self.declared.split())

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of its secret parameters."""
        return tuple(word[:-1] for word in self.declared.split() if word.endswith("!"))

    @property
    def defaults(self) -> dict[str, Any]:
        """The values of its parameters that have a default, but for places on this machine."""
        words = (word.partition("=") for word in self.declared.split() if "=" in word)
        return {name: load(default) for name, _, default in words}

    @property
    def plain(self) -> frozenset[str]:
        """The names of its parameters that are not secret, whatever they are called."""
        return frozenset(self.parameters) - frozenset(self.secrets)

    @property
    def origin(self) -> str:
        """What lists call its integration: ``built-in`` for one that ships with the program and needs none."""
        return self.integration or ("" if self.custom else "built-in")
