"""What every flavor of a stack component has in common."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Mapping, Sequence
from enum import Enum
from types import NoneType
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Literal,
    NamedTuple,
    NoReturn,
    Self,
    get_args,
    get_origin,
)

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationInfo, field_validator
from pydantic.fields import FieldInfo

from zenml.documents.limits import DEPTH
from zenml.domain.nesting import is_nested_deeper
from zenml.domain.secrecy import NOT_SECRET, SECRET, STARS, hidden_in, is_secret_reference, masked, means_secret
from zenml.flavors.earlier_pydantic import as_earlier, checked_by_validators

if TYPE_CHECKING:
    from zenml.flavors.provisioning import Provisioned
    from zenml.flavors.removal import Fate


class Parameter(NamedTuple):
    """A parameter of a flavor, as it is described to people.

    Attributes:
        name: As in ``--name=value``.
        type: What it may be, in words: ``text``, ``whole number``, ``one of none, global``, ``JSON``.
        default: Its value if it is not given; None if it then stays unset.
        required: Whether it must be given.
        secret: Whether it is stored encrypted and never shown.
    """

    name: str
    type: str
    default: Any
    required: bool
    secret: bool


class StackComponent(BaseModel):
    """A configured part of a stack: a frozen value, equal to any other of the same content.

    A flavor is a subclass that sets `TYPE` and `FLAVOR` and declares its parameters as fields. Text may be
    a secret reference, ``{{name.key}}``, unless a ``field_validator`` checks it: what the secret holds is
    not known when the component is registered.

    Attributes:
        TYPE: The component type, as in `zenml.domain.component_types`.
        FLAVOR: The flavor's name, unique within its type.
        INTEGRATION: The integration it belongs to; None for a flavor that needs none.
        PACKAGE: The package that must be importable for the component to work; None if none must.
        name: The component's name in its profile.
        uuid: Its identity, which renaming does not change; drawn at random if not given.

    Raises:
        pydantic.ValidationError: A parameter is missing, unknown or of the wrong form. The text names the
            parameters and never holds their values.
    """

    # a class that was written for ZenML 0.13 declares its fields and checks as version 1 of pydantic had them
    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, hide_input_in_errors=True)

    TYPE: ClassVar[str]
    FLAVOR: ClassVar[str]
    INTEGRATION: ClassVar[str | None] = None
    PACKAGE: ClassVar[str | None] = None

    name: str
    uuid: uuids.UUID = Field(default_factory=uuids.uuid4)

    _left_over: dict[str, Any] = PrivateAttr(default_factory=dict)

    @classmethod
    def __pydantic_init_subclass__(cls, **named: Any) -> None:
        """Takes a class as version 1 of pydantic did."""
        super().__pydantic_init_subclass__(**named)
        as_earlier(cls)

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters that are set, as JSON values. One that is unset (None) is absent."""
        stored = self.model_dump(mode="json", exclude={"name", "uuid"})
        return {name: value for name, value in (stored | self._left_over).items() if value is not None}

    @property
    def left_over(self) -> frozenset[str]:
        """The names of parameters that another version of the flavor had; they are kept, and never used."""
        return frozenset(self._left_over)

    def with_left_over(self, values: Mapping[str, Any]) -> Self:
        """Returns the component with parameters besides those that its flavor knows."""
        other = self.model_copy()
        if values and other.__pydantic_private__ is not None:
            other.__pydantic_private__["_left_over"] = dict(values)
        return other

    @property
    def local_path(self) -> str | None:
        """The folder that must exist on this machine before the component is used, if any."""
        return None

    @property
    def log_file(self) -> str | None:
        """The file that what runs for the component on this machine writes its log to, if there is one."""
        return None

    def provision(self) -> Provisioned:
        """Checks, and prepares as far as it can, what the component needs before it is used.

        Done twice, it finds everything prepared. A flavor that needs more than a folder says here what.

        Raises:
            ProvisioningError: Something is not there, and cannot be made.
        """
        from zenml.flavors.provisioning import Provisioned, make_folder

        if self.local_path is None:
            return Provisioned("nothing to prepare on this machine", checked=False)
        made = make_folder(self.local_path)
        return Provisioned(f"{self.local_path} can be written", made)

    def suspend(self) -> None:
        """Stops what runs for the component, and keeps what it has."""

    def deprovision(self, made: Sequence[str]) -> Sequence[Fate] | None:
        """Removes what `provision` made, as far as it is still as `provision` left it.

        Args:
            made: The paths that it returned, in the order in which they were made.

        Returns:
            What became of each path; None says that all of them were removed.

        Raises:
            ProvisioningError: Something cannot be removed.
        """
        from zenml.flavors.removal import remove_untouched

        return remove_untouched(made)

    @classmethod
    def describe_parameters(cls) -> tuple[Parameter, ...]:
        """Returns the flavor's parameters: required ones first, else in the order of their last declaration."""
        declared = [name for base in cls.__mro__ for name in reversed(vars(base).get("__annotations__", {}))]
        order = {name: place for place, name in enumerate(reversed(dict.fromkeys(declared)))}
        described = [
            Parameter(
                name=name,
                type=_format_type(field.annotation),
                default=None if field.is_required() else field.get_default(call_default_factory=True),
                required=field.is_required(),
                secret=_is_secret(name, field),
            )
            for name, field in cls.model_fields.items()
            if name not in StackComponent.model_fields
        ]
        return tuple(sorted(described, key=lambda parameter: (not parameter.required, order[parameter.name])))

    @classmethod
    def secret_parameters(cls) -> frozenset[str]:
        """Returns the names of the secret parameters: marked `SECRET`, or texts with the name of a secret."""
        return frozenset(name for name, field in cls.model_fields.items() if _is_secret(name, field))

    @classmethod
    def plain_parameters(cls) -> frozenset[str]:
        """Returns the names of the parameters marked `NOT_SECRET`."""
        return frozenset(name for name, field in cls.model_fields.items() if NOT_SECRET in field.metadata)

    @classmethod
    def hidden_texts(cls, values: Mapping[str, Any]) -> frozenset[str]:
        """Returns the texts in some values of parameters that must not be shown, at whatever depth they stand."""
        marked, plain = cls.secret_parameters(), cls.plain_parameters()
        hidden: set[str] = set()
        for name, value in values.items():
            if name in marked and not is_secret_reference(value):
                hidden.add(str(value))
            hidden |= hidden_in(value, secret=name not in plain and means_secret(name))
        return frozenset(hidden)

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_what_is_nested_too_deeply(cls, value: Any) -> Any:
        if is_nested_deeper(value, DEPTH):
            raise ValueError(f"is nested deeper than {DEPTH} levels")
        return value

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_unusable_reference(cls, value: Any, info: ValidationInfo) -> Any:
        if is_secret_reference(value) and info.field_name in cls._checked_fields():
            raise ValueError("a secret reference is not allowed here: the value itself is checked")
        return value

    @classmethod
    def _checked_fields(cls) -> set[str]:
        validators = cls.__pydantic_decorators__.field_validators.values()
        fields = {field for validator in validators for field in validator.info.fields}
        return {"name"} | fields | checked_by_validators(cls)

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        """Refuses, with the `TypeError` that ZenML's own Python API raises."""
        raise TypeError(f"{type(self).__name__} cannot be changed: make another one, with the same uuid.")

    def __repr__(self) -> str:
        shown = [f"type={self.TYPE}", f"flavor={self.FLAVOR}"]
        fields, plain = type(self).model_fields, self.plain_parameters()
        for name, value in {**{name: getattr(self, name) for name in fields}, **self._left_over}.items():
            if name in self.secret_parameters() and value is not None and not is_secret_reference(value):
                value = STARS
            shown.append(f"{name}={masked(value, secret=name not in plain and means_secret(name))}")
        return f"{type(self).__name__}({', '.join(shown)})"

    __str__ = __repr__


def _is_secret(name: str, field: FieldInfo) -> bool:
    if isinstance(field.json_schema_extra, dict) and field.json_schema_extra.get("sensitive"):
        return True  # as ZenML marks it
    if SECRET in field.metadata or NOT_SECRET in field.metadata:
        return SECRET in field.metadata
    return means_secret(name) and _format_type(field.annotation) == "text"


def _format_type(annotation: Any) -> str:
    """Returns what a field takes; whether it may be unset is shown elsewhere."""
    options = [option for option in get_args(annotation) if option is not NoneType]
    if NoneType in get_args(annotation) and len(options) == 1:
        return _format_type(options[0])
    if get_origin(annotation) is Literal:
        return "one of " + ", ".join(map(str, options))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return "one of " + ", ".join(str(member.value) for member in annotation)
    if (get_origin(annotation) or annotation) in (dict, list, tuple):
        return "JSON"
    return {bool: "true or false", int: "whole number", float: "number"}.get(annotation, "text")
