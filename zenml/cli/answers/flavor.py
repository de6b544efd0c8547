"""What ``zenml <component> flavor list`` and ``describe`` print."""

from __future__ import annotations

from typing import Any

from zenml.api.looking_back import LookingBack
from zenml.cli.answers.open_at import answer, open_at
from zenml.cli.screen.cells import cell_text
from zenml.cli.screen.notices import announce
from zenml.cli.screen.output import TABLE, emit
from zenml.cli.screen.showing import show
from zenml.cli.screen.tables import BELOW, SPARE, Column, Table
from zenml.domain.component_types import plural
from zenml.domain.visible import visible
from zenml.flavors.info import FlavorInfo
from zenml.flavors.lookup import Flavors


def list_all(component_type: str, output: str, at: str | None) -> None:
    """Prints the flavors of a type of components."""
    repository = open_at(at)
    flavors = _read_flavors(repository)
    infos = flavors.of(component_type)
    if output != TABLE:
        answer(repository, {"flavors": [_document(component_type, info, flavors) for info in infos]}, output)
        return
    rows = [(info.name, info.origin, "✅" if flavors.ready(info) else "", info.source) for info in infos]
    show(Table(("FLAVOR", "INTEGRATION", "READY-TO-USE", Column("SOURCE", SPARE)), rows))


def describe(component_type: str, name: str, output: str) -> None:
    """Prints the parameters of a flavor."""
    from zenml.flavors.documentation import parameter_docs, summary

    flavors = _read_flavors(open_at(None))
    info = flavors.find(component_type, name)
    if info.own:
        _describe_own(component_type, info, flavors, output)
        return
    declared = flavors.load(component_type, name)
    docs = parameter_docs(declared)
    parameters = [
        {**parameter._asdict(), "description": docs.get(parameter.name, "")}
        for parameter in declared.describe_parameters()
    ]
    if output != TABLE:
        details = {"description": summary(declared), "parameters": parameters}
        emit({"flavor": {**_document(component_type, info, flavors), **details}}, output)
        return
    print(visible(summary(declared)))
    if not parameters:
        print("It has no parameters.")
        return
    rows = [
        (
            parameter["name"],
            parameter["type"],
            "yes" if parameter["required"] else "",
            cell_text(parameter["default"]) if parameter["default"] not in ("", {}) else "",
            "yes" if parameter["secret"] else "",
            parameter["description"],
        )
        for parameter in parameters
    ]
    columns = (
        "PARAMETER",
        "TYPE",
        "REQUIRED",
        Column("DEFAULT", BELOW),
        "SECRET",
        Column("MEANING", BELOW),
    )
    show(Table(columns, rows, title=f"'{name}' flavor of {plural(component_type)}"))


def _describe_own(component_type: str, info: FlavorInfo, flavors: Flavors, output: str) -> None:
    """Says of a custom flavor what is known without running its code."""
    if output != TABLE:
        unknown = {"description": None, "parameters": None}
        emit({"flavor": {**_document(component_type, info, flavors), **unknown}}, output)
        return
    print(visible(f"Custom flavor: the class {info.source}."))
    print("Its parameters are not shown: only the class knows them, and it is not imported for this.")


def _read_flavors(repository: LookingBack) -> Flavors:
    with repository.reading() as snapshot:
        announce(repository, snapshot)
        return snapshot.flavors


def _document(component_type: str, info: FlavorInfo, flavors: Flavors) -> dict[str, Any]:
    return {
        "type": component_type,
        "name": info.name,
        "integration": info.integration,
        "ready": flavors.ready(info),
        "source": info.source,
        "custom": info.custom,
    }
