"""No module needs itself, by whatever way round: imports for type checkers and late ones count too."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter

import grimp


def test_imports_go_in_no_circle() -> None:
    graph = grimp.build_graph("zenml", exclude_type_checking_imports=False)
    needs = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(needs) > 300
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        raise AssertionError(f"A circle: {' needs '.join(error.args[1])}.") from None
