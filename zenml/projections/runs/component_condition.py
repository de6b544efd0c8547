"""Conditions on the components of a stack: which component, which parameter, which value; and when one held."""

from __future__ import annotations

from collections import namedtuple

from zenml.domain.plain_json import dump
from zenml.projections.tables import VALUE, in_setting
from zenml.projections.temporal import LAST, LEDGER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.projections.database import Database
    from zenml.projections.runs.spans import SpansJson

_IN_LEDGER = f"ledger = {LEDGER.format(':ledger_id')}"
_SPAN = f"SELECT json_array(component_id, since, coalesce(until, {LAST})) AS span"
_OF_ANY = f" FROM parameters WHERE {_IN_LEDGER} AND parameter = :parameter"
_OF_COMPONENTS = (
    " FROM json_each(:component_ids) AS one"
    " CROSS JOIN parameters ON component_id = one.value AND parameter = :parameter"
)
_NOW, _OVER = f" AND {_IN_LEDGER} AND until IS NULL", f" AND +{_IN_LEDGER} AND until IS NOT NULL"
_HAS_VALUE = f" AND {VALUE} IN (SELECT value FROM json_each(:values))"
_IS_OF_COMPONENTS = " AND component_id IN (SELECT value FROM json_each(:component_ids))"
_IS_NO_SECRET = " AND json_extract(setting, '$.key_id') IS NULL"


_NAMES = (
    "WITH RECURSIVE names (name) AS (SELECT min(parameter) FROM parameters UNION ALL"
    " SELECT (SELECT min(parameter) FROM parameters WHERE parameter > name) FROM names WHERE name IS NOT NULL)"
    f" SELECT name FROM names WHERE EXISTS (SELECT 1 FROM parameters WHERE parameter = name AND {_IN_LEDGER})"
)
"""Each name is looked up after the one before: there are few, however often they were set."""


class ComponentCondition(
    namedtuple(
        "ComponentCondition", "component_type component_ids parameter texts", defaults=(None, None, None, None)
    )
):
    """What one component of a stack must be like.

    Attributes:
        component_type: Its type; None for any.
        component_ids: It is one of these, which have that type; None for any.
        parameter: It has this parameter; None if its parameters do not matter.
        texts: The parameter's value is one of these JSON texts; None for any value.
    """

    __slots__ = ()
    component_type: str | None
    component_ids: frozenset[str] | None
    parameter: str | None
    texts: frozenset[str] | None


def when(database: Database, ledger_id: str, condition: ComponentCondition) -> SpansJson:
    """Returns the spans of components in which a condition held.

    Args:
        database: The views.
        ledger_id: The profile's ledger.
        condition: The condition. It names components, or a parameter.
    """
    if condition.parameter is None:
        return dump([(one, 0, LAST) for one in condition.component_ids or ()])
    sql = f"SELECT json_group_array(json(span)) FROM ({_ever(_SPAN, condition)})"
    return str(database.execute(sql, _named(ledger_id, condition)).fetchone()[0])


def is_known(database: Database, ledger_id: str, condition: ComponentCondition) -> bool:
    """Tells whether there ever was the parameter of a condition, with one of its values if it has some."""
    sql = f"SELECT EXISTS ({_ever('SELECT 1', condition)})"
    return bool(database.execute(sql, _named(ledger_id, condition)).fetchone()[0])


def is_secret(database: Database, ledger_id: str, condition: ComponentCondition) -> bool:
    """Tells whether the parameter of a condition always was a secret, whatever values the condition has."""
    sql = f"SELECT EXISTS ({_ever('SELECT 1', condition._replace(texts=None), _IS_NO_SECRET)})"
    return not database.execute(sql, _named(ledger_id, condition)).fetchone()[0]


def parameters_ever(database: Database, ledger_id: str) -> list[str]:
    """Returns the names of all parameters that components have or had, sorted."""
    return [row[0] for row in database.execute(_NAMES, {"ledger_id": ledger_id})]


def values_json(condition: ComponentCondition) -> str:
    """Returns the values of a condition, as settings have them, as a JSON list."""
    return dump(sorted(map(in_setting, condition.texts or ())))


def _ever(select: str, condition: ComponentCondition, more: str = "") -> str:
    """Returns SQL that selects all settings of a parameter, or those with one of the values."""
    if condition.texts is not None:
        among = _IS_OF_COMPONENTS if condition.component_ids is not None else ""
        return f"{select}{_OF_ANY}{_HAS_VALUE}{among}{more}"
    if condition.component_ids is None:
        return f"{select}{_OF_ANY}{more}"
    return f"{select}{_OF_COMPONENTS}{_NOW}{more} UNION ALL {select}{_OF_COMPONENTS}{_OVER}{more}"


def _named(ledger_id: str, condition: ComponentCondition) -> dict[str, str]:
    return {
        "ledger_id": ledger_id,
        "parameter": condition.parameter or "",
        "component_ids": dump(sorted(condition.component_ids or ())),
        "values": values_json(condition),
    }
