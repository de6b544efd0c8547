from tests.ledger.lived import _kept, lived, lives
from tests.ledger.machines import machine

__all__ = ["_kept", "lived", "lives", "machine"]
