"""The options of every command that changes something."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any, Literal, Optional

import typer

from zenml.cli.answers.plan_out import PlanOut
from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.mistakes.misused import MisusedError
from zenml.cli.options.added import Options, with_options
from zenml.cli.screen.output import TABLE
from zenml.domain.errors import NotAllowedError
from zenml.domain.suggestions import typed

_REASON = typer.Option("--reason", metavar="TEXT", help="The reason; it is recorded")
_DRY_RUN = typer.Option("--dry-run", help="Show what would be done, and write nothing")
_PLAN_OUT = typer.Option(
    "--plan-out", metavar="FILE", help="Write a plan of it to this file, for others to approve; change nothing"
)
_KEY = typer.Option(
    "--idempotency-key",
    metavar="KEY",
    envvar="ZENML_IDEMPOTENCY_KEY",
    show_envvar=False,
    help="Do it only once, however often the command is run with this key",
)


def _refuse(at: str | None) -> str | None:
    if at is not None:
        raise MisusedError(
            "The past cannot be changed: --at is only for commands that read.",
            f'To go back there, run "zenml restore --to {typed(at)}".',
        )
    return at


_AT = typer.Option("--at", hidden=True, callback=_refuse)
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

    return with_options(body, _options(body), call, "run")


def _planned(path: str | None, reason: str | None) -> PlanOut | None:
    if path is not None and reason is not None:
        raise MisusedError(
            "A plan does not keep a reason: --reason belongs to the change.",
            f'Give it later: "zenml apply --plan {typed(path)} --reason {typed(reason)}".',
        )
    return PlanOut(path) if path is not None else None


def _options(body: Callable[..., None]) -> Options:
    text = Optional[str]  # noqa: UP045 - the parser reads it at run time
    spellings = ["--output"] if _has_short_output(body) else ["--output", "-o"]
    output = typer.Option(*spellings, help="How to print the change that was made", show_default=False)
    return {
        "reason": (Annotated[text, _REASON], None),
        "dry_run": (Annotated[bool, _DRY_RUN], False),
        "output": (Annotated[Literal["table", "json", "yaml"], output], TABLE),
        "plan_out": (Annotated[text, _PLAN_OUT], None),
        "idempotency_key": (Annotated[text, _KEY], None),
        "at": (Annotated[text, _AT], None),
    }


def _has_short_output(body: Callable[..., None]) -> bool:
    """Tells whether ``-o`` means something else here, such as the orchestrator of a stack."""
    annotations = (
        parameter.annotation for parameter in inspect.signature(body, eval_str=True).parameters.values()
    )
    declared = (option for annotation in annotations for option in getattr(annotation, "__metadata__", ()))
    # the parser's options keep the first spelling where others have their default
    spelled = (
        (option.default, *(option.param_decls or ())) for option in declared if hasattr(option, "param_decls")
    )
    return any("-o" in spellings for spellings in spelled)
