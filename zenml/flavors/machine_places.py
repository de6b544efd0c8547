"""Parameters that are a place on one machine if nobody says otherwise: unset in a profile that several share.

There each machine has its own folder for the component, and finds it when the component is used. Imports no
flavor: what is described at once needs it too.
"""

from __future__ import annotations

import os

from zenml.paths import config_directory, local_store_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

MACHINE_PLACES = {
    ("artifact_store", "local"): ("path", ""),
    ("metadata_store", "sqlite"): ("uri", "metadata.db"),
    ("model_deployer", "mlflow"): ("service_path", ""),
    ("orchestrator", "airflow"): ("airflow_home", ""),
    ("secrets_manager", "local"): ("secrets_file", "secrets.yaml"),
}
"""By type and flavor: the parameter, and the name of the file if it is one in the folder of the component."""


def machine_place(component_type: str, flavor: str, component_id: str) -> tuple[str, str] | None:
    """Returns the parameter that is a place, and the place it is on this machine; None if the flavor has none."""
    place = MACHINE_PLACES.get((component_type, flavor))
    if place is None:
        return None
    parameter, file_name = place
    folder = local_store_directory(config_directory(), component_id)
    return parameter, os.path.join(folder, file_name) if file_name else folder


def with_place(
    component_type: str, flavor: str, component_id: str, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Returns the parameters of a component of a shared profile as they are on this machine."""
    place = machine_place(component_type, flavor, component_id)
    return {**dict([place] if place else []), **parameters}


def without_place(
    component_type: str, flavor: str, component_id: str, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Returns the parameters of a component as a shared profile keeps them: what each machine finds is unset."""
    place = machine_place(component_type, flavor, component_id)
    return {name: value for name, value in parameters.items() if (name, value) != place}


def without_place_of_any_machine(
    component_type: str, flavor: str, component_id: str, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Returns the parameters of a component without its place, in whichever configuration folder that is."""
    place = MACHINE_PLACES.get((component_type, flavor))
    if place is None:
        return dict(parameters)
    parameter, file_name = place
    folder = local_store_directory("", component_id)
    own = f"/{folder}/{file_name}" if file_name else f"/{folder}"
    return {
        name: value
        for name, value in parameters.items()
        if name != parameter or not isinstance(value, str) or not f"/{value}".rstrip("/").endswith(own)
    }
