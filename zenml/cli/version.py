"""What ``zenml version`` and ``zenml --version`` print."""

from __future__ import annotations

from zenml import __version__

_BANNER = """\
+--+---------------------------------+
|##|  z e n m l                      |
|##|  every change kept, none lost   |
+--+---------------------------------+
"""


def text() -> str:
    """Returns the banner, and the version on the last line."""
    return f"{_BANNER}version: {__version__}"


def line() -> str:
    """Returns the version on one line."""
    return f"zenml, version {__version__}"
