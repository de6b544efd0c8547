"""How errors and signals end a command: a sentence, a hint, and an exit code."""

from __future__ import annotations

import os
import sys

from zenml.cli.screen.streams import ReaderGoneError
from zenml.domain.errors import (
    INTERRUPTED,
    REFUSED,
    SIGNAL,
    USAGE,
    DamagedLedgerError,
    LedgerError,
    NotAllowedError,
    ending,
)
from zenml.domain.visible import visible, visible_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    import signal as system
    from collections.abc import Callable, Sequence
    from types import FrameType
    from typing import Any
else:
    import _signal as system  # what `signal` is made of: importing that takes a tenth of a reading command

_ENDING = ("SIGTERM", "SIGHUP", "SIGQUIT")
"""Signals that by default end a process on the spot; SIGINT is a `KeyboardInterrupt` already."""


REFUSED_AS = {"run": 125}
"""The exit code of what is wrong with the words of a command whose other codes are those of another program."""

_MOMENT = 0.01
"""Seconds after which a signal that came at a bad time comes again."""


class EndedError(BaseException):
    """A signal ends the command.

    Attributes:
        exit_code: `SIGNAL` + the number of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"signal {number}")
        self.exit_code = SIGNAL + number


def end_in_order() -> None:
    """Makes signals that end this process leave it through every ``finally`` on the way.

    A signal that the caller has ignored, as ``nohup`` does, stays ignored. The first one counts: what is tidied up
    after it is not to be broken off by the next.
    """
    numbers = [number for name in _ENDING if (number := getattr(system, name, None)) is not None]
    handled = [number for number in numbers if system.getsignal(number) == system.SIG_DFL]

    def end(number: int, frame: FrameType | None) -> None:
        if _comes_again(number, frame, end):
            return
        for other in handled:
            system.signal(other, system.SIG_IGN)
        _let_half_made_be()
        raise EndedError(number)

    def interrupt(number: int, frame: FrameType | None) -> None:
        if _comes_again(number, frame, interrupt):
            return
        _let_half_made_be()
        raise KeyboardInterrupt

    for number in handled:
        system.signal(number, end)
    if system.getsignal(system.SIGINT) is system.default_int_handler:
        system.signal(system.SIGINT, interrupt)


def _comes_again(number: int, frame: FrameType | None, handle: Callable[[int, FrameType | None], None]) -> bool:
    """Has a signal come again in a moment, if an exception would do harm here, or be lost.

    A module in C or Rust imports others while it is made, and not each looks whether that worked: orjson crashes.
    What is raised while an object is thrown away, in its `__del__` or in the callback by which the import system
    forgets the lock of a module, never leaves it.
    """
    if not hasattr(system, "setitimer") or not _cannot_bear_it(frame):
        return False
    system.signal(system.SIGALRM, lambda _, later: handle(number, later))
    system.setitimer(system.ITIMER_REAL, _MOMENT)
    return True


def _cannot_bear_it(frame: FrameType | None) -> bool:
    while frame is not None:
        name = frame.f_code.co_name
        if name == "__del__" or (name == "cb" and frame.f_code.co_filename == "<frozen importlib._bootstrap>"):
            return True
        makes_a_module = name in ("create_module", "exec_module")
        if makes_a_module and type(frame.f_locals.get("self")).__name__ == "ExtensionFileLoader":
            return True
        frame = frame.f_back
    return False


def _let_half_made_be() -> None:
    """Silences objects that cannot tidy up after themselves: a signal may come while a library makes something."""
    sys.unraisablehook = lambda unraisable: None


def guarded(run: Callable[[], int], *, least: int = 0) -> int:
    """Runs a command and returns its exit code; whatever goes wrong ends in one sentence.

    Args:
        run: The command.
        least: The smallest exit code for what goes wrong, where smaller ones are answers.
    """
    try:
        code = run()
        sys.stdout.flush()
    except ReaderGoneError:
        return least
    except KeyboardInterrupt:
        print("Aborted!", file=sys.stderr)
        return INTERRUPTED
    except EndedError as error:
        _flush()
        return error.exit_code
    except LedgerError as error:
        return max(least, report(error))
    except Exception as error:
        if os.environ.get("ZENML_DEBUG"):
            raise
        return max(least, _report_unforeseen(error))
    return code


def report_no_answer(error: BaseException) -> int:
    """Prints that a question got no answer, and returns the exit code.

    Raises:
        KeyboardInterrupt: It was interrupted; otherwise its input has ended.
    """
    if isinstance(error.__cause__, KeyboardInterrupt):
        raise error.__cause__
    print("Aborted!", file=sys.stderr)
    return REFUSED


def report(error: LedgerError) -> int:
    """Prints an error and its hint, and returns its exit code."""
    _flush()
    shown = visible_lines(error.message) if error.in_lines else visible(error.message)
    print(f"Error: {shown}", file=sys.stderr)
    from zenml.cli.mistakes.hints import hint

    if "ledger" in error.values:
        from zenml import paths
        from zenml.sharing.naming import name_profile

        name_profile(error, paths.ledger_file(paths.config_directory()))
    if advice := hint(error):
        print(f"Hint: {visible_lines(advice)}", file=sys.stderr)
    exit_code, _ = ending(type(error))
    return exit_code


def report_misuse(error: Exception, words: Sequence[str], command: Any) -> int | None:
    """Prints what is wrong with the words of a command line, and what to type instead.

    Args:
        error: What was raised.
        words: The command line.
        command: The whole program, as the parser knows it.

    Returns:
        The exit code; None if the error is not the parser's.
    """
    from zenml.cli.mistakes.misuse_in_words import in_words

    misuse = in_words(error, words, command)
    if misuse is None:
        return None
    _flush()
    print(f"Error: {visible(misuse.message)}", file=sys.stderr)
    print(f"Hint: {visible_lines(misuse.hint)}", file=sys.stderr)
    return USAGE


def _flush() -> None:
    """Writes what was answered before the error; the error is what counts now."""
    try:
        sys.stdout.flush()
    except (ReaderGoneError, LedgerError):
        return


def _report_unforeseen(error: Exception) -> int:
    worded = _as_ledger_error(error)
    if worded is not None:
        return report(worded)
    _flush()
    print(f"Internal error: {type(error).__name__}: {visible(str(error))}", file=sys.stderr)
    print("Hint: Please report it, with what it prints when ZENML_DEBUG=1 is set.", file=sys.stderr)
    return REFUSED


def _as_ledger_error(error: Exception) -> LedgerError | None:
    """Returns an error of the system or of a library as one for people; None if it is another error."""
    from json import JSONDecodeError

    from zenml import paths
    from zenml.projections.database import StorageError
    from zenml.projections.errors import from_sqlite

    try:
        path = paths.ledger_file(paths.config_directory())
        if isinstance(error, FileNotFoundError) and not error.filename:
            paths.working_directory()
    except LedgerError as reason:
        return reason
    if isinstance(error, StorageError | UnicodeDecodeError | UnicodeEncodeError):
        return from_sqlite(error, path)
    if isinstance(error, JSONDecodeError):  # what people write is checked where it is read
        return DamagedLedgerError(f"The views of the ledger {path} cannot be read.", code="unreadable_views")
    if isinstance(error, OSError):
        where = f"{error.filename}" if error.filename else "a file"
        return NotAllowedError(f"The system refused access to {where}: {error.strerror or error}.")
    if isinstance(error, MemoryError):
        return NotAllowedError("There is not enough memory for this command.", "Nothing was recorded.")
    return None
