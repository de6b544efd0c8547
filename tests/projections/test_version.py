from __future__ import annotations

import sqlite3
from hashlib import sha256

from zenml.projections import views
from zenml.projections.versions import VIEW_VERSION

SHAPES = {
    1: "0579b7d2de2369d9",
    2: "4df34419750f236a",
    3: "069b56f4ceb33af9",
    4: "fe5bbfec937ddd18",
    5: "0240976586d37eec",
    6: "98feca5619f6c26a",
    7: "5c7e6b8108f63e7d",
    8: "5c7e6b8108f63e7d",
    9: "9f743eb60c65f2d6",
    10: "a1c7fb89d4f6783a",
    11: "a1c7fb89d4f6783a",
    12: "a1c7fb89d4f6783a",
    13: "b8a98672732c6cc1",
    14: "7e300821c88e557e",
    15: "fe35c766a910b8a0",
    16: "98ae4855fef6ad67",
}
"""By version: what the tables and indexes of the views hash to. A new shape needs a new version, so that the
views of those who have the earlier one are rebuilt; then add a line here."""


def test_another_shape_of_the_views_has_another_version() -> None:
    database = sqlite3.connect(":memory:")
    views.create(database)
    made = [row[0] or "" for row in database.execute("SELECT sql FROM sqlite_master ORDER BY name")]
    shape = sha256("\n".join(made).encode()).hexdigest()[:16]
    assert SHAPES.get(VIEW_VERSION) == shape, (
        "raise the version in zenml/projections/versions.py, and add its line above"
    )
