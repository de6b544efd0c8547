"""Who approved a change stands in every format, and how far the name is to be believed."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import pytest

from tests.ledger.histories import PARTS
from tests.ledger.machines import Machine
from tests.support.people import being
from zenml.repository import Repository

EVE = {"id": "eve", "kind": "person", "known_by": "operating system user", "claimed": True}


@pytest.fixture
def agreed(machine: Machine) -> Machine:
    """A machine on which the stack 'prod' was renamed as eve had approved, and another stack by nobody's leave."""
    here = machine.repository()
    here.combine_stack("prod", PARTS)
    here.combine_stack("dev", PARTS)
    here.require_approvals(stack="prod")
    planning = machine.repository().for_plan()
    planning.rename_stack("prod", "production")
    plan = planning.planned()
    with being("eve"):
        assert here.approve(plan) is not None
    assert here.apply_plan(plan) is not None
    here.rename_stack("dev", "development")
    return machine


def exported(repository: Repository, format: str, **which: Any) -> str:
    out = io.BytesIO()
    repository.export_record(out, format, **which)
    return out.getvalue().decode()


def renamed(lines: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(line for line in lines if line.get("action") == "rename" and line["entity"]["name"] == name)


def test_json_lines_say_who_approved(agreed: Machine) -> None:
    lines = [json.loads(line) for line in exported(agreed.repository(), "jsonl").splitlines()]
    (approver,) = renamed(lines, "production")["change"]["approved_by"]
    approval = next(line for line in lines if line.get("action") == "approve")
    assert approver == {**EVE, "change": approval["change"]["letters"]}
    assert (approval["actor"]["id"], approval["entity"]["type"]) == ("eve", "plan")
    assert renamed(lines, "development")["change"]["approved_by"] == []


def test_so_do_the_formats_for_security_tools(agreed: Machine) -> None:
    for format, place in (("ocsf", "unmapped"), ("cloudevents", "data")):
        lines = [json.loads(line)[place] for line in exported(agreed.repository(), format).splitlines()]
        approvers = [line["change"]["approved_by"] for line in lines if line.get("change")]
        assert [approver["id"] for several in approvers for approver in several] == ["eve"]


def test_a_spreadsheet_has_two_columns_for_it(agreed: Machine) -> None:
    rows = list(csv.DictReader(io.StringIO(exported(agreed.repository(), "csv").removeprefix("\ufeff"))))
    told = {(row["entity_name"], row["approved_by"], row["approvers_known_by"]) for row in rows}
    assert {("production", "eve", "claimed"), ("development", "", "")} <= told


def test_the_report_lists_what_nobody_approved_where_that_is_asked_for(agreed: Machine) -> None:
    page = exported(agreed.repository(), "html")
    section = page.partition('<section id="unapproved">')[2].partition("</section>")[0]
    assert "to &#39;development&#39;" in section
    assert "to &#39;production&#39;" not in section
    assert "approved by eve (claimed)" in page


def test_a_report_of_a_record_without_rules_says_so(machine: Machine) -> None:
    machine.repository().combine_stack("prod", PARTS)
    assert "No profile has approval rules, nor had any." in exported(machine.repository(), "html")


def test_a_bundle_names_an_approver_where_the_approval_is_in_it(agreed: Machine) -> None:
    for which, name in (({"everything": True}, "eve"), ({"stack": "production"}, None)):
        out = agreed.base / f"{name}.zip"
        agreed.repository().make_bundle(out, **which)
        with zipfile.ZipFile(out) as archive:
            table = archive.read("export.csv").decode().removeprefix("\ufeff")
            opened = b"".join(archive.read(member) for member in archive.namelist() if "opened" in member)
        row = next(row for row in csv.DictReader(io.StringIO(table)) if row["entity_name"] == "production")
        assert (row["approved_by"], row["approvers_known_by"]) == (name or "", "claimed")
        assert (b'"\\"eve\\""' in opened) == (name is not None)
