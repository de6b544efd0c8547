"""The pages that are generated from the code: `docs/cli.md`, `docs/errors.md` and `docs/events.md`.

To write them anew: ``python -m tests.docs``.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from itertools import groupby
from typing import Any, get_args

import typer

from tests.architecture.raised import ADVISED, raised
from tests.docs.flavors_page import flavors
from tests.domain.samples import SAMPLES
from zenml import exceptions
from zenml.cli.app import app
from zenml.cli.mistakes.hints import STEPS
from zenml.cli.options.component_examples import example
from zenml.cli.sections import COMPONENTS, SECTIONS
from zenml.domain.errors import BUSY, CONFLICT, DAMAGED, INTERRUPTED, REFUSED, UNKNOWN, USAGE, ending
from zenml.domain.events import ChangeBegan, DomainEvent, Event, ProfileMoved, TokenRevoked
from zenml.domain.inverses import inverse

WIDTH = 80
HEAD = "<!-- Generated from the code by `python -m tests.docs`. -->\n"
MODEL = "orchestrator"
"""The type of component whose commands stand for those of all twelve."""


def commands() -> Iterator[tuple[str, Any, str]]:
    """Yields every command and group: its words, its object, and its help as a terminal of 80 columns shows it."""
    root: Any = typer.main.get_command(app)

    def below(command: Any, context: Any, words: str) -> Iterator[tuple[str, Any, str]]:
        yield words, command, command.get_help(context)
        for name in command.list_commands(context) if hasattr(command, "list_commands") else ():
            found = command.get_command(context, name)
            yield from below(found, _context(found, name, context), f"{words} {name}")

    return below(root, _context(root, "zenml", None), "zenml")


def _context(command: Any, name: str, parent: Any) -> Any:
    return command.context_class(
        command, info_name=name, parent=parent, terminal_width=WIDTH, max_content_width=WIDTH
    )


def cli() -> str:
    """Returns the page of all commands."""
    found = {words: (command, text) for words, command, text in commands()}
    parts = [
        "# Commands\n",
        HEAD,
        "What `--help` says, command by command. What all commands have in common (`--output`, exit codes, "
        "variables) is in [output](output.md) and [errors](errors.md).\n",
        _text(found["zenml"][1]),
    ]
    for title, section in SECTIONS.items():
        parts.append(f"## {title}\n")
        if section is COMPONENTS:
            names = ", ".join(f"`{name}`" for name in section)
            parts.append(
                f"Each type of component has the same commands: {names}. Here are those of `{MODEL}`; what "
                "differs is the examples.\n"
            )
        for name in [MODEL] if section is COMPONENTS else section:
            for words, (_, text) in found.items():
                if words == f"zenml {name}" or words.startswith(f"zenml {name} "):
                    parts.append(f"{'#' * (1 + len(words.split()))} {words}\n")
                    parts.append(_text(text))
        if section is COMPONENTS:
            parts.append("### Examples by type\n")
            parts.append(_text("\n".join(example(name.replace("-", "_"), "register") for name in section)))
    return "\n".join(parts)


def _text(text: str) -> str:
    return f"```text\n{text.rstrip()}\n```\n"


def errors() -> str:
    """Returns the page of all errors."""
    named = {name: found for name, found in vars(exceptions).items() if name in exceptions.__all__}
    kinds = [found for name, found in sorted(named.items()) if name == found.__name__]
    parts = [
        "# Errors\n",
        HEAD,
        "An error is one sentence on standard error, `Error: …`, and mostly a second one, `Hint: …`, with a "
        "command that works. Nothing is half done. In Python each is an exception, importable from "
        "`zenml.exceptions`. `message` is the sentence, `code` says for programs which problem it is, and "
        "`values` what it is about, by name. `hint` is what helps where that takes no command; commands are "
        "worded by the terminal alone.\n",
        "## Exit codes\n",
        "| code | when | exceptions |",
        "| --- | --- | --- |",
        "| 0 | it is done, or there was nothing to do | |",
    ]
    meanings = {
        REFUSED: "refused: a rule, a missing name",
        CONFLICT: "an undo meets a conflict",
        BUSY: "somebody else was faster",
        DAMAGED: "the ledger is damaged, or verification failed",
        UNKNOWN: "it may be recorded, or not: the connection to a shared database broke at that moment",
    }
    codes: dict[int, list[str]] = {}
    for kind in kinds:
        exit_code, _ = ending(kind)
        codes.setdefault(exit_code, []).append(f"`{kind.__name__}`")
    rows = {code: (meanings[code], ", ".join(names)) for code, names in codes.items()}
    rows[USAGE] = ("the command line is wrong", "")
    rows[INTERRUPTED] = ("it was interrupted (Ctrl-C); other signals end it with 128 and their number", "")
    parts.extend(f"| {code} | {when} | {names} |" for code, (when, names) in sorted(rows.items()))
    parts.extend(["", "## Exceptions\n", "| exception | is a | when |", "| --- | --- | --- |"])
    for kind in kinds:
        bases = ", ".join(f"`{base.__name__}`" for base in kind.__bases__)
        parts.append(f"| `{kind.__name__}` | {bases} | {_first(kind)} |")
    parts.extend(
        [
            "",
            "## Codes\n",
            "An exception has the code of its class (`stack_not_found` for `StackNotFoundError`), unless it is "
            "one of these. Here are all for which the terminal knows what to type, with their values. Codes "
            "without an exception replace that of an error whose cause is known better.\n",
            "| code | exceptions | values |",
            "| --- | --- | --- |",
            *_codes(),
        ]
    )
    aliases = {name: found.__name__ for name, found in named.items() if name != found.__name__}
    parts.extend(["", "ZenML's own names for some of them work too:\n", "| name | is |", "| --- | --- |"])
    parts.extend(f"| `{name}` | `{value}` |" for name, value in sorted(aliases.items()))
    parts.extend(["", "## How they look\n", "```console", *(f"$ {line}" for line in _MISTAKES), "```"])
    return "\n".join(parts) + "\n"


def _codes() -> Iterator[str]:
    """Yields a row for each code that is worded, of those that errors have."""
    found = sorted((it for it in raised() if it.code in STEPS and it.kind), key=lambda it: it.code)
    for code, places in groupby(found, key=lambda it: it.code):
        known = list(places)
        kinds = sorted({it.kind for it in known if it.kind != ADVISED})
        values = ", ".join(f"`{name}`" for name in sorted(frozenset.intersection(*(it.given for it in known))))
        yield f"| `{code}` | {', '.join(f'`{kind}`' for kind in kinds)} | {values} |"


_MISTAKES = (
    "zenml stack register prod -a default -o default",
    "zenml stack set prodd",
    "zenml stack register prod -a data -o default",
    "zenml stack register 'a/b' -a default -o default",
    "zenml stack register default -a default -o default",
    "zenml stack delete default --yes",
    "zenml orchestrator delete default",
    "zenml orchestrator register o --flavor=locl",
    "zenml orchestrator register o --flavor=local_docker --parent_image=python:3.11",
    "zenml profile create default",
    "zenml undo kkkk",
    "zenml stack lst",
)
"""Commands that are refused, all but the first, which makes something to mistake."""


def _first(kind: type) -> str:
    """Returns the first sentence of a docstring, made for a cell of a table."""
    text = " ".join((inspect.getdoc(kind) or "").partition("\n\n")[0].split())
    return text.replace("``", "`").replace("|", r"\|")


def events() -> str:
    """Returns the page of all events."""
    parts = [
        "# Events\n",
        HEAD,
        "Everything the ledger records is one of these facts. Each is stored as RFC 8785 JSON under its topic "
        "(`zenml:` and its name here), in the ledger of the machine or of a profile. "
        "[What a field can hold](#what-the-fields-hold) stands at the end; "
        "[how to add one](how-to/add-an-event.md) has a page of its own.\n",
    ]
    samples = {type(sample): sample for sample in SAMPLES}
    for kind in (ChangeBegan, *get_args(DomainEvent)):
        parts.append(_event(kind, samples.get(kind)))
    parts.append("## What the fields hold\n")
    parts.extend(["| type | what it is |", "| --- | --- |"])
    parts.extend(f"| `{name}` | {about} |" for name, about in _FIELDS.items())
    return "\n".join(parts) + "\n"


_FIELDS = {
    "Id": "a UUID; ids identify, names are labels as they were at the time",
    "str": "a name or another text that stands in the open",
    "Value": "a text that people type freely: JSON text beside a random salt, or, once redacted, its hash alone",
    "Setting": "a `Value`, or a secret: its ciphertext as a `Value`, and the row of `keys` that opens it",
    "Parameter": "the name of a parameter",
    "Utc": "a time in UTC with six decimals",
    "Hex32": "a SHA-256 as hex",
    "Part": "a ledger, and how many events of the change are in it",
    "Actor": "who: `actor_id`, `kind`, `known_by`, `host`",
    "ChosenActor": "the same of whoever chose a name, with the operating system's user: `system_user`",
    "Idempotency": "`key` and `command_hash`",
    "Provisioning": "`state`, which is `running` or `suspended`, and `made`, a list of `Value`",
    "Kind": "`init`, `change`, `undo`, `redo`, `restore`, `import`, `migrate`, `outside`, `export` or `evidence`",
    "StoreType": "`local`, `sql` or `rest`",
    "TokenId": "eight letters and digits, which are in the token's text too",
    "VerifierKey": "a public key as verifiers take it: `NAME+ID+KEY` (C2SP signed-note)",
    "CosignatureLine": "a line of a signed note: an em dash, the name of who signed, and the signature",
    "NotedKey": "`key_id`, and `row`, the hash of the row that keeps this data key",
    "RedactedValue": "`position` of an event, and `field`, a JSON Pointer (RFC 6901) to the value in it",
    "ApprovalScope": "`stack`, or `profile` for everything in one",
    "TokenRole": "`reader`, `writer` or `admin`",
    "Choice": "a profile or a stack that was chosen: its `id` and its `name`",
    "int": "a number",
    "bool": "true or false",
    "tuple": "a list",
    "dict": "an object; the first type is that of its keys",
    "None": "null: there is none",
}


def _event(kind: type[Event], sample: DomainEvent | None) -> str:
    where = {"any": "every ledger", "machine": "the machine's ledger", "profile": "the profile's ledger"}
    lines = [f"## {kind.__name__}\n", f"{_whole(kind)}\n", f"In {where[kind.LEDGER]}, as `{kind.TOPIC}`."]
    if kind is ProfileMoved:  # it has an inverse, and no undo comes to it: see `ledger/never_undone.py`
        lines[-1] += " No undo takes it back; [another move](how-to/move-a-profile.md) does."
    elif kind is TokenRevoked:  # likewise
        lines[-1] += " No undo takes it back."
    elif sample is not None:
        back = sorted({type(event).__name__ for event in inverse(sample)})
        links = " and ".join(f"[{name}](#{name.lower()})" for name in back)
        lines[-1] += f" Undone by {links}." if back else " It cannot be undone."
    lines.extend(["", "| field | type |", "| --- | --- |"])
    fields = {name: kind.__annotations__[name] for name in kind.forms() if name in kind.__annotations__}
    lines.extend(f"| `{name}` | `{_readable(annotation)}` |" for name, annotation in fields.items())
    return "\n".join(lines) + "\n"


def _whole(kind: type) -> str:
    return re.sub(r"``(.+?)``", r"`\1`", " ".join((inspect.getdoc(kind) or "").split()))


def _readable(annotation: str) -> str:
    return annotation.replace("|", r"\|")


def without_answers(page: str) -> str:
    """Returns a page with its sessions cut to what is typed; answers are written and compared elsewhere."""
    return re.sub(
        r"(?<=^```console\n).*?(?=^```$)",
        lambda found: "".join(re.findall(r"^\$ .*\n", found[0], re.MULTILINE)),
        page,
        flags=re.MULTILINE | re.DOTALL,
    )


GENERATED = {"docs/cli.md": cli, "docs/errors.md": errors, "docs/events.md": events, "docs/flavors.md": flavors}
"""What writes each page."""
