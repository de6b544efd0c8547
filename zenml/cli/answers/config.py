"""What ``zenml config`` prints. Knows no parser: it is answered without one."""

from __future__ import annotations

import os
import sys

import zenml
from zenml import paths
from zenml.active.context import FIRST_RUN
from zenml.cli.screen.output import TABLE, emit
from zenml.domain.errors import LedgerError
from zenml.domain.visible import visible
from zenml.ledger.identity import chosen_name
from zenml.repository import Repository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zenml.active.context import ActiveChoice, ActiveContext
    from zenml.ledger.origin import Origin
    from zenml.projections.machine import ProfileRow


def print_config(output: str = TABLE) -> None:
    """Prints what is active and why, who one is, and where everything is; the latter also of a damaged ledger."""
    from zenml.cli.screen.notices import notice, warn
    from zenml.snapshot.urls import profile_file
    from zenml.unit_of_work.profile_yaml import is_behind

    repository = Repository(notify=notice)
    files = _files(repository.config_directory)
    context, damage, shared, is_late = None, None, None, False
    try:
        context = repository.active_context()
        if context.profile.name and context.profile.decided_by != FIRST_RUN:
            with repository.reading() as snapshot:
                warn(snapshot)
                profile = snapshot.active.profile
                if profile is not None and profile.is_shared:
                    shared = _shared(repository.config_directory, profile)
                elif profile is None or not profile.is_second_name:
                    files["profile"] = place = profile_file(snapshot.profile(None).url)
                    is_late = profile is not None and is_behind(snapshot.connection, profile, place)
    except LedgerError as error:
        damage = error
    asker, unknown = _asker()
    damage = damage or unknown
    for sentence in context.notices if context else ():
        notice(sentence)
    if output != TABLE:
        emit({"config": _document(context, files, shared, asker)}, output)
    else:
        database = [(_kept_by(shared), shared["url"], _asked(shared))] if shared else []
        rows = [
            *(_choices(context) if context else ()),
            *database,
            *_places(files, is_late=is_late),
            *_program(asker),
        ]
        for name, value, remark in rows:  # no table: paths stay whole, to be copied
            print(f"{name:<13} {visible(value)}" + (f" ({visible(remark)})" if remark else ""))
    if damage:
        raise damage


def _asker() -> tuple[Origin | None, LedgerError | None]:
    """Returns who one is, or why that cannot be said."""
    from zenml.ledger.origin import origin

    try:
        return origin(None, None, None), None
    except LedgerError as error:
        return None, error


def _files(config_directory: str) -> dict[str, str | None]:
    """Returns where everything is, by the names that JSON has for it."""
    return {
        "folder": config_directory,
        "ledger": paths.ledger_file(config_directory),
        "key": paths.key_file(config_directory),
        "attempts": paths.attempts_file(config_directory),
        "profile": None,
        "last_seen": paths.heads_file(config_directory),
    }


def _shared(config_directory: str, profile: ProfileRow) -> dict[str, Any]:
    """Returns where a shared profile is, and when this machine last heard of it."""
    from datetime import UTC, datetime

    from zenml.projections.settings import display_value
    from zenml.sharing.confirmations import read
    from zenml.snapshot.profiles import known_as

    known = read(config_directory, profile.profile_ledger_id)
    confirmed = (
        datetime.fromtimestamp(known.confirmed, UTC).isoformat(timespec="seconds") if known.confirmed else None
    )
    problem = known.problem if known.failed > known.confirmed else None
    url, known_there_as = display_value(profile.url), known_as(profile)
    return {"url": url, "confirmed": confirmed, "problem": problem, "known_as": known_there_as}


def _kept_by(shared: dict[str, Any]) -> str:
    return "database" if shared["known_as"] is None else "service"


def _asked(shared: dict[str, Any]) -> str:
    asked = f"as of {shared['confirmed']}" if shared["confirmed"] else "not asked yet"
    if shared["known_as"] is not None:
        asked = f"knows you as '{shared['known_as']}', {asked}"
    return f"{asked}; {shared['problem']}" if shared["problem"] else asked


def _document(
    context: ActiveContext | None,
    files: dict[str, str | None],
    shared: dict[str, Any] | None,
    asker: Origin | None,
) -> dict[str, Any]:
    from zenml.ledger.sessions import session

    return {
        **(context.document() if context else dict.fromkeys(("profile", "stack", "repository"))),
        "database": shared,
        "files": files,
        "actor": _actor(asker) if asker else None,
        "session": session(),
        "zenml": zenml.__version__,
        "python": _python(),
    }


def _actor(asker: Origin) -> dict[str, str | None]:
    chosen = chosen_name()
    return {
        "name": asker.actor,
        "kind": asker.actor_kind,
        "known_by": asker.known_by,
        "system_user": asker.system_user,
        "source": chosen.source if chosen else None,
        "host": asker.host,
    }


def _python() -> str:
    return ".".join(map(str, sys.version_info[:3]))


def _choices(context: ActiveContext) -> list[tuple[str, str, str]]:
    where = f"set by {context.repository_variable}" if context.repository_variable else "this folder is in it"
    return [
        ("profile", context.profile.name or "none", _reason(context.profile)),
        ("stack", context.stack.name or "none", _reason(context.stack)),
        ("repository", context.repository or "none", where if context.repository else '"zenml init" makes one'),
    ]


def _reason(choice: ActiveChoice) -> str:
    if choice.source:
        return f"set by {choice.source}" if choice.name else f"{choice.source} names one that does not exist"
    return "the first command creates it" if choice.decided_by == FIRST_RUN else "chosen on this machine"


def _places(files: dict[str, str | None], *, is_late: bool) -> list[tuple[str, str, str]]:
    meanings = {
        "ledger": "every change of every profile",
        "key": "opens the secrets in the ledger",
        "attempts": "what was refused or failed",
        "profile": f"a copy of the profile for reading{'; of an earlier state' if is_late else ''}",
        "last_seen": "where the record ended, to notice missing events",
    }
    variable = next(
        (name for name in (paths.CONFIG_VARIABLE, "XDG_CONFIG_HOME") if os.environ.get(name)),
        "",
    )
    rows = [("folder", files["folder"] or "", f"set by {variable}" if variable else "the usual place")]
    for name, meaning in meanings.items():
        path = files[name]
        if path:
            remark = "" if os.path.exists(path) else "; does not exist yet"
            rows.append(("profile file" if name == "profile" else name.replace("_", " "), path, meaning + remark))
    return rows


def _program(asker: Origin | None) -> list[tuple[str, str, str]]:
    from zenml.ledger.sessions import VARIABLE, is_terminal, session

    name = session()
    remark = "this terminal" if is_terminal(name) else "without a terminal"
    remark = f"set by {VARIABLE}" if os.environ.get(VARIABLE) else remark
    return [
        *(_people(asker) if asker else ()),
        ("session", name, remark),
        ("zenml", f"{zenml.__version__}, Python {_python()}", sys.prefix),
    ]


def _people(asker: Origin) -> list[tuple[str, str, str]]:
    """Returns who one is, and what decided that."""
    chosen = chosen_name()
    by = f"set by {chosen.source}" if chosen else 'the system\'s; "zenml config set user NAME" chooses another one'
    known_by = f"chosen by {asker.system_user}" if chosen else asker.known_by
    kind = "CI is set" if asker.actor_kind == "automation" else ""
    return [
        ("user", asker.actor, by),
        ("actor", f"{asker.actor} ({asker.actor_kind}, {known_by}) on {asker.host}", kind),
    ]
