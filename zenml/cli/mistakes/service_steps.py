"""What to do about the service: a table by the code of the problem, as in `zenml.cli.mistakes.next_steps`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

STEPS: Mapping[str, str | Callable[..., str]] = {
    "port_in_use": 'Run "zenml service up --port {another}" to choose another one.',
    "service_exposed": 'Or run "zenml service up" without --host: then only this machine reaches it.',
    "service_runs_otherwise": 'Run "zenml service down" first.',
    "service_place_taken": 'Run "zenml service status" in a moment.',
    "service_not_started": 'Run "zenml service logs" to see more.',
    "service_log_missing": 'Run "zenml service up" to start it.',
}
