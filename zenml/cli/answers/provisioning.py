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
    """Prepares components, given by type and name, and tells what became of each.

    Raises:
        ProvisioningError: Some are not ready.
    """
    _do(run, opened, components, title, opened.provision)


def down(
    run: WriteCommand, opened: Repository, components: Mapping[str, str], title: str, *, force: bool, yes: bool
) -> None:
    """Stops components, or removes what was made for them, and tells what became of each.

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
    """Tells what would become of each path."""
    outlook = opened.outlook_of_deprovision(components)
    if run.output != TABLE:
        listed = [
            {"type": it.component_type, "name": it.name, "paths": [fate._asdict() for fate in fates]}
            for it, fates in outlook
        ]
        emit({"components": listed, "change": None}, run.output)
    else:
        print(title)
        for it, fates in outlook:
            said = ", ".join(map(str, fates)) or "nothing was made"
            print(f"  {reference(it.component_type, visible(it.name))}: {visible_lines(said)}")
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
    done, change = act(components)
    if run.output == TABLE:
        print(title)
        for it in done:
            mark = "" if it.ready else "not ready: "
            print(f"  {reference(it.component_type, visible(it.name))}: {mark}{visible_lines(it.said)}")
        if change is not None:
            notice(f"Recorded as change {opened.ask(lambda snapshot: snapshot.short(change.letters))}.")
        elif all(it.ready for it in done):
            notice("Nothing to change.")
    else:
        emit({"components": [_document(it) for it in done], "change": change and change.letters}, run.output)
    failed = [it for it in done if not it.ready]
    if failed:
        told = ", ".join(reference(it.component_type, it.name) for it in failed)
        raise ProvisioningError(
            f"{len(failed)} of {len(done)} components failed: {told}.",
            "Fix the problems above and run the command again.",
        )


def _document(it: Prepared) -> dict[str, object]:
    told = {"type": it.component_type, "name": it.name, "ready": it.ready, "said": it.said}
    return {**told, "state": it.having.state, "made": list(it.having.made)}
