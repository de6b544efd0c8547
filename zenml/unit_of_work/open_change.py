"""What use cases have of a change while it is made: they look, decide, and say what they did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from zenml.active import Began
from zenml.active.files import Chosen
from zenml.domain import commands
from zenml.domain.errors import NotAllowedError
from zenml.domain.events import DomainEvent, Kind
from zenml.domain.lasting_names import lasting_name
from zenml.ledger.change import Change, ChangeBuilder, ChangeHeader
from zenml.ledger.ledger import LockedLedger
from zenml.ledger.origin import Origin, origin
from zenml.ledger.secrets.keyring import Keyring
from zenml.projections import machine
from zenml.projections.machine import ProfileRow
from zenml.projections.settings import display_value
from zenml.snapshot.profiles import profile_named
from zenml.snapshot.snapshot import Snapshot
from zenml.unit_of_work.request import Request
from zenml.unit_of_work.stores import Stores

if TYPE_CHECKING:
    from zenml.flavors.base import StackComponent


class OpenChange:
    """A change that is being made, and will be recorded as a whole.

    Args:
        request: Who asks, and where.
        keyring: Opens and wraps the keys of secrets.
        stores: The stores that the change is made in.

    Attributes:
        targets: The ids of the changes it undoes or redoes.
        point: The id of the change as of which it makes things again, if it does.
        plan_id: The id of the plan that it carries out; None if it carries out none.
    """

    def __init__(self, request: Request, keyring: Keyring, stores: Stores) -> None:
        self.request = request
        self.keyring = keyring
        self.stores = stores
        self.notify = request.notify
        self.targets: tuple[str, ...] = ()
        self.point: str | None = None
        self.plan_id: str | None = None
        self._root = request.root
        self._who: Origin | None = None
        self._locked: LockedLedger | None = None
        self._change: ChangeBuilder | None = None
        self._began: Began | None = None  # what there was to know of the repository when the change began
        self._chosen_here: set[Chosen] = set()  # what the repository's file has to say, whether or not it is new
        self._sentences: list[tuple[str, bool]] = []  # sentences, and whether a dry run shows them too

    # --- what there is ----------------------------------------------------------------------------

    @property
    def now(self) -> tuple[LockedLedger, ChangeBuilder]:
        """The lock and the change.

        Raises:
            NotAllowedError: The change is over.
        """
        if self._locked is None or self._change is None:
            raise NotAllowedError("The change is over.", "Start another one with repository.change().")
        return self._locked, self._change

    @property
    def who(self) -> Origin:
        """Who makes it, and where from."""
        return self._who or origin(self.request.words, self._root, self.request.reason)

    def reading(self) -> Snapshot:
        """Returns a look at everything, this change included."""
        locked, _ = self.now
        return Snapshot(locked.transaction.database, locked.machine_id, self._root, self._began)

    def profile_row(self, name: str) -> ProfileRow:
        """Returns a profile. Raises `ProfileNotFoundError`."""
        locked, _ = self.now
        return profile_named(locked.transaction.database, locked.machine_id, name)

    def profile_urls(self) -> list[str]:
        """Returns the URLs of the profiles, but for those that were redacted."""
        locked, _ = self.now
        rows = machine.profiles(locked.transaction.database, locked.machine_id)
        return [url for row in rows if (url := display_value(row.url)) is not None]

    # --- what is done -----------------------------------------------------------------------------

    def execute(self, command: commands.Command) -> list[DomainEvent]:
        """Decides a command; its events are recorded with the change."""
        _, change = self.now
        decided = change.execute(command)
        for event in decided:
            sentence = lasting_name(event)
            if sentence is not None:
                self.warn(sentence)
        return decided

    def chosen_here(self, chosen: Chosen) -> None:
        """Notes that the repository one is in chose something, be it what is recorded already."""
        self._chosen_here.add(chosen)
        if self._began is not None:
            self._began = self._began._replace(repository=None)  # its file will follow

    def make_local_path(self, component: StackComponent) -> None:
        """Makes the folder a component needs on this machine, if it needs one."""
        from zenml.unit_of_work.local_paths import (
            make_local_path,  # flavors are costly, and few commands need them
        )

        if not self.request.dry_run:
            make_local_path(component)

    @contextmanager
    def step(self) -> Iterator[Self]:
        """Makes what is done inside happen as a whole, or not at all when an error is caught within the change."""
        _, change = self.now
        profile = change.catalog.profile_row
        try:
            with self.step_back(), change.whole():
                yield self
        except BaseException:
            change.go_on_in(profile)
            raise

    @contextmanager
    def separate_change(
        self, locked: LockedLedger, who: Origin, profile: ProfileRow, kind: Kind
    ) -> Iterator[list[Change]]:
        """Makes what is done inside a separate change, while the lock is held; nothing is kept after an error.

        Yields:
            A list that has the change in it afterwards, if there was something to change.
        """
        recorded: list[Change] = []
        self._locked, self._change = locked, locked.begin(profile, None)
        try:
            with self._change.whole():
                yield recorded
            change = locked.finish(self._change, ChangeHeader(kind, who))
            recorded += [change] if change is not None else []
        finally:
            self._locked = self._change = None

    # --- what is said -----------------------------------------------------------------------------

    def say(self, sentence: str) -> None:
        """Notes what is being done; it is shown once that is recorded, and never if it is not."""
        self._sentences.append((sentence, False))

    def warn(self, sentence: str) -> None:
        """Notes what one may not expect; it is shown like what is done, and in a dry run too."""
        self._sentences.append((sentence, True))

    @contextmanager
    def step_back(self) -> Iterator[None]:
        """Forgets after an error the sentences about what was done inside."""
        count = len(self._sentences)
        try:
            yield
        except BaseException:
            del self._sentences[count:]
            raise

    def show_sentences(self) -> None:
        """Shows what was noted, now that it is recorded."""
        sentences, self._sentences = self._sentences, []
        for sentence, also_dry in sentences:
            if also_dry or not self.request.dry_run:
                self.notify(sentence)
