"""Every way in which a page of QuickBooks is spoilt, by kind of page."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator, Mapping
from typing import Any

from tieout.providerkit.spoiling import Damage, Ending, Page
from tieout.providers.quickbooks.proving.damage import Spoiler, changed, data_rows, keys, reordered, rows
from tieout.providers.quickbooks.proving.list_spoilers import listed, preferences

Json = Any
Others = Mapping[str, bytes]
"""Sound answers to other questions, by what they are."""
ANOTHER = "another company"
_KNOWN = {
    "vend_name": ("Bay Power", "21", "Adobe", "20"), "cust_name": ("Acme", "22", "Acme", "22"),
    "emp_name": ("Rae Kim", "23", "Rae Kim", "23"), "item_name": ("Hours", "31", "Seats", "30"),
    "klass_name": ("West", "41", "East", "40"), "dept_name": ("Reno", "51", "Oakland", "50"),
}  # fmt: skip
_OPENING = "Beginning Balance"


def damages(page: Page, sound: bytes, others: Others, dice: random.Random) -> Iterator[Damage]:
    """Yield the damages of a page."""
    spoiler = Spoiler(page, sound, dice)
    by_year = page.kind.endswith("Year")  # asked only for where the history begins
    yield from spoiler.cuts(3)
    for what, other in others.items():
        yield spoiler.mixed_up(other, what, Ending.EITHER if by_year and what == ANOTHER else Ending.REFUSED)
    match page.kind:
        case "companyinfo":
            yield from spoiler.shapes(key="CompanyInfo")
        case "preferences":
            yield from spoiler.shapes(key="Preferences")
            yield from preferences(spoiler)
        case "query":
            yield from spoiler.shapes(key="QueryResponse")
            yield from listed(spoiler)
        case "GeneralLedger":
            yield from spoiler.shapes(key="Header")
            yield from _report(spoiler, start_counts=True)
            yield from _ledger(spoiler)
        case "TrialBalance":
            yield from spoiler.shapes(key="Header")
            yield from _report(spoiler, start_counts=False)
            yield from _balances(spoiler)
        case _:
            yield from spoiler.shapes(key="Header")
            yield from _report(spoiler, start_counts=True)
            yield from _balances(spoiler)
            yield from _periods(spoiler)


# --- any report ---------------------------------------------------------------------------------------------------


def _report(spoiler: Spoiler, *, start_counts: bool) -> Iterator[Damage]:
    for field, wrong in (
        ("ReportName", "JournalReport"), ("ReportBasis", "Cash"), ("StartPeriod", "2026-01-31"),
        ("EndPeriod", "2026-12-31"), ("Currency", "EUR"),
    ):  # fmt: skip
        ending = Ending.SAME if field == "StartPeriod" and not start_counts else Ending.REFUSED
        yield changed(spoiler, f"{field} is {wrong}", ending, lambda it, f=field, w=wrong: it["Header"].update({f: w}))
        yield changed(spoiler, f"{field} is missing", ending, lambda it, f=field: it["Header"].pop(f))
    yield changed(spoiler, "another time", Ending.SAME, lambda it: it["Header"].update(Time="2001-01-01T00:00:00Z"))
    yield changed(spoiler, "no rows", Ending.REFUSED, lambda it: it.update(Rows={}))
    by_year = spoiler.page.kind.endswith("Year")
    yield changed(spoiler, "no rows, and says so", Ending.EITHER if by_year else Ending.REFUSED, _emptied)
    yield changed(spoiler, "no columns", Ending.REFUSED, lambda it: it.update(Columns={"Column": []}))
    yield changed(spoiler, "all rows twice", Ending.REFUSED, lambda it: it["Rows"]["Row"].extend(it["Rows"]["Row"]))
    yield spoiler.made("rows in another order", Ending.SAME, reordered(spoiler.fresh(), spoiler.dice))
    yield from _cells(spoiler)


def _emptied(document: Json) -> None:
    document["Rows"] = {}
    for option in document["Header"]["Option"]:
        if option["Name"] == "NoReportData":
            option["Value"] = "true"


def _cells(spoiler: Spoiler) -> Iterator[Damage]:
    """Yield rows with a cell more or less, and columns that are missing or doubled."""
    width = len(spoiler.fresh()["Columns"]["Column"])
    place = spoiler.dice.randrange(len(data_rows(spoiler.fresh())))
    yield changed(
        spoiler, "a cell too few", Ending.REFUSED, lambda it: data_rows(it)[place][1]["ColData"].pop(width - 1)
    )
    yield changed(
        spoiler, "a cell too many", Ending.REFUSED, lambda it: data_rows(it)[place][1]["ColData"].append({"value": ""})
    )
    yield changed(
        spoiler, "a column that rows lack", Ending.REFUSED,
        lambda it: it["Columns"]["Column"].append({"ColTitle": "New", "ColType": "String", "MetaData": []}),
    )  # fmt: skip
    yield changed(spoiler, "a value that is a number", Ending.REFUSED, lambda it: _first_cell(it).update(value=5))
    yield changed(spoiler, "a value that is null", Ending.REFUSED, lambda it: _first_cell(it).update(value=None))


def _first_cell(document: Json) -> Json:
    cell: Json = data_rows(document)[0][1]["ColData"][0]
    return cell


# --- the general ledger -------------------------------------------------------------------------------------------


def _ledger(spoiler: Spoiler) -> Iterator[Damage]:
    at = {key: place for place, key in enumerate(keys(spoiler.fresh()))}
    posted = [
        place for place, (_, row) in enumerate(data_rows(spoiler.fresh())) if row["ColData"][at["txn_type"]].get("id")
    ]
    for place in spoiler.dice.sample(posted, min(2, len(posted))):
        yield from _row(spoiler, place, at)
    yield from _sections(spoiler)
    yield from _sums(spoiler, at)
    for left, right in (
        ("debt_amt", "credit_amt"),
        ("debt_amt", "memo"),
        ("vend_name", "memo"),
        ("tx_date", "doc_num"),
    ):
        ending = Ending.EITHER if left == "vend_name" else Ending.REFUSED
        yield changed(
            spoiler, f"{left} and {right} exchanged", ending, lambda it, a=left, b=right: _exchange(it, at[a], at[b])
        )
    for key in ("tx_date", "txn_type", "debt_amt", "credit_amt", "memo", "klass_name"):
        yield changed(spoiler, f"the column {key} is missing", Ending.REFUSED, lambda it, p=at[key]: _without(it, p))
    openings = [
        place for place, (_, row) in enumerate(data_rows(spoiler.fresh())) if row["ColData"][0]["value"] == _OPENING
    ]
    for place in openings[:1]:
        yield _cell(spoiler, place, at["rbal_nat_amount"], {"value": "77.77"}, Ending.EITHER, "a balance forward")


def _row(spoiler: Spoiler, place: int, at: Mapping[str, int]) -> Iterator[Damage]:
    cells = data_rows(spoiler.fresh())[place][1]["ColData"]
    own = cells[at["txn_type"]]
    for key in ("debt_amt", "credit_amt"):
        for wrong in ("7.77", "1.000.000", "x", "-" + (cells[at[key]]["value"] or "3.00")):
            yield _cell(spoiler, place, at[key], {"value": wrong}, Ending.REFUSED, f"{key} is {wrong}")
    side = "debt_amt" if cells[at["debt_amt"]]["value"] else "credit_amt"
    yield _cell(spoiler, place, at[side], {"value": ""}, Ending.REFUSED, f"{side} is blank")
    yield _cell(spoiler, place, at["rbal_nat_amount"], {"value": "5.55"}, Ending.SAME, "a running balance")
    for entry in ({**own, "id": "999"}, {**own, "id": ""}, {**own, "value": "Check"}, {**own, "value": ""}):
        yield _cell(spoiler, place, at["txn_type"], entry, Ending.REFUSED, f"the entry is {entry}")
    day = cells[at["tx_date"]]["value"]
    for text in (f"{day[:8]}{28 - int(day[8:]) // 2:02d}", "2019-01-05", "not a day", "", day.replace("-", "/")):
        yield _cell(spoiler, place, at["tx_date"], {"value": text}, Ending.REFUSED, f"the date is {text!r}")
    for key in ("doc_num", "memo"):
        yield _cell(spoiler, place, at[key], {"value": "altered"}, Ending.TEXT, f"{key} altered")
    for key, (value, ident, other, other_id) in _KNOWN.items():
        given = {"value": other, "id": other_id} if cells[at[key]].get("id") == ident else {"value": value, "id": ident}
        yield _cell(spoiler, place, at[key], given, Ending.TEXT, f"{key} is {given}")
        for unknown in ({"value": value, "id": "998"}, {"value": "Nobody knows", "id": ""}):
            yield _cell(spoiler, place, at[key], unknown, Ending.REFUSED, f"{key} is {unknown}")
    yield from _moved(spoiler, place)


def _moved(spoiler: Spoiler, place: int) -> Iterator[Damage]:
    """Yield reports that lack a row, have it twice, or have it elsewhere."""

    def drop(document: Json) -> None:
        holder, row = data_rows(document)[place]
        holder.remove(row)

    def repeat(document: Json) -> None:
        holder, row = data_rows(document)[place]
        holder.insert(holder.index(row), copy.deepcopy(row))

    def move(document: Json) -> None:
        holder, row = data_rows(document)[place]
        other = next(found for found, _ in reversed(data_rows(document)) if found is not holder)
        holder.remove(row)
        other.append(row)

    yield changed(spoiler, f"row {place} dropped", Ending.REFUSED, drop)
    yield changed(spoiler, f"row {place} repeated", Ending.REFUSED, repeat)
    yield changed(spoiler, f"row {place} in another section", Ending.REFUSED, move)


def _cell(spoiler: Spoiler, row: int, place: int, cell: Json, ending: Ending, name: str) -> Damage:
    """Return the page with another cell; the cell that is there already is no damage."""
    return changed(
        spoiler, f"row {row}: {name}", ending, lambda it: data_rows(it)[row][1]["ColData"].__setitem__(place, cell)
    )


def _sections(spoiler: Spoiler) -> Iterator[Damage]:
    def with_ids(document: Json) -> list[tuple[list[Json], Json]]:
        return [
            (holder, row)
            for holder, row in rows(document)
            if (row.get("Header") or {}).get("ColData", [{}])[0].get("id")
        ]

    sections = with_ids(spoiler.fresh())
    used = {row["Header"]["ColData"][0]["id"] for _, row in sections}
    free = sorted(({"1", "2", "4", "5", "6", "7", "8", "9", "10"}) - used)
    for place, (_, section) in enumerate(sections):
        own = section["Header"]["ColData"][0]["id"]
        moved = any(cell.get("id") for row in section["Rows"]["Row"] for cell in row.get("ColData", ()))
        ending = Ending.REFUSED if moved else Ending.EITHER
        known = spoiler.dice.choice(sorted(used - {own}) or ["999"])
        for wrong in (spoiler.dice.choice(free or ["999"]), known, "999", ""):
            yield changed(
                spoiler, f"section {own} is of account {wrong!r}", ending,
                lambda it, p=place, w=wrong: with_ids(it)[p][1]["Header"]["ColData"][0].update(id=w),
            )  # fmt: skip
        yield changed(spoiler, f"section {own} dropped", ending, lambda it, p=place: _drop(*with_ids(it)[p]))
        yield changed(
            spoiler,
            f"section {own} repeated",
            ending,
            lambda it, p=place: with_ids(it)[p][0].append(with_ids(it)[p][1]),
        )


def _drop(holder: list[Json], row: Json) -> None:
    holder.remove(row)


def _sums(spoiler: Spoiler, at: Mapping[str, int]) -> Iterator[Damage]:
    count = sum(1 for _, row in rows(spoiler.fresh()) if "Summary" in row)
    for place in spoiler.dice.sample(range(count), min(2, count)):

        def summary(document: Json, place: int = place) -> Json:
            return [row for _, row in rows(document) if "Summary" in row][place]

        for key in ("debt_amt", "credit_amt"):
            yield changed(
                spoiler, f"sum line {place}: {key}", Ending.REFUSED,
                lambda it, k=key, s=summary: s(it)["Summary"]["ColData"].__setitem__(at[k], {"value": "1.23"}),
            )  # fmt: skip
        yield changed(
            spoiler, f"sum line {place} is missing", Ending.REFUSED, lambda it, s=summary: s(it).pop("Summary")
        )


def _exchange(document: Json, left: int, right: int) -> None:
    columns = document["Columns"]["Column"]
    columns[left], columns[right] = columns[right], columns[left]


def _without(document: Json, place: int) -> None:
    document["Columns"]["Column"].pop(place)
    for _, row in rows(document):
        for cells in (row.get("ColData"), *((row.get(part) or {}).get("ColData") for part in ("Header", "Summary"))):
            if cells:
                cells.pop(place)


# --- statements ---------------------------------------------------------------------------------------------------


def _balances(spoiler: Spoiler) -> Iterator[Damage]:
    ending = Ending.EITHER if spoiler.page.kind.endswith("Year") else Ending.REFUSED
    found = data_rows(spoiler.fresh())
    for place in spoiler.dice.sample(range(len(found)), min(3, len(found))):
        cells = found[place][1]["ColData"]
        own = cells[0].get("id")
        for column in range(1, len(cells)):
            if cells[column]["value"]:
                # The column of totals over all months is not needed.
                end = Ending.EITHER if keys(spoiler.fresh())[column] == "total" else ending
                yield _cell(spoiler, place, column, {"value": "7.77"}, end, f"column {column} altered")
                yield _cell(spoiler, place, column, {"value": "?"}, end, f"column {column} is no amount")
                yield _cell(spoiler, place, column, {"value": ""}, end, f"column {column} is blank")
        if own is not None:
            for wrong in ("7", "999", ""):
                if wrong != own:
                    yield _cell(spoiler, place, 0, {**cells[0], "id": wrong}, ending, f"{own} is account {wrong!r}")
        yield changed(spoiler, f"row {place} dropped", ending, lambda it, p=place: _drop(*data_rows(it)[p]))
        yield changed(
            spoiler,
            f"row {place} repeated",
            ending,
            lambda it, p=place: data_rows(it)[p][0].append(data_rows(it)[p][1]),
        )
    count = sum(1 for _, row in rows(spoiler.fresh()) if "Summary" in row)
    for place in spoiler.dice.sample(range(count), min(2, count)):

        def summary(document: Json, place: int = place) -> Json:
            return [row for _, row in rows(document) if "Summary" in row][place]

        last = len(summary(spoiler.fresh())["Summary"]["ColData"]) - (2 if keys(spoiler.fresh())[-1] == "total" else 1)
        computed = summary(spoiler.fresh()).get("group") in ("GrossProfit", "NetOperatingIncome", "NetOtherIncome")
        yield changed(
            spoiler, f"sum line {place} altered", Ending.EITHER if computed else ending,
            lambda it, s=summary, p=last: s(it)["Summary"]["ColData"].__setitem__(p, {"value": "1.23"}),
        )  # fmt: skip


def _periods(spoiler: Spoiler) -> Iterator[Damage]:
    """Yield statements whose columns say that they are of other months."""
    ending = Ending.EITHER if spoiler.page.kind.endswith("Year") else Ending.REFUSED
    dated = [
        place
        for place, column in enumerate(spoiler.fresh()["Columns"]["Column"])
        if any(it["Name"] == "EndDate" for it in column["MetaData"])
    ]
    for wrong in ("2025-03-31", "2031-01-31", "soon"):
        yield changed(
            spoiler, f"a column ends {wrong}", ending,
            lambda it, w=wrong: next(
                m for m in it["Columns"]["Column"][dated[-1]]["MetaData"] if m["Name"] == "EndDate"
            ).update(Value=w),
        )  # fmt: skip
    yield changed(spoiler, "two columns exchanged", ending, lambda it: _exchange(it, dated[-1], dated[-2]))
    yield changed(spoiler, "a column is missing", ending, lambda it: _without(it, dated[-1]))
