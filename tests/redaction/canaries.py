"""A home in which one value was typed into every door there is."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from urllib.parse import quote

from tests.support.program import Home

CANARY = 'Zoë O\'Neil "Qx47Zy"'
"""Quotes of a shell and of JSON, a letter beyond ASCII, a blank: each way to write it writes it otherwise."""


def typed_everywhere(home: Home, canary: str = CANARY) -> None:
    """Types it into parameters, nested ones too, reasons, paths, URLs, names of people, files and a refusal."""
    home.done("stack", "list")
    register = ("artifact-store", "register")
    home.done(*register, "one", "--flavor", "s3", "--path", f"s3://bucket/{canary}", "--reason", f"for {canary}")
    kwargs = json.dumps({"deep": [{"er": canary}], canary: 1})
    home.done(*register, "two", "--flavor", "s3", "--path", "s3://b/x", f"--client_kwargs={kwargs}")
    home.done(*register, "three", "--flavor", "s3", "--path", f"s3://b/{quote(canary)}")
    home.done("artifact-store", "update", "one", "--path", f"s3://bucket/{canary}/more")
    home.done("artifact-store", "update", "one", "--path", "s3://bucket/clean")
    home.done("artifact-store", "delete", "three")
    home.done("undo")
    home.done("artifact-store", "copy", "two", "four")
    home.done("stack", "copy", "default", "s2", env={"ZENML_USER": canary})
    home.done("stack", "copy", "default", "s3", env={"ZENML_IDEMPOTENCY_KEY": canary})
    home.done("stack", "copy", "default", "s4", env={"ZENML_SESSION": canary, "ZENML_REASON": f"as {canary} said"})
    folder = home.folder(canary.replace("/", "_"))
    home.done("init", cwd=folder)
    home.done("stack", "copy", "default", "s5", cwd=folder)
    home.done("profile", "create", "other", "--url", str(folder / "profile"))
    home.done("profile", "set", "other")
    home.done("artifact-store", "register", "theirs", "--flavor", "s3", "--path", f"s3://b/{canary}")
    home.done("profile", "set", "default")
    document = home.work / "document.yaml"
    document.write_text(
        json.dumps(
            {
                "components": [
                    {
                        "type": "artifact_store",
                        "name": "five",
                        "flavor": "s3",
                        "parameters": {"path": f"s3://b/{canary}"},
                    }
                ]
            }
        )
    )
    home.done("apply", str(document))
    for words in (
        ("stack", "delete", "nowhere", "--yes", "--reason", canary),
        (*register, "one", "--flavor", "s3", "--path", f"s3://{canary}"),
        ("stack", "nothing-like-it", canary),
        ("audit", "redact", canary),
    ):
        assert home.run(*words).exit != 0, words
    view = home.config / "profiles" / "default" / "profile.yaml"
    view.write_text(view.read_text() + f"# a note of {canary}\n")  # kept as a copy by the next command
    home.done("stack", "copy", "default", "s6")
    home.done("audit", "export", "--all", "--out", str(home.work / "export.jsonl"))


def writings(canary: str = CANARY) -> list[bytes]:
    """Returns what the value may look like in a file."""
    plain, escaped = json.dumps(canary, ensure_ascii=False)[1:-1], json.dumps(canary)[1:-1]
    texts = {canary, plain, escaped, quote(canary), quote(canary, safe=""), shlex.quote(canary)[1:-1]}
    for text in list(texts):
        texts |= {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], text.replace("'", "''")}
    # parts of it, too: what is cut in the middle by some quoting is found by them
    return [text.encode() for text in texts] + [b"Qx47Zy", "Zoë".encode(), b"O'Neil"]


def left_in(folder: Path, canary: str = CANARY) -> list[str]:
    """Returns the files below a folder that have it."""
    forms = writings(canary)
    return [
        f"{path}: {form!r}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for form in forms
        if form in path.read_bytes()
    ]
