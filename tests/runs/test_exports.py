"""Runs are exported in formats that the libraries of these formats read, and that is recorded."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import in_toto_attestation.predicates.provenance.v1.provenance_pb2 as provenance_pb2
import in_toto_attestation.v1.statement_pb2 as statement_pb2
import pytest
from google.protobuf.json_format import Parse, ParseDict
from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
from in_toto_attestation.v1.statement import Statement
from openlineage.client import event_v2
from openlineage.client.generated import (
    dataset_version_dataset,
    error_message_run,
    job_type_job,
    processing_engine_run,
    source_code_location_job,
)

from tests.ledger.machines import Machine
from tests.runs.made_runs import record_run
from zenml.audit.run_formats.exported_run import ExportedRun
from zenml.audit.run_formats.openlineage import lines as lineage_of
from zenml.audit.run_formats.slsa import lines as statements_of
from zenml.domain.errors import AlreadyExistsError, InvalidValueError
from zenml.repository import Repository

MADE, READ = "ab" * 32, "cd" * 32
FACETS: dict[str, Any] = {
    "processing_engine": processing_engine_run.ProcessingEngineRunFacet,
    "errorMessage": error_message_run.ErrorMessageRunFacet,
    "jobType": job_type_job.JobTypeJobFacet,
    "sourceCodeLocation": source_code_location_job.SourceCodeLocationJobFacet,
    "version": dataset_version_dataset.DatasetVersionDatasetFacet,
}


@pytest.fixture
def here(machine: Machine) -> Repository:
    """A machine with a run that made something of something, one that failed, and one that goes on."""
    here = machine.repository()
    here.combine_stack("s", {"orchestrator": "default", "artifact_store": "default"}, activate=True)
    with here.run(name="train", parameters={"depth": 3}, reason="the first one") as run:
        data = ("data", "s3://bucket/data.csv", READ)
        run.note_step("fit", inputs=[data], outputs=[("model", "s3://bucket/model.pkl", MADE)])
        run.note_artifact("plot", "file:///tmp/plot.png")
        run.note_link("mlflow", "17", "https://mlflow.test/17")
    record_run(here, "fails", 3, ("python", "fails.py", "größe"))
    record_run(here, "goes on", None)
    return here


def exported(here: Repository, format: str, **which: Any) -> list[dict[str, Any]]:
    out = BytesIO()
    here.export_runs(out, format, **which)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def read_facets(facets: dict[str, Any], known: dict[str, Any] = FACETS) -> dict[str, Any]:
    """Reads facets with the classes of the library, which know their schemas; ours is left as it is."""
    found = {}
    for name, facet in facets.items():
        members = {key: value for key, value in facet.items() if not key.startswith("_")}
        if name in known:
            found[name] = known[name](**members, producer=facet["_producer"])
            assert found[name]._schemaURL == facet["_schemaURL"]
        else:
            assert name == "zenml_point"
            assert facet["_schemaURL"]
            found[name] = members
    return found


def read_event(document: dict[str, Any]) -> event_v2.RunEvent:
    """Reads an event with the classes of the library, which check it."""

    def dataset(kind: Any, fields: dict[str, Any]) -> Any:
        return kind(fields["namespace"], fields["name"], facets=read_facets(fields["facets"]))

    run, job = document["run"], document["job"]
    event = event_v2.RunEvent(
        eventType=event_v2.RunState[document["eventType"]],
        eventTime=document["eventTime"],
        run=event_v2.Run(run["runId"], read_facets(run["facets"])),
        job=event_v2.Job(job["namespace"], job["name"], read_facets(job["facets"])),
        inputs=[dataset(event_v2.InputDataset, fields) for fields in document["inputs"]],
        outputs=[dataset(event_v2.OutputDataset, fields) for fields in document["outputs"]],
        producer=document["producer"],
    )
    assert event.schemaURL == document["schemaURL"]
    return event


def test_json_lines_have_all_that_is_recorded(here: Repository) -> None:
    first, second, third = exported(here, "jsonl")
    assert [run["name"] for run in (first, second, third)] == ["train", "fails", "goes on"]
    assert (first["version"], first["outcome"], first["parameters"]) == (1, "succeeded", {"depth": 3})
    assert [note["kind"] for note in first["notes"]] == ["step", "artifact", "link"]
    assert second["command"] == ["python", "fails.py", "größe"]
    assert third["ended"] is None


def test_openlineage_events_are_read_by_its_library(here: Repository) -> None:
    events = [read_event(document) for document in exported(here, "openlineage")]
    assert [(event.job.name, event.eventType.name) for event in events if event.eventType] == [
        ("train", "START"),
        ("train", "COMPLETE"),
        ("fails", "START"),
        ("fails", "FAIL"),
        ("goes on", "START"),
    ]
    assert events[0].run.runId == events[1].run.runId
    assert not events[0].outputs


def test_openlineage_names_the_point_and_what_was_made_of_what(here: Repository) -> None:
    run = here.runs(name="train")[0]
    complete = read_event(exported(here, "openlineage", name="train")[1])
    assert complete.run.facets is not None
    point: Any = complete.run.facets["zenml_point"]
    assert (point["ledger"], point["position"], point["root"]) == (run.profile_ledger_id, run.position, run.root)
    assert [(it.namespace, it.name) for it in complete.inputs or ()] == [("s3://bucket", "data.csv")]
    assert [(it.namespace, it.name) for it in complete.outputs or ()] == [
        ("s3://bucket", "model.pkl"),
        ("file", "/tmp/plot.png"),
    ]


def test_openlineage_says_how_a_run_failed(here: Repository) -> None:
    failed = read_event(exported(here, "openlineage", name="fails")[1])
    assert failed.run.facets is not None
    said: Any = failed.run.facets["errorMessage"]
    assert said.message == "exit code 3"


@pytest.mark.parametrize(("outcome", "kind"), [("killed", "ABORT"), ("lost", "ABORT"), ("failed", "FAIL")])
def test_every_end_is_one_of_openlineage(here: Repository, outcome: str, kind: str) -> None:
    info = here.runs(name="train")[0].document()
    ended = None if outcome == "lost" else info["ended"]
    other = {**info, "outcome": outcome, "exit_code": None, "signal": None, "ended": ended}
    _, end = (read_event(json.loads(line)) for line in lineage_of(ExportedRun(other, [])))
    assert end.eventType is event_v2.RunState[kind]


def test_code_of_git_has_its_place_in_both_formats(here: Repository) -> None:
    remote, commit = "https://git.test/project", "12" * 20
    code = {"vcs": "git", "commit": commit, "dirty": True, "diff": None, "remote": remote}
    info = {**here.runs(name="train")[0].document(), "code": code}
    notes = [{"kind": "artifact", "time": "", "name": "model", "uri": "s3://bucket/model.pkl", "digest": MADE}]
    start = read_event(json.loads(next(lineage_of(ExportedRun(info, notes)))))
    assert start.job.facets is not None
    place: Any = start.job.facets["sourceCodeLocation"]
    assert (place.type, place.url, place.version) == ("git", remote, commit)
    (statement,) = statements_of(ExportedRun(info, notes))
    dependency = json.loads(statement)["predicate"]["buildDefinition"]["resolvedDependencies"][0]
    assert dependency["uri"] == f"git+{remote}@{commit}"
    assert dependency["digest"] == {"gitCommit": commit}
    assert dependency["annotations"]["dirty"] is True


def test_slsa_provenance_is_read_by_the_library_of_in_toto(here: Repository) -> None:
    run = here.runs(name="train")[0]
    (document,) = exported(here, "slsa")
    statement = Statement.copy_from_pb(Parse(json.dumps(document), statement_pb2.Statement()))
    statement.validate()
    assert [(it.name, dict(it.digest)) for it in statement.pb.subject] == [("model", {"sha256": MADE})]
    provenance = ParseDict(document["predicate"], provenance_pb2.Provenance())
    dependencies = provenance.build_definition.resolved_dependencies
    for descriptor in (*dependencies, *provenance.run_details.byproducts):
        ResourceDescriptor.copy_from_pb(descriptor).validate()
    point = f"zenml-ledger:{run.profile_ledger_id}@{run.position}"
    by_uri = {it.uri: dict(it.digest) for it in dependencies}
    assert by_uri[point] == {"sha256": run.root}
    assert by_uri["s3://bucket/data.csv"] == {"sha256": READ}
    metadata = provenance.run_details.metadata
    assert metadata.invocation_id == run.run_id
    assert metadata.finished_on.ToJsonString() == run.ended
    assert [it.name for it in provenance.run_details.byproducts] == ["plot", "mlflow"]


def test_runs_that_made_nothing_have_no_provenance_and_are_counted(here: Repository) -> None:
    done = here.export_runs(BytesIO(), "slsa")
    assert (done.runs, done.left_out) == (1, 2)


def test_only_the_runs_that_are_asked_for_are_exported(here: Repository) -> None:
    assert [run["name"] for run in exported(here, "jsonl", outcome="failed")] == ["fails"]
    assert exported(here, "jsonl", name="none") == []


def test_an_export_is_recorded_with_what_was_asked(here: Repository, tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    done = here.export_runs(file, "openlineage", outcome="failed")
    assert done.change is not None
    (event,) = done.change.events
    fields = event.to_fields()
    assert (fields["format"], fields["entries"], fields["size"]) == ("runs-openlineage", 1, file.stat().st_size)
    assert json.loads(fields["filter"]["v"])["outcome"] == "failed"
    assert json.loads(fields["destination"]["v"]) == str(file)
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_there_is_kept(here: Repository, tmp_path: Path) -> None:
    file = tmp_path / "runs.jsonl"
    file.write_text("kept", encoding="utf-8")
    with pytest.raises(AlreadyExistsError):
        here.export_runs(file)
    assert file.read_text(encoding="utf-8") == "kept"


def test_a_format_that_is_none_is_refused(here: Repository) -> None:
    with pytest.raises(InvalidValueError, match="'csv' is not a format of exports of runs"):
        here.export_runs(BytesIO(), "csv")
