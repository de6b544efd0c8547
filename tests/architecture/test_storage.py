"""SQL is the language of projections and stores alone: everybody else asks them."""

from __future__ import annotations

import ast
import re

from tests.architecture.test_imports import ROOT, imported

OF_OTHERS = {
    "zenml/documents/zenml_sql.py": "reads the database of ZenML's own sql profiles",
    "zenml/flavors/metadata_stores/sqlite.py": "is a flavor whose metadata is in an SQLite file",
    "zenml/flavors/removal.py": "removes the metadata of such a flavor",
}
"""What opens SQLite files that are not ledgers."""

OUTSIDE = sorted(
    path
    for path in (ROOT / "zenml").glob("**/*.py")
    if path.relative_to(ROOT / "zenml").parts[0] not in ("stores", "projections")
    and str(path.relative_to(ROOT)) not in OF_OTHERS
)
STATEMENT = re.compile(
    r"\s*(SELECT .* FROM|INSERT |UPDATE \w+ SET|DELETE FROM|PRAGMA |SAVEPOINT |BEGIN\b|COMMIT\b)"
)


def test_there_is_something_to_look_at() -> None:
    assert {"work.py", "show.py", "blame.py"} <= {path.name for path in OUTSIDE}
    assert all((ROOT / path).exists() for path in OF_OTHERS)


def test_nobody_else_knows_sqlite() -> None:
    assert [path for path in OUTSIDE if "sqlite3" in imported(path)] == []


def test_nobody_else_writes_sql() -> None:
    written = [
        (path, node.value)
        for path in OUTSIDE
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and STATEMENT.match(node.value)
    ]
    assert written == []
