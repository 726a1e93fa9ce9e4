"""What a spreadsheet would compute of a workbook, exactly: enough of its language for the formulas of our files."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.workbook import Workbook

_TOKEN = re.compile(
    r"""(?P<text>"[^"]*")|(?:'(?P<sheet>(?:[^']|'')+)'!)?\$?(?P<a>[A-Z]{1,3})\$?(?P<b>\d+)"""
    r"""(?::\$?(?P<c>[A-Z]{1,3})\$?(?P<d>\d+))?"""
    r"""|(?P<name>[A-Z]+)\(|(?P<number>\d+)|(?P<equal>=)"""
)
Area = list[object]


class Recalculated:
    """A workbook whose formulas are worked out anew, whatever results are kept in it."""

    def __init__(self, data: bytes) -> None:
        self.formulas: Workbook = load_workbook(io.BytesIO(data))
        self.kept: Workbook = load_workbook(io.BytesIO(data), data_only=True)
        self._known: dict[tuple[str, str], object] = {}

    def places(self) -> Iterator[tuple[str, str]]:
        """Yield sheet and name of each cell that holds a formula."""
        for sheet in self.formulas.worksheets:
            for row in sheet.iter_rows():
                yield from ((sheet.title, cell.coordinate) for cell in row if cell.data_type == "f")

    def value(self, sheet: str, name: str) -> object:
        """Return what a cell comes to; a blank one is None."""
        if (sheet, name) not in self._known:
            cell = self.formulas[sheet][name]
            found: object = cell.value
            if cell.data_type == "f":
                found = self._computed(sheet, str(cell.value)[1:])
            elif isinstance(found, (int, float)):
                found = Decimal(repr(found))
            self._known[sheet, name] = found
        return self._known[sheet, name]

    def _computed(self, sheet: str, formula: str) -> object:
        def put(it: re.Match[str]) -> str:
            if it["text"] is not None:
                return repr(it["text"][1:-1])
            if it["a"]:
                where = (it["sheet"] or sheet).replace("''", "'")
                if it["c"]:
                    return f"area({where!r}, '{it['a']}{it['b']}:{it['c']}{it['d']}')"
                return f"one({where!r}, '{it['a']}{it['b']}')"
            if it["name"]:
                return f"{it['name'].lower()}_("
            return f"D({it['number']})" if it["number"] else "=="

        names = {
            "D": Decimal, "one": self._one, "area": self._area, "sum_": _sum, "round_": _round, "abs_": abs,
            "max_": lambda *it: max(_flat(it)),
            "min_": lambda *it: min(_flat(it)), "sumifs_": _sumifs,
        }  # fmt: skip
        text = _TOKEN.sub(put, formula)
        if text.startswith("if_("):  # what divides by zero is worked out only where it counts
            head = re.match(r"if_\((one\('.*?', '[A-Z]+\d+'\))==(D\(0\)),(D\(0\)),(.*)\)$", text)
            assert head
            text = f"({head[3]} if {head[1]} == {head[2]} else {head[4]})"
        return eval(text, {"__builtins__": {}}, names)  # noqa: S307 - formulas that we wrote ourselves

    def _one(self, sheet: str, name: str) -> Decimal:
        found = self.value(sheet, name)
        return found if isinstance(found, Decimal) else Decimal(0)

    def _area(self, sheet: str, names: str) -> Area:
        left, top, right, bottom = (int(it or 0) for it in range_boundaries(names))
        cells = self.formulas[sheet]
        return [
            self.value(sheet, cells.cell(row, column).coordinate)
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        ]


def _flat(several: tuple[object, ...]) -> list[Decimal]:
    flat: list[object] = []
    for it in several:
        flat.extend(it if isinstance(it, list) else [it])
    return [it for it in flat if isinstance(it, Decimal)] or [Decimal(0)]


def _sum(*several: object) -> Decimal:
    return sum(_flat(several), Decimal(0))


def _round(number: Decimal, digits: Decimal) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-int(digits)), ROUND_HALF_UP)


def _sumifs(amounts: Area, *conditions: object) -> Decimal:
    kept = list(amounts)
    for area, text in zip(conditions[::2], conditions[1::2], strict=True):
        assert isinstance(area, list)
        assert isinstance(text, str)
        kept = [it if _meets(cell, text) else None for it, cell in zip(kept, area, strict=True)]
    return _sum(kept)


def _meets(cell: object, text: str) -> bool:
    if text.startswith(">="):
        return isinstance(cell, Decimal) and cell >= Decimal(text[2:])
    if text.startswith("<="):
        return isinstance(cell, Decimal) and cell <= Decimal(text[2:])
    return cell == text
