"""All that is looked at: what a page shows is one line here."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote, urlencode

from tests.page.browser.stories import IMAGE, NAMES, SCRIPT

HOSTILE = urlencode(
    {"q": IMAGE, "actor": SCRIPT, "kind": IMAGE, "stack": SCRIPT, "since": "today", "until": "now"}
)


class Shown(NamedTuple):
    """A page that is looked at.

    Attributes:
        story: The fixture whose profile it is of.
        path: Where it is; a name in braces is a change of the story.
        status: The HTTP status.
        known: Whether whoever looks was let in.
        button: What is pressed there first, which leads to what is looked at.
    """

    story: str
    path: str
    status: int = 200
    known: bool = True
    button: str = ""


SHOWN = {
    "timeline": Shown("work", "/"),
    "filtered timeline": Shown(
        "work", "/?q=prod&kind=undo&stack=prod&component=orchestrator/cluster&since=2020-01-01"
    ),
    "older changes": Shown("work", "/?before={moved}"),
    "no such changes": Shown("work", "/?q=there+is+none"),
    "a time nobody can read": Shown("work", "/?since=sometime", 422),
    "change": Shown("work", "/changes/{moved}"),
    "change by its label": Shown("work", "/changes/before-the-move"),
    "change of a secret": Shown("work", "/changes/{turned}"),
    "undone change": Shown("work", "/changes/{tried}"),
    "no such change": Shown("work", "/changes/nowhere", 404),
    "undo": Shown("work", "/changes/{moved}/undo"),
    "undo in whose way something is": Shown("work", "/changes/{stack}/undo"),
    "undo with what is in its way": Shown("work", "/changes/{stack}/undo?cascade=on"),
    "undo of what is undone": Shown("work", "/changes/{tried}/undo"),
    "stacks now": Shown("work", "/at/now"),
    "stacks right after a change": Shown("work", "/at/{tried}"),
    "stacks at a label, and the values of one": Shown("work", "/at/before-the-move?stack=prod"),
    "a time before everything": Shown("work", "/at/2020-01-01", 404),
    "a stack that is not there": Shown("work", "/at/{store}?stack=prod", 404),
    "no such point": Shown("work", "/at/nowhere", 422),
    "two points to compare": Shown("work", "/compare"),
    "two points compared": Shown("work", "/compare?one=before-the-move&other=now"),
    "the same point twice": Shown("work", "/compare?one=now&other=now"),
    "who set a stack's values": Shown("work", "/blame/stack/prod"),
    "who set a component's values": Shown("work", "/blame/artifact_store/data"),
    "runs": Shown("work", "/runs"),
    "filtered runs": Shown("work", "/runs?name=nightly&stack=prod&outcome=failed&with=path"),
    "no such runs": Shown("work", "/runs?outcome=lost"),
    "a value that never was": Shown("work", "/runs?with=colour%3Dred", 422),
    "run": Shown("work", "/runs/{run_bad}"),
    "run that goes on": Shown("work", "/runs/{run_goes_on}"),
    "no such run": Shown("work", "/runs/nowhere", 404),
    "two runs to compare": Shown("work", "/runs/compare"),
    "two runs compared": Shown("work", "/runs/compare?one={run_good}&other={run_bad}"),
    "what a verification is": Shown("work", "/verify"),
    "a verification": Shown("work", "/verify", button="Verify now"),
    "somebody unknown": Shown("work", "/", 401, known=False),
    "no such page": Shown("work", "/nowhere", 404),
    "hostile timeline": Shown("mischief", "/"),
    "hostile filters": Shown("mischief", f"/?{HOSTILE}", 422),
    "hostile change": Shown("mischief", "/changes/{value_1}"),
    "change with a long name": Shown("mischief", "/changes/{value_6}"),
    "change with a long reason": Shown("mischief", "/changes/{reason_5}"),
    "hostile undo": Shown("mischief", "/changes/{name_1}/undo"),
    "hostile stacks": Shown("mischief", f"/at/now?{urlencode({'stack': NAMES[0]})}"),
    "hostile comparison": Shown("mischief", "/compare?one={name_0}&other=now"),
    "hostile point": Shown("mischief", f"/compare?{urlencode({'one': IMAGE, 'other': SCRIPT})}", 422),
    "who set hostile values": Shown("mischief", f"/blame/artifact_store/{quote(IMAGE, '')}"),
    "hostile runs": Shown("mischief", "/runs"),
    "hostile filters of runs": Shown("mischief", f"/runs?{urlencode({'with': IMAGE, 'name': SCRIPT})}", 422),
    "hostile run": Shown("mischief", "/runs/{run_hostile}"),
    "hostile runs compared": Shown("mischief", "/runs/compare?one={run_hostile}&other={run_nameless}"),
    "hostile address": Shown("mischief", "/changes/%3Cscript%3Ealert(1)%3C%2Fscript%3E", 404),
}
