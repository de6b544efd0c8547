"""The components of a profile and their parameters."""

from __future__ import annotations

from collections import namedtuple

from zenml.projections.tables import RECORDS
from zenml.projections.temporal import LEDGER, LEDGER_ID, last, select

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from zenml.projections.temporal import Query

COMPONENTS, PARAMETERS = RECORDS["component"], RECORDS["parameter"]

_NOW = (
    "SELECT c.component_id, c.component_type, c.name, c.flavor, p.parameter, p.setting FROM components c"
    " LEFT JOIN parameters p ON p.ledger = c.ledger AND p.component_id = c.component_id AND p.until IS NULL"
    f" WHERE c.ledger = {LEDGER.format('?')} AND c.until IS NULL"
)


class ComponentRow(namedtuple("ComponentRow", "component_id component_type name flavor settings ledger_id")):
    """A component; ``settings`` maps parameters to the JSON text of what an event says of them.

    Two ledgers may have components with the same id; ``ledger_id`` says which this is in.
    """

    __slots__ = ()
    component_id: str
    component_type: str
    name: str
    flavor: str
    settings: dict[str, str]
    ledger_id: str


class ParameterRow(namedtuple("ParameterRow", "ledger_id since component_type name flavor parameter setting")):
    """A parameter that a component has, and the position of the event that set it."""

    __slots__ = ()
    ledger_id: str
    since: int
    component_type: str
    name: str
    flavor: str
    parameter: str
    setting: str


def components(
    database: sqlite3.Connection, ledger_id: str, component_type: str | None = None, at: int | None = None
) -> list[ComponentRow]:
    """Returns the components of a profile, of one type or of all, by type and name."""
    of_type = {} if component_type is None else {"component_type": component_type}
    selected = database.execute(*select(COMPONENTS, ledger_id, at, **of_type)).fetchall()
    settings = _settings(database, select(PARAMETERS, ledger_id, at), {row[0] for row in selected})
    listed = [_row(row, settings[row[0]], ledger_id) for row in selected]
    return sorted(listed, key=lambda row: (row.component_type, row.name))


def component(
    database: sqlite3.Connection, ledger_id: str, component_type: str, name: str, at: int | None = None
) -> ComponentRow | None:
    """Returns the component that has this name, now or at a position."""
    return _one(database, ledger_id, at, component_type=component_type, name=name)


def component_by_id(
    database: sqlite3.Connection, ledger_id: str, component_id: str, at: int | None = None
) -> ComponentRow | None:
    """Returns the component with this id, if it is registered, now or at a position."""
    return _one(database, ledger_id, at, component_id=component_id)


def component_names(
    database: sqlite3.Connection, ledger_id: str, component_type: str, at: int | None = None
) -> list[str]:
    """Returns the names of the components of a type, sorted."""
    selected = database.execute(*select(COMPONENTS, ledger_id, at, component_type=component_type))
    return sorted(row[2] for row in selected)


def _one(database: sqlite3.Connection, ledger_id: str, at: int | None, **conditions: str) -> ComponentRow | None:
    if at is None:
        which = "".join(f" AND c.{column} = ?" for column in conditions)
        rows = database.execute(f"{_NOW}{which} ORDER BY parameter", (ledger_id, *conditions.values())).fetchall()
        if not rows:
            return None
        settings = {parameter: setting for *_, parameter, setting in rows if parameter is not None}
        return _row(rows[0], settings, ledger_id)
    row = database.execute(*select(COMPONENTS, ledger_id, at, **conditions)).fetchone()
    if row is None:
        return None
    settings_then = _settings(database, select(PARAMETERS, ledger_id, at, component_id=row[0]), {row[0]})
    return _row(row, settings_then[row[0]], ledger_id)


def _row(cells: tuple[str, ...], settings: dict[str, str], ledger_id: str) -> ComponentRow:
    component_id, component_type, name, flavor, *_ = cells
    return ComponentRow(component_id, component_type, name, flavor, settings, ledger_id)


def _settings(database: sqlite3.Connection, query: Query, component_ids: set[str]) -> dict[str, dict[str, str]]:
    settings: dict[str, dict[str, str]] = {component_id: {} for component_id in component_ids}
    for component_id, parameter, setting, _ in database.execute(*query):
        if component_id in settings:
            settings[component_id][parameter] = setting
    return {component_id: dict(sorted(parameters.items())) for component_id, parameters in settings.items()}


def names(database: sqlite3.Connection, ledger_id: str, component_id: str) -> list[tuple[int, str]]:
    """Returns every name that a component had, and since which position of its ledger it had it, in order."""
    chosen = "SELECT since, name FROM components WHERE component_id = ?"
    sql = (
        f"{chosen} AND ledger = {LEDGER.format('?')} AND until IS NULL UNION ALL"
        f" {chosen} AND +ledger = {LEDGER.format('?')} AND until IS NOT NULL ORDER BY since"
    )
    return database.execute(sql, (component_id, ledger_id) * 2).fetchall()


def ledger_of(database: sqlite3.Connection, component_id: str) -> str | None:
    """Returns the ledger in which a component is, or was."""
    return last(database, COMPONENTS, LEDGER_ID.format(COMPONENTS.name), component_id=component_id)


def last_name(database: sqlite3.Connection, component_id: str) -> str | None:
    """Returns what a component is called; the last name of one that is gone."""
    return last(database, COMPONENTS, "name", component_id=component_id)


def present(database: sqlite3.Connection, component_id: str) -> ComponentRow | None:
    """Returns a component of whichever ledger has it now."""
    of = LEDGER_ID.format(COMPONENTS.name)
    sql = f"SELECT {of} FROM components WHERE component_id = ? AND until IS NULL LIMIT 1"
    row = database.execute(sql, (component_id,)).fetchone()
    return component_by_id(database, row[0], component_id) if row else None


def is_in_a_profile(database: sqlite3.Connection, component_id: str) -> bool:
    """Tells whether a component is registered in a profile that there is."""
    sql = (
        f"SELECT 1 FROM components JOIN profiles ON profiles.profile_ledger_id = {LEDGER_ID.format('components')}"
        " WHERE component_id = ? AND components.until IS NULL AND profiles.until IS NULL LIMIT 1"
    )
    return database.execute(sql, (component_id,)).fetchone() is not None


def was_ever(database: sqlite3.Connection, component_id: str, ledger_id: str | None = None) -> bool:
    """Tells whether a component is or was registered: in one ledger, or in any."""
    here = f"(? IS NULL OR ledger = {LEDGER.format('?')})"
    sql = f"SELECT 1 FROM components WHERE component_id = ? AND {here} LIMIT 1"
    return database.execute(sql, (component_id, ledger_id, ledger_id)).fetchone() is not None


def all_parameters(database: sqlite3.Connection) -> Iterator[ParameterRow]:
    """Yields the parameters that components of all ledgers have now, in the order in which they were set."""
    sql = (
        "SELECT ledger_id, parameters.since, component_type, name, flavor, parameter, setting"
        " FROM parameters JOIN components USING (ledger, component_id) JOIN applied USING (ledger)"
        " WHERE parameters.until IS NULL AND components.until IS NULL"
        " ORDER BY ledger_id, parameters.since, parameter"
    )
    return (ParameterRow(*row) for row in database.execute(sql))
