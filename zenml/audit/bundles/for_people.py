"""What people read in a bundle: a table and a report, both made of what the bundle opens and of nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zenml.audit.bundles.archive import Archive, Member
from zenml.audit.entries import BEGIN, Entry
from zenml.audit.export import Export
from zenml.audit.formats import csv, html

TABLE, REPORT = "export.csv", "report.html"


def write_for_people(archive: Archive, export: Export) -> None:
    """Adds the table and the report of an export to a bundle, in one pass over its entries."""
    with archive.member(TABLE) as table:
        table.write(csv.heading())
        # the lists of a report are bounded, so it has room in memory
        report = "".join(html.report(export, _tabled(export.entries(), table)))
        for row in csv.ending(export):
            table.write(row)
    archive.add(REPORT, report.encode())


def _tabled(entries: Iterable[Entry], table: Member) -> Iterator[Entry]:
    """Yields the entries, each of which is a part of the table by then."""
    for entry in entries:
        if entry.action != BEGIN:
            for row in csv.rows(entry):
                table.write(row)
        yield entry
