"""The options of every command that changes something."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, Optional

from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.mistakes.misused import MisusedError
from zenml.cli.options.added import with_options
from zenml.cli.options.declared import DeclaredParameter, Option
from zenml.cli.screen.output import TABLE
from zenml.domain.errors import NotAllowedError
from zenml.domain.suggestions import typed

if TYPE_CHECKING:
    from zenml.cli.answers.plan_out import PlanOut

_REASON = Option("--reason", metavar="TEXT", help="The reason; it is recorded")
_DRY_RUN = Option("--dry-run", help="Show what would be done, and write nothing")
_PLAN_OUT = Option(
    "--plan-out", metavar="FILE", help="Write a plan of it to this file, for others to approve; change nothing"
)
_KEY = Option(
    "--idempotency-key",
    metavar="KEY",
    envvar="ZENML_IDEMPOTENCY_KEY",
    help="Do it only once, however often the command is run with this key",
)


def _refuse(at: str | None) -> str | None:
    if at is not None:
        raise MisusedError(
            "The past cannot be changed: --at is only for commands that read.",
            f'To go back there, run "zenml restore --to {typed(at)}".',
        )
    return at


_AT = Option("--at", hidden=True, callback=_refuse)
"""Known so that it is refused in words; some commands would take it for a parameter of a component."""


def writing(body: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the options that say how to do what it does; it gets them as ``run``."""

    def call(values: dict[str, Any]) -> None:
        plan_out = _planned(values.pop("plan_out"), values["reason"])
        run = WriteCommand(
            values.pop("reason"),
            values.pop("dry_run") or plan_out is not None,
            values.pop("output"),
            values.pop("idempotency_key"),
            plan_out,
        )
        values.pop("at")
        with run.noted():
            body(run=run, **values)
            if plan_out is not None and not plan_out.answered:
                raise NotAllowedError("No plan can be made of what this command does.", code="not_plannable")

    return with_options(body, _options, call)


def _planned(path: str | None, reason: str | None) -> PlanOut | None:
    if path is not None and reason is not None:
        raise MisusedError(
            "A plan does not keep a reason: --reason belongs to the change.",
            f'Give it later: "zenml apply --plan {typed(path)} --reason {typed(reason)}".',
        )
    if path is None:
        return None
    from zenml.cli.answers.plan_out import PlanOut

    return PlanOut(path)


def _options(kept: tuple[DeclaredParameter, ...]) -> tuple[DeclaredParameter, ...]:
    text = Optional[str]  # noqa: UP045 - it is read at run time
    # -o means something else where a command has an orchestrator
    is_taken = any("-o" in parameter.about.names for parameter in kept)
    spellings = ["--output"] if is_taken else ["--output", "-o"]
    output = Option(*spellings, help="How to print the change that was made", show_default=False)
    return (
        DeclaredParameter("reason", text, _REASON, None),
        DeclaredParameter("dry_run", bool, _DRY_RUN, False),
        DeclaredParameter("output", Literal["table", "json", "yaml"], output, TABLE),
        DeclaredParameter("plan_out", text, _PLAN_OUT, None),
        DeclaredParameter("idempotency_key", text, _KEY, None),
        DeclaredParameter("at", text, _AT, None),
    )
