"""What to do about the service: a table by the code of the problem, as in `zenml.cli.mistakes.next_steps`."""

from __future__ import annotations

from zenml.domain.suggestions import typed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def _token_refused(options: Sequence[str], *, profile: str | None) -> str:
    """Names the profile, if there is one already: it may be about to be made."""
    if profile is None:
        return "Ask whoever runs it for another one."
    return (
        f'Ask whoever runs it for another one, and run "zenml profile update {typed(profile)} --token -" with it.'
    )


STEPS: Mapping[str, str | Callable[..., str]] = {
    "removal_with_others": "Remove first, and change the rest afterwards.",
    "port_in_use": 'Run "zenml service up --port {another}" to choose another one.',
    "page_port_in_use": 'Run "zenml ui --port 0" to use any that is free.',
    "service_exposed": 'Or run "zenml service up" without --host: then only this machine reaches it.',
    "service_runs_otherwise": 'Run "zenml service down" first.',
    "service_place_taken": 'Run "zenml service status" in a moment.',
    "service_not_started": 'Run "zenml service logs" to see more.',
    "service_log_missing": 'Run "zenml service up" to start it.',
    # --- services that keep profiles ---
    "service_url_invalid": 'A service is at a URL such as http://localhost:8000; "zenml service status" says it.',
    "not_a_token": 'Run "zenml service token create NAME --role writer" where the service runs to make one.',
    "service_unreachable": 'Check host and port in its URL, and run "zenml service status" where it runs.',
    "service_encryption": "Check that the URL begins with https where the service encrypts, and its certificate.",
    "service_failed": 'Run "zenml service logs" where it runs to see more.',
    "not_a_service": 'Check the URL; "zenml service status" says it where the service runs.',
    "service_token_missing": 'Run "zenml service token create NAME --role writer" there, and give --token.',
    "service_token_refused": _token_refused,
    "service_role": (
        'Ask whoever runs it for a token of a role that may: "zenml service token create NAME --role {needed}".'
    ),
    "service_secrets": "Ask whoever runs it for a writer's token, made without --no-secrets.",
    "service_of_another_profile": (
        'Ask whoever runs it to run "zenml service up --profile NAME" with the profile that it served before.'
    ),
    "served_elsewhere": 'Run "zenml profile list" to see the others, and "zenml service up --profile NAME".',
    "service_keeps_it": 'Run "zenml profile copy {profile} NEW_NAME" to copy what it has now to this machine.',
    "service_decides": "Whoever runs the service upgrades zenml there; members follow.",
    "service_version": "Whoever runs the service upgrades zenml there first; members follow.",
    "takes_no_token": 'Run "zenml profile list" to see which profiles are of the type rest.',
    "service_of_nothing": 'Run "zenml service down", and then "zenml service up --profile NAME".',
    "served_here": 'Run "zenml profile set {profile}" to use it.',
    "copied_to_service": 'Copy it to this machine or a database, and run "zenml service up --profile NEW_NAME".',
    "moved_to_service": 'Run "zenml service up --profile {profile}" to serve it.',
    "two_names": 'Run "zenml profile delete {profile}" first; its stacks stay.',
    "url_of_second_name": 'Run "zenml profile delete {profile}" and create it again to give it another URL.',
    "service_refused": 'Nothing was recorded; "zenml history" shows what others did.',
    "service_conflict": 'Nothing was recorded; "zenml history" shows what others did.',
    "service_key": 'Run "zenml key show" where the service runs to see the key.',
}
