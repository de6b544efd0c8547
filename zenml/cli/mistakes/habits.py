"""What people type who know other programs (git, kubectl, terraform, ZenML), and its name here.

In the name here, ``…`` means the words that were typed after it. Several names are tried in their order:
what a command does not know is passed over.
"""

from __future__ import annotations


def _each(meanings: dict[str, str]) -> dict[str, str]:
    return {word: meaning for words, meaning in meanings.items() for word in words.split()}


COMMANDS = _each(
    {
        "log reflog changes events timeline": "history …",
        "ls ps": "stack list …",
        "rm remove": "stack delete …",
        "mv move": "stack rename …",
        "cp": "stack copy …",
        "checkout switch use activate select": "stack set …",
        "revert rollback": "undo …",
        "reset goto": "restore --to …",
        "reapply": "redo …",
        "current active pwd": "status",
        "whoami info env doctor about": "config …",
        "plan": "apply --dry-run …",
        "tag bookmark": "label set …",
        "commit push save-point": "history",
        "branch branches workspaces contexts namespaces environments": "profile list",
        "workspace context ctx namespace environment": "profile …",
        "annotate praise": "blame …",
        "compare": "diff …",
        "tail follow monitor": "watch …",
        "fsck check validate": "audit verify",
        "dump save": "export …",
        "load": "apply …",
        "backup-database": "ledger backup …",
        "restore-database": "ledger backup --help",
        "tour demo tutorial": "quickstart",
        "man docs commands component components": "--help",
        "completion completions": "--install-completion",
        "flavor flavors": "orchestrator flavor list",
        "start": "stack up",
        "stop": "stack down",
    }
)
"""Words at the top."""

VERBS = {
    word: tuple(meaning.split())
    for word, meaning in _each(
        {
            "ls all": "list",
            "show info view inspect cat details": "describe status",
            "rm remove del drop erase destroy deregister unregister": "delete",
            "mv move": "rename",
            "cp clone duplicate fork": "copy",
            "use switch activate select checkout choose": "set",
            "current active get-active which whoami": "get status",
            "new add create make init": "create register",
            "register": "create",
            "edit modify change configure set": "update",
            "unset": "remove-attribute remove-component",
            "provision start": "up",
            "deprovision stop suspend": "down",
            "save dump": "export backup",
            "load": "import",
            "check validate": "verify",
            "log": "logs",
        }
    ).items()
}
"""Words after a group of commands, such as ``stack``."""

WITHIN = {
    "audit": _each({"log list history show": "history …", "status": "ledger status", "backup": "ledger backup …"}),
    "ledger": _each(
        {
            "verify check fsck": "audit verify",
            "log list history show": "history …",
            "export": "audit export …",
            "import": "audit import …",
            "restore": "ledger backup --help",
        }
    ),
    "stack": _each({"history log": "history --stack …", "blame": "blame stack …", "logs": "orchestrator logs"}),
    "profile": _each({"history log": "history --profile …", "apply": "apply …"}),
    "TYPE": _each(
        {"history log": "history --component TYPE/…", "blame": "blame TYPE/…", "flavors": "TYPE flavor list"}
    ),
}
"""Words after a group that mean a command elsewhere; ``TYPE`` is any type of components."""

EVERYWHERE = ("history", "diff", "undo", "redo", "restore", "apply", "watch")
"""Commands at the top that are also looked for within groups."""

FURTHER_WORDS = {
    "stack list": "stack describe …",
    "stack get": "stack describe …",
    "profile list": "profile describe …",
    "profile get": "profile describe …",
    "label list": "show …",
    "TYPE list": "TYPE describe …",
    "TYPE get": "TYPE describe …",
    "TYPE flavor list": "TYPE flavor describe …",
    "export": "export --out …",
    "init": "init --path …",
    "restore": "restore --to …",
    "quickstart": "quickstart",
    "status": "config",
    "config": "config",
}
"""Commands after which people type words that belong to another one, or to an option."""

INCOMPLETE = frozenset({"apply", "blame stack"})
"""Lines that the parser takes and that are refused: they need another word."""

OPTIONS = _each(
    {
        "--json": "--output=json",
        "--yaml --yml": "--output=yaml",
        "--jsonl": "--output=jsonl",
        "--format --out-format -f": "--output",
        "--names --name-only": "--output=name",
        "--flavour": "--flavor",
        "--author --user --by": "--actor",
        "--message -m --comment --why": "--reason",
        "--dryrun --plan --check --simulate --what-if --diff": "--dry-run",
        "--number --count --last --max --max-count --n --head --tail": "--limit -n",
        "--after --start": "--since",
        "--before --end": "--until",
        "--file --path": "--filename --out",
        "--activate --use --active --default": "--set",
        "--type": "--kind --flavor",
        "--search --filter --text": "--grep",
        "--oldest-first --asc": "--reverse",
        "--as-of --when --time --revision --rev": "--at",
        "--delete": "--prune",
        "--replace": "--overwrite",
        "--machine --machine-wide": "--global",
        "--recursive --all-dependent": "--cascade",
        "-d": "--dry-run",
    }
)
"""Options, and what they are called here."""

NEEDLESS = frozenset(
    _each(
        {
            "--yes -y --force -f --no-input --non-interactive": "nothing is asked",
            "--all -a": "everything is listed",
            "--quiet -q --verbose -v --oneline --short --no-pager --no-color": "it is printed as it always is",
        }
    )
)
"""Options that are left out where they are not known."""

INSTEAD_OF_OPTIONS = {
    ("status", "-v"): "config",
    ("status", "--verbose"): "config",
    ("history", "-v"): "show",
    ("history", "--verbose"): "show",
    ("history", "-p"): "show",
    ("history", "--patch"): "show",
    ("history", "-f"): "watch",
    ("history", "--follow"): "watch",
    ("label", "-d"): "label delete …",
    ("label", "-l"): "label list",
    ("label", "--list"): "label list",
    ("label", "--delete"): "label delete …",
    ("undo", "--all"): "restore --to 0 --dry-run",
    ("export", "-o"): "export --out …",
}
"""Options of commands that mean another command."""

VALUES = {
    "yml": "yaml",
    "text": "table",
    "plain": "table",
    "pretty": "table",
    "names": "name",
    "ndjson": "jsonl",
}
"""What other programs call the values of ``--output``."""
