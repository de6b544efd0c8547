"""Free-form values as events hold them: salted, blanked or encrypted.

Whatever a person may type freely (settings, URLs, paths, reasons …) is kept in an event beside a
random salt. The evidence commits to the salted hash alone, so a value can be blanked later and every
proof still holds (design: "Free-form values are committed by salted hash").
"""

from __future__ import annotations

from zenml.domain.annotations import Annotated
from zenml.domain.facts import Fact
from zenml.domain.patterns import Pattern, TextLayout
from zenml.domain.plain_json import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_HEX = "0123456789abcdef"

Hex16 = Annotated[str, TextLayout("f" * 32, _HEX)]
Hex32 = Annotated[str, TextLayout("f" * 64, _HEX)]
Pointer = Annotated[str, Pattern(r"(/([^~/]|~[01])*)+")]
"""The way to a member of an event's fields, as RFC 6901 (JSON Pointer) writes it."""

UTC = TextLayout("9999-99-99T99:99:99.999999Z", "0123456789")
"""Of a time: always six decimals, for the text is hashed."""

ID = TextLayout("ffffffff-ffff-ffff-ffff-ffffffffffff", _HEX)

Utc = Annotated[str, UTC]
Id = Annotated[str, ID]


class Salted(Fact):
    """A value and its salt.

    Attributes:
        s: 16 random bytes as hex. A value that is repeated repeats its salt.
        v: The value as JSON text.
    """

    s: Hex16
    v: str

    @property
    def value(self) -> Any:
        """The value itself."""
        return load(self.v)


class Blank(Fact):
    """What is left of a value that was redacted.

    Attributes:
        c: Its commitment, SHA-256 as hex.
    """

    c: Hex32


Value = Salted | Blank


class Secret(Fact):
    """A value that is stored encrypted.

    Attributes:
        key_id: The row of the ``keys`` table that holds its data key. Without the row the value is gone.
        ciphertext: Nonce, AES-GCM ciphertext and tag, as a hex string.
        masked: What may be shown in its place (a URL with its password starred out); None shows stars.
    """

    key_id: Id
    ciphertext: Value
    masked: Value | None


Setting = Salted | Blank | Secret
"""A parameter of a component, or the URL of a profile."""


class RedactedValue(Fact):
    """A value of an event of the same ledger: where the event is, and where in its fields the value is."""

    position: int
    field: Pointer


def read_setting(text: str) -> Setting:
    """Returns a setting of its JSON text; the three are told apart by their fields. Raises `FactError`."""
    fields = load(text)
    kind: type[Salted | Blank | Secret] = Salted if "s" in fields else Secret if "key_id" in fields else Blank
    return kind.from_fields(fields)


def is_blank(setting: Setting | None) -> bool:
    """Tells whether a value was redacted, so that it can be neither read nor written again."""
    return isinstance(setting.ciphertext if isinstance(setting, Secret) else setting, Blank)


def facts_in(value: Any) -> Iterator[Fact]:
    """Yields a fact, and the facts in it."""
    match value:
        case Fact():
            yield value
            for _, inner in value:
                yield from facts_in(inner)
        case dict():
            for inner in value.values():
                yield from facts_in(inner)
        case tuple():
            for inner in value:
                yield from facts_in(inner)


def secrets_in(fact: Fact) -> Iterator[Secret]:
    """Yields the secrets in a fact."""
    return (inner for inner in facts_in(fact) if isinstance(inner, Secret))


def key_ids(fields: Any) -> list[str]:
    """Returns the ids of the data keys of all secrets in an event's fields, as they are stored."""
    if isinstance(fields, dict):
        if fields.keys() == Secret.forms().keys():
            return [fields["key_id"]]
        return [key_id for inner in fields.values() for key_id in key_ids(inner)]
    if isinstance(fields, list):
        return [key_id for inner in fields for key_id in key_ids(inner)]
    return []
