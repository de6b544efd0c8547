"""How a browser is shown the page: nobody else on this machine is to see the address that lets one in."""

from __future__ import annotations

import os
import sys
import webbrowser
from html import escape
from pathlib import Path
from threading import Thread


def is_there_a_screen() -> bool:
    """Tells whether there is anything to show a browser on: those for terminals would need this one."""
    if sys.platform in ("darwin", "win32"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))


def show(address: str, folder: Path) -> None:
    """Has the browser of this desktop show an address, without waiting for it.

    What a process is called with can be listed by everybody on the machine. So the browser is called with a file
    that is for this user alone, and that sends it on.

    Args:
        address: The address.
        folder: A folder for the file, which nobody else may look into.
    """
    file = folder / "open.html"
    there = escape(address)
    # those who cannot be sent on, or do not want to, have a link
    text = (
        f'<!doctype html><meta http-equiv="refresh" content="0;url={there}"><a href="{there}">Show the page</a>\n'
    )
    file.write_text(text, encoding="utf-8")
    Thread(target=webbrowser.open, args=[file.as_uri()], daemon=True).start()
