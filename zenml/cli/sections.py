"""The commands at the top, in the order and under the headings in which people look for them.

Neighbours with the same words share a line of the help, which has to fit on one screen.
"""

from __future__ import annotations

from zenml.domain.component_types import COMPONENT_TYPES, command, plural

COMPONENTS = {
    command(component_type): f"Manage {plural(component_type)}" for component_type in sorted(COMPONENT_TYPES)
}
SECTIONS = {
    "Set up": {
        "quickstart": "Take a tour; give a folder its own active stack",
        "init": "Take a tour; give a folder its own active stack",
        "profile": "Keep sets of stacks apart, choose one; give tokens",
        "service": "Keep sets of stacks apart, choose one; give tokens",
        "stack": "Combine components, and choose what pipelines run on",
        "run": "Run a command on a stack; see what ran, and on what",
        "runs": "Run a command on a stack; see what ran, and on what",
        "apply": "Make a profile match YAML files; print it as one",
        "export": "Make a profile match YAML files; print it as one",
    },
    "What stacks are made of": COMPONENTS,
    "Look back and undo": {
        "history": "Show what was changed, when and by whom; follow it",
        "watch": "Show what was changed, when and by whom; follow it",
        "ui": "Show what was changed, when and by whom; follow it",
        "show": "Show one change; compare two points; name a change",
        "diff": "Show one change; compare two points; name a change",
        "label": "Show one change; compare two points; name a change",
        "blame": "Find who set a value; what broke a command",
        "bisect": "Find who set a value; what broke a command",
        "undo": "Undo a change; redo it; go back to a point",
        "redo": "Undo a change; redo it; go back to a point",
        "restore": "Undo a change; redo it; go back to a point",
        "approve": "Approve a plan; say what changes only with approvals",
        "approval": "Approve a plan; say what changes only with approvals",
    },
    "See and check": {
        "config": "Show what is active, and why; for a shell's prompt",
        "status": "Show what is active, and why; for a shell's prompt",
        "audit": "Check, export, back up the record; its keys",
        "ledger": "Check, export, back up the record; its keys",
        "key": "Check, export, back up the record; its keys",
        "secret": "Check, export, back up the record; its keys",
        "service": "Serve a profile over HTTP; print the version",
        "version": "Serve a profile over HTTP; print the version",
    },
}
ALIASES = {"server": "service"}
"""Other names of commands and groups at the top, which no help lists."""

HELP = {name: text for section in SECTIONS.values() for name, text in section.items()}
"""Every command and group at the top, with its line in the help."""
