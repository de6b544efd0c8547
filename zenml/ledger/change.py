"""A change while it is made, and what it was once it is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, NamedTuple

from zenml.domain.catalog import ApprovalRule
from zenml.domain.change_ids import letters
from zenml.domain.commands import Command
from zenml.domain.errors import LedgerError, NotAllowedError
from zenml.domain.events import Actor, ChangeBegan, ChosenActor, DomainEvent, Idempotency, Kind, Part
from zenml.domain.rules.approvals import concerned
from zenml.domain.rules.decide import decide
from zenml.domain.secrecy import without_secrets
from zenml.domain.values import key_ids
from zenml.evidence.merkle import Frontier, leaf_hash
from zenml.ledger.catalog import ViewCatalog
from zenml.ledger.ids import new_change_id
from zenml.ledger.meant import mark
from zenml.ledger.origin import Origin
from zenml.ledger.part_order import corrected, ordered
from zenml.ledger.secrets.command_lines import command_line
from zenml.ledger.secrets.noting import notes
from zenml.ledger.secrets.sealing import Sealer
from zenml.ledger.targets import of_command
from zenml.projections import views
from zenml.projections.database import whole
from zenml.projections.machine import ProfileRow
from zenml.projections.timeline.changes import Changes, part_summary
from zenml.stores.mapping import to_stored
from zenml.stores.protocol import KeyRow, StoreTransaction

if TYPE_CHECKING:
    from zenml.ledger.rehearsed import Rehearsed

MAX_EVENTS = 10_000
"""In one change. An undo takes a change back as a whole, and people must be able to look at it."""


class ChangeHeader(NamedTuple):
    """What is recorded of a change besides what it did.

    Attributes:
        kind: What kind of change it is.
        origin: Who makes it, and where from.
        targets: The ids of the changes it undoes or redoes.
        idempotency: The key an automation gave it, and the hash of its command.
        point: The id of the change as of which a restore makes things again.
        correlation_id: The id of what it belongs to, such as a plan; its own if None.
        parts: The order of all its events across ledgers, where others record the rest of it; else nothing.
    """

    kind: Kind
    origin: Origin
    targets: tuple[str, ...] = ()
    idempotency: tuple[str, str] | None = None
    point: str | None = None
    correlation_id: str | None = None
    parts: tuple[Part, ...] = ()


class Change(NamedTuple):
    """A recorded change, or one that was only rehearsed.

    Attributes:
        change_id: Its id.
        letters: The id as people see it, in full.
        kind: What kind of change it is.
        summary: What it did, in a few words.
        events: Its events, in the order they were decided.
        targets: The ids of the changes it undoes or redoes.
        repeated: It was recorded earlier, under the same idempotency key; nothing was done again.
    """

    change_id: str
    letters: str
    kind: Kind
    summary: str
    events: tuple[DomainEvent, ...]
    targets: tuple[str, ...]
    repeated: bool = False

    @property
    def digest(self) -> str:
        """What tells what it does from what another attempt would do; of an undo or a redo, that alone."""
        from zenml.ledger.decided import decided_digest

        return decided_digest(self.kind, self.targets, self.events)


class _Taken(NamedTuple):
    """An event that was decided: where it will stand, and its fields as they will be stored."""

    ledger_id: str
    position: int
    fields: dict[str, Any]
    event: DomainEvent
    rules: list[ApprovalRule]


class ChangeBuilder:
    """Decides commands one after the other; every event is in the views before the next one is decided.

    Attributes:
        change_id: The id it will have.
        catalog: What its rules see.
        sealer: Seals its values.
        planned: Whether it is only tried out to make a plan of it, which may be approved later.
    """

    def __init__(
        self, transaction: StoreTransaction, machine_id: str, catalog: ViewCatalog, sealer: Sealer
    ) -> None:
        self.change_id = new_change_id()
        self.catalog = catalog
        self.sealer = sealer
        self.planned = False
        self._transaction = transaction
        self._machine_id = machine_id
        self._taken: list[_Taken] = []
        self._heads: dict[str, Frontier] = {}
        self._last: dict[str, int] = {}
        self._wrapped: dict[str, KeyRow] = {}

    @property
    def events(self) -> list[DomainEvent]:
        """What was decided so far."""
        return [taken.event for taken in self._taken]

    @property
    def ledgers(self) -> frozenset[str]:
        """The ledgers that something was decided about."""
        return frozenset(taken.ledger_id for taken in self._taken)

    def execute(
        self, command: Command, ledger_id: str | None = None, *, within_whole: bool = False
    ) -> list[DomainEvent]:
        """Decides a command and returns its events; none if it changes nothing.

        Args:
            command: The command.
            ledger_id: The ledger that its events are about, for those that may stand in any.
            within_whole: Whether whatever is done inside the same `whole` goes with it after an error: SQLite
                takes longer for each step inside another one, the more there were.

        Raises:
            LedgerError: A rule forbids it, or something it names is not there. Nothing of it is kept then.
        """
        events = []
        try:
            with nullcontext() if within_whole else self.whole():
                for event in decide(command, self.catalog):
                    self._take(event, ledger_id)
                    events.append(event)
        except LedgerError as error:
            mark(error, of_command(command, self.catalog))
            raise
        return events

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Makes what is done inside happen as a whole, or, after an error, not at all."""
        before = len(self._taken)
        try:
            with whole(self._transaction.database):
                yield
        except BaseException:
            del self._taken[before:]
            self._last = {taken.ledger_id: taken.position for taken in self._taken}
            raise

    def go_on_in(self, profile: ProfileRow | None) -> None:
        """Makes a profile the one that further commands run in."""
        self.catalog.profile_row = profile

    def _take(self, event: DomainEvent, about: str | None) -> None:
        if len(self._taken) >= MAX_EVENTS:
            raise NotAllowedError(
                f"The change would have more than {MAX_EVENTS} events.", "Split it into several changes."
            )
        ledger_id = self._machine_id
        if event.LEDGER == "any" and about is not None:
            ledger_id = about
        elif event.LEDGER == "profile":
            ledger_id = self.catalog.profile_used.profile_ledger_id
        elif self.catalog.is_of_a_member:
            raise NotAllowedError("A member of a profile changes nothing of the machine that has it.")
        # one place is kept for the ChangeBegan, which is written last: it says how many follow
        if ledger_id not in self._heads:
            self._heads[ledger_id] = self._transaction.head(ledger_id)
        last = self._last.get(ledger_id) or self._heads[ledger_id].size + 1
        fields, position = event.to_fields(), last + 1
        rules = concerned(event, self.catalog)
        self._wrap_keys(ledger_id, fields)
        views.apply(self._transaction.rows, ledger_id, position, event.TOPIC, fields)
        self._taken.append(_Taken(ledger_id, position, fields, event, rules))
        self._last[ledger_id] = position

    def _wrap_keys(self, ledger_id: str, fields: dict[str, Any]) -> None:
        """Wraps the data keys of new secrets with the key of the ledger that an event comes into, or refuses."""
        if self.sealer.keys:
            for key_id in self.sealer.keys.keys() & key_ids(fields):
                self._wrapped[key_id] = self.sealer.wrapped(key_id, ledger_id)

    def rehearsed(self, about: ChangeHeader) -> Rehearsed:
        """Returns what it would record, for a plan."""
        from zenml.ledger.rehearsed import Rehearsed

        origin = about.origin
        if origin.token is not None:  # a service will know them by this name
            origin = origin._replace(actor=origin.token, known_by="token")
        events = [(taken.ledger_id, taken.event.TOPIC, taken.fields) for taken in self._taken]
        author = self._actor(origin)
        return Rehearsed(about.kind, author, about.targets, about.point, events, dict(self.sealer.keys))

    def check_approved(self, about: ChangeHeader) -> None:
        """Raises `LedgerError` if it needs approvals that it does not have."""
        self._approved(about)

    def finish(self, about: ChangeHeader, time: str, secret_names: Callable[[], frozenset[str]]) -> Change | None:
        """Appends what was decided; None if that is nothing."""
        if not self._taken:
            return None
        if not (self.planned and self._transaction.REHEARSED):
            about = self._approved(about)
        self._note_keys()
        summary = self._record(self._began(about, time, secret_names))
        return Change(
            self.change_id, letters(self.change_id), about.kind, summary, tuple(self.events), about.targets
        )

    def _approved(self, about: ChangeHeader) -> ChangeHeader:
        """Returns what is recorded of the change with the plan that it carries out, and refuses it without one.

        Raises:
            LedgerError: It needs approvals, and exactly this was not approved by enough others.
        """
        if about.correlation_id is None and not any(taken.rules for taken in self._taken):
            return about
        from zenml.ledger.approving import approved_plan, person_of_origin  # few changes need approvals

        in_profiles = [taken for taken in self._taken if taken.event.LEDGER == "profile"]
        plans = []
        for ledger_id in dict.fromkeys(taken.ledger_id for taken in in_profiles):
            here = [taken for taken in self._taken if taken.ledger_id == ledger_id]
            events = [(taken.event.TOPIC, taken.fields) for taken in here]
            rules = [rule for taken in here for rule in taken.rules]
            by = person_of_origin(about.origin)
            plan = approved_plan(self._transaction.database, ledger_id, events, rules, by, about.correlation_id)
            plans += [plan] if plan is not None else []
        if len(plans) > 1:
            raise NotAllowedError("One change cannot carry out two plans.", "Carry them out one after the other.")
        for plan in plans:
            about = about._replace(correlation_id=plan.plan_id, point=about.point or plan.change_id)
        return about

    def _note_keys(self) -> None:
        """Takes note of the data keys of new secrets, and of those from before there were such notes."""
        new = dict[str, list[KeyRow]]()
        for taken in self._taken:
            rows = new.setdefault(taken.ledger_id, [])
            if self.sealer.keys:
                rows += [self._wrapped[key_id] for key_id in self.sealer.keys.keys() & key_ids(taken.fields)]
        for ledger_id, rows in new.items():
            for command in notes(self._transaction, self.sealer.keyring, ledger_id, set(rows)):
                self.execute(command, ledger_id)

    def finish_as(self, began: ChangeBegan) -> None:
        """Appends what was decided as a part of a change of which another part is recorded already."""
        if self._taken:
            self._record(began)

    def _record(self, began: ChangeBegan) -> str:
        """Appends all parts, and returns what they did, in words."""
        parts: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        for taken in self._taken:
            parts.setdefault(taken.ledger_id, []).append((taken.event.TOPIC, taken.fields))
        recorder, summaries = Changes(self._transaction.rows), []
        for ledger_id, events in parts.items():
            summaries.append(self._append(recorder, ledger_id, began, events))
            self._keep_keys(ledger_id, events)
        recorder.settle(self._transaction.database)
        return ", ".join(filter(None, summaries))

    def _append(
        self, recorder: Changes, ledger_id: str, began: ChangeBegan, events: list[tuple[str, dict[str, Any]]]
    ) -> str:
        """Appends one part of the change and returns what it did, in words."""
        before = head = self._heads[ledger_id]
        here = {"count": len(events), "prior_root": before.root().hex()}
        fields = began.replace(**here).to_fields()
        stored = []
        for topic, event in [(ChangeBegan.TOPIC, fields), *events]:
            stored.append(to_stored(ledger_id, head.size + 1, topic, event))
            head = head.appended(leaf_hash(ledger_id, head.size + 1, topic, event))
        if not self._transaction.REHEARSED:
            recorder.record(ledger_id, before.size + 1, fields, events)
        kind = "machine" if ledger_id == self._machine_id else "profile"
        self._transaction.append(ledger_id, kind, stored, head)
        return part_summary(ledger_id, before.size + 1, fields, events)

    def _began(self, about: ChangeHeader, time: str, secret_names: Callable[[], frozenset[str]]) -> ChangeBegan:
        salted, origin, targets = self.sealer.salted, about.origin, about.targets
        command, path, reason = origin.command, origin.repository_path, origin.reason
        words = command_line(command, secret_names(), self.sealer.plaintexts) if command is not None else None
        decided = [taken.ledger_id for taken in self._taken]
        return ChangeBegan(
            change_id=self.change_id,
            kind=about.kind,
            count=0,
            parts=corrected(about.parts, decided) if about.parts else ordered(decided),
            correlation_id=about.correlation_id or self.change_id,
            causation_id=targets[0] if len(targets) == 1 else about.point,
            actor=self._actor(origin),
            session=salted(origin.session),
            client_version=origin.client_version,
            command=salted(words) if words is not None else None,
            repository_path=salted(path) if path is not None else None,
            reason=salted(without_secrets(reason, self.sealer.plaintexts)) if reason is not None else None,
            idempotency=self._idempotency(about),
            time=time,
            targets=targets,
            prior_root="0" * 64,
        )

    def _actor(self, origin: Origin) -> Actor | ChosenActor:
        actor_id, host = self.sealer.salted(origin.actor), self.sealer.salted(origin.host)
        if origin.known_by != "chosen":
            return Actor(actor_id=actor_id, kind=origin.actor_kind, known_by=origin.known_by, host=host)
        assert origin.actor_kind != "external"  # who is not known chose nothing
        system_user = self.sealer.salted(origin.system_user)
        return ChosenActor(
            actor_id=actor_id, kind=origin.actor_kind, known_by="chosen", host=host, system_user=system_user
        )

    def _idempotency(self, about: ChangeHeader) -> Idempotency | None:
        if about.idempotency is None:
            return None
        key, command_hash = map(self.sealer.salted, about.idempotency)
        return Idempotency(key=key, command_hash=command_hash)

    def _keep_keys(self, ledger_id: str, events: list[tuple[str, dict[str, Any]]]) -> None:
        """Stores the data keys of the secrets that were recorded, and of no others."""
        if not self.sealer.keys:
            return
        used = {key for _, fields in events for key in key_ids(fields)}
        for key_id in used & self.sealer.keys.keys():
            self._transaction.add_key(ledger_id, self._wrapped[key_id])
