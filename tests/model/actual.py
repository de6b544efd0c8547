"""The program itself, in a throw-away home: asked through its Python API, and read back in the model's words."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.model.components import ITS_FOLDER
from tests.model.places import FOLDERS, GARBAGE, NAMES, NO_FILE, File, Files, Place
from tests.model.world import MACHINE, PARAMETER, PART, Fields, World
from tests.support.views import views
from zenml.domain.change_ids import letters
from zenml.ledger import sessions
from zenml.projections import components, flavors, labels, machine, stacks
from zenml.projections.settings import display_value
from zenml.repository import Repository
from zenml.snapshot.snapshot import Snapshot


@cache
def base() -> Path:
    """Returns the folder that all machines of this process have, one after the other: paths are recorded."""
    found = Path(tempfile.mkdtemp(prefix="model-")).resolve()
    atexit.register(shutil.rmtree, found, ignore_errors=True)
    return found


@contextmanager
def shell() -> Iterator[None]:
    """A shell in which nothing of the program is set but where its folders are."""
    before, folder = dict(os.environ), Path.cwd()
    asked = sessions.leader, sessions.host
    home = base() / "home"
    home.mkdir(exist_ok=True)
    for name in [name for name in os.environ if name.startswith("ZENML_") or name == "CI"]:
        del os.environ[name]
    os.environ.update(HOME=str(home), XDG_STATE_HOME=str(home / "state"), ZENML_CONFIG_PATH=str(home / "config"))
    os.chdir(base())
    try:
        yield
    finally:
        sessions.leader, sessions.host = asked
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(before)


class Actual:
    """A machine on which the program ran once.

    Attributes:
        letters: The letters of each change, in the order of the history.
        ids: The program's id of each thing of the model.
    """

    def __init__(self) -> None:
        self.home = base() / "home"
        self.letters: list[str] = []
        self.ids: dict[str, str] = {}
        new = base() / "new"
        if not new.exists():
            self._empty()
            self.here(Place()).active  # noqa: B018 - the first run
            self.save("new")
        self.restore("new")

    def _empty(self) -> None:
        shutil.rmtree(self.home, ignore_errors=True)
        for folder in FOLDERS:
            self.path(folder).mkdir(parents=True)

    def save(self, name: str) -> None:
        """Keeps all files, for `restore`."""
        shutil.copytree(self.home, base() / name, symlinks=True)

    def restore(self, name: str, *, keep: bool = True) -> None:
        shutil.rmtree(self.home)
        if keep:
            shutil.copytree(base() / name, self.home, symlinks=True)
        else:
            (base() / name).rename(self.home)

    # --- asked ----------------------------------------------------------------------------------

    def here(self, place: Place, *, dry_run: bool = False, reason: str | None = None) -> Repository:
        """Returns the repository as somebody sees it who is at a place."""
        named = place.session if place.session in NAMES else None
        *kind, process, started = place.session.split() if named is None else ("0", "0")
        sessions.leader = lambda: sessions.Leader(int(process), started, bool(kind))
        sessions.host = lambda: place.host
        for name, value in (
            ("CI", "1" if place.robot else None),
            ("ZENML_ACTIVATED_PROFILE", place.profile),
            ("ZENML_SESSION", named),
        ):
            os.environ.pop(name, None)
            if value:
                os.environ[name] = value
        root = self.path(place.folder) if place.folder else self.home
        return Repository(root, notify=lambda sentence: None, reason=reason, dry_run=dry_run)

    def path(self, folder: str) -> Path:
        return self.home / "work" / folder

    def file(self, folder: str) -> Path:
        return self.path(folder) / ".zen" / "config.yaml"

    # --- read -----------------------------------------------------------------------------------

    @property
    def ledger(self) -> Path:
        return self.home / "config" / "ledger.db"

    def everything(self) -> dict[str, Any]:
        """Returns all that is stored, and all files that people see: what stays the same if nothing happens."""
        with closing(sqlite3.connect(f"{self.ledger.as_uri()}?mode=ro", uri=True)) as database:
            names = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            tables = {name: sorted(database.execute(f"SELECT * FROM {name}"), key=repr) for name in names}
        folders = [self.home / "work", self.home / "config"]
        files = [it for folder in folders for it in sorted(folder.rglob("*")) if it.suffix == ".yaml"]
        return {**tables, **{str(it): it.read_bytes() for it in files}}

    def views(self) -> dict[str, list[tuple[Any, ...]]]:
        return views(self.ledger)

    def next_to_undo(self, place: Place) -> list[int]:
        """Returns the numbers of the changes that the history calls next to undo, as seen from a place."""
        rows = self.here(place).history(everything=True, reverse=True)
        return [number for number, row in enumerate(rows) if row.next_to_undo]

    def history(self) -> list[tuple[str, frozenset[int], int | None, str | None, str | None, str | None]]:
        """Returns kind, targets, undo in effect, repository, session and host of each change, oldest first."""
        rows = self.here(Place()).history(everything=True, reverse=True)
        self.letters = [row.letters for row in rows]
        numbers = {row.change_id: number for number, row in enumerate(rows)}
        return [
            (
                row.kind,
                frozenset(numbers[target] for target in row.targets),
                numbers[row.undone_by] if row.undone_by else None,
                os.path.basename(row.repository) if row.repository else None,
                row.session,
                row.host,
            )
            for row in rows
        ]

    def files(self) -> Files:
        """Returns what the files of repositories say."""
        found: Files = {}
        for folder in FOLDERS:
            if self.file(folder).exists():
                text = self.file(folder).read_text(encoding="utf-8")
                content = yaml.safe_load(text) if text != "[" else {}
                names = File(content.get("active_profile_name"), content.get("active_stack_name"))
                found[folder] = GARBAGE if names == (None, None) else names
            elif self.file(folder).parent.exists():
                found[folder] = NO_FILE
        return found

    def world(self, known: World) -> World:
        """Returns what there is, with the ids of the model; new things are known by their names."""
        here = self.here(Place())
        with here.reading() as now:
            translated = _Translated(self.ids, known, self.letters)
            return translated.world(now, here)


class _Translated:
    """Reads the views, and puts the model's ids in the place of the program's."""

    def __init__(self, ids: dict[str, str], known: World, changes: list[str]) -> None:
        self.ids, self.known, self.changes = ids, known, changes
        self.back = {actual: ours for ours, actual in ids.items()}
        self.found = World({})

    def put(self, real: str, *place: str, like: tuple[str, ...], **fields: Any) -> str:
        """Adds a thing; one that is seen for the first time is that of the model with the same label."""
        if real not in self.back:
            label = {field: fields[field] for field in like}
            key = self.known.find(*place, **label)
            ours = key[-1] if key else f"unknown {place[0]} {real}"
            if ours in self.ids:
                ours = f"another {ours}: {real}"
            self.ids[ours], self.back[real] = real, ours
        self.found[(*place, self.back[real])] = fields
        return self.back[real]

    def ours(self, real: str | None) -> str | None:
        return self.back.get(real, real) if real else None

    def world(self, now: Snapshot, here: Repository) -> World:
        database, machine_id = now.connection, now.machine_id
        chosen = machine.active_stacks(database, machine_id)
        for row in machine.profiles(database, machine_id):
            profile = self.put(row.profile_id, "profile", like=("name",), name=row.name)
            self.contents(now, here, profile, row.profile_ledger_id)
            self.found["active", profile] = _some(stack=self.ours(chosen.get(row.profile_id)))
        active = machine.active_profile(database, machine_id)
        self.found[MACHINE] = _some(profile=self.ours(active))
        for it in machine.repositories(database, machine_id):
            fields = _some(
                folder=os.path.basename(display_value(it.path)),
                profile=self.ours(it.profile_id),
                stack=self.ours(it.stack_id),
            )
            self.put(it.repository_id, "repository", like=("folder",), **fields)
        return self.found

    def contents(self, now: Snapshot, here: Repository, profile: str, ledger_id: str) -> None:
        master_key = here._writing().keyring.machine
        for it in components.components(now.connection, ledger_id):
            parameters = {
                PARAMETER + name: _value(now, master_key, text, it.component_id)
                for name, text in it.settings.items()
            }
            its = {"type": it.component_type, "name": it.name, "flavor": it.flavor}
            self.put(it.component_id, "component", profile, like=("type", "name"), **its, **parameters)
            for row in flavors.flavors(now.connection, ledger_id, it.component_type):
                its = {"type": row.component_type, "name": row.name, "source": row.source}
                self.put(row.flavor_id, "flavor", profile, like=("type", "name"), **its)
        for stack in stacks.stacks(now.connection, ledger_id):
            parts = {PART + kind: self.ours(part) for kind, part in stack.component_ids.items()}
            self.put(stack.stack_id, "stack", profile, like=("name",), name=stack.name, **parts)
        for put in labels.labels(now.connection, ledger_id):
            number = self.changes.index(letters(put.change_id))
            self.put(put.label_id, "label", profile, like=("name",), name=put.label, change=number)


def _some(**fields: Any) -> Fields:
    return {name: value for name, value in fields.items() if value is not None}


def _value(now: Snapshot, master_key: Any, text: str, its_id: str) -> tuple[object, str]:
    """Returns a parameter's value and how it is shown."""
    setting = json.loads(text)
    if "key_id" not in setting:
        plain = display_value(text)
        return ITS_FOLDER if its_id in str(plain) else plain, "plain"
    (wrapped,) = now.connection.execute(
        "SELECT wrapped FROM keys WHERE key_id = ?", (setting["key_id"],)
    ).fetchone()
    value = json.loads(master_key.open(setting["key_id"], json.loads(setting["ciphertext"]["v"]), wrapped))
    return value, "stars" if setting["masked"] is None else "masked"
