"""``zenml ui``."""

from __future__ import annotations

import os
import sys
from typing import Optional

from zenml.active.variables import PROFILE_VARIABLE
from zenml.cli.groups import Command
from zenml.cli.options.declared import Option
from zenml.cli.screen.notices import PROFILE, announce, notice
from zenml.domain.annotations import Annotated
from zenml.repository import Repository


def ui(
    port: Annotated[
        Optional[int],  # noqa: UP045 - it is read at run time
        Option("--port", min=0, max=65535, help="Where it listens; 8238 by default, 0 for any that is free"),
    ] = None,
    write: Annotated[bool, Option("--write", help="Let the page undo changes; without, it only shows")] = False,
    no_browser: Annotated[bool, Option("--no-browser", help="Print the address, and open no browser")] = False,
) -> None:
    """Show what happened on a page in the browser, until Ctrl-C.

    It answers on this machine alone. The address that is printed lets one in once.

    Example: zenml ui --write
    """
    from zenml.page.installed import check_installed

    check_installed()
    repository = Repository(notify=notice)
    with repository.reading() as snapshot:
        announce(repository, snapshot, uses=PROFILE)
        profile = snapshot.profile(None).name
    # the page stays with it, whatever is chosen meanwhile
    os.environ[PROFILE_VARIABLE] = profile
    from pathlib import Path

    from zenml.documents.throw_away import throw_away_folder
    from zenml.page import browser
    from zenml.page.local_source import LocalSource
    from zenml.page.running import run

    with throw_away_folder("ui") as private:

        def began(address: str) -> None:
            print(address, flush=True)
            notice("The address lets one in once. End with Ctrl-C.")
            if not no_browser and browser.is_there_a_screen():
                browser.show(address, Path(private))

        run(LocalSource(repository.root, sys.argv[1:]), f"profile {profile}", port, may_write=write, began=began)


app = Command(ui)
