"""An export needs no more memory for a longer record; that goes for all formats, and for bundles."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.runs import add_runs
from benchmarks.synthetic import build

EXPORT = """
import resource
from zenml.audit.formats import FORMATS
from zenml.repository import Repository
with open("/dev/null", "wb") as nowhere:
    for form in FORMATS:
        Repository(notify=lambda sentence: None).export_record(nowhere, form, everything=True)
        print(form, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
Repository(notify=lambda sentence: None).make_bundle("bundle.zip", everything=True)
print("bundle", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
_SHORT, _LONG = 500, 4_000  # events
_EVENTS_A_RUN = 4


def test_memory_does_not_grow_with_the_record(tmp_path: Path) -> None:
    peaks = []
    for events in (_SHORT, _LONG):
        folder = tmp_path / str(events)
        add_runs(str(folder), build(str(folder), events), events // _EVENTS_A_RUN)
        variables = {**os.environ, "ZENML_CONFIG_PATH": str(folder), "XDG_STATE_HOME": str(tmp_path)}
        said = subprocess.run(
            [sys.executable, "-c", EXPORT], env=variables, cwd=folder, capture_output=True, text=True, check=True
        ).stdout
        peaks.append({form: int(peak) for form, peak in map(str.split, said.splitlines())})
    for form, peak in peaks[0].items():
        # some 8 MiB are pages of the file that SQLite keeps; eight times as many entries would be seen
        assert peaks[1][form] < 1.4 * peak, peaks
