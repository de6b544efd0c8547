"""The contents of a plan's file: exact events, and whether the file is unchanged since it was written."""

from __future__ import annotations

import hmac
import json
from typing import Any, ClassVar, Final, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from zenml.documents.limits import DEPTH
from zenml.documents.opening import UnreadableFileError, read_text
from zenml.documents.plain_data import UnusableTextError, read_json_text
from zenml.domain.errors import InvalidValueError, NotFoundError
from zenml.domain.events import TOPICS, Actor, ChangeBegan, ChosenActor, DomainEvent
from zenml.domain.facts import Fact
from zenml.domain.nesting import is_nested_deeper
from zenml.domain.plan_ids import plan_id
from zenml.evidence import canonical
from zenml.evidence.commitments import CommitmentError
from zenml.evidence.plan_digests import plan_digest
from zenml.ledger.secrets.keys import MasterKey

VERSION: Final = 4

_ID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"


class PlannedEvent(BaseModel):
    """An event as the ledger will store it."""

    model_config = ConfigDict(extra="forbid")

    topic: str
    fields: dict[str, Any]


class Plan(BaseModel):
    """What ``--plan-out`` writes.

    Attributes:
        READ_FROM_FILES: As for a `ProfileDocument`.
        zenml_plan: The version of this format.
        profile: The profile it is for.
        ledger: The id of that profile's ledger.
        head_size: How many events that ledger had when the plan was made.
        kind: What kind of change it was planned as.
        point: The change as of which a restore makes things again; else None.
        targets: The changes that an undo or a redo takes back.
        author: Who made it: the fields of an actor.
        events: What it does, in this order.
        touched: For each thing that it changes, the newest change about it when the plan was made.
        keys: The data keys of new secrets, by their ids, each wrapped with the key of the machine.
        seal: A keyed digest of all the rest, for the machine that made it.
    """

    READ_FROM_FILES: ClassVar[bool] = True

    model_config = ConfigDict(extra="forbid")

    zenml_plan: Literal[4] = VERSION
    profile: str
    ledger: str = Field(pattern=_ID)
    head_size: int = Field(ge=0)
    kind: Literal["change", "restore", "import", "undo", "redo"]
    point: str | None
    targets: tuple[str, ...]
    author: dict[str, Any]
    events: list[PlannedEvent]
    touched: dict[str, str]
    keys: dict[str, str]
    seal: str = ""

    @property
    def digest(self) -> str:
        """What people approve: the SHA-256 of its events in their committed form, as hex. No key is needed."""
        return plan_digest(self.ledger, self.stored())

    @property
    def plan_id(self) -> str:
        """Its id, which the change that carries it out has for its correlation id."""
        return plan_id(self.digest)

    def stored(self) -> list[tuple[str, dict[str, Any]]]:
        """Returns topics and fields of its events."""
        return [(event.topic, event.fields) for event in self.events]

    def made(self) -> list[DomainEvent]:
        """Returns its events."""
        return [cast("DomainEvent", TOPICS[event.topic].from_fields(event.fields)) for event in self.events]

    def made_by(self) -> Actor | ChosenActor:
        """Returns who made it, as it says."""
        kind = ChosenActor if "system_user" in self.author else Actor
        return kind.from_fields(self.author)

    def sealed(self, master_key: MasterKey) -> Plan:
        """Returns the plan with the seal that its file has."""
        return self.model_copy(update={"seal": self._seal(master_key)})

    def check_seal(self, master_key: MasterKey) -> None:
        """Checks that it was made with this machine's key, and not edited since. Raises `InvalidValueError`."""
        if not hmac.compare_digest(self.seal.encode(), self._seal(master_key).encode()):
            raise InvalidValueError(
                "The plan was made with another machine's key, or was edited since it was made.",
                code="plan_unusable",
            )

    def to_json(self) -> str:
        """Returns it as JSON text, as it is hashed where commands are compared."""
        return self.model_dump_json()

    def _seal(self, master_key: MasterKey) -> str:
        text = json.dumps(self.model_dump(mode="json", exclude={"seal"}), sort_keys=True)
        return master_key.digest(f"plan {text}").hex()


def read_plan(path: str) -> Plan:
    """Returns a plan from its file.

    Raises:
        NotFoundError: There is no such file.
        InvalidValueError: It holds no plan, or one of another version.
    """
    try:
        content = read_json_text(read_text(path))
        version = content.get("zenml_plan") if isinstance(content, dict) else None
        if isinstance(version, int) and version != VERSION:
            raise InvalidValueError(
                f"The plan '{path}' has version {version} of the format; this program reads version {VERSION}.",
                code="plan_of_another_version",
            )
        plan = Plan.model_validate(content)
        _check_events(plan, path)
        return plan
    except FileNotFoundError:
        raise NotFoundError(f"The file '{path}' does not exist.", code="plan_unusable") from None
    except UnreadableFileError as error:
        raise InvalidValueError(f"The file '{path}' cannot be read: {error}.", code="plan_unusable") from error
    except UnusableTextError as error:
        raise InvalidValueError(f"The file '{path}' is not a plan: it {error}.", code="plan_unusable") from error
    except ValidationError as error:
        raise InvalidValueError(
            f"The file '{path}' is not a plan: {_describe_problem(error)}.", code="plan_unusable"
        ) from error


def _check_events(plan: Plan, path: str) -> None:
    """Checks that the events are such as a profile's ledger has, exactly as it stores them."""
    try:
        for event in plan.events:
            kind = TOPICS[event.topic]
            if kind.LEDGER != "profile" or kind is ChangeBegan or is_nested_deeper(event.fields, DEPTH):
                raise ValueError
            canonical.text(event.fields)
            made = kind.from_fields(event.fields)
            if made.to_fields() != event.fields:
                raise ValueError
        for fact in (*plan.made(), plan.made_by()):
            _check_values(fact)
        _ = plan.digest
    except (ValueError, KeyError, TypeError, RecursionError, CommitmentError) as error:
        raise InvalidValueError(
            f"The file '{path}' is not a plan: an event in it is not as a ledger has it.", code="plan_unusable"
        ) from error


def _check_values(value: Any) -> None:
    """Checks that the texts of salted values are canonical JSON. Raises `ValueError`."""
    if isinstance(value, dict):
        for inner in value.values():
            _check_values(inner)
    elif isinstance(value, tuple):
        for inner in value:
            _check_values(inner)
    elif isinstance(value, Fact):
        text = getattr(value, "v", None)
        if isinstance(text, str):
            loaded = json.loads(text)
            if is_nested_deeper(loaded, DEPTH) or canonical.text(loaded) != text:
                raise ValueError
        for _, inner in value:
            _check_values(inner)


def _describe_problem(error: ValidationError) -> str:
    """Returns the first problem, without the value that has it."""
    first = error.errors(include_input=False, include_url=False)[0]
    key = ".".join(map(str, first["loc"]))
    if not key:
        return "it is not a mapping"
    kind = {"missing": "missing key", "extra_forbidden": "unknown key"}.get(first["type"])
    return f"{kind} '{key}'" if kind else f"'{key}' is not valid"
