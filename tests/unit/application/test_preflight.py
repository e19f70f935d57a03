"""What is reckoned before the first write."""

from hypothesis import given
from hypothesis import strategies as st

from application.exports.preflight import room_to_gather
from application.exports.sheets import Tab
from domain.exports.spreadsheet import CELLS_LIMIT

SIZES = st.integers(1, 2_000_000)


@given(SIZES, SIZES, st.integers(1, 200), SIZES, SIZES, st.lists(st.tuples(SIZES, st.integers(1, 3)), max_size=3))
def test_what_is_gathered_fits_beside_the_table_that_takes_it_in(
    rows: int, standing: int, columns: int, certain: int, wide: int, beside: list[tuple[int, int]]
) -> None:
    table = Tab(1, "", rows, min(wide, 300))
    others = [Tab(2 + number, "", *size) for number, size in enumerate(beside)]
    standing = min(standing, rows)
    gathered = room_to_gather(table, others, columns, standing, certain)
    assert gathered >= 0
    width, taken = max(table.column_count, columns), sum(tab.row_count * tab.column_count for tab in others)

    def cells(hidden: int) -> int:
        return taken + width * max(rows, standing + max(certain, hidden)) + columns * hidden

    if gathered:
        assert cells(gathered) <= CELLS_LIMIT
    assert cells(gathered + 1) > CELLS_LIMIT
