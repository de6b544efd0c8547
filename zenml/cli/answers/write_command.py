"""What commands that change something have in common: how they begin and how they end."""

from __future__ import annotations

import sys
from collections import namedtuple
from contextlib import contextmanager

from zenml import paths
from zenml.cli.answers.open_at import catching_up
from zenml.cli.screen.notices import PROFILE, STACK, announce, notice
from zenml.cli.screen.output import TABLE, emit
from zenml.cli.screen.streams import ReaderGoneError
from zenml.domain.notices import Notice
from zenml.domain.visible import visible
from zenml.repository import Repository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zenml.cli.answers.plan_out import PlanOut
    from zenml.domain.errors import LedgerError
    from zenml.domain.events import DomainEvent
    from zenml.ledger.change import Change


class WriteCommand(
    namedtuple(
        "WriteCommand", "reason dry_run output idempotency_key plan_out", defaults=(None, False, TABLE, None, None)
    )
):
    """How a command was asked to do what it does.

    Attributes:
        reason: Why; it is recorded.
        dry_run: Show what would be done, and do not do it.
        output: The form in which to print what was done.
        idempotency_key: Do it only once, however often the command is run with this key.
        plan_out: Where a plan of it goes; then it is a dry run. None where none is made.
    """

    __slots__ = ()
    reason: str | None
    dry_run: bool
    output: str
    idempotency_key: str | None
    plan_out: PlanOut | None

    @property
    def for_people(self) -> bool:
        """Whether to print sentences: the output is for people, and this is not a dry run."""
        return self.output == TABLE and not self.dry_run

    def repository(
        self,
        *,
        stack: bool = False,
        uses: str = PROFILE,
        quiet: bool = False,
        notify: Callable[[str], None] = notice,
    ) -> Repository:
        """Returns the repository for this command line, after saying where it runs.

        Takes and raises what `announce` does; ``notify`` receives the sentences that are printed on the way.
        """
        opened = Repository(
            notify=notify,
            command=sys.argv[1:],
            reason=self.reason,
            idempotency_key=self.idempotency_key,
            dry_run=self.dry_run,
            progress=catching_up,
        )
        if self.plan_out is not None:
            opened = Repository(notify=notify, command=sys.argv[1:]).for_plan()
        with opened.reading(ask=self.dry_run) as snapshot:
            announce(opened, snapshot, stack=stack, uses=uses, quiet=quiet)
            if uses == STACK:
                snapshot.active.check_stack_is_there()
        return opened

    def check(self, act: Callable[[Repository], object]) -> None:
        """Finds out what would be refused, before somebody is asked anything.

        A command that was done before with its key is not checked: it is answered with what it did then.

        Raises:
            LedgerError: It would be refused.
        """
        if self.plan_out is not None:
            act(Repository(notify=lambda sentence: None, command=sys.argv[1:]).for_plan())
        elif self.idempotency_key is None:
            act(Repository(notify=lambda sentence: None, command=sys.argv[1:], reason=self.reason, dry_run=True))

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Notes that the command was refused or failed, if it is; what a change met itself is noted already."""
        try:
            yield
        except BaseException as error:
            if not self.dry_run and not isinstance(error, ReaderGoneError):  # what was done is recorded
                from zenml.flavors.lookup import secret_names, unknown_names
                from zenml.ledger import failed_attempts
                from zenml.ledger.origin import origin
                from zenml.unit_of_work.notes import identify

                root, config_directory = paths.find_repository(), paths.config_directory()
                asker = origin(sys.argv[1:], root, self.reason)
                names = secret_names() | unknown_names(sys.argv[1:])
                identify(error, paths.ledger_file(config_directory), root)
                failed_attempts.note(config_directory, asker, error, secret_names=names)
            raise

    def finish(
        self, opened: Repository, change: Change | None, *sentences: str, unchanged: str | None = ""
    ) -> None:
        """Prints what was done and how to take it back; or that there was nothing to do.

        Args:
            opened: Where it was done.
            change: What was recorded.
            sentences: What to tell people.
            unchanged: What to tell them if nothing had to be changed; None if that was printed already.
        """
        if self.plan_out is not None:
            self.plan_out.write(opened, change)
            return
        if change is None:
            self._nothing(unchanged)
            return
        if self.dry_run:
            from zenml.cli.answers.dry_run import show

            show(opened, change, self.output)
            notice("Dry run: nothing was written.")
            return
        from zenml.ledger.never_undone import never_undone

        with opened.reading() as snapshot:
            name = snapshot.short(change.letters)
            if self.output != TABLE:
                from zenml.history.changes import infos

                (info,) = infos(snapshot, [snapshot.change(change.change_id)])
                emit({"change": info.document()}, self.output)
            row = snapshot.change(change.change_id)
            lasts = never_undone(snapshot.connection, row)
            needs_approval = bool(snapshot.approvals_of(row)) or any(map(_is_rule, change.events))
        if self.output == TABLE:
            for sentence in sentences:
                print(visible(sentence))
        if change.repeated:
            notice(f"Already done with the same idempotency key, as change {name}; it was not done again.")
        else:
            notice(f"Recorded as change {name}." if needs_approval else _recorded(name, lasts))

    def _nothing(self, unchanged: str | None) -> None:
        if self.output != TABLE:
            emit({"change": None}, self.output)
        elif unchanged:
            print(visible(unchanged))
        elif unchanged is not None:
            notice("Nothing to change.")


def _is_rule(event: DomainEvent) -> bool:
    """Tells whether an event is a rule of approvals: undoing it needs them, and the sentence would be wrong."""
    return event.TOPIC == "zenml:ApprovalRuleChanged"


def _recorded(name: str, lasts: LedgerError | None) -> str:
    """Returns the sentence that a change was recorded, with the command that takes it back.

    Args:
        name: The change.
        lasts: Why no undo does; None if one may.
    """
    if lasts is None:
        return f'Recorded as change {name}; run "zenml undo {name}" to undo it.'
    if not lasts.values.get("to"):  # the way back has a password in it, or there is none
        return f"Recorded as change {name}."
    return Notice(f"Recorded as change {name}.", lasts.code, **lasts.values)
