"""``zenml apply``."""

from __future__ import annotations

from typing import Optional

from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.asking.left_open import with_secrets
from zenml.cli.groups import Command
from zenml.cli.mistakes.misused import MisusedError
from zenml.cli.options import kinds
from zenml.cli.options.declared import Argument, Option
from zenml.cli.options.writing_options import writing
from zenml.domain.annotations import Annotated

File = Annotated[
    Optional[list[str]],  # noqa: UP045 - it is read at run time
    Option("--filename", "-f", metavar="FILE|DIR", help="The same, as in kubectl"),
]


@writing
def apply(
    run: WriteCommand,
    paths: Annotated[
        Optional[list[str]],  # noqa: UP045
        Argument(metavar="[FILE|DIR]...", help="YAML files, or folders of them"),
    ] = None,
    files: File = None,
    prune: Annotated[bool, Option("--prune", help="Delete what the files do not name")] = False,
    plan: Annotated[
        Optional[str],  # noqa: UP045
        Option("--plan", metavar="FILE", help="Carry out the plan in this file, unless it is out of date"),
    ] = None,
    to: Annotated[
        Optional[str],  # noqa: UP045
        kinds.option(
            "profile",
            "--to",
            metavar="PROFILE",
            help="Apply to this profile, the active one, although the files name another",
        ),
    ] = None,
    overwrite: Annotated[bool, Option("--overwrite", help="Replace the plan's file if it exists")] = False,
) -> None:
    """Make the active profile match YAML files, in one change.

    The files name components and stacks, as `zenml export` prints them. What already matches is left alone, so
    a second run changes nothing. Add --dry-run to see what would change.

    Example: zenml apply stacks.yaml
    """
    sources = [*(paths or []), *(files or [])]
    if bool(sources) == bool(plan) or (plan and (run.plan_out or prune or to)):
        raise MisusedError(
            "Give files, or --plan FILE alone.",
            'Write "zenml apply FILE" or "zenml apply --plan FILE"; run "zenml apply --help" to see more.',
        )
    if plan is not None:
        from zenml.reconcile.plans.plan import read_plan

        stored_plan = read_plan(plan)
        opened = run.repository()
        change = opened.apply_plan(stored_plan)
    else:
        from zenml.documents.files import read_documents

        document = read_documents(sources, mixed=to is not None)
        opened = run.repository()
        if run.plan_out is not None:
            run.plan_out.overwrite = overwrite
            run.finish(opened, opened.apply(document, prune=prune, to=to))
            return
        change = with_secrets(
            run, opened, document, lambda repository, filled: repository.apply(filled, prune=prune, to=to)
        )
    if change is not None and run.for_people and not change.repeated:
        from zenml.cli.answers.differences import lines, write
        from zenml.history.change_details import details

        write(lines(opened.ask(lambda snapshot: details(snapshot, change.letters)).differences))
    run.finish(opened, change)


app = Command(apply)
