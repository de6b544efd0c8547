"""The Python API: what is active, what there is, and every way to change it."""

from zenml.api.repository import Repository

__all__ = ["Repository"]
