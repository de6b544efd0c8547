"""Commands in hints keep the options of the command line: one that was a dry run does not become a real one."""

from __future__ import annotations

from zenml.cli.screen.output import TABLE
from zenml.domain.suggestions import typed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.cli.answers.write_command import WriteCommand

_EXAMPLE = "--reason 'why'"


def options(run: WriteCommand, *, cascade: bool, any_actor: bool) -> list[str]:
    """Returns the options of an undo or a redo that another one is to have too, as they are typed.

    A key is left out: it stands for one command.
    """
    given = {
        "--cascade": cascade,
        "--any-actor": any_actor,
        f"--reason {typed(run.reason or '')}": run.reason,
        "--dry-run": run.dry_run,
        f"-o {run.output}": run.output != TABLE,
    }
    return [option for option, is_given in given.items() if is_given]


def carried(text: str, given: list[str]) -> str:
    """Returns a text in which each undo and redo that can be pasted has these options.

    Args:
        text: A hint or a notice.
        given: The options, as they are typed.
    """
    if not given or '"zenml ' not in text:
        return text
    import re  # here: an undo without options needs none of this

    def completed(found: re.Match[str]) -> str:
        command = found[1]
        for option in given:
            name = option.partition(" ")[0]
            if name == "--reason":
                command = command.replace(f" {_EXAMPLE}", "")
            if name not in command.split():
                command = f"{command} {option}"
        return f'"{command}"'

    return re.sub(r'"(zenml (?:undo|redo)\b[^"]*)"', completed, text)
