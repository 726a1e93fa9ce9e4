"""What all reports share: the period asked for, the header, columns, amounts as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tieout.core.money import to_text
from tieout.core.month import Month
from tieout.providers.quickbooks.sandbox.engine import Engine
from tieout.providers.quickbooks.sandbox.wire import BadDocument, Json, stamp

EMPTY: Json = {"value": ""}  # shared by all blank cells; damage replaces cells, it never changes them


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days that a report covers, both included."""

    first: date
    last: date

    @property
    def end(self) -> date:
        """The first day after it."""
        return self.last + timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How the report service of the day writes: ``classic``, or ``modern`` (the rewrite of 2026)."""

    modern: bool = False

    def amount(self, minor: int, digits: int, *, zero: str = "") -> str:
        """Return an amount as a cell's text: below one unit without the leading zero, as the old service does."""
        if not minor:
            return "" if self.modern else zero
        text = to_text(minor, digits)
        return text if self.modern or not digits else text.replace("-0.", "-.") if minor < 0 else text.removeprefix("0")

    def title(self, text: str) -> str:
        """Return a section title in capitals or not."""
        return text.title() if self.modern and text.isupper() else text


class BadRequestParameter(BadDocument):
    """A parameter that the platform refuses."""


def period(params: Mapping[str, str], engine: Engine) -> Period:
    """Return the period asked for; without dates, this fiscal year to date."""
    today = engine.today
    if params.get("date_macro"):
        return _macro(params["date_macro"], engine)
    start, end = _day(params, "start_date"), _day(params, "end_date")
    last = end or today
    first = start or Month.of(last).fiscal_year_start(engine.fiscal_year_first_month).start
    if first > last:
        raise BadRequestParameter("start_date is after end_date")
    return Period(first=first, last=last)


def _day(params: Mapping[str, str], key: str) -> date | None:
    try:
        return date.fromisoformat(params[key]) if params.get(key) else None
    except ValueError as error:
        raise BadRequestParameter(f"{key}: {params[key]}") from error


def _macro(name: str, engine: Engine) -> Period:
    today, month = engine.today, Month.of(engine.today)
    year = month.fiscal_year_start(engine.fiscal_year_first_month)
    known = {
        "today": Period(first=today, last=today),
        "this month": Period(first=month.start, last=month.end - timedelta(days=1)),
        "last month": Period(first=(month - 1).start, last=month.start - timedelta(days=1)),
        "this fiscal year": Period(first=year.start, last=(year + 12).start - timedelta(days=1)),
        "last fiscal year": Period(first=(year - 12).start, last=year.start - timedelta(days=1)),
    }
    return known.get(name.lower(), Period(first=year.start, last=today))


def header(name: str, engine: Engine, covered: Period, *, empty: bool, by: str = "", gaap: bool = False) -> Json:
    """Return a report's header with its echo of what was asked."""
    options = [{"Name": "AccountingStandard", "Value": "GAAP"}] if gaap else []
    options.append({"Name": "NoReportData", "Value": "true" if empty else "false"})
    answer: Json = {
        "Time": stamp(engine.clock.seconds(), engine.timezone),
        "ReportName": name,
        "ReportBasis": "Accrual",
        "StartPeriod": covered.first.isoformat(),
        "EndPeriod": covered.last.isoformat(),
    }
    if by:
        answer["SummarizeColumnsBy"] = by
    return {**answer, "Currency": engine.currency, "Option": options}


def column(title: str, kind: str, key: str, **dates: str) -> Json:
    """Return one entry of ``Columns``."""
    meta = [{"Name": name, "Value": value} for name, value in dates.items()]
    return {"ColTitle": title, "ColType": kind, "MetaData": [*meta, {"Name": "ColKey", "Value": key}]}


def rows_or_nothing(rows: Sequence[Json]) -> Json:
    """Return ``Rows``: the platform leaves the array out where there is nothing to report."""
    return {"Row": list(rows)} if rows else {}


def fiscal_year_start(engine: Engine, at: date) -> date:
    """Return the first day of the fiscal year that holds a day."""
    return Month.of(at).fiscal_year_start(engine.fiscal_year_first_month).start
