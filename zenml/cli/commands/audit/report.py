"""``zenml audit report``."""

from __future__ import annotations

import sys
import textwrap

from zenml.cli.options.declared import Option
from zenml.cli.options.reading_options import Output
from zenml.cli.screen.output import TABLE, emit
from zenml.domain.annotations import Annotated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.audit.controls import Control

_WIDEST = 80


def report(
    _controls: Annotated[bool, Option("--controls", hidden=True)] = False,
    output: Output = "table",
) -> None:
    """Show which controls of which standards are served.

    For each control: what it asks, which facts here serve it, how to see that, and what is missing. A report on
    the changes themselves, to review and sign, is written by "zenml audit export --format html".

    Example: zenml audit report
    """
    from zenml.audit.controls import controls

    if output != TABLE:
        emit({"controls": [control.document() for control in controls()]}, output)
        return
    if sys.stdout.isatty():
        from zenml.cli.screen.terminal import page, size

        page(_text(controls(), min(_WIDEST, size()[0])))
    else:
        print(_text(controls(), _WIDEST), end="")


def _text(known_controls: tuple[Control, ...], width: int) -> str:
    lines, standard = [], ""
    for control in known_controls:
        if control.standard != standard:
            standard = control.standard
            lines += ["", standard, "=" * len(standard)]
        lines += ["", f"{control.control}: {control.verdict}"]
        lines += _wrapped("asks", control.asks, width)
        lines += _wrapped("facts", control.served_by, width)
        if control.events:
            lines += _wrapped("events", ", ".join(control.events), width)
        lines += _wrapped("check", control.check, width)
        if control.gap:
            lines += _wrapped("gap", control.gap, width)
    return "\n".join(lines[1:]) + "\n"


def _wrapped(label: str, text: str, width: int) -> list[str]:
    head = f"  {label:<7} "
    return textwrap.wrap(
        text,
        width,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    )
