"""What a measured plan tells is true of it: a node's own time, wrong estimates, and hints for what costs too much."""

from typing import Any

import pytest

from sqlproof.explain.plans import tree
from sqlproof.explain.report import hints, measures, misestimates


def node(kind: str, *parts: dict[str, Any], **told: Any) -> dict[str, Any]:
    """EXPLAIN's JSON of a node that was run once, unless told otherwise; words of a name are joined by `_`."""
    given = {name.replace("_", " "): value for name, value in told.items()}
    usual = {"Node Type": kind, "Actual Loops": 1, "Actual Rows": 1, "Plan Rows": 1, "Actual Total Time": 0.0}
    return usual | given | {"Plans": list(parts)}


def test_time_is_the_nodes_own_when_nodes_are_below_it() -> None:
    """Of each loop; a CTE's is counted where it was made, not where it is read."""
    made = node("Index Scan", Actual_Total_Time=3.0, Subplan_Name="CTE locked_job", Relation_Name="jobs")
    read = node("CTE Scan", Actual_Total_Time=4.0, CTE_Name="locked_job")
    again = node("CTE Scan", Actual_Total_Time=0.25, Actual_Loops=2, CTE_Name="locked_job")
    plan = tree(node("Nested Loop", made, read, again, Actual_Total_Time=5.0))
    assert [measures(plan)[id(each)].ms for each in plan.all()] == [0.5, 3.0, 1.0, 0.5]


def test_estimate_is_wrong_when_rows_are_ten_times_others() -> None:
    """More or fewer; but not where a LIMIT stopped, nor where nothing ran."""
    more = node("Seq Scan", Actual_Rows=10)
    fewer = node("Index Scan", Actual_Rows=2, Plan_Rows=90)
    never = node("Index Scan", Actual_Loops=0, Actual_Rows=0, Plan_Rows=90)
    plan = tree(node("Append", more, fewer, never))
    assert [misestimates(plan).get(id(each)) for each in plan.parts] == [10, 2 / 90, None]
    assert misestimates(tree(node("Limit", fewer))) == {}


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (
            {"kind": "Seq Scan", "Actual_Rows": 3, "Rows_Removed_by_Filter": 5_000},
            "jobs is read from end to end, 5,003 rows for 3: an index",
        ),
        ({"kind": "Seq Scan", "Actual_Rows": 3_000}, "end to end, 3,000 rows for 3,000: that grows with the table"),
        ({"kind": "Index Scan", "Actual_Rows": 3, "Rows_Removed_by_Filter": 5_000}, "filters drop 5,000 of 5,003 rows"),
        ({"kind": "Bitmap Heap Scan", "Lossy_Heap_Blocks": 12}, "the bitmap did not fit into work_mem, 12 pages"),
        ({"kind": "Sort", "Sort_Space_Type": "Disk", "Sort_Space_Used": 9_000}, "a sort of 9,000 kB did not fit"),
        ({"kind": "Hash", "Hash_Batches": 4}, "went to disk in 4 parts"),
        ({"kind": "Index Only Scan", "Heap_Fetches": 2_000}, "2,000 rows were looked up: the table waits for VACUUM"),
        ({"kind": "ModifyTable", "Actual_Rows": 0}, "no row was changed with these values"),
    ],
)
def test_hint_is_given_when_something_costs_too_much(told: dict[str, Any], words: str) -> None:
    """One, about this node."""
    [hint] = hints(tree(node(Relation_Name="jobs", **told)))
    assert words in hint


@pytest.mark.parametrize(
    "told",
    [
        {"kind": "Seq Scan", "Actual_Rows": 40, "Rows_Removed_by_Filter": 900},
        {"kind": "Index Scan", "Actual_Rows": 100, "Rows_Removed_by_Filter": 5_000},
        {"kind": "Sort", "Sort_Space_Type": "Memory", "Sort_Space_Used": 25},
        {"kind": "Hash", "Hash_Batches": 1},
        {"kind": "ModifyTable", "Actual_Rows": 1},
    ],
)
def test_nothing_is_said_when_a_node_does_what_it_should(told: dict[str, Any]) -> None:
    """Few rows may be read in any way."""
    assert not [*hints(tree(node(Relation_Name="jobs", **told)))]
