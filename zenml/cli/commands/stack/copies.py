"""``zenml stack copy``, ``export`` and ``import``."""

from __future__ import annotations

from typing import Optional

from zenml.cli.answers.open_at import open_at
from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.asking.left_open import with_other_names, with_secrets
from zenml.cli.groups import Group
from zenml.cli.options import kinds
from zenml.cli.options.declared import Argument, Option
from zenml.cli.options.reading_options import At
from zenml.cli.options.writing_options import writing
from zenml.cli.screen.notices import PROFILE, STACK, announce, notice
from zenml.domain.annotations import Annotated
from zenml.domain.typed_names import name_of
from zenml.domain.visible import visible
from zenml.files.outputs import write_text
from zenml.ledger.meant import Target, about

FromProfile = Annotated[
    Optional[str],  # noqa: UP045 - it is read at run time
    kinds.option("profile", "--from", metavar="PROFILE", help="The profile it is in"),
]
ToProfile = Annotated[
    Optional[str],  # noqa: UP045
    kinds.option("profile", "--to", metavar="PROFILE", help="The profile to copy to"),
]
Overwrite = Annotated[bool, Option("--overwrite", help="Replace the file if it exists")]
_YAML = (".yaml", ".yml")


def add_to(app: Group) -> None:
    """Adds the commands to the group of those for stacks."""
    app.command("copy")(copy)
    app.command("export")(export)
    app.command("import")(import_)


@writing
def copy(
    run: WriteCommand,
    source: Annotated[str, kinds.argument("stack", "SOURCE_STACK", "The stack's name")],
    target: Annotated[str, kinds.argument("stack", "TARGET_STACK", "The name of the copy", exists=False)],
    from_profile: FromProfile = None,
    to_profile: ToProfile = None,
) -> None:
    """Copy a stack, also to another profile.

    Its components go with it to another profile. Those that already exist there with the same name and parameters
    are used.

    Example: zenml stack copy default second
    """
    opened = run.repository(quiet=True)
    change = with_other_names(
        run,
        opened,
        lambda repository, renames: repository.copy_stack(
            source, target, from_profile=from_profile, to_profile=to_profile, renames=renames
        ),
    )
    run.finish(opened, change, f"Copied stack '{source}' to '{target}'.")


def export(
    name: Annotated[
        Optional[str],  # noqa: UP045
        kinds.argument("stack", "[STACK_NAME]", "The stack; the active one by default"),
    ] = None,
    file: Annotated[
        Optional[str],  # noqa: UP045
        Argument(metavar="[FILE]", help="The file; by default the stack's name with .yaml; - for standard output"),
    ] = None,
    overwrite: Overwrite = False,
    at: At = None,
) -> None:
    """Write a stack and its components to a YAML file. Secrets are left out.

    Example: zenml stack export default default.yaml
    """
    from zenml.snapshot.exports import stack_export

    repository = open_at(at)
    with repository.reading() as snapshot:
        announce(repository, snapshot, uses=STACK if name is None else PROFILE)
        text, stack = stack_export(snapshot, name), snapshot.stack(name).name
    if file == "-":
        print(text, end="")
        return
    path = file or f"{stack}.yaml"
    write_text(path, text, overwrite=overwrite)
    print(visible(f"Exported stack '{stack}' to file '{path}'."))


@writing
def import_(
    run: WriteCommand,
    name: Annotated[str, Argument(metavar="STACK_NAME|FILE", help="Its name here, or the file")],
    file: Annotated[
        Optional[str],  # noqa: UP045
        Option("--filename", "-f", metavar="FILE", help="The file; by default the stack's name with .yaml"),
    ] = None,
    ignore_version_mismatch: Annotated[bool, Option("--ignore-version-mismatch", hidden=True)] = False,
    decouple_stores: Annotated[bool, Option("--decouple-stores", "--decouple_stores", hidden=True)] = False,
) -> None:
    """Register a stack from an exported file.

    The file may come from `stack export` here or in ZenML. The stack's components are registered too, unless they
    already exist with the same parameters.

    Example: zenml stack import third -f default.yaml
    """
    from zenml.documents.stack_exports import read_stack_export

    name = name_of("stack", name) if file else name
    path = file or (name if name.endswith(_YAML) else f"{name}.yaml")
    target = Target("create", "stack", name) if file or not name.endswith(_YAML) else None
    with about(target):
        document = read_stack_export(path)
    stack_name = document.stacks[0].name if file is None and name.endswith(_YAML) else name
    opened = run.repository()
    if run.for_people:
        notice(f"Using '{path}' to import '{stack_name}' stack.")
    change = with_secrets(
        run,
        opened,
        document,
        lambda repository, filled: with_other_names(
            run, repository, lambda again, renames: again.import_stack(filled, stack_name, renames=renames)
        ),
    )
    run.finish(opened, change, f"Stack '{stack_name}' successfully imported!")
