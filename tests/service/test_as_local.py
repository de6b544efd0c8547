"""Whatever is done in a profile that a service keeps is done, and answered, as in a local one."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.program import Home
from tests.support.served import ServedTeam
from tests.support.teams import PROFILE

pytestmark = pytest.mark.slow

SECRET = "correct-horse-battery"

COMMANDS = f"""
stack set default
experiment-tracker register tracker -f mlflow --tracking_uri=a --tracking_username=b --tracking_password={SECRET}
experiment-tracker register tracker -f mlflow --tracking_uri=https://b.example
experiment-tracker list
experiment-tracker describe tracker
artifact-store register data -f local --path=/tmp/data
artifact-store update data --path=/tmp/other
artifact-store rename data store
artifact-store copy store store-2
artifact-store delete store-2
stack register prod -a store -o default -e tracker
stack register prod -a store -o default
stack register dev -a default -o default --reason 'for trials'
stack update dev -e tracker
stack rename dev trial
stack rename trial prod
stack rename nowhere else
stack copy prod again
stack delete again --yes
stack delete again --yes
stack set prod
stack get
stack list
stack describe
experiment-tracker delete tracker
artifact-store update store --path=/tmp/third --dry-run
experiment-tracker update tracker --tracking_password=another
experiment-tracker describe tracker --at @4
label release @3
label list
stack list --at release
undo --dry-run
undo
redo
undo @5
undo @9
undo @12 --cascade --dry-run
undo @12 --cascade
redo
history -n 9
history -n 5 --mine
history -n 5 --kind undo
history -n 4 --stack prod
history -n 4 --component artifact-store/store --reverse
history -n 3 --fold
show @0
show @2
show @4 -o json
diff release
diff @6 @0
blame stack trial
blame experiment-tracker tracker
restore --to release --dry-run
restore --to release --reason 'as it was'
restore --to release
stack list -o json
stack describe trial -o yaml
secrets-manager register vault -f local
secrets-manager delete vault
export --out all.yaml
apply all.yaml
apply one.yaml --dry-run
apply one.yaml --plan-out plan.json
stack delete applied --dry-run
apply --plan plan.json
apply --plan plan.json
stack register keyed -a default -o default --idempotency-key job-1
stack register keyed -a default -o default --idempotency-key job-1
stack register other -a default -o default --idempotency-key job-1
orchestrator flavor register no.such.Class
orchestrator flavor list
bisect --good release --bad @0 -- true
audit verify
profile copy {PROFILE} mine
stack copy trial elsewhere --to mine
status
stack register 'bad\tname' -a default -o default
stack register bad -a nowhere -o default
stack update trial -a nowhere
"""
"""Carried out in both, in this order. `@3` is the change before the newest three."""

ONE = """
stacks:
- name: applied
  components: {artifact_store: store, orchestrator: default, metadata_store: default}
"""

UNLIKE = (
    # a member is known by a token
    (r"\(person, (operating system user|token)\)", "(person)"),
    (r"\b(root|tester|ann|operating_system_user|operating system user|token)\b", "<who>"),
    # a member's machine has also recorded that it joined, before; and in a ledger of the machine's own
    (r"positions? \d+( to \d+)?", "<positions>"),
    (r"(?m)^( *\S* *)\d+  [0-9a-f]{16,64}", r"\1<leaf>"),
    (r'"(position|size)": \d+', r'"\1": <number>'),
)
"""What is not the same for a good reason, and what stands for it."""

OF_ITS_OWN = {
    "diff release": "whether a secret changed, which only the service can tell",
    # a member's machine checks the events of the profile, but the service has the keys of its secrets
    "audit verify": "the numbers of events and of secrets",
    # ids differ, and with them whether YAML needs quotes; in JSON, also who is known by what
    "show @4 -o json": "how the member is known",
}
"""Commands of which only the exit codes are compared."""


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, Home, Path]]:
    """A machine with a local profile, one with that of a service, and the folder of the service's machine."""
    base = tmp_path_factory.mktemp("as_local").resolve()
    (base / "local").mkdir()
    local = Home(base / "local")
    local.done("profile", "create", PROFILE, "--set")
    team = ServedTeam(base / "team")
    try:
        member = team.member("ann")
        for home in (local, member):
            (home.work / "one.yaml").write_text(ONE)
        yield local, member, team.host.base
    finally:
        team.down()


def test_each_command_is_answered_as_in_a_local_profile(homes: tuple[Home, Home, Path]) -> None:
    local, member, host = homes
    differences, done = [], 0
    for line in COMMANDS.strip().splitlines():
        here, there = (carried_out(home, line, host) for home in (local, member))
        done += here[0] == 0
        if here[0] != there[0] or (line not in OF_ITS_OWN and here[1] != there[1]):
            differences.append(f"$ zenml {line}\nlocal:   [{here[0]}] {here[1]}\nservice: [{there[0]}] {there[1]}")
    assert differences == [], "\n\n".join(differences)
    assert done > 55


def carried_out(home: Home, line: str, host: Path) -> tuple[int, str]:
    """Returns the exit code of a command, and what it printed, with stand-ins for what differs anyway."""
    changes = json.loads(home.done("history", "-o", "json").stdout)["changes"]
    words = shlex.split(re.sub(r"@(\d+)", lambda found: str(changes[int(found[1])]["letters"]), line))
    answer = home.run(*words)
    text = answer.stdout
    for folder in (host, home.base):
        text = text.replace(str(folder), "<folder>")
    for change in changes:
        text = re.sub(rf"\b{change['letters'][:4]}[k-z]*\b", "<change>", text)
    for pattern, instead in (
        *UNLIKE,
        (r"\"?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\"?", "<id>"),
        (r"\b[k-z]{18}\b", "<change>"),
        (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)?", "<time>"),
        (r"\w{3} \d+ \w{3} \d{4} \d\d:\d\d:\d\d UTC", "<time>"),
        (r"[┏┗┠][━┯┷─┼]+", "-"),
        (r" +", " "),
    ):
        text = re.sub(pattern, instead, text)
    return answer.exit, text
