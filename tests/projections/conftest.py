from tests.ledger.lived import _kept, lived, lives
from tests.ledger.machines import machine, used

__all__ = ["_kept", "lived", "lives", "machine", "used"]
