"""The run that a process is a part of: its stack as it was at the beginning, and what it notes of itself."""

from zenml.api.runs.run_object import Run, current_run

__all__ = ["Run", "current_run"]
