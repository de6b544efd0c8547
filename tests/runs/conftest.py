from tests.ledger.machines import machine

__all__ = ["machine"]
