"""The columns of statements: several days, several spans of days, or the options of a tracking category."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from tieout.providers.xero.sandbox.figures import (
    Amounts,
    asked_day,
    asked_number,
    ledger,
    month_end,
    month_start,
    months_back,
    movement,
    short_day,
    tracked,
    year_start,
)
from tieout.providers.xero.sandbox.values import ZERO, BadDocument, to_day

if TYPE_CHECKING:
    from tieout.providers.xero.sandbox.engine import Organisation

_MOST_PERIODS = 12
_MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}


class Column(NamedTuple):
    """A column: its title and amounts; ``before`` is what stood when its financial year began."""

    title: str
    amounts: Amounts
    before: Amounts = {}  # noqa: RUF012 - nobody changes it


def _step(params: Mapping[str, str]) -> int:
    name = (params.get("timeframe") or "MONTH").upper()
    if name not in _MONTHS:
        raise BadDocument(f"timeframe {name!r} does not exist")
    return _MONTHS[name]


def standing_columns(org: Organisation, day: date, params: Mapping[str, str]) -> list[Column]:
    """Return the columns of a balance sheet, the asked day first."""
    options = [params[name] for name in ("trackingOptionID1", "trackingOptionID2") if params.get(name)]
    count, step = asked_number(params, "periods", 0, _MOST_PERIODS), _step(params)
    columns = []
    for back in range(count + 1):
        at = months_back(day, back * step)
        before = year_start(org, at) - timedelta(days=1)
        if options:
            amounts = tracked(org, date.min, at, options), tracked(org, date.min, before, options)
        else:
            amounts = ledger(org, at), ledger(org, before)
        columns.append(Column(short_day(at), *amounts))
    return columns


def earnings_columns(org: Organisation, params: Mapping[str, str]) -> tuple[list[Column], date, date]:
    """Return the columns of a profit and loss, with the first and the last day that it is about."""
    last = asked_day(org, params, "toDate")
    first = to_day(params["fromDate"]) if params.get("fromDate") else month_start(last)
    if not params.get("toDate") and params.get("fromDate"):
        last = month_end(first)
    if last < first:
        raise BadDocument("toDate is before fromDate")
    options = [params[name] for name in ("trackingOptionID", "trackingOptionID2") if params.get(name)]
    if params.get("trackingCategoryID") and not options:
        return _by_option(org, params["trackingCategoryID"], first, last), first, last
    count, step = asked_number(params, "periods", 0, _MOST_PERIODS), _step(params)
    columns = []
    for back in range(count + 1):
        start, end = months_back(first, back * step), _same_day(last, back * step)
        if first.day == 1:
            start = start.replace(day=1)
        amounts = tracked(org, start, end, options) if options else movement(org, start, end)
        columns.append(Column(short_day(end), amounts))
    return columns, first, last


def _same_day(day: date, months: int) -> date:
    """Return the same day of an earlier month: spans that end on a 30th leave a 31st out, as the platform's do."""
    start = months_back(day.replace(day=1), months)
    return start.replace(day=min(day.day, monthrange(start.year, start.month)[1]))


def _by_option(org: Organisation, category: str, first: date, last: date) -> list[Column]:
    """Return a column for each option of a category, one for what has none, and the total."""
    whole = movement(org, first, last)
    columns = []
    left = dict(whole)
    for option in org.document("TrackingCategories", category)["Options"]:
        amounts = tracked(org, first, last, [option["TrackingOptionID"]])
        for account, amount in amounts.items():
            left[account] = left.get(account, ZERO) - amount
        columns.append(Column(option["Name"], amounts))
    return [*columns, Column("Unassigned", left), Column("Total", whole)]
