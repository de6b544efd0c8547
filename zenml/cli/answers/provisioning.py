"""What ``up``, ``down`` and ``logs`` do and print, of a stack and of a single component."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Mapping

from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.screen.notices import notice
from zenml.cli.screen.output import TABLE, emit
from zenml.documents.opening import UnreadableFileError, open_file
from zenml.domain.component_types import COMPONENT_TYPES, command, display, reference
from zenml.domain.errors import ProvisioningError
from zenml.domain.suggestions import typed
from zenml.domain.visible import visible, visible_lines
from zenml.repository import Repository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.application.provisioning import Prepared
    from zenml.ledger.change import Change

_PIECE = 1 << 16  # characters of a log that are held at once
_PAUSE = 0.5  # seconds between two looks at a log


def up(run: WriteCommand, opened: Repository, components: Mapping[str, str], title: str) -> None:
    """Prepares components, given by type and name, and prints the outcome of each.

    Raises:
        ProvisioningError: Some are not ready.
    """
    _do(run, opened, components, title, opened.provision)


def down(
    run: WriteCommand, opened: Repository, components: Mapping[str, str], title: str, *, force: bool, yes: bool
) -> None:
    """Stops components, or removes what was made for them, and prints the outcome of each.

    Nothing is asked: what somebody filled is kept.
    """
    if not force:
        _do(run, opened, components, title, opened.suspend)
        return
    if run.dry_run:
        _show_fates(run, opened, components, title)
        return
    _do(run, opened, components, title, opened.deprovision)


def _show_fates(run: WriteCommand, opened: Repository, components: Mapping[str, str], title: str) -> None:
    """Prints what would happen to each path."""
    outlook = opened.outlook_of_deprovision(components)
    if run.output != TABLE:
        documents = [
            {"type": component.component_type, "name": component.name, "paths": [fate._asdict() for fate in fates]}
            for component, fates in outlook
        ]
        emit({"components": documents, "change": None}, run.output)
    else:
        print(title)
        for component, fates in outlook:
            sentence = ", ".join(map(str, fates)) or "nothing was made"
            print(f"  {reference(component.component_type, visible(component.name))}: {visible_lines(sentence)}")
    notice("Dry run: nothing was removed.")


def logs(opened: Repository, component_type: str, name: str, *, follow: bool) -> None:
    """Prints the log of a component, and goes on with what is added if asked to."""
    path = opened.get_stack_component(component_type, name).log_file
    try:
        if path is None:
            raise FileNotFoundError
        with io.TextIOWrapper(open_file(path), encoding="utf-8", errors="replace") as file:
            while True:
                for text in iter(lambda: file.read(_PIECE), ""):
                    print(text, end="", flush=True)
                if not follow:
                    return
                time.sleep(_PAUSE)
    except UnreadableFileError as error:
        raise ProvisioningError(
            f"The log file of {display(component_type)} '{name}' cannot be read: {path}, {error}.",
            f'Run "zenml {command(component_type)} describe {typed(name)}" to see what it is made of.',
        ) from error
    except FileNotFoundError:
        print(visible(f"Unable to find log file for {display(component_type)} '{name}'."))


def _do(
    run: WriteCommand,
    opened: Repository,
    components: Mapping[str, str],
    title: str,
    act: Callable[[Mapping[str, str]], tuple[list[Prepared], Change | None]],
) -> None:
    if run.dry_run:
        ordered = [(kind, components[kind]) for kind in COMPONENT_TYPES if kind in components]
        print("\n".join([title, *(f"  {reference(kind, visible(name))}" for kind, name in ordered)]))
        notice("Dry run: nothing was checked, made or removed.")
        return
    outcomes, change = act(components)
    if run.output == TABLE:
        print(title)
        for outcome in outcomes:
            mark = "" if outcome.ready else "not ready: "
            component = reference(outcome.component_type, visible(outcome.name))
            print(f"  {component}: {mark}{visible_lines(outcome.said)}")
        if change is not None:
            notice(f"Recorded as change {opened.ask(lambda snapshot: snapshot.short(change.letters))}.")
        elif all(outcome.ready for outcome in outcomes):
            notice("Nothing to change.")
    else:
        emit(
            {"components": [_document(outcome) for outcome in outcomes], "change": change and change.letters},
            run.output,
        )
    failed = [outcome for outcome in outcomes if not outcome.ready]
    if failed:
        names = ", ".join(reference(outcome.component_type, outcome.name) for outcome in failed)
        raise ProvisioningError(
            f"{len(failed)} of {len(outcomes)} components failed: {names}.",
            "Fix the problems above and run the command again.",
        )


def _document(outcome: Prepared) -> dict[str, object]:
    document = {"type": outcome.component_type, "name": outcome.name, "ready": outcome.ready, "said": outcome.said}
    return {**document, "state": outcome.having.state, "made": list(outcome.having.made)}
