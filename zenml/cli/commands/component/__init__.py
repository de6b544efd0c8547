"""``zenml <component> …``: the same commands for each of the twelve types."""

from __future__ import annotations

from typing import Optional

from zenml.cli.answers import component as answers
from zenml.cli.answers import provisioning
from zenml.cli.answers.explanations import explanation
from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.commands.component.flavor import build as flavor_commands
from zenml.cli.commands.stack.copies import FromProfile, ToProfile
from zenml.cli.commands.stack.provisioning import Force, Yes
from zenml.cli.groups import Group, help_with_example
from zenml.cli.mistakes.misused import MisusedError
from zenml.cli.options import completions
from zenml.cli.options.component_examples import example
from zenml.cli.options.declared import Argument, Option
from zenml.cli.options.parameters import keyed_secrets, names_only, parse
from zenml.cli.options.reading_options import At, Named
from zenml.cli.options.writing_options import writing
from zenml.cli.screen.notices import PROFILE, STACK
from zenml.domain.annotations import Annotated
from zenml.domain.commands import RegisterComponent
from zenml.domain.component_types import command, display, plural
from zenml.domain.suggestions import nearest, typed
from zenml.domain.typed_names import name_of
from zenml.ledger.ids import new_id
from zenml.ledger.meant import Target
from zenml.ledger.meant import about as meant
from zenml.repository import Repository

Name = Annotated[
    str,
    Argument(metavar="NAME", help="The component's name", autocompletion=completions.of_the_group),
]
OptionalName = Annotated[
    Optional[str],  # noqa: UP045 - it is read at run time
    Argument(
        metavar="[NAME]",
        help="The component; the one in the active stack by default",
        autocompletion=completions.of_the_group,
    ),
]
Words = Annotated[
    Optional[list[str]],  # noqa: UP045
    Argument(
        metavar="NAME [--PARAMETER=VALUE]...",
        help="Its name and its parameters",
        autocompletion=completions.first_word,
    ),
]
NewWords = Annotated[
    Optional[list[str]],  # noqa: UP045
    Argument(metavar="NAME [--PARAMETER=VALUE]...", help="Its name and its parameters"),
]
Secrets = Annotated[
    Optional[list[str]],  # noqa: UP045
    Option("--secret", metavar="PARAMETER=VALUE", help="A parameter to encrypt (can be repeated)"),
]


def build(component_type: str) -> Group:
    """Returns the group of commands for a component type."""
    kind = display(component_type)
    app = Group(f"Manage {plural(component_type)}.")

    def help_for(verb: str, what: str) -> str:
        return help_with_example(what, example(component_type, verb))

    @app.command(
        "register",
        takes_unknown=True,
        further_options=completions.parameters,
        help=help_for("register", f"Register {_a(kind)}"),
    )
    @writing
    def register(
        run: WriteCommand,
        words: NewWords = None,
        flavor: Annotated[
            Optional[str],  # noqa: UP045
            Option("--flavor", "-f", help="Its flavor; see `flavor list`", autocompletion=completions.flavors),
        ] = None,
        deprecated: Annotated[Optional[str], Option("--type", "-t", hidden=True)] = None,  # noqa: UP045
        interactive: Annotated[
            bool, Option("--interactive", "-i", help="Ask for every parameter that is not given")
        ] = False,
        secret: Secrets = None,
    ) -> None:
        name, parameters = parse(words or [])
        chosen = flavor or deprecated
        if chosen is None or (flavor and deprecated):
            raise _no_flavor(component_type, parameters)
        if name is None:
            raise MisusedError(
                "Missing argument 'NAME'.",
                f'Write "zenml {command(component_type)} register NAME --flavor {typed(chosen)}".',
            )
        name = name_of(component_type, name)
        opened = run.repository()
        with meant(Target("create", component_type, name)):
            declared = opened.get_flavor(chosen, component_type)
            encrypted = keyed_secrets(declared, secret or [], parameters)
            if interactive:
                from zenml.cli.asking.parameters import ask

                run.check(lambda rehearsal: _rehearse_registering(rehearsal, component_type, name, chosen))
                parameters = ask(declared, name, parameters)
            change = opened.register_component(component_type, name, chosen, parameters, encrypted)
        run.finish(opened, change, f"Successfully registered {kind} `{name}`.")

    @app.command("list", help=help_for("list", f"List the {plural(component_type)}"))
    def list_components(output: Named = "table", at: At = None) -> None:
        answers.list_all(component_type, output, at)

    @app.command("get", help=help_for("get", f"Print the {kind} of the active stack"))
    def get(output: Named = "table", at: At = None) -> None:
        answers.get(component_type, output, at)

    @app.command("describe", help=help_for("describe", f"Show everything about {_a(kind)}"))
    def describe(name: OptionalName = None, output: Named = "table", at: At = None) -> None:
        answers.describe(component_type, name, output, at)

    @app.command(
        "update",
        takes_unknown=True,
        further_options=completions.parameters,
        help=help_for("update", f"Set parameters of {_a(kind)}"),
    )
    @writing
    def update(run: WriteCommand, words: Words = None, secret: Secrets = None) -> None:
        name, parameters = parse(words or [])
        opened = run.repository(stack=True, uses=STACK if name is None else PROFILE)
        name = _component_name(opened, component_type, name)
        with meant(Target("update", component_type, name)):
            current = opened.describe_component(component_type, name)
            declared = opened.get_flavor(current.flavor, component_type)
            encrypted = keyed_secrets(declared, secret or [], parameters, current.parameters)
            change = opened.update_component(component_type, name, parameters, secrets=encrypted)
        run.finish(opened, change, f"Successfully updated {kind} `{name}`.")

    @app.command(
        "remove-attribute",
        takes_unknown=True,
        further_options=completions.parameters,
        help=help_for("remove-attribute", f"Unset parameters of {_a(kind)}"),
    )
    @writing
    def remove_attribute(run: WriteCommand, words: Words = None) -> None:
        name, parameters = names_only(words or [])
        opened = run.repository(stack=True, uses=STACK if name is None else PROFILE)
        name = _component_name(opened, component_type, name)
        change = opened.update_component(component_type, name, {}, parameters)
        run.finish(opened, change, f"Successfully updated {kind} `{name}`.")

    @app.command("rename", help=help_for("rename", f"Rename {_a(kind)}; stacks keep using it"))
    @writing
    def rename(run: WriteCommand, name: Name, new_name: Annotated[str, Argument(help="Its new name")]) -> None:
        name, new_name = name_of(component_type, name), name_of(component_type, new_name)
        opened = run.repository(stack=True)
        change = opened.rename_component(component_type, name, new_name)
        run.finish(opened, change, f"Successfully renamed {kind} `{name}` to `{new_name}`.")

    @app.command("delete", help=help_for("delete", f"Delete {_a(kind)} that no stack uses"))
    @writing
    def delete(run: WriteCommand, name: Name) -> None:
        name = name_of(component_type, name)
        opened = run.repository(stack=True)
        run.finish(opened, opened.deregister_stack_component(component_type, name), f"Deleted {kind}: {name}")

    @app.command("copy", help=help_for("copy", f"Copy {_a(kind)}, also to another profile"))
    @writing
    def copy(
        run: WriteCommand,
        name: Name,
        target: Annotated[str, Argument(metavar="NEW_NAME", help="The name of the copy")],
        from_profile: FromProfile = None,
        to_profile: ToProfile = None,
    ) -> None:
        name, target = name_of(component_type, name), name_of(component_type, target)
        opened = run.repository(quiet=True)
        change = opened.copy_stack_component(
            component_type, name, target, from_profile=from_profile, to_profile=to_profile
        )
        run.finish(opened, change, f"Copied {kind} '{name}' to '{target}'.")

    @app.command("up", help=help_for("up", f"Check and prepare what {_a(kind)} needs"))
    @writing
    def up(run: WriteCommand, name: OptionalName = None) -> None:
        opened = run.repository(stack=True, uses=STACK if name is None else PROFILE)
        name = _component_name(opened, component_type, name)
        with meant(Target("provision", component_type, name)):
            provisioning.up(run, opened, {component_type: name}, f"Provisioning {kind} '{name}'.")

    @app.command("down", help=help_for("down", f"Stop what runs for {_a(kind)}"))
    @writing
    def down(run: WriteCommand, name: OptionalName = None, force: Force = False, yes: Yes = False) -> None:
        opened = run.repository(stack=True, uses=STACK if name is None else PROFILE)
        name = _component_name(opened, component_type, name)
        title = f"{'Deprovisioning' if force else 'Suspending'} {kind} '{name}'."
        with meant(Target("deprovision" if force else "suspend", component_type, name)):
            provisioning.down(run, opened, {component_type: name}, title, force=force, yes=yes)

    @app.command("logs", help=help_for("logs", f"Print the log of {_a(kind)}"))
    def logs(
        name: OptionalName = None,
        follow: Annotated[bool, Option("--follow", "-f", help="Keep printing what is added")] = False,
    ) -> None:
        opened = WriteCommand().repository(stack=True, uses=STACK if name is None else PROFILE)
        name = _component_name(opened, component_type, name)
        provisioning.logs(opened, component_type, name, follow=follow)

    @app.command("explain", help=help_for("explain", f"Explain {plural(component_type)}"))
    def explain() -> None:
        print(explanation(component_type), end="")

    app.add("flavor", flavor_commands(component_type))
    return app


def _rehearse_registering(rehearsal: Repository, component_type: str, name: str, flavor: str) -> None:
    """Registers a component without any parameter, to see whether its name is valid and free."""
    with rehearsal.change() as work:
        work.execute(RegisterComponent(new_id(), component_type, name, flavor, {}))


def _no_flavor(component_type: str, parameters: dict[str, str]) -> MisusedError:
    """Returns the error that no flavor was given, or more than one; it may be among the parameters, misspelt."""
    group_name = f"zenml {command(component_type)}"
    listing = f'run "{group_name} flavor list" to see the flavors.'
    for parameter in parameters:
        if nearest(parameter, ["flavor"]):
            return MisusedError(
                f'"{group_name} register" has no option --{parameter}.', f"Write --flavor; {listing}"
            )
    return MisusedError(
        f"Please use the option to specify '--flavor'/'-f' of the {display(component_type)} you want to register.",
        f"R{listing[1:]}",
    )


def _component_name(opened: Repository, component_type: str, name: str | None) -> str:
    """Returns the component that is meant: that of the active stack if none was named."""
    if name is not None:
        return name_of(component_type, name)
    return answers.active_component(opened.describe_stack().components, component_type)


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
