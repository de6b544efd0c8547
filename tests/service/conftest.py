"""A machine with a ledger."""

from __future__ import annotations

from tests.ledger.machines import machine, used

__all__ = ["machine", "used"]
