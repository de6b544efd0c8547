"""The contents of a plan's file, and whether they are unchanged since it was written."""

from __future__ import annotations

import hmac
import json
from typing import Any, ClassVar, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from zenml.documents.opening import UnreadableFileError, read_text
from zenml.documents.plain_data import UnusableTextError, read_json_text
from zenml.domain.errors import InvalidValueError, NotFoundError
from zenml.ledger.secrets.keys import MasterKey
from zenml.projections.timeline.differences import Difference

VERSION: Final = 3


class Sealed(BaseModel):
    """A text that only this machine's ledger can read, since there may be secrets in it."""

    model_config = ConfigDict(extra="forbid")

    key_id: str
    ciphertext: str
    wrapped: str


class Plan(BaseModel):
    """What ``zenml apply --plan-out`` writes.

    Attributes:
        READ_FROM_FILES: As for a `ProfileDocument`.
        zenml_plan: The version of this format.
        profile: The profile it is for.
        ledger: The id of that profile's ledger.
        position: How many events that ledger had when the plan was made.
        prune: Whether what the files do not name is deleted.
        differences: What would be different, for people to read.
        touched: For each thing that it changes, the newest change about it when the plan was made.
        document: The contents of the files. The id of its key is the plan's too.
        digest: A keyed digest of all the rest.
    """

    READ_FROM_FILES: ClassVar[bool] = True

    model_config = ConfigDict(extra="forbid")

    zenml_plan: Literal[3] = VERSION
    profile: str
    ledger: str
    position: int
    prune: bool
    differences: list[dict[str, Any]]
    touched: dict[str, str]
    document: Sealed
    digest: str = ""

    @property
    def plan_id(self) -> str:
        """Its id, which the change that carries it out has for its correlation id."""
        return self.document.key_id

    def listed(self) -> list[Difference]:
        """Returns the differences, for people to read."""
        return [Difference(**difference) for difference in self.differences]

    def with_digest(self, master_key: MasterKey) -> Plan:
        """Returns the plan with the digest that its file has."""
        return self.model_copy(update={"digest": self._digest(master_key)})

    def opened(self, master_key: MasterKey) -> str:
        """Returns the contents of the files.

        Raises:
            InvalidValueError: It was made with another machine's key, or was edited.
        """
        sealed, text = self.document, None
        try:
            wrapped = bytes.fromhex(sealed.wrapped)
            master_key.wrapped_before = lambda: [(sealed.key_id, wrapped)]  # so no key is made to open it
            text = master_key.opened(sealed.key_id, sealed.ciphertext, wrapped)
        except ValueError as error:
            if isinstance(error, InvalidValueError):
                raise
        if text is None:
            raise InvalidValueError(
                "The plan cannot be opened with this machine's key: it is from another machine, or was edited.",
                code="plan_unusable",
            )
        if not hmac.compare_digest(self.digest.encode(), self._digest(master_key).encode()):
            raise InvalidValueError("The plan was edited since it was made.", code="plan_unusable")
        return text

    def _digest(self, master_key: MasterKey) -> str:
        text = json.dumps(self.model_dump(mode="json", exclude={"digest"}), sort_keys=True)
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
                code="plan_unusable",
            )
        return Plan.model_validate(content)
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


def _describe_problem(error: ValidationError) -> str:
    """Returns the first problem, without the value that has it."""
    first = error.errors(include_input=False, include_url=False)[0]
    key = ".".join(map(str, first["loc"]))
    if not key:
        return "it is not a mapping"
    kind = {"missing": "missing key", "extra_forbidden": "unknown key"}.get(first["type"])
    return f"{kind} '{key}'" if kind else f"'{key}' is not valid"
