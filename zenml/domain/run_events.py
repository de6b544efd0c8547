"""What happens in a run: facts of a ledger of their own, which points into the profile's by position and root.

Nothing of the configuration is repeated here: the position says what it was. The topics are a closed set by
themselves, so that no profile's ledger ever has one of them.
"""

from __future__ import annotations

from zenml.domain.annotations import Literal
from zenml.domain.facts import Fact, FactError
from zenml.domain.plain_json import load_strictly
from zenml.domain.run_values import badly_formed
from zenml.domain.values import Hex32, Id, RedactedValue, Utc, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, ClassVar, Self

    from zenml.domain.facts import Fits

__all__ = [
    "RUN_TOPICS",
    "RunActor",
    "RunArtifact",
    "RunCode",
    "RunEvent",
    "RunFinished",
    "RunLink",
    "RunNoted",
    "RunOutcome",
    "RunProcess",
    "RunSoftware",
    "RunStarted",
    "RunStep",
    "RunValuesRedacted",
]

RunOutcome = Literal["succeeded", "failed", "killed", "lost"]


class _RunFact(Fact):
    """Base of the events: what is inside their salted values is checked wherever one is made or read."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(**fields)
        _check_inner(self.to_fields())

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> Self:
        """Returns as `Fact.from_fields`; raises `FactError` also for what is inside of a value."""
        fact = super().from_fields(fields)
        _check_inner(fields)
        return fact

    @classmethod
    def fitting(cls) -> Fits:
        """Returns as `Fact.fitting`."""
        fits = super().fitting()
        return lambda value: fits(value) and _problem(value) is None


def _check_inner(fields: Mapping[str, Any]) -> None:
    field = _problem(fields)
    if field is not None:
        raise FactError(field, "has something else in it than it should")


def _problem(fields: Mapping[str, Any]) -> str | None:
    """Returns the field of an event that no program of ours can have written so; None if there is none."""
    if "process" in fields and fields["process"]["pid"] < 1:
        return "process"
    return badly_formed(fields, load_strictly)


class RunCode(Fact):
    """The code as it was found: a commit, and whether there was more than that.

    ``commit`` is None before the first one. ``dirty`` says whether a file that Git tracks was different, or one
    that it neither tracks nor ignores was there. ``diff`` is the SHA-256 of what was different, as 64 hex digits
    in a salted value, since the text itself may hold secrets; None for nothing. Where it is fetched from is said
    in the run's ``origin``.
    """

    vcs: Literal["git"]
    commit: str | None
    dirty: bool
    diff: Value | None


class RunSoftware(Fact):
    """What zenml itself ran with; ``lock`` is the SHA-256 of the file that pins the project's packages."""

    python: str
    platform: str
    zenml: str
    lock: Hex32 | None


class RunProcess(Fact):
    """The process that waits for the end of a run, so that it can be told whether it still does.

    ``started`` is when it did, as the system counts; ``boot`` has the first eight hex digits of what names the
    start of the machine, and ``namespace`` the number of the space in which the process id counts (Linux:
    `/proc/sys/kernel/random/boot_id`, `/proc/self/ns/pid`).
    """

    pid: int
    started: str
    boot: str | None
    namespace: str | None


class RunActor(Fact):
    """Who started it: as `Actor` and `ChosenActor` of a change say it, without what a run's ``origin`` says."""

    actor_id: Value
    kind: Literal["person", "automation", "external"]
    known_by: Literal["operating system user", "token", "file", "chosen"]


class RunStarted(_RunFact):
    """A run began, on a stack as it was at a position of the profile's ledger.

    ``stack_digest`` is the SHA-256 of RFC 8785 of ``{components: {type: {flavor, id, parameters}}}``, settings in
    their committed form: equal for two runs if and only if nothing was set anew. ``command`` has the words of the
    command line without secrets, None for a block of Python. ``origin`` says where it was started, as one value:
    ``{folder, host, session}``; with ``system_user`` where another name was chosen, and with the code's ``remote``
    where it has one, without a user and a password. ``secrets`` names those that the command was handed,
    ``<component type>.<parameter>``. ``prior_root`` is the root of this ledger's tree before this event.

    Half a million of these are kept where a few runs are started each minute, so that nothing is in it that the
    ledger says anyway, and what somebody types freely shares a salt where nobody would redact a part of it alone.
    """

    TOPIC: ClassVar[str] = "zenml:RunStarted"
    run_id: Id
    name: str | None
    parent_run_id: Id | None
    like_run_id: Id | None
    profile_ledger_id: Id
    position: int
    root: Hex32
    stack_id: Id
    stack_name: str
    stack_digest: Hex32
    command: Value | None
    parameters: dict[str, Value]
    origin: Value
    code: RunCode | None
    software: RunSoftware
    actor: RunActor
    process: RunProcess
    secrets: tuple[str, ...]
    reason: Value | None
    time: Utc
    prior_root: Hex32


class RunLink(Fact):
    """Where else the run is shown: the id that an engine or a tracker has for it, and its address."""

    engine: str
    external_id: Value | None
    url: Value | None


class RunArtifact(Fact):
    """Something that the run made or used: where it is, and the SHA-256 of it if that is known."""

    name: str
    uri: Value
    digest: Hex32 | None


class RunStep(Fact):
    """A step of the run ended."""

    step: str
    outcome: Literal["succeeded", "failed", "cached"]
    cache_key: str | None
    inputs: tuple[RunArtifact, ...]
    outputs: tuple[RunArtifact, ...]


class RunNoted(_RunFact):
    """Something was noted of a run, by itself or from outside."""

    TOPIC: ClassVar[str] = "zenml:RunNoted"
    run_id: Id
    note: RunLink | RunArtifact | RunStep
    time: Utc


class RunFinished(_RunFact):
    """A run ended. ``exit_code`` is that of the command; None for a block of Python, and where nobody knows."""

    TOPIC: ClassVar[str] = "zenml:RunFinished"
    run_id: Id
    outcome: RunOutcome
    exit_code: int | None
    signal: str | None
    time: Utc


class RunValuesRedacted(_RunFact):
    """Values of earlier events of this ledger were blanked to their commitments.

    ``prior_root`` is the root of this ledger's tree before this event.
    """

    TOPIC: ClassVar[str] = "zenml:RunValuesRedacted"
    values: tuple[RedactedValue, ...]
    actor: RunActor
    reason: Value
    time: Utc
    prior_root: Hex32


RunEvent = RunStarted | RunNoted | RunFinished | RunValuesRedacted

RUN_TOPICS: dict[str, type[RunEvent]] = {
    event.TOPIC: event for event in (RunStarted, RunNoted, RunFinished, RunValuesRedacted)
}
"""The closed set of topics of a ledger of runs."""
