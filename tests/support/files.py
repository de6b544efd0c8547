"""What lies on the disk of a home."""

from __future__ import annotations

from pathlib import Path

# SQLite's own scratch files: they come and go with any reader and hold nothing the ledger has not.
SCRATCH = ("-wal", "-shm", "-journal")


def contents(folder: Path) -> dict[Path, bytes]:
    """Returns every file below `folder`, by its path from there, with its bytes."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder): path.read_bytes() for path in found}


def written(folder: Path) -> dict[Path, bytes]:
    """Returns what a command that only reads must leave as it is: everything but caches and scratch files."""
    return {
        path: data
        for path, data in contents(folder).items()
        if not path.name.endswith(SCRATCH) and not any("cache" in part.lower() for part in path.parts)
    }
