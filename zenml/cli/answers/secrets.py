"""What ``zenml secret …`` prints and asks; no value of a secret is ever shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zenml.cli.answers.open_at import answer, catching_up
from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.asking.terminal import ask_yes_or_no
from zenml.cli.screen.notices import NOTHING, PROFILE, announce, notice
from zenml.cli.screen.output import TABLE
from zenml.cli.screen.showing import show
from zenml.cli.screen.tables import WRAPS, Column, Table
from zenml.domain.suggestions import typed
from zenml.repository import Repository
from zenml.snapshot.ages import exact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zenml.api.kept_secrets import Shredding
    from zenml.snapshot.kept_secrets import KeptSecret

_BACKUPS = (
    'Backups of the ledger\'s file from before still have the key: destroy them, or run "{rotate}" and '
    "destroy the key of before."
)
_WRAPPED = ("PROFILE", "SECRET", "PARAMETER")
_BACKUPS_OF_A_SERVICE = (
    'Backups of the service\'s folder from before still have the key: destroy them, or run "zenml key rotate" on '
    "its machine and destroy the key of before."
)
_REPLICAS = "Other members' machines remove the key when they next read the profile."


def list_secrets(profile: str | None, output: str, *, everything: bool) -> None:
    """Prints the secrets of a profile, of the active one, or all."""
    opened = Repository(notify=notice, progress=catching_up)
    with opened.reading() as snapshot:
        announce(opened, snapshot, uses=NOTHING if everything or profile is not None else PROFILE)
    secrets = opened.secrets(profile, everything=everything)
    if output != TABLE:
        answer(opened, {"secrets": [secret.document() for secret in secrets]}, output)
        return
    if not secrets:
        print("There are no secrets.")
        return
    show(_table(secrets, with_profile=everything))


def shred(run: WriteCommand, named: str, parameter: str, *, earlier: bool, yes: bool) -> None:
    """Lists what is destroyed, asks, and does it."""
    opened = run.repository()
    shredding = opened.shredding(named, parameter, earlier=earlier)
    if run.for_people:
        show(_table(shredding.secrets, with_profile=False))
    for other in shredding.also:
        used = "" if other.is_used else " before"
        notice(f"The same secret is '{other.parameter}' of {other.owner}{used}: it goes there, too.")
    run.check(lambda checked: checked.shred(checked.shredding(named, parameter, earlier=earlier)))
    if not (yes or run.dry_run) and not ask_yes_or_no(_question(shredding), err=True):
        notice("Nothing was shredded.")
        return
    change = opened.shred(shredding)
    count = len(shredding.key_ids)
    what = "1 value" if count == 1 else f"{count:,} values"
    run.finish(opened, change, f"Shredded {what} of '{parameter}' of {named}.")
    for sentence in _not_reached(shredding):
        notice(sentence)


def _question(shredding: Shredding) -> str:
    count = len(shredding.key_ids)
    values = "1 value" if count == 1 else f"{count:,} values"
    what = f"{values} of '{shredding.parameter}' of {shredding.owner}"
    return f"This will destroy {what}, for good.\nDo you want to proceed?"


def _not_reached(shredding: Shredding) -> list[str]:
    """Returns what still has the keys, or may have them."""
    if shredding.served:
        return [_BACKUPS_OF_A_SERVICE]
    option = f" --profile {typed(shredding.shared)}" if shredding.shared else ""
    sentences = [_BACKUPS.format(rotate=f"zenml key rotate{option}")]
    if shredding.shared:
        sentences.append(_REPLICAS)
    return sentences


def _table(secrets: Sequence[KeptSecret], *, with_profile: bool) -> Table:
    columns = ("SECRET", "PARAMETER", "SINCE", "USED", "KEY")
    rows = [
        (
            *((secret.profile or "",) if with_profile else ()),
            secret.owner,
            secret.parameter,
            "" if secret.since is None else exact(secret.since),
            "now" if secret.is_used else "before",
            secret.key if secret.noted_since or secret.key != "here" else "here, not noted",
        )
        for secret in secrets
    ]
    shown = ("PROFILE", *columns) if with_profile else columns
    return Table(tuple(Column(name, WRAPS) if name in _WRAPPED else Column(name) for name in shown), rows)
