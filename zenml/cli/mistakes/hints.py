"""Words the next step, with the commands to type: after an error, and after a notice.

The layers below give the code of the problem, and the names it is about. Loaded when a step
is needed.
"""

from __future__ import annotations

from zenml.active.variables import PROFILE_VARIABLE
from zenml.cli.mistakes import (
    anchor_steps,
    approval_steps,
    next_steps,
    redaction_steps,
    run_steps,
    running_steps,
    runs_evidence_steps,
    service_steps,
    sharing_steps,
    undo_steps,
)
from zenml.domain.component_types import command, display
from zenml.domain.notices import Notice
from zenml.domain.suggestions import typed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

    from zenml.domain.errors import Detail, LedgerError

TABLES: tuple[Mapping[str, str | Callable[..., str]], ...] = (
    anchor_steps.STEPS,
    approval_steps.STEPS,
    next_steps.STEPS,
    redaction_steps.STEPS,
    runs_evidence_steps.STEPS,
    run_steps.STEPS,
    running_steps.STEPS,
    service_steps.STEPS,
    sharing_steps.STEPS,
    undo_steps.STEPS,
)
"""The steps by subject; no code is in two of them."""

STEPS = {code: step for table in TABLES for code, step in table.items()}
"""What to do about each problem that is solved by a command, by its code."""

ANYWHERE = ("in_profile", "named_by", "options")
"""Values that any problem may have.

They are the profile it is in, if not the active one; the variable that named the thing; and the options of the
undo or redo that was typed, which another one is to have too.
"""

GOES_ON = (" ", ";", ":")
"""A step that begins so continues the sentence before it, in place of the full stop."""


def hint(error: LedgerError) -> str:
    """Returns what helps, as a sentence or more; nothing if nothing is known to help."""
    return f"{error.hint} {_step(error.code, error.values)}".strip()


def sentence(text: str, options: Sequence[str] = ()) -> str:
    """Returns a sentence followed by its next step.

    Args:
        text: What happened.
        options: Those of an undo or a redo that another one is to have too, as they are typed.
    """
    step = _step(text.code, {"options": options, **text.values}) if isinstance(text, Notice) else ""
    if step.startswith(GOES_ON):
        return text.removesuffix(".") + step
    return f"{text}{step}" if not step or step.startswith("\n") else f"{text} {step}"


def _step(code: str, values: Mapping[str, Detail]) -> str:
    step = STEPS.get(code, "")
    try:
        if isinstance(step, str):
            text = step.format_map({name: _Word(value) for name, value in values.items()})
        else:
            text = step(values.get("options", ()), **{name: values[name] for name in needed(step)})
    except KeyError:  # a program may raise our errors too, and give no values
        return ""
    if "in_profile" in values:
        text = text.replace('"zenml ', f'"{PROFILE_VARIABLE}={typed(str(values["in_profile"]))} zenml ')
    if "named_by" in values:
        text = f'{text} Or run "unset {values["named_by"]}" to continue without it.'
    return text


def needed(step: Callable[..., str]) -> tuple[str, ...]:
    """Returns the values that a function words: its arguments that have a name."""
    code = step.__code__
    return code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]


class _Word:
    """A value in a sentence. After a colon, a placeholder says how it is written, if not as one types it.

    ``type``: the type of a component as a command has it; ``words``: as people say it. ``first``: the first of
    several. ``--at``, or another option: with that option before it, and nothing at all if there is no value.
    """

    def __init__(self, value: Any) -> None:
        self._value = value

    def __format__(self, form: str) -> str:
        if form == "type":
            return command(self._value)
        if form == "words":
            return display(self._value)
        if form.startswith("--"):
            return "" if self._value is None else f" {form} {typed(self._value)}"
        return typed(str(self._value[0] if form == "first" else self._value))
