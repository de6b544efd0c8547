from tests.ledger.machines import machine, used

__all__ = ["machine", "used"]
