"""Everything a stored ledger says, as plain JSON values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.evidence import second
from tests.ledger.machines import Machine
from zenml.ledger.secrets.keys import MasterKey
from zenml.projections import components, flavors, machine, stacks
from zenml.projections.settings import display_value
from zenml.projections.timeline import history

HERE = Path(__file__).parent


def contents(of: Machine) -> dict[str, Any]:
    """Returns what the views say of a machine, secrets decrypted. Needs no more than the file and its key."""
    machine_id = of.machine_id()
    with of.reading() as database:
        keys = dict(database.execute("SELECT key_id, wrapped FROM keys").fetchall())
        profiles = machine.profiles(database, machine_id)
        return {
            "active profile": machine.active_profile(database, machine_id),
            "active stacks": machine.active_stacks(database, machine_id),
            "repositories": [
                [display_value(row.path), row.profile_name, row.stack_name]
                for row in machine.repositories(database, machine_id)
            ],
            "history": [
                [row.letters, row.kind, row.time, row.command, row.reason, row.summary, row.undone_by]
                for row in history.history(database)
            ],
            "profiles": {
                profile.name: {
                    "id": profile.profile_id,
                    "url": display_value(profile.url),
                    "stacks": {
                        row.name: [row.stack_id, row.component_names]
                        for row in stacks.stacks(database, profile.profile_ledger_id)
                    },
                    "components": {
                        f"{row.component_type} {row.name}": [
                            row.component_id,
                            row.flavor,
                            {name: _value(of, keys, setting) for name, setting in row.settings.items()},
                        ]
                        for row in components.components(database, profile.profile_ledger_id)
                    },
                    "flavors": [
                        list(row) for row in flavors.flavors(database, profile.profile_ledger_id, "orchestrator")
                    ],
                }
                for profile in profiles
            },
        }


def checked(of: Machine) -> dict[str, Any]:
    """Returns size, root and problems of each ledger."""
    return second.check_ledger(str(of.file))


def _value(of: Machine, keys: Mapping[str, bytes], text: str) -> list[Any]:
    """Returns what is shown of a setting, and the secret behind it."""
    setting = json.loads(text)
    if "key_id" not in setting:
        return [display_value(text)]
    ciphertext = json.loads(setting["ciphertext"]["v"])
    secret = MasterKey(str(of.key)).open(setting["key_id"], ciphertext, keys[setting["key_id"]])
    return [display_value(text), json.loads(secret)]
