"""``zenml approve``."""

from __future__ import annotations

import sys

from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.asking.terminal import ask_yes_or_no
from zenml.cli.groups import Command
from zenml.cli.options.declared import Argument, Option
from zenml.cli.options.writing_options import writing
from zenml.cli.screen.notices import notice
from zenml.cli.screen.output import TABLE
from zenml.domain.annotations import Annotated


@writing
def approve(
    run: WriteCommand,
    plan: Annotated[str, Argument(metavar="PLAN", help="The file that --plan-out wrote")],
    yes: Annotated[bool, Option("--yes", "-y", help="Do not ask")] = False,
) -> None:
    """Approve a plan that somebody else made, after showing what it does.

    Where approvals are required (see `zenml approval`), it can then be carried out with `zenml apply --plan`. What
    is approved are exactly its events: a file that is edited later is not this plan any more.

    Example: zenml approve plan.json --reason "OPS-7"
    """
    from zenml.cli.answers.differences import lines, write
    from zenml.reconcile.plans.plan import read_plan

    stored_plan = read_plan(plan)
    opened = run.repository()
    if run.output == TABLE:
        write(lines(opened.plan_differences(stored_plan)))
        notice(f"Plan {stored_plan.digest[:8]} for profile '{stored_plan.profile}', by {_author(stored_plan)}.")
    run.check(lambda repository: repository.approve(stored_plan))
    if not (yes or run.dry_run) and sys.stdin.isatty() and not ask_yes_or_no("Approve this plan?", err=True):
        notice("Nothing was approved.")
        return
    change = opened.approve(stored_plan)
    run.finish(opened, change, f"Approved plan {stored_plan.digest[:8]}.")


def _author(plan: object) -> str:
    from zenml.ledger.approving import person_of_actor
    from zenml.reconcile.plans.plan import Plan

    assert isinstance(plan, Plan)
    return f"'{person_of_actor(plan.author).name}'"


app = Command(approve)
