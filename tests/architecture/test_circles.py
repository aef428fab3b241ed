"""Modules stand on each other, and nowhere in a circle."""

from graphlib import CycleError, TopologicalSorter

import grimp


def test_no_modules_are_in_a_circle_when_imports_for_types_count() -> None:
    """A type that is needed below the module that defines it belongs further down."""
    graph = grimp.build_graph("hiring", exclude_type_checking_imports=False)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert imports["hiring.http.handler"]  # the graph was built
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as found:
        raise AssertionError(" imports ".join(reversed(found.args[1]))) from None
