"""Running something like it was run before: the command, and what of then cannot be brought back."""

from __future__ import annotations

from zenml.domain.component_types import display
from zenml.domain.errors import NotAllowedError
from zenml.domain.plain_json import load
from zenml.projections.runs.queries import shown
from zenml.runs.running.masking import is_masked
from zenml.runs.running.software import software

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from zenml.runs.configuration import Configuration
    from zenml.runs.running.code import FoundCode


def command_of(began: dict[str, Any], run: str) -> tuple[str, ...]:
    """Returns the words of the command of a run, to be run again.

    Args:
        began: The fields of the run's first event.
        run: What the run is called.

    Raises:
        NotAllowedError: It was a block of Python, or not all of its words are known.
    """
    if began["command"] is None:
        raise NotAllowedError(
            f"Run '{run}' was a block of Python and had no command.", code="no_command_then", run=run
        )
    words = shown(began["command"])
    if words is None or is_masked(words):
        what = "was redacted" if words is None else "had a secret in it, which was not recorded"
        raise NotAllowedError(f"The command of run '{run}' {what}.", code="command_not_known", run=run)
    return tuple(words)


def cannot_be_as_then(
    began: dict[str, Any], chosen: Configuration, found: FoundCode, folder: str
) -> Iterator[str]:
    """Yields what is not as it was when a run began, and cannot be brought back, a sentence each.

    Args:
        began: The fields of its first event.
        chosen: What the new run runs with.
        found: The code as it is now.
        folder: The working directory.
    """
    yield from _of_code(began["code"], found)
    for component_type, component in chosen.components.items():
        for parameter, setting in component.settings.items():
            if _is_redacted(load(setting)):
                yield f"'{parameter}' of {display(component_type)} '{component.name}' was redacted: it is unset."
    then, now = began["software"], software(folder, found.top).to_fields()
    for what, name in (("python", "Python"), ("zenml", "zenml"), ("platform", "the platform")):
        if then[what] != now[what]:
            yield f"Then {name} was {then[what]}; it is {now[what]} now."
    if then["lock"] != now["lock"]:
        yield "The file that pins the packages is not the one of then."
    origin = shown(began["origin"]) or {}
    if origin.get("folder") not in (None, folder):
        yield f"It ran in {origin['folder']} then, and runs in {folder} now."
    if began["secrets"]:
        yield "It was handed secrets of the stack then; --with-secrets hands them over again."
    yield "Data and other variables are as they are now: no run has a copy of them."


def _of_code(then: dict[str, Any] | None, found: FoundCode) -> Iterator[str]:
    if then is None or found.code is None:
        if then is not None:
            yield f"The code was commit {_short(then['commit'])} then; which it is now is not known."
        return
    now = found.code
    if now.commit != then["commit"]:
        yield f"The code was commit {_short(then['commit'])} then; it is {_short(now.commit)} now."
    if then["dirty"] and (now.diff is None or now.diff != shown(then["diff"])):
        yield "Not all of the code was committed then, and what was not is not recorded."
    elif now.is_dirty and not then["dirty"]:
        yield "The code has changes now that are not committed."


def _short(commit: str | None) -> str:
    return commit[:12] if commit else "none"


def _is_redacted(setting: dict[str, Any]) -> bool:
    return "key_id" not in setting and "v" not in setting
