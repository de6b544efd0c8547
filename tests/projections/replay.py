"""What a ledger says at every position, computed the slow and simple way: from its first event on."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from tests.ledger.machines import Machine

State = dict[str, dict[Any, Any]]
TABLES = (
    "components", "parameters", "stacks", "stack_components", "flavors",
    "profiles", "active_profile", "active_stacks", "repositories", "provisioning", "labels", "tokens",
    "approval_rules", "runs_ledgers",
)  # fmt: skip


def states(machine: Machine, ledger_id: str) -> list[State]:
    """Returns the state at each position, beginning with position 0."""
    state: State = {name: {} for name in TABLES}
    found = [deepcopy(state)]
    for row in machine.events():
        if row.ledger_id == ledger_id:
            _replay(state, row.topic.removeprefix("zenml:"), row.fields)
            found.append(deepcopy(state))
    return found


def _replay(state: State, topic: str, e: dict[str, Any]) -> None:
    match topic:
        case "ComponentRegistered":
            state["components"][e["component_id"]] = [e["component_type"], e["name"], e["flavor"]]
            state["parameters"][e["component_id"]] = dict(e["parameters"])
        case "ComponentRenamed":
            state["components"][e["component_id"]][1] = e["new_name"]
        case "ParameterSet":
            state["parameters"][e["component_id"]][e["parameter"]] = e["new"]
        case "ParameterRemoved":
            del state["parameters"][e["component_id"]][e["parameter"]]
        case "ComponentDeleted":
            del state["components"][e["component_id"]], state["parameters"][e["component_id"]]
        case "StackRegistered":
            state["stacks"][e["stack_id"]] = e["name"]
            state["stack_components"][e["stack_id"]] = dict(e["components"])
        case "StackRenamed":
            state["stacks"][e["stack_id"]] = e["new_name"]
        case "StackComponentSet":
            state["stack_components"][e["stack_id"]][e["component_type"]] = e["new_component_id"]
        case "StackComponentRemoved":
            del state["stack_components"][e["stack_id"]][e["component_type"]]
        case "StackDeleted":
            del state["stacks"][e["stack_id"]], state["stack_components"][e["stack_id"]]
        case "FlavorRegistered":
            state["flavors"][e["flavor_id"]] = (e["component_type"], e["name"], e["source"])
        case (
            "LedgerCopied" | "HistoryAccepted" | "KeysNoted" | "SecretsShredded" | "ValueRedacted" | "PlanApproved"
        ):
            pass
        case "ApprovalRuleChanged":
            state["approval_rules"].pop(e["scope_id"], None)
            if e["new"]:
                state["approval_rules"][e["scope_id"]] = (e["scope_name"], e["scope"], str(e["new"]))
        case "RunsLedgerBegan":
            state["runs_ledgers"][e["runs_ledger_id"]] = (str(e["year"]), None, None)
        case "RunsLedgerClosed":
            state["runs_ledgers"][e["runs_ledger_id"]] = (str(e["year"]), str(e["size"]), e["root"])
        case "FlavorDeleted":
            del state["flavors"][e["flavor_id"]]
        case "ChangeBegan":
            pass
        case _:
            _replay_machine(state, topic, e)


def _replay_machine(state: State, topic: str, e: dict[str, Any]) -> None:
    match topic:
        case "ProfileCreated":
            state["profiles"][e["profile_id"]] = (e["name"], e["store_type"], e["url"], e["profile_ledger_id"])
        case "ProfileRenamed":
            state["profiles"][e["profile_id"]] = (e["new_name"], *state["profiles"][e["profile_id"]][1:])
        case "ProfileUrlSet":
            name, store_type, _, profile_ledger_id = state["profiles"][e["profile_id"]]
            state["profiles"][e["profile_id"]] = (name, store_type, e["new"], profile_ledger_id)
        case "ProfileMoved":
            name, _, _, ledger_id = state["profiles"][e["profile_id"]]
            state["profiles"][e["profile_id"]] = (name, e["new_store_type"], e["new"], ledger_id)
        case "ProfileDeleted":
            del state["profiles"][e["profile_id"]]
        case "ProfileActivated":
            state["active_profile"] = {"here": e["new"]["chosen_id"]} if e["new"] else {}
        case "StackActivated":
            state["active_stacks"].pop(e["profile_id"], None)
            if e["new"]:
                state["active_stacks"][e["profile_id"]] = e["new"]["chosen_id"]
        case "RepositoryInitialized":
            state["repositories"][e["repository_id"]] = [e["path"], e["profile"], e["stack"]]
        case "RepositoryRemoved":
            del state["repositories"][e["repository_id"]]
        case "RepositoryProfileActivated":
            state["repositories"][e["repository_id"]][1] = e["new"]
        case "RepositoryStackActivated":
            state["repositories"][e["repository_id"]][2] = e["new"]
        case "RepositoryChoiceObserved":
            state["repositories"][e["repository_id"]][1:] = [e["new_profile"], e["new_stack"]]
        case "ProvisioningChanged":
            state["provisioning"].pop(e["component_id"], None)
            if e["new"]:
                state["provisioning"][e["component_id"]] = e["new"]
        case "LabelChanged":
            state["labels"].pop(e["label_id"], None)
            if e["new_change_id"]:
                state["labels"][e["label_id"]] = (e["label"], e["new_change_id"])
        case "TokenCreated":
            state["tokens"][e["token_id"]] = (e["name"], e["role"], e["secrets"])
        case "TokenRevoked":
            del state["tokens"][e["token_id"]]
        case "RecordExported" | "SigningKeyChanged" | "HistoryAccepted" | "CheckpointWitnessed":
            pass
        case "KeysNoted" | "SecretsShredded" | "ValueRedacted":  # in a ledger of any kind
            pass
        case _:
            raise AssertionError(f"nobody told the replay about {topic}")


def opened(settings: dict[str, str]) -> dict[str, Any]:
    return {name: json.loads(text) for name, text in settings.items()}
