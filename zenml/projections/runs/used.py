"""What a stack can be asked to have: components, parameters and values of them, and when these were so."""

from __future__ import annotations

from collections import namedtuple

from zenml.domain.plain_json import dump
from zenml.projections.tables import VALUE, in_setting
from zenml.projections.temporal import LAST, LEDGER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.projections.database import Database

_HERE = f"ledger = {LEDGER.format(':ledger_id')}"
_SPAN = f"SELECT json_array(component_id, since, coalesce(until, {LAST})) AS span"
_OF_ANY = f" FROM parameters WHERE {_HERE} AND parameter = :parameter"
_OF_THESE = (
    " FROM json_each(:component_ids) AS one"
    " CROSS JOIN parameters ON component_id = one.value AND parameter = :parameter"
)
_NOW, _OVER = f" AND {_HERE} AND until IS NULL", f" AND +{_HERE} AND until IS NOT NULL"
_HAS_VALUE = f" AND {VALUE} IN (SELECT value FROM json_each(:values))"
_IS_OF_THESE = " AND component_id IN (SELECT value FROM json_each(:component_ids))"
_IS_NO_SECRET = " AND json_extract(setting, '$.key_id') IS NULL"


_NAMES = (
    "WITH RECURSIVE names (name) AS (SELECT min(parameter) FROM parameters UNION ALL"
    " SELECT (SELECT min(parameter) FROM parameters WHERE parameter > name) FROM names WHERE name IS NOT NULL)"
    f" SELECT name FROM names WHERE EXISTS (SELECT 1 FROM parameters WHERE parameter = name AND {_HERE})"
)
"""Each name is looked up after the one before: there are few, however often they were set."""


class Used(namedtuple("Used", "component_type component_ids parameter texts", defaults=(None, None, None, None))):
    """Something that a stack can have: a component, or a value of one.

    Attributes:
        component_type: Of a component of this type; None for any.
        component_ids: Of one of these components, which have that type; None for any.
        parameter: Of a component that has this parameter; None if it matters no more than the component.
        texts: The parameter's value is one of these, as JSON texts; None for any value.
    """

    __slots__ = ()
    component_type: str | None
    component_ids: frozenset[str] | None
    parameter: str | None
    texts: frozenset[str] | None


def when(database: Database, ledger_id: str, used: Used) -> str:
    """Returns the spans in which components were as it is asked for.

    Args:
        database: The views.
        ledger_id: The profile's ledger.
        used: What is asked for: some components, or those with a parameter or a value.
    """
    if used.parameter is None:
        return dump([(one, 0, LAST) for one in used.component_ids or ()])
    sql = f"SELECT json_group_array(json(span)) FROM ({_ever(_SPAN, used)})"
    return str(database.execute(sql, _named(ledger_id, used)).fetchone()[0])


def is_known(database: Database, ledger_id: str, used: Used) -> bool:
    """Tells whether there ever was what is asked for: a parameter, or a value of one."""
    sql = f"SELECT EXISTS ({_ever('SELECT 1', used)})"
    return bool(database.execute(sql, _named(ledger_id, used)).fetchone()[0])


def is_secret(database: Database, ledger_id: str, used: Used) -> bool:
    """Tells whether a parameter never was anything else but a secret, whatever its value shall be."""
    sql = f"SELECT EXISTS ({_ever('SELECT 1', used._replace(texts=None), _IS_NO_SECRET)})"
    return not database.execute(sql, _named(ledger_id, used)).fetchone()[0]


def parameters_ever(database: Database, ledger_id: str) -> list[str]:
    """Returns the names of all parameters that components have or had, sorted."""
    return [row[0] for row in database.execute(_NAMES, {"ledger_id": ledger_id})]


def values(used: Used) -> str:
    """Returns what the value shall be as settings have it, as SQLite reads it."""
    return dump(sorted(map(in_setting, used.texts or ())))


def _ever(select: str, used: Used, more: str = "") -> str:
    """Returns a select of all that a parameter ever was, or of when it had a value."""
    if used.texts is not None:
        among = _IS_OF_THESE if used.component_ids is not None else ""
        return f"{select}{_OF_ANY}{_HAS_VALUE}{among}{more}"
    if used.component_ids is None:
        return f"{select}{_OF_ANY}{more}"
    return f"{select}{_OF_THESE}{_NOW}{more} UNION ALL {select}{_OF_THESE}{_OVER}{more}"


def _named(ledger_id: str, used: Used) -> dict[str, str]:
    return {
        "ledger_id": ledger_id,
        "parameter": used.parameter or "",
        "component_ids": dump(sorted(used.component_ids or ())),
        "values": values(used),
    }
