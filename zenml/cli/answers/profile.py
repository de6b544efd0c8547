"""What ``zenml profile list``, ``get`` and ``describe`` print. Knows no parser."""

from __future__ import annotations

from zenml.cli.answers.open_at import answer, open_at
from zenml.cli.screen.cells import mark, setting_text
from zenml.cli.screen.notices import NOTHING, PROFILE, announce
from zenml.cli.screen.output import TABLE
from zenml.cli.screen.showing import show
from zenml.cli.screen.tables import SHORT, WRAPS, Column, Table
from zenml.domain.typed_names import name_of
from zenml.domain.visible import visible


def list_all(output: str = TABLE, at: str | None = None) -> None:
    """Prints the profiles."""
    repository = open_at(at)
    with repository.reading() as snapshot:
        announce(repository, snapshot, uses=NOTHING)
        profiles = snapshot.profiles()
    if output != TABLE:
        answer(repository, {"profiles": [profile.document() for profile in profiles]}, output)
        return
    rows = [
        (
            mark(profile.active),
            profile.name,
            profile.store_type,
            setting_text(profile.url or None),
            profile.active_stack,
        )
        for profile in profiles
    ]
    columns = ("ACTIVE", "PROFILE NAME", "STORE TYPE", Column("URL", SHORT), "ACTIVE STACK")
    show(Table(columns, rows, active_column=True))


def get(output: str = TABLE, at: str | None = None) -> None:
    """Prints the active profile's name."""
    repository = open_at(at)
    with repository.reading() as snapshot:
        announce(repository, snapshot, quiet=True)
        profile = snapshot.profile(None)
    if output != TABLE:
        answer(repository, {"profile": profile.document()}, output)
        return
    print(visible(f"Active profile is: {profile.name}"))


def describe(name: str | None = None, output: str = TABLE, at: str | None = None) -> None:
    """Prints everything about a profile."""
    name = None if name is None else name_of("profile", name)
    repository = open_at(at)
    with repository.reading() as snapshot:
        announce(repository, snapshot, uses=PROFILE if name is None else NOTHING)
        profile = snapshot.profile(name)
    if output != TABLE:
        answer(repository, {"profile": profile.document()}, output)
        return
    rows = [
        ("NAME", profile.name),
        ("STORE_URL", setting_text(profile.url or None)),
        ("STORE_TYPE", profile.store_type),
        ("ACTIVE_STACK", profile.active_stack),
    ]
    active = " (ACTIVE)" if profile.active else ""
    title = f"'{profile.name}' Profile Configuration{active}"
    show(Table(("PROPERTY", Column("VALUE", WRAPS)), rows, title=title))
