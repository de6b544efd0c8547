from tests.ledger.machines import machine, used
from tests.ledger.tampering import lived, tampering

__all__ = ["lived", "machine", "tampering", "used"]
