"""``zenml <component> flavor …``: what components of a type can be made of."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from zenml.api.looking_back import LookingBack
from zenml.cli.answers.looking import answer, looking
from zenml.cli.answers.reads import text
from zenml.cli.answers.writes import How
from zenml.cli.groups import described, group
from zenml.cli.options import completions
from zenml.cli.options.component_examples import example
from zenml.cli.options.reading_options import At, Named
from zenml.cli.options.writing_options import writing
from zenml.cli.screen.notices import announce
from zenml.cli.screen.output import TABLE, emit
from zenml.cli.screen.showing import show
from zenml.cli.screen.tables import BELOW, SPARE, Column, Table
from zenml.domain.component_types import display, plural
from zenml.domain.visible import visible
from zenml.flavors.info import FlavorInfo
from zenml.flavors.lookup import Flavors

Name = Annotated[
    str, typer.Argument(metavar="FLAVOR", help="The flavor's name", autocompletion=completions.flavors)
]


def build(component_type: str) -> typer.Typer:
    """Returns the group of commands for the flavors of a component type."""
    kind = display(component_type)
    app = group(f"Manage the flavors of {plural(component_type)}.")

    def about(verb: str, what: str) -> str:
        return described(what, example(component_type, f"flavor {verb}"))

    @app.command(
        "list",
        help=about("list", "List flavors, and whether they are ready to use"),
    )
    def list_flavors(output: Named = "table", at: At = None) -> None:
        _list(component_type, output, at)

    @app.command("describe", help=about("describe", "Show the parameters of a flavor"))
    def describe(name: Name, output: Named = "table") -> None:
        _describe(component_type, name, output)

    @app.command("register", help=about("register", "Register a custom flavor"))
    @writing
    def register(
        how: How,
        source: Annotated[
            str, typer.Argument(metavar="MODULE.CLASS", help="Its class, as imported from the repository's root")
        ],
    ) -> None:
        opened = how.repository()
        change = opened.register_flavor(component_type, source)
        from zenml.flavors.own_code import load_own

        name = load_own(source, str(opened.root) if opened.root else None).FLAVOR
        said = f"Successfully registered new flavor '{name}' for stack component '{component_type}'."
        how.done(opened, change, said)

    @app.command("delete", help=about("delete", "Delete a custom flavor that no component uses"))
    @writing
    def delete(how: How, name: Name) -> None:
        opened = how.repository()
        how.done(opened, opened.delete_flavor(component_type, name), f"Deleted {kind} flavor: {name}")

    return app


def _list(component_type: str, output: str, at: str | None) -> None:
    repository = looking(at)
    known = _known(repository)
    found = known.of(component_type)
    if output != TABLE:
        answer(repository, {"flavors": [_document(component_type, it, known) for it in found]}, output)
        return
    rows = [(it.name, it.origin, "✅" if known.ready(it) else "", it.source) for it in found]
    show(Table(("FLAVOR", "INTEGRATION", "READY-TO-USE", Column("SOURCE", SPARE)), rows))


def _describe(component_type: str, name: str, output: str) -> None:
    from zenml.flavors.documentation import parameter_docs, summary

    known = _known(looking(None))
    info = known.find(component_type, name)
    if info.own:
        _describe_own(component_type, info, known, output)
        return
    declared = known.load(component_type, name)
    docs = parameter_docs(declared)
    parameters = [
        {**parameter._asdict(), "description": docs.get(parameter.name, "")}
        for parameter in declared.describe_parameters()
    ]
    if output != TABLE:
        told = {"description": summary(declared), "parameters": parameters}
        emit({"flavor": {**_document(component_type, info, known), **told}}, output)
        return
    print(visible(summary(declared)))
    if not parameters:
        print("It has no parameters.")
        return
    rows = [
        (
            it["name"],
            it["type"],
            "yes" if it["required"] else "",
            text(it["default"]) if it["default"] not in ("", {}) else "",
            "yes" if it["secret"] else "",
            it["description"],
        )
        for it in parameters
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


def _describe_own(component_type: str, info: FlavorInfo, known: Flavors, output: str) -> None:
    """Says of a custom flavor what is known without running its code."""
    if output != TABLE:
        unknown = {"description": None, "parameters": None}
        emit({"flavor": {**_document(component_type, info, known), **unknown}}, output)
        return
    print(visible(f"Custom flavor: the class {info.source}."))
    print("Its parameters are not shown: only the class knows them, and it is not imported for this.")


def _known(repository: LookingBack) -> Flavors:
    with repository.reading() as now:
        announce(repository, now)
        return now.flavors


def _document(component_type: str, info: FlavorInfo, known: Flavors) -> dict[str, Any]:
    return {
        "type": component_type,
        "name": info.name,
        "integration": info.integration,
        "ready": known.ready(info),
        "source": info.source,
        "custom": info.custom,
    }
