"""What ``zenml version`` prints."""

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
