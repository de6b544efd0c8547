"""``zenml approval``."""

from __future__ import annotations

from typing import Optional

from zenml.cli.answers.open_at import answer, open_at
from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.groups import Group
from zenml.cli.options import kinds
from zenml.cli.options.declared import Argument
from zenml.cli.options.reading_options import At, Output
from zenml.cli.options.writing_options import writing
from zenml.cli.screen.notices import announce, notice
from zenml.cli.screen.output import TABLE
from zenml.cli.screen.showing import fits, show
from zenml.cli.screen.tables import WRAPS, Column, Table
from zenml.domain.annotations import Annotated
from zenml.snapshot.ages import age, exact

StackName = Annotated[
    Optional[str],  # noqa: UP045 - it is read at run time
    kinds.option("stack", "--stack", metavar="NAME", help="This stack; everything in the profile by default"),
]

app = Group(
    """Say what changes only with a plan that others approved.

    Example: zenml approval require --stack prod
    """,
)


@app.command("require")
@writing
def require(
    run: WriteCommand,
    number: Annotated[int, Argument(metavar="[N]", help="How many others have to approve", min=1, max=20)] = 1,
    stack: StackName = None,
) -> None:
    """Require approvals for changes of a stack or profile.

    What is protected changes only with a plan that others approved (`zenml approve`). Whoever makes the plan and
    whoever carries it out are not among them. To change or to lift the rule takes the same approvals.

    Example: zenml approval require --stack prod
    """
    opened = run.repository()
    change = opened.require_approvals(number, stack=stack)
    people = "1 other person" if number == 1 else f"{number} other people"
    scope = _scope(stack, opened.active_profile_name)
    run.finish(opened, change, f"{scope} changes only with a plan that {people} approved.")


@app.command("lift")
@writing
def lift(run: WriteCommand, stack: StackName = None) -> None:
    """Require no approvals any more.

    This is a change that takes the approvals that were required.

    Example: zenml approval lift --stack prod --plan-out lift.json
    """
    opened = run.repository()
    change = opened.lift_approvals(stack=stack)
    run.finish(opened, change, f"{_scope(stack, opened.active_profile_name)} changes without approval.")


@app.command("list")
def list_rules(output: Output = "table", at: At = None) -> None:
    """List what needs approvals.

    Plans that were approved and not carried out yet are listed too.

    Example: zenml approval list
    """
    repository = open_at(at)
    with repository.reading() as snapshot:
        announce(repository, snapshot)
        rules, waiting = snapshot.approval_rules(), snapshot.approved_plans()
    if not rules:
        notice("Nothing needs approval.")
    if output != TABLE:
        document = {
            "rules": [rule.document() for rule in rules],
            "approved": [approval.document() for approval in waiting],
        }
        answer(repository, document, output)
        return
    if rules:
        rows = [(f"{rule.scope} {rule.name}", str(rule.approvals)) for rule in rules]
        show(Table((Column("WHAT", WRAPS), "APPROVALS"), rows))
    if waiting:
        when = age if fits() else exact
        notice("Approved, and not carried out:")
        table = [
            (approval.digest[:8], approval.by or "", when(approval.time), approval.reason or "")
            for approval in waiting
        ]
        time = "AGO" if fits() else "TIME (UTC)"
        show(Table(("PLAN", Column("APPROVED BY", WRAPS), time, Column("REASON", WRAPS)), table))


def _scope(stack: str | None, profile: str | None) -> str:
    return f"Stack '{stack}'" if stack else f"Profile '{profile}'"
