"""What is checked before the first write, so that a run fails with words instead of in the middle."""

from collections.abc import Sequence

from application.exports.vendor_ports import Tab
from domain.exports.spreadsheet import CellsMerged, ObstacleKind, RangeProtected


def check_obstacles(tab: Tab, columns: Sequence[int], header_row: int) -> None:
    """Raises RangeProtected or CellsMerged where rows below the header could not be written."""
    for obstacle in tab.obstacles:
        first, last = obstacle.columns
        if obstacle.rows[1] <= header_row or not any(first <= column <= last for column in columns):
            continue
        if obstacle.kind is ObstacleKind.PROTECTED:
            raise RangeProtected(tab=tab.title, range=obstacle.name)
        raise CellsMerged(tab=tab.title, range=obstacle.name)
