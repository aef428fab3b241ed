"""The picture of the schema: where each table and each foreign key stands on a sheet of A3, laid out by rule.

An area is a panel. In it a table stands right of those that its keys lead to, so that a picture is read from left to
right; panels fill shelves, and of all widths and heights that is taken which prints largest. A key within an area is a
line, one that leaves it is named in its table alone: lines across the sheet would be read by nobody. Keys to
the table of tenants, which nearly every table has, are left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlproof.configuration import Project
from sqlproof.schema.model import Constraint, Table

BOX_WIDTH, HEAD_HEIGHT, LINE_HEIGHT, FOOT_HEIGHT = 240, 26, 18, 6
COLUMN_GAP, ROW_GAP, PADDING, PANEL_HEAD, PANEL_GAP = 56, 16, 28, 38, 22
COLUMN_HEIGHTS = range(240, 721, 40)
"""How high a column may be at the most: each is tried."""
SHEET = 420 / 297
"""Width to height of A3, lying."""


class Key(NamedTuple):
    """A foreign key: what it is called, where it leads, whether it is a line; `y` is its line in its box."""

    name: str
    label: str
    target: str
    area: str
    is_inside: bool
    y: int


class Box(NamedTuple):
    """A table on the sheet."""

    name: str
    x: int
    y: int
    height: int
    keys: tuple[Key, ...]


class Panel(NamedTuple):
    """An area on the sheet."""

    area: str
    x: int
    y: int
    width: int
    height: int
    boxes: tuple[Box, ...]


class Line(NamedTuple):
    """A foreign key within an area, as an SVG path."""

    name: str
    source: str
    target: str
    path: str


class Picture(NamedTuple):
    """The whole sheet."""

    width: int
    height: int
    panels: tuple[Panel, ...]
    lines: tuple[Line, ...]


class Parts(NamedTuple):
    """What the picture leaves out or groups by: the area of each table, the project's tenant column and root table."""

    areas: Mapping[str, str]
    order: Sequence[str]
    tenant: str
    root: str


def picture(tables: Sequence[Table], areas: Mapping[str, str], project: Project) -> Picture:
    """Lays out every table; the same schema always gives the same picture."""
    parts = Parts(areas, project.catalogue.areas, project.tenants.column, project.tenants.table)
    sheets = [sheet for height in COLUMN_HEIGHTS for sheet in _sheets(tables, parts, height)]
    return min(sheets, key=lambda sheet: max(sheet.width, sheet.height * SHEET))


def _sheets(tables: Sequence[Table], parts: Parts, height: int) -> Iterator[Picture]:
    """The sheets of every width, with columns of at most some height."""
    panels = [
        _panel(area, [each for each in tables if parts.areas[each.name] == area], parts, height) for area in parts.order
    ]
    panels = [panel for panel in panels if panel.boxes]
    widest, total = max(panel.width for panel in panels), sum(panel.width + PANEL_GAP for panel in panels)
    for width in range(widest, total + 1, PANEL_GAP):
        yield _shelved(panels, width)


def _panel(area: str, tables: Sequence[Table], parts: Parts, maximum: int) -> Panel:
    """One area, its upper left corner at 0, 0."""
    boxes: list[Box] = []
    x, height = PADDING, 0
    for column in _columns(tables, parts.root, maximum):
        y = PANEL_HEAD
        for table in column:
            box = Box(table.name, x, y, 0, tuple(_keys(table, parts)))
            boxes.append(box._replace(height=HEAD_HEIGHT + LINE_HEIGHT * len(box.keys) + FOOT_HEIGHT * bool(box.keys)))
            y += boxes[-1].height + ROW_GAP
        x, height = x + BOX_WIDTH + COLUMN_GAP, max(height, y - ROW_GAP + PADDING)
    return Panel(area, 0, 0, x - COLUMN_GAP + PADDING, height, tuple(boxes))


def _keys(table: Table, parts: Parts) -> list[Key]:
    shown = [(each, each.target) for each in table.keys if each.target and each.target != parts.root]
    return [
        Key(each.name, _label(each, parts.tenant), target, parts.areas[target],
            parts.areas[target] == parts.areas[table.name], HEAD_HEIGHT + LINE_HEIGHT * place + LINE_HEIGHT // 2)
        for place, (each, target) in enumerate(shown)
    ]  # fmt: skip


def _label(key: Constraint, tenant: str) -> str:
    return ", ".join(column for column in key.columns if column != tenant)


def _columns(tables: Sequence[Table], root: str, maximum: int) -> list[list[Table]]:
    """Tables by how many keys lie between them and one that leads nowhere; what is too high is broken.

    In a column those come first that others lead to.
    """
    targets = {each.name: _targets(each, tables, root) for each in tables}
    led_to = frozenset().union(*targets.values())
    depths: dict[str, int] = {}
    while len(depths) < len(tables):
        open_ones = [name for name in targets if name not in depths]
        ready = [name for name in open_ones if targets[name] <= depths.keys()] or open_ones[:1]
        depths |= {name: max((depths.get(each, 0) + 1 for each in targets[name]), default=0) for name in ready}
    columns: list[list[Table]] = []
    for level in range(1 + max(depths.values(), default=0)):
        column = sorted(
            (each for each in tables if depths[each.name] == level), key=lambda each: each.name not in led_to
        )
        columns.extend(_broken(column, maximum))
    return columns


def _targets(table: Table, tables: Sequence[Table], root: str) -> frozenset[str]:
    """The other tables of the area that a table's keys lead to."""
    others = {each.name for each in tables} - {table.name, root}
    return frozenset(key.target for key in table.keys if key.target in others)


def _broken(column: Sequence[Table], maximum: int) -> Iterator[list[Table]]:
    """A column, and another where it would be too high."""
    part: list[Table] = []
    height = 0
    for table in column:
        high = HEAD_HEIGHT + LINE_HEIGHT * len(table.keys) + ROW_GAP
        if part and height + high > maximum:
            yield part
            part, height = [], 0
        part, height = [*part, table], height + high
    if part:
        yield part


def _shelved(panels: Sequence[Panel], width: int) -> Picture:
    """Panels side by side, on the next shelf where one would not fit any more."""
    placed: list[Panel] = []
    x = y = shelf = 0
    for panel in panels:
        if x and x + panel.width > width:
            x, y, shelf = 0, y + shelf + PANEL_GAP, 0
        placed.append(_moved(panel, x, y))
        x, shelf = x + panel.width + PANEL_GAP, max(shelf, panel.height)
    boxes = {box.name: box for panel in placed for box in panel.boxes}
    lines = tuple(_line(box, key, boxes) for box in boxes.values() for key in box.keys if key.is_inside)
    return Picture(max(each.x + each.width for each in placed), y + shelf, tuple(placed), lines)


def _moved(panel: Panel, x: int, y: int) -> Panel:
    boxes = tuple(box._replace(x=box.x + x, y=box.y + y) for box in panel.boxes)
    return panel._replace(x=x, y=y, boxes=boxes)


def _line(box: Box, key: Key, boxes: Mapping[str, Box]) -> Line:
    """From the key's line to the head of the table that it leads to; around the left side where both stand alike."""
    target = boxes[key.target]
    x, y, end_y = box.x, box.y + key.y, target.y + HEAD_HEIGHT // 2
    end_x = target.x + BOX_WIDTH if target.x < box.x else target.x
    bend = 22 if end_x == x else max(24, abs(x - end_x) // 2)
    middle = end_x + bend if end_x != x else end_x - bend
    return Line(key.name, box.name, key.target, f"M{x} {y}C{x - bend} {y} {middle} {end_y} {end_x} {end_y}")
