"""Columns of Arrow in pieces."""

import pyarrow as pa

from pipeline.arrays import column


def test_tables_are_portioned_in_order():
    tables = [pa.table({"n": pa.array(part, pa.int64())}) for part in ([1, 2], [], [3, 4, 5, 6, 7], [8])]

    assert [part["n"].to_pylist() for part in column.portions(tables, 3)] == [[1, 2, 3], [4, 5, 6], [7, 8]]
    assert list(column.portions([], 3)) == []
