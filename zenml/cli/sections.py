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
        "quickstart": "Take a tour in a throw-away folder",
        "init": "Make a folder a repository with a choice of its own",
        "profile": "Keep sets of stacks apart, and choose one",
        "stack": "Combine components, and choose what pipelines run on",
        "apply": "Make a profile what YAML files say; print it as one",
        "export": "Make a profile what YAML files say; print it as one",
    },
    "What stacks are made of": COMPONENTS,
    "Look back and take back": {
        "history": "Show what was changed, when and by whom",
        "show": "Show one change, before and after",
        "undo": "Take your newest change back, or any; bring it back",
        "redo": "Take your newest change back, or any; bring it back",
    },
    "See and check": {
        "config": "Show what is active and why, and where everything is",
        "status": "Print the active profile and stack, for a shell's prompt",
        "audit": "Check the record",
        "ledger": "Look after the ledger: its state, backups",
        "version": "Print the version",
    },
}
HELP = {name: text for section in SECTIONS.values() for name, text in section.items()}
"""Every command and group at the top, with its line in the help."""
