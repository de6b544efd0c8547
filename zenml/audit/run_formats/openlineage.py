"""Events of OpenLineage 2-0-2, one a line (https://openlineage.io/spec/2-0-2/OpenLineage.json).

A run has a ``START`` and, unless it goes on, one of ``COMPLETE``, ``FAIL`` and ``ABORT``. That of a run that was
lost has the time of its start, since nobody knows when it ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from zenml import __version__
from zenml.audit.formats.json_lines import line
from zenml.audit.run_formats.exported_run import RUNNING, ExportedRun, present

_PRODUCER = f"urn:zenml-ledger:{__version__}"
_EVENT = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
_FACETS = "https://openlineage.io/spec/facets"
_POINT = "urn:zenml-ledger:openlineage:point:1"
_ENDS = {"succeeded": "COMPLETE", "failed": "FAIL", "killed": "ABORT", "lost": "ABORT"}


def lines(run: ExportedRun) -> Iterator[str]:
    """Yields a line for each event of a run."""
    info = run.info
    yield line(_event(run, "START", info["started"], {}))
    if info["outcome"] != RUNNING:
        yield line(_event(run, _ENDS[info["outcome"]], info["ended"] or info["started"], _failure(info)))


def _event(run: ExportedRun, kind: str, time: str, facets: dict[str, Any]) -> dict[str, Any]:
    info = run.info
    is_end = kind != "START"
    return {
        "eventType": kind,
        "eventTime": time,
        "run": {"runId": info["run_id"], "facets": {**_run_facets(run), **facets}},
        "job": {
            "namespace": _namespace(info),
            "name": _job(info),
            "facets": _job_facets(info),
        },
        "inputs": [_dataset(one) for one in run.inputs()] if is_end else [],
        "outputs": [_dataset(one) for one in run.outputs()] if is_end else [],
        "producer": _PRODUCER,
        "schemaURL": _EVENT,
    }


def _namespace(info: dict[str, Any]) -> str:
    """Returns the namespace of a profile's jobs, which stays when the profile is renamed."""
    return f"zenml-ledger:{info['profile_ledger_id']}"


def _job(info: dict[str, Any]) -> str:
    """Returns what recurs in runs that do the same: the run's name, else its program, else its stack."""
    return str(info["name"] or (info["command"] or [None])[0] or f"stack {info['stack']}")


def _run_facets(run: ExportedRun) -> dict[str, Any]:
    info = run.info
    point = present(
        ledger=info["profile_ledger_id"],
        position=info["position"],
        root=info["root"],
        stackId=info["stack_id"],
        stack=info["stack"],
        stackDigest=info["stack_digest"],
        command=info["command"],
        parameters=info["parameters"] or None,
        secrets=info["secrets"] or None,
        actor=info["actor"],
        host=info["host"],
        reason=info["reason"],
        outcome=info["outcome"],
        exitCode=info["exit_code"],
        signal=info["signal"],
        commit=(info["code"] or {}).get("commit"),
        dirty=(info["code"] or {}).get("dirty"),
        links=run.links() or None,
    )
    engine = {"version": info["software"]["zenml"], "name": "zenml-ledger"}
    return {
        "zenml_point": {"_producer": _PRODUCER, "_schemaURL": _POINT, **point},
        "processing_engine": _facet("1-1-1", "ProcessingEngineRunFacet", engine),
    }


def _failure(info: dict[str, Any]) -> dict[str, Any]:
    if info["outcome"] == "succeeded":
        return {}
    ended = f"ended by {info['signal']}" if info["signal"] else f"exit code {info['exit_code']}"
    unknown = "its process is gone, and nobody knows how it ended"
    message = unknown if info["exit_code"] is None and not info["signal"] else ended
    said = {"message": message, "programmingLanguage": "unknown"}
    return {"errorMessage": _facet("1-0-1", "ErrorMessageRunFacet", said)}


def _job_facets(info: dict[str, Any]) -> dict[str, Any]:
    kind = {"processingType": "BATCH", "integration": "ZENML", "jobType": "RUN"}
    facets = {"jobType": _facet("2-0-4", "JobTypeJobFacet", kind)}
    code = info["code"] or {}
    if code.get("remote"):
        place = present(type="git", url=code["remote"], repoUrl=code["remote"], version=code["commit"])
        facets["sourceCodeLocation"] = _facet("1-1-0", "SourceCodeLocationJobFacet", place)
    return facets


def _dataset(artifact: dict[str, Any]) -> dict[str, Any]:
    """Returns a dataset, named after where it is: scheme and authority are its namespace, the path its name."""
    uri = artifact["uri"]
    parts = urlsplit(uri or "")
    namespace = f"{parts.scheme}://{parts.netloc}" if parts.netloc else (parts.scheme or "file")
    name = parts.path.lstrip("/") if parts.netloc else parts.path
    facets = {}
    if artifact["digest"] is not None:
        version = {"datasetVersion": f"sha256:{artifact['digest']}"}
        facets["version"] = _facet("1-0-1", "DatasetVersionDatasetFacet", version)
    return {"namespace": namespace, "name": name or artifact["name"], "facets": facets}


def _facet(version: str, name: str, members: dict[str, Any]) -> dict[str, Any]:
    """Returns a facet of the standard: the version of its schema is its own, and not that of the events."""
    return {"_producer": _PRODUCER, "_schemaURL": f"{_FACETS}/{version}/{name}.json#/$defs/{name}", **members}
