"""``zenml run``."""

from __future__ import annotations

from contextlib import suppress

from zenml.api.looking_back import LookingBack
from zenml.api.runs.commands import run_command
from zenml.api.runs.running import WantedRun
from zenml.cli.answers.open_at import catching_up
from zenml.cli.answers.runs.running import RunTold
from zenml.cli.groups import Command
from zenml.cli.mistakes.failures import guarded
from zenml.cli.mistakes.misused import ExitError, MisusedError
from zenml.cli.options.declared import Argument, Offer, Option, TypedSoFar
from zenml.cli.screen.notices import notice
from zenml.domain.annotations import Annotated
from zenml.runs.running.child import NOT_BEGUN


def _stacks(incomplete: str, typed: TypedSoFar) -> list[Offer]:
    from zenml.cli.options import completions  # which imports what changes something

    return completions.stacks(incomplete, typed)


def _bare(text: str | None) -> str | None:
    if text is None:
        return None
    from zenml.domain.typed_names import name_of  # here: most runs are on the active stack

    return name_of("stack", text)


def run(
    command: Annotated[
        list[str] | None, Argument(metavar="-- COMMAND...", help="What to run, after two dashes")
    ] = None,
    stack: Annotated[
        str | None,
        Option(
            "--stack",
            "-s",
            metavar="NAME",
            help="The stack; the active one by default",
            callback=_bare,
            autocompletion=_stacks,
        ),
    ] = None,
    name: Annotated[
        str | None,
        Option("--name", "-n", metavar="NAME", help="What to call the run; several may have the same name"),
    ] = None,
    with_secrets: Annotated[
        bool, Option("--with-secrets", help="Hand over the secrets of the stack too; their names are recorded")
    ] = False,
    reason: Annotated[
        str | None,
        Option("--reason", metavar="TEXT", help="The reason; it is recorded"),
    ] = None,
    like: Annotated[
        str | None,
        Option(
            "--like",
            metavar="RUN",
            help="Run on the stack as this run had it, or on --stack as it is now; its command, if none is given",
        ),
    ] = None,
    unrecorded: Annotated[
        bool, Option("--unrecorded", help="Do not record the run, as where nothing can be written")
    ] = False,
    redact: Annotated[
        list[str] | None,
        Option("--redact", metavar="TEXT", help="Record stars in the place of this text (can be repeated)"),
    ] = None,
) -> None:
    """Run a command on a stack, and record with which configuration it ran.

    The command finds the run, the stack and each parameter that is not a secret in variables: ZENML_RUN_ID,
    ZENML_RUN_POINT, ZENML_ACTIVATED_STACK, ZENML_STACK__ARTIFACT_STORE__PATH and so on. Its output, the signals it
    gets and its exit code are its own. The exit code is 125 if it cannot begin, and 126 or 127 if there is no such
    program. What is known to be a secret is not recorded of it; --redact names what only you know for one.

    Example: zenml run --name nightly -- env
    """
    if not command and like is None:
        raise MisusedError(
            "There is no command to run.", 'Give one after two dashes, as in "zenml run -- python train.py".'
        )

    def begin_and_wait() -> int:
        asking = LookingBack(notify=notice, progress=catching_up)
        wanted = WantedRun(
            stack, name, tuple(command or ()), {}, reason, tuple(redact or ()), with_secrets=with_secrets
        )
        if like is not None:
            from zenml.cli.answers.runs.rerun import like_run

            wanted = like_run(asking, wanted, like)

        told = RunTold(asking, wanted)
        ended = run_command(asking, wanted, told.begins, looks=told.looks, recorded=not unrecorded)
        with suppress(Exception):  # nobody may read it any more; the exit code is the command's all the same
            told.ended(ended)
        return ended.ended.exit_code

    raise ExitError(guarded(begin_and_wait, least=NOT_BEGUN))


app = Command(run, options_first=True)
