"""In-toto statements v1 with the predicate https://slsa.dev/provenance/v1, one a line: what made an artifact.

A statement is about artifacts of which the digest is known. A run that made none, or did not succeed, has none.
The statements are not signed: the root among the dependencies is what `zenml audit checkpoint` signs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from zenml.audit.formats.json_lines import line
from zenml.audit.run_formats.exported_run import SUCCEEDED, ExportedRun, present

_STATEMENT = "https://in-toto.io/Statement/v1"
_PREDICATE = "https://slsa.dev/provenance/v1"
_BUILD_TYPE = "urn:zenml-ledger:run:1"


def lines(run: ExportedRun) -> Iterator[str]:
    """Yields the line of a statement, if there is one."""
    made = [one for one in run.outputs() if one["digest"] is not None]
    if not made or run.info["outcome"] != SUCCEEDED:
        return
    predicate = {"buildDefinition": _definition(run), "runDetails": _details(run)}
    yield line(
        {
            "_type": _STATEMENT,
            "subject": [_resource(one) for one in made],
            "predicateType": _PREDICATE,
            "predicate": predicate,
        }
    )


def _definition(run: ExportedRun) -> dict[str, Any]:
    info = run.info
    return {
        "buildType": _BUILD_TYPE,
        "externalParameters": present(
            command=info["command"], parameters=info["parameters"] or None, stack=info["stack"], name=info["name"]
        ),
        "internalParameters": {
            "stackId": info["stack_id"],
            "stackDigest": info["stack_digest"],
            "secrets": info["secrets"],
            "software": present(**info["software"]),
        },
        "resolvedDependencies": [
            *_code(info["code"]),
            {"uri": f"zenml-ledger:{run.point}", "digest": {"sha256": info["root"]}},
            *(_resource(one) for one in run.inputs() if one["uri"] is not None or one["digest"] is not None),
        ],
    }


def _code(code: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Returns the commit that was checked out; that more than it was there is said beside it."""
    if code is None or code["commit"] is None:
        return []
    at = f"git+{code['remote']}@{code['commit']}" if code["remote"] else f"git:{code['commit']}"
    return [
        {
            "uri": at,
            "digest": {"gitCommit": code["commit"]},
            "annotations": present(dirty=code["dirty"], diff=code["diff"]),
        }
    ]


def _details(run: ExportedRun) -> dict[str, Any]:
    info = run.info
    unknown = [one for one in run.outputs() if one["digest"] is None and one["uri"] is not None]
    links = [
        {"name": link["engine"], "uri": link["url"], "annotations": present(id=link["external_id"])}
        for link in run.links()
        if link["url"] is not None
    ]
    return {
        "builder": {
            "id": f"urn:zenml-ledger:{info['profile_ledger_id']}",
            "version": {"zenml-ledger": info["software"]["zenml"]},
        },
        "metadata": present(invocationId=info["run_id"], startedOn=info["started"], finishedOn=info["ended"]),
        "byproducts": [*(_resource(one) for one in unknown), *links],
    }


def _resource(artifact: dict[str, Any]) -> dict[str, Any]:
    digest = {"sha256": artifact["digest"]} if artifact["digest"] is not None else None
    return present(name=artifact["name"], uri=artifact["uri"], digest=digest)
