"""How long whoever writes waits for others. A module of its own: it is asked by those who import no store."""

from __future__ import annotations

LOCK_TIMEOUT = 60
"""Seconds a writer waits for the others; one change holds the lock for milliseconds.

How long a database may take to answer is another matter: `PATIENCE` in `zenml.sharing.places`.
"""
