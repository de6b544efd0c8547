"""Who may import whom. The contracts themselves stand in ``pyproject.toml``."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[2]
DOMAIN = sorted((ROOT / "zenml" / "domain").glob("**/*.py"))
PURE = {
    "__future__", "_json", "calendar", "collections", "dataclasses", "datetime", "difflib", "functools",
    "itertools", "json", "re", "string", "sys", "types", "typing", "unicodedata", "zenml.domain",
}  # fmt: skip
"""What the domain may import: data types and text, nothing that knows of files, clocks, chance or terminals."""

STORES = ROOT / "zenml" / "stores"
FOR_OTHERS = {
    f"zenml.stores.{name}"
    for name in (
        *(
            "backup",
            "blanking",
            "formats",
            "mapping",
            "opening",
            "protocol",
            "schema",
            "secret_keys",
            "tiles",
            "token_hashes",
            "waiting",
        ),
        "rest.http",
        "rest.places",
        "rest.service",
        "rest.tags",
        "runs.file",
        "runs.locked",
        "runs.moving",
        "runs.opening",
        "runs.redacted_parts",
        "runs.store",
        "runs.stored",
        "shared.moved",
        "shared.moving",
        "shared.pending",
        "shared.places",
        "shared_database.places",
        "shared_database.url_text",
    )
}
"""What others import of the stores. All else is a store, or what one is made of."""


def imported(path: Path) -> set[str]:
    """Returns the modules a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import():
                found |= {alias.name for alias in node.names}
            case ast.ImportFrom():
                assert node.level == 0, f"{path}: relative import"
                found.add(node.module or "")
    return found


def test_the_contracts_hold(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    code = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert code == 0, capsys.readouterr().out


def test_there_is_a_domain_to_look_at() -> None:
    assert {"stacks.py", "decide.py"} <= {path.name for path in DOMAIN}


@pytest.mark.parametrize("path", DOMAIN, ids=lambda path: path.stem)
def test_the_domain_is_pure(path: Path) -> None:
    foreign = {
        module
        for module in imported(path)
        if not any(module == pure or module.startswith(f"{pure}.") for pure in PURE)
    }
    assert not foreign


@pytest.mark.parametrize("path", DOMAIN, ids=lambda path: path.stem)
def test_the_domain_asks_no_clock(path: Path) -> None:
    called = {
        node.attr for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Attribute)
    }
    assert not called & {"now", "utcnow", "today", "fromtimestamp"}


def test_no_store_is_known_outside_of_their_folder() -> None:
    def of_stores(path: Path) -> set[str]:
        return {module for module in imported(path) if f"{module}.".startswith("zenml.stores.")}

    others = [path for path in (ROOT / "zenml").glob("**/*.py") if STORES not in path.parents]
    assert {module for path in others for module in of_stores(path)} == FOR_OTHERS
    assert of_stores(STORES / "protocol.py") == set()


def test_nothing_private_of_a_library_is_imported() -> None:
    made_of_c = {"_json", "_signal", "_sqlite3"}  # what the modules of these names are made of: decision 56
    known = {"__future__", "_typeshed", *made_of_c}
    private = {
        f"{path}: {module}"
        for path in sorted((ROOT / "zenml").glob("**/*.py"))
        for module in imported(path) - known
        if not module.startswith("zenml.") and any(part.startswith("_") for part in module.split("."))
    }
    assert private == set()


def test_one_module_writes_drafts() -> None:
    writers = {
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "zenml").glob("**/*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"fsync", "O_EXCL", "O_TMPFILE", "mkstemp"}
    }
    # the end of a run is written in place, into room that was made before: a draft would need more on a full disk
    assert writers == {"zenml/files/drafts.py", "zenml/runs/recording/spool.py"}


def test_the_page_is_imported_where_it_is_served_and_nowhere_at_the_start() -> None:
    """It is part of a command and of the service; all other commands run without what it needs."""
    command = ROOT / "zenml" / "cli" / "commands" / "ui" / "__init__.py"
    served = {"page", "service"}
    for path in sorted((ROOT / "zenml").rglob("*.py")):
        if path.relative_to(ROOT / "zenml").parts[0] in served:
            continue
        foreign = {module for module in imported(path) if module.split(".")[:2] == ["zenml", "page"]}
        assert path == command or not foreign, path
    at_once = ast.parse(command.read_text(encoding="utf-8")).body
    names = {it.module or "" for it in at_once if isinstance(it, ast.ImportFrom)}
    assert not any(name.startswith("zenml.page") for name in names)
