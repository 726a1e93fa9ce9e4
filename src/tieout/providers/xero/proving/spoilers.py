"""Every way in which a page of Xero is spoilt, by kind of page.

Amounts are covered by the trial balance. What only helps to tell whose a posting is, such as a document's lines, is
covered by nothing: such damage changes texts at most.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from tieout.providerkit.spoiling import Damage, Ending, Page
from tieout.providers.xero.proving.damage import Spoiler

Json = Any
_NOBODY = "00000000-0000-4000-8000-00000000dead"


def damages(page: Page, sound: bytes, dice: random.Random) -> Iterator[Damage]:
    """Yield the damages of a page."""
    spoiler = Spoiler(page, sound, dice)
    yield from spoiler.cuts(3)
    yield from spoiler.shapes()
    match page.kind:
        case "Organisation":
            yield from _organisation(spoiler)
        case "Accounts":
            yield from _accounts(spoiler)
        case "Journals":
            yield from _journals(spoiler)
        case "TrialBalance":
            yield from _trial_balance(spoiler)
        case _:
            yield from _named(spoiler)


def _organisation(spoiler: Spoiler) -> Iterator[Damage]:
    yield spoiler.changed("no organisation", Ending.REFUSED, lambda it: it.clear())
    yield spoiler.changed("two organisations", Ending.REFUSED, lambda it: it.append(it[0]))
    yield spoiler.changed("no currency", Ending.REFUSED, lambda it: it[0].update(BaseCurrency=""))
    yield spoiler.changed("an unknown currency", Ending.REFUSED, lambda it: it[0].update(BaseCurrency="usd"))
    yield spoiler.changed("month 13", Ending.REFUSED, lambda it: it[0].update(FinancialYearEndMonth=13))


def _accounts(spoiler: Spoiler) -> Iterator[Damage]:
    yield spoiler.changed("an account twice", Ending.REFUSED, lambda it: it.append(it[0]))
    yield spoiler.changed(
        "an account of an unknown type", Ending.REFUSED, lambda it: it[0].update(Type="NOVELTY", Class="NOVELTY")
    )
    yield spoiler.changed("an account without its id", Ending.REFUSED, lambda it: it[0].pop("AccountID"))
    yield spoiler.changed("accounts in another order", Ending.SAME, lambda it: it.reverse())


def _named(spoiler: Spoiler) -> Iterator[Damage]:
    """Lists of what is named, and documents: nothing but their shape is covered."""
    if not spoiler.fresh()[spoiler.key]:
        return
    if "pagination" in spoiler.fresh():
        for name, change in (("page", 7), ("pageCount", 9)):
            document = spoiler.fresh()
            document["pagination"][name] = change
            yield spoiler.made(f"{name} is {change}", Ending.REFUSED, document)
    ident = next((key for key in spoiler.fresh()[spoiler.key][0] if key.endswith("ID")), "")
    if ident:
        yield spoiler.changed("an entry without its id", Ending.EITHER, lambda it: it[0].pop(ident))


def _journals(spoiler: Spoiler) -> Iterator[Damage]:
    found = spoiler.fresh()["Journals"]
    if not found:
        return
    place = spoiler.dice.randrange(len(found))
    moving = [at for at, it in enumerate(found) if len({line["AccountID"] for line in it["JournalLines"]}) > 1]
    changes: tuple[tuple[str, Ending, Callable[[list[Json]], object]], ...] = (
        ("a journal twice", Ending.REFUSED, lambda it: it.insert(place, it[place])),
        ("a journal twice, at the end", Ending.REFUSED, lambda it: it.append(it[place])),
        ("a number that goes back", Ending.REFUSED, lambda it: it[-1].update(JournalNumber=0)),
        ("no number", Ending.REFUSED, lambda it: it[place].pop("JournalNumber")),
        ("no date", Ending.REFUSED, lambda it: it[place].pop("JournalDate")),
        ("a date that is none", Ending.REFUSED, lambda it: it[place].update(JournalDate="/Date(soon)/")),
        ("no lines", Ending.REFUSED, lambda it: it[place].pop("JournalLines")),
        ("an unknown account", Ending.REFUSED, lambda it: _line(it, place).update(AccountID=_NOBODY)),
        ("a line without its account", Ending.REFUSED, lambda it: _line(it, place).pop("AccountID")),
        ("a line without its amount", Ending.REFUSED, lambda it: _line(it, place).pop("NetAmount")),
        ("an amount that is no number", Ending.REFUSED, lambda it: _line(it, place).update(NetAmount="much")),
        ("a cent more", Ending.REFUSED, lambda it: _add(_line(it, place), "0.01")),
        ("a tenth of a cent", Ending.REFUSED, lambda it: _add(_line(it, place), "0.001")),
        ("another text", Ending.TEXT, lambda it: _line(it, place).update(Description="something else")),
        ("amounts as texts", Ending.SAME, _as_texts),
    )
    for name, ending, change in changes:
        yield spoiler.changed(name, ending, change)
    if moving:
        yield spoiler.changed("money moved to another account", Ending.REFUSED, lambda it: _move(it[moving[0]]))
    if len(found) > 2:
        yield spoiler.changed("the last ones left out", Ending.SAME, lambda it: it.pop())
        yield spoiler.changed("in another order", Ending.REFUSED, lambda it: it.reverse())


def _line(journals: list[Json], place: int) -> Json:
    return journals[place]["JournalLines"][0]


def _add(line: Json, amount: str) -> None:
    line["NetAmount"] = float(Decimal(str(line["NetAmount"])) + Decimal(amount))


def _as_texts(journals: list[Json]) -> None:
    for journal in journals:
        for line in journal["JournalLines"]:
            line["NetAmount"] = str(line["NetAmount"])


def _move(journal: Json) -> None:
    """Raise one line by a unit and lower one of another account by it."""
    first = journal["JournalLines"][0]
    other = next(line for line in journal["JournalLines"] if line["AccountID"] != first["AccountID"])
    _add(first, "1")
    _add(other, "-1")


def _trial_balance(spoiler: Spoiler) -> Iterator[Damage]:
    rows = _places(spoiler.fresh()["Reports"])
    if not rows:
        return
    place = spoiler.dice.choice(rows)
    changes: tuple[tuple[str, Ending, Callable[[list[Json]], object]], ...] = (
        ("another day", Ending.REFUSED, lambda it: it[0]["ReportTitles"].__setitem__(-1, "As at 1 January 2001")),
        ("no columns", Ending.REFUSED, lambda it: it[0]["Rows"].pop(0)),
        ("no total", Ending.REFUSED, lambda it: it[0]["Rows"].pop()),
        ("an unknown section", Ending.REFUSED, lambda it: it[0]["Rows"][1].update(Title="Commitments")),
        ("a row missing", Ending.REFUSED, lambda it: _section(it, place).pop(place[1])),
        ("a row twice", Ending.REFUSED, lambda it: _section(it, place).append(_row(it, place))),
        ("a cell too few", Ending.REFUSED, lambda it: _row(it, place)["Cells"].pop()),
        ("a cell too many", Ending.REFUSED, lambda it: _row(it, place)["Cells"].append({"Value": ""})),
        ("a figure that is none", Ending.REFUSED, lambda it: _row(it, place)["Cells"][3].update(Value="much")),
        ("a cent more", Ending.REFUSED, lambda it: _row(it, place)["Cells"][3].update(Value="0.01")),
        ("no id", Ending.REFUSED, lambda it: _row(it, place)["Cells"][0].update(Attributes=[])),
        ("an unknown account", Ending.REFUSED, lambda it: _row(it, place)["Cells"][0].update(Attributes=_nobody())),
        ("another label", Ending.SAME, lambda it: _row(it, place)["Cells"][0].update(Value="something else")),
    )
    for name, ending, change in changes:
        yield spoiler.changed(name, ending, change)


def _places(reports: list[Json]) -> list[tuple[int, int]]:
    """Return where rows with figures of the year stand: section and row."""
    return [
        (at, under)
        for at, section in enumerate(reports[0]["Rows"])
        for under, row in enumerate(section.get("Rows") or ())
        if row["RowType"] == "Row" and any(cell.get("Value") for cell in row["Cells"][3:])
    ]


def _section(reports: list[Json], place: tuple[int, int]) -> list[Json]:
    rows: list[Json] = reports[0]["Rows"][place[0]]["Rows"]
    return rows


def _row(reports: list[Json], place: tuple[int, int]) -> Json:
    return _section(reports, place)[place[1]]


def _nobody() -> list[Json]:
    return [{"Id": "account", "Value": _NOBODY}]
