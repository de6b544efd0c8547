"""What ``zenml status`` prints. Knows no parser: it is answered without one."""

from __future__ import annotations

from zenml.api.looking_back import LookingBack
from zenml.cli.screen.output import TABLE, emit
from zenml.domain.visible import visible


def print_status(output: str = TABLE) -> None:
    """Prints the active profile and stack on one line, for a shell's prompt, and nothing else.

    Raises:
        NotFoundError: A variable names a profile or a stack that does not exist.
    """
    context = LookingBack(notify=lambda sentence: None).active_context()
    if context.missing is not None:
        raise context.missing
    if output != TABLE:
        emit({"status": context.document()}, output)
        return
    print(visible("/".join(filter(None, (context.profile.name, context.stack.name)))))
