"""``zenml <component> flavor …``: what components of a type can be made of."""

from __future__ import annotations

from zenml.cli.answers import flavor as answers
from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.groups import Group, help_with_example
from zenml.cli.options import completions
from zenml.cli.options.component_examples import example
from zenml.cli.options.declared import Argument
from zenml.cli.options.reading_options import At, Named
from zenml.cli.options.writing_options import writing
from zenml.domain.annotations import Annotated
from zenml.domain.component_types import display, plural

Name = Annotated[str, Argument(metavar="FLAVOR", help="The flavor's name", autocompletion=completions.flavors)]


def build(component_type: str) -> Group:
    """Returns the group of commands for the flavors of a component type."""
    kind = display(component_type)
    app = Group(f"Manage the flavors of {plural(component_type)}.")

    def help_for(verb: str, what: str) -> str:
        return help_with_example(what, example(component_type, f"flavor {verb}"))

    @app.command(
        "list",
        help=help_for("list", "List flavors, and whether they are ready to use"),
    )
    def list_flavors(output: Named = "table", at: At = None) -> None:
        answers.list_all(component_type, output, at)

    @app.command("describe", help=help_for("describe", "Show the parameters of a flavor"))
    def describe(name: Name, output: Named = "table") -> None:
        answers.describe(component_type, name, output)

    @app.command("register", help=help_for("register", "Register a custom flavor"))
    @writing
    def register(
        run: WriteCommand,
        source: Annotated[
            str, Argument(metavar="MODULE.CLASS", help="Its class, as imported from the repository's root")
        ],
    ) -> None:
        opened = run.repository()
        change = opened.register_flavor(component_type, source)
        from zenml.flavors.own_code import load_own

        name = load_own(source, str(opened.root) if opened.root else None).FLAVOR
        sentence = f"Successfully registered new flavor '{name}' for stack component '{component_type}'."
        run.finish(opened, change, sentence)

    @app.command("delete", help=help_for("delete", "Delete a custom flavor that no component uses"))
    @writing
    def delete(run: WriteCommand, name: Name) -> None:
        opened = run.repository()
        run.finish(opened, opened.delete_flavor(component_type, name), f"Deleted {kind} flavor: {name}")

    return app
