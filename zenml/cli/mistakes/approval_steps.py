"""What to do about a change that others have to approve, and about a plan that is of no use."""

from __future__ import annotations

from zenml.domain.suggestions import typed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_PLAN_AGAIN = 'Run "zenml apply FILE --plan-out PLAN" to make another plan.'


def _approval_needed(options: Sequence[str], *, scope: str, name: str, approvals: int, given: int) -> str:
    by = "somebody else runs" if approvals == 1 else f"{approvals} others run"
    return (
        'Run this command again with "--plan-out plan.json" (or "zenml apply FILE --plan-out plan.json"); when '
        f'{by} "zenml approve plan.json", run "zenml apply --plan plan.json".'
    )


def _has_rules(options: Sequence[str], *, profile: str) -> str:
    return (
        f'Run "ZENML_ACTIVATED_PROFILE={typed(profile)} zenml approval list" to see them, '
        'and "zenml approval lift" to lift one.'
    )


STEPS: Mapping[str, str | Callable[..., str]] = {
    "approval_needed": _approval_needed,
    "own_plan": 'Send it to somebody else, who runs "zenml approve PLAN" as the user that they are.',
    "automation_approves": 'Have somebody run "zenml approve PLAN" in a terminal, where CI is not set.',
    "empty_plan": _PLAN_AGAIN,
    "invalid_approvals": 'Run "zenml approval require 1", or "zenml approval lift" for none.',
    "rule_for_another_profile": 'Run "zenml approval list" to see the rules.',
    "profile_has_approval_rules": _has_rules,
    "not_plannable": "Run it without --plan-out; add --dry-run to see what it would do.",
    "plan_unusable": _PLAN_AGAIN,
    "plan_of_another_version": (
        'An earlier version wrote it, or a later one. Run "zenml apply FILE --plan-out PLAN" to make it again.'
    ),
    "plan_carried_out": f'Run "zenml show {{change}}" to see it. {_PLAN_AGAIN}',
    "plan_for_another_profile": 'Run "zenml profile set {profile}" first, or make another plan.',
}
"""As in `zenml.cli.mistakes.next_steps`."""
