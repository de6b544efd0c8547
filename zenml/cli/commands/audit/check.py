"""``zenml audit check``."""

from __future__ import annotations

import os
import re
from typing import Optional

from zenml.cli.mistakes.misused import BadValueError, ExitError
from zenml.cli.options.declared import Argument, Option
from zenml.cli.options.reading_options import Output
from zenml.cli.screen.output import TABLE, emit
from zenml.domain.annotations import Annotated
from zenml.domain.errors import DAMAGED
from zenml.domain.visible import visible

_ROOT = re.compile("[0-9a-f]{64}|[A-Za-z0-9+/]{43}=")
_Texts = Optional[list[str]]  # noqa: UP045 - it is read at run time


def check(
    file: Annotated[str, Argument(metavar="FILE", help="A checkpoint, a proof or a bundle")],
    key: Annotated[
        _Texts,
        Option(
            "--key", metavar="FILE", help="Public keys to trust, which did not come with FILE (can be repeated)"
        ),
    ] = None,
    previous: Annotated[
        _Texts,
        Option(
            "--previous",
            metavar="FILE|SIZE:ROOT",
            help="A checkpoint, bundle or root that was kept, from which it must continue (can be repeated)",
        ),
    ] = None,
    output: Output = "table",
) -> None:
    """Check a checkpoint, a proof or a bundle, wherever it comes from.

    No ledger is needed, and none is asked. The script in every bundle does the same without this program. Without
    --key nobody's signature is checked; a key that replaced one of them counts if that one said so, in the bundle
    or in a statement that is kept here. The exit code is 5 if something does not hold.

    Example: zenml audit check october.note
    """
    from zenml import paths
    from zenml.custody.key_statements import statements
    from zenml.evidence.verify import Malformed, Unusable, judged, keys_in, parsed_note

    keys = []
    for source in key or ():
        try:
            keys.append(keys_in(source))
        except (Malformed, OSError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise BadValueError(f"{source}: {why}.", param_hint="--key") from error
    for earlier in previous or ():
        if _ROOT.fullmatch(earlier) and not os.path.lexists(earlier):
            raise BadValueError(
                f"{earlier}: of a root alone nobody knows the size; write SIZE:ROOT.", param_hint="--previous"
            )
    said = [parsed_note(data) for _, data in statements(paths.config_directory())] if keys else []
    try:
        report = judged(file, keys, previous or (), said)
    except Unusable as error:
        raise BadValueError(f"{error}.") from error
    except OSError as error:
        option = "--previous" if error.filename in (previous or ()) and error.filename != file else "FILE"
        raise BadValueError(f"{error.filename}: {error.strerror}.", param_hint=option) from error
    if output != TABLE:
        verdicts = {
            one.name: {"state": one.state.lower().replace(" ", "_"), "sentences": [*one.sentences]}
            for one in report.verdicts
        }
        emit({"ok": report.holds(), "file": file, "verdicts": verdicts, "sentence": report.sentence()}, output)
    else:
        for one in report.verdicts:
            first, *more = one.sentences
            print(visible(f"{one.name:<12}  {one.state.lower():<12}  {first}"))
            for sentence in more:
                print(visible(f"{'':<28}{sentence}"))
        print(visible(report.sentence()))
    if not report.holds():
        raise ExitError(DAMAGED)
