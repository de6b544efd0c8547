"""Options for components of all twelve types, in both spellings and with ZenML's short ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Optional

from zenml.cli.options import completions
from zenml.cli.options.added import with_options
from zenml.cli.options.declared import DeclaredParameter, Option
from zenml.domain.component_types import COMPONENT_TYPES, OPTIONAL, command, display
from zenml.domain.typed_names import name_of

SHORT = {
    "artifact_store": "-a",
    "metadata_store": "-m",
    "orchestrator": "-o",
    "alerter": "-al",
    "annotator": "-an",
    "container_registry": "-c",
    "data_validator": "-dv",
    "experiment_tracker": "-e",
    "feature_store": "-f",
    "model_deployer": "-d",
    "secrets_manager": "-x",
    "step_operator": "-s",
}


def _spellings(component_type: str) -> list[str]:
    hyphens = f"--{command(component_type)}"
    underscores = f"--{component_type}"
    return [SHORT[component_type], hyphens, *([underscores] if underscores != hyphens else [])]


def with_component_names(
    required: tuple[str, ...] = (),
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Gives a command an option per type; it gets ``components``, the names that were given by type."""

    def option(component_type: str) -> DeclaredParameter:
        about = Option(
            *_spellings(component_type),
            metavar="NAME",
            help=f"The {display(component_type)}",
            autocompletion=completions.components(component_type),
        )
        if component_type in required:
            return DeclaredParameter(component_type, str, about)
        return DeclaredParameter(component_type, Optional[str], about, None)  # noqa: UP045

    def collect(values: dict[str, Any]) -> dict[str, str]:
        return {kind: name_of(kind, values[kind]) for kind in COMPONENT_TYPES if values[kind] is not None}

    return _with_options(COMPONENT_TYPES, option, collect)


def with_component_flags() -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Gives a command a flag per optional type; it gets ``components``, the types that were named."""

    def flag(component_type: str) -> DeclaredParameter:
        about = Option(*_spellings(component_type), help=f"Remove the {display(component_type)}")
        return DeclaredParameter(component_type, bool, about, False)

    return _with_options(OPTIONAL, flag, lambda values: [kind for kind in OPTIONAL if values[kind]])


def _with_options(
    component_types: Iterable[str],
    option: Callable[[str], DeclaredParameter],
    collect: Callable[[dict[str, Any]], Any],
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Returns a decorator that replaces a function's parameter ``components`` by many options."""

    def decorate(run: Callable[..., None]) -> Callable[..., None]:
        def call(values: dict[str, Any]) -> None:
            others = {key: value for key, value in values.items() if key not in component_types}
            run(components=collect(values), **others)

        return with_options(run, lambda kept: map(option, component_types), call)

    return decorate
