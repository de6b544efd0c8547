"""The file that ``--plan-out`` names: a plan of what a command would do, to be carried out later."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.ledger.change import Change
    from zenml.repository import Repository


class PlanOut:
    """Where a plan goes.

    Args:
        path: The file.

    Attributes:
        overwrite: Whether a file that exists is replaced.
        answered: Whether the command came so far as to say what it would do.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.overwrite = False
        self.answered = False

    def write(self, opened: Repository, change: Change | None) -> None:
        """Writes the plan of what was tried out, and prints what it does.

        Raises:
            NotAllowedError: It would change something of the machine, or the file exists.
        """
        from zenml.cli.answers.differences import lines, write
        from zenml.cli.screen.notices import notice
        from zenml.domain.suggestions import typed
        from zenml.files.outputs import write_text

        self.answered = True
        if change is None:
            notice("Nothing to change, so no plan was written.")
            return
        plan = opened.planned()
        write_text(self.path, plan.model_dump_json(indent=2) + "\n", overwrite=self.overwrite, private=True)
        write(lines(opened.plan_differences(plan)))
        file = typed(self.path)
        first = f'When somebody else has run "zenml approve {file}", run' if _has_rules(opened) else "Run"
        notice(f'Nothing was changed. {first} "zenml apply --plan {file}" to carry out the plan.')


def _has_rules(opened: Repository) -> bool:
    """Tells whether something in the profile changes only with approvals."""
    return bool(opened.ask(lambda snapshot: snapshot.approval_rules()))
