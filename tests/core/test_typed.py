"""What people type or paste is taken where it means one thing, and refused with a sentence where it means two."""

from __future__ import annotations

import contextlib
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.core.month import Month
from tieout.core.typed import LARGEST, NotTyped, parse_amount, parse_decimal, parse_month, to_minor_rounded
from tieout.ui import figures

minor = st.integers(-LARGEST, LARGEST)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1234.5", 123_450),
        ("1,234.50", 123_450),
        ("1.234,50", 123_450),
        ("1 234,50", 123_450),
        ("1\u00a0234,50", 123_450),
        ("1\u202f234,50", 123_450),
        ("1'234.50", 123_450),
        ("1’234.50", 123_450),
        ("1,234", 123_400),
        ("1,234,567", 123_456_700),
        ("1.234.567", 123_456_700),
        ("1 234", 123_400),
        ("12,5", 1_250),
        ("12,50", 1_250),
        (".5", 50),
        ("0", 0),
        ("0.00", 0),
        ("12.5000", 1_250),
        ("$1,200", 120_000),
        ("US$1,200", 120_000),
        ("1 200 €", 120_000),
        ("-$1,200.00", -120_000),
        ("$-1,200.00", -120_000),
        ("($1,200.00)", -120_000),
        ("$(1,200.00)", -120_000),
        ("(1,200)", -120_000),
        ("( 12.30 )", -1_230),
        ("-12", -1_200),
        ("−12", -1_200),
        ("- 12", -1_200),
        ("1200-", -120_000),
        ("+12", 1_200),
        ("１２", 1_200),
        (" 12 ", 1_200),
    ],
)
def test_an_amount_as_people_write_it(text: str, expected: int) -> None:
    assert parse_amount(text, 2) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "missing"),
        ("   ", "missing"),
        ("-", "not an amount"),
        ("–", "not an amount"),
        ("n/a", "not an amount"),
        ("#REF!", "not an amount"),
        ("1e5", "not an amount"),
        ("5%", "not an amount"),
        ("1.2k", "not an amount"),
        ("--5", "not an amount"),
        ("(-5)", "not an amount"),
        ("(5", "not an amount"),
        ("5)", "not an amount"),
        ("$5$", "not an amount"),
        ("1,23,456", "not an amount"),
        ("1,234,56", "not an amount"),
        ("1 23", "not an amount"),
        ("1,234 567", "not an amount"),
        ("1..2", "not an amount"),
        ("=1+1", "not an amount"),
        ("NaN", "not an amount"),
        ("Infinity", "not an amount"),
        ("1.234", "could be 1,234 or 1.234"),
        ("12.345", "could be 12,345 or 12.345"),
        ("1234.567", "finer"),
        ("0.005", "finer"),
        ("0,005", "finer"),
        ("USD 5", "names USD"),
        ("9" * 15, "larger"),
        ("9" * 400, "not an amount"),
    ],
)
def test_what_is_no_amount_or_could_be_two_is_refused_with_a_sentence(text: str, reason: str) -> None:
    with pytest.raises(NotTyped, match=reason) as refused:
        parse_amount(text, 2)
    assert str(refused.value).endswith(".")
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    ("text", "digits", "expected"), [("1,234", 0, 1_234), ("1234", 0, 1_234), ("1.2340", 3, 1_234)]
)
def test_other_currencies_have_other_decimals(text: str, digits: int, expected: int) -> None:
    assert parse_amount(text, digits) == expected


def test_three_decimals_make_a_comma_doubtful() -> None:
    with pytest.raises(NotTyped, match=r"could be 1,234 or 1\.234"):
        parse_amount("1,234", 3)


def test_another_currency_than_the_books_is_refused() -> None:
    assert parse_amount("USD 5", 2, currency="USD") == parse_amount("$5", 2, currency="USD") == 500
    for text in ("EUR 5", "5 €", "£5"):
        with pytest.raises(NotTyped, match="in USD"):
            parse_amount(text, 2, currency="USD")


@given(minor, st.sampled_from([0, 2, 3]))
def test_what_our_pages_write_comes_back(amount: int, digits: int) -> None:
    written = figures.difference(amount, digits)
    if digits == 3 and "," not in written:
        written = re.sub(r"(\.[0-9]{3})", r"\g<1>0", written)  # 1.234 alone could be 1,234
    assert parse_amount(written, digits) == amount


@given(minor)
def test_a_point_and_a_comma_trade_places_and_mean_the_same(amount: int) -> None:
    written = figures.difference(amount, 2)
    turned = written.translate(str.maketrans(",.", ".,"))
    assert parse_amount(turned, 2) == parse_amount(written, 2) == amount


@given(st.text(max_size=30))
def test_any_text_is_an_amount_or_is_refused(text: str) -> None:
    with contextlib.suppress(NotTyped):
        assert abs(parse_amount(text, 2)) <= LARGEST


@given(st.text(alphabet="0123456789.,' ()-$€", max_size=14))
def test_an_amount_holds_the_digits_that_were_typed(text: str) -> None:
    try:
        amount = parse_amount(text, 2)
    except NotTyped:
        return
    typed = "".join(filter(str.isdigit, text))
    assert str(abs(amount)).rstrip("0") == typed.lstrip("0").rstrip("0")


def test_a_fine_amount_can_be_rounded_on_purpose() -> None:
    assert parse_decimal("833.3333333333", 2) == Decimal("833.3333333333")
    assert to_minor_rounded(Decimal("833.335"), 2) == 83_334
    assert to_minor_rounded(Decimal("-833.335"), 2) == -83_334


@pytest.mark.parametrize(
    "text",
    [
        "2026-01", "2026-1", "2026/01", "01/2026", "1/2026", "01.2026", "01-2026", "202601", "Jan 2026", "jan-2026",
        "JAN 26", "Jan-26", "Jan '26", "Jan. 2026", "January 2026", "January, 2026", "2026 Jan", "2026-01-31",
        "2026-01-31 00:00:00", "2026-01-31T00:00:00", "31/01/2026", "01/31/2026", "1/1/2026", "31 Jan 2026",
        "31-Jan-2026", "Jan 31, 2026", "January 1st, 2026", " Jan\u00a02026 ",
    ],
)  # fmt: skip
def test_a_month_as_people_write_it(text: str) -> None:
    assert parse_month(text) == Month(2026, 1)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "missing"),
        ("2026", "not a month"),
        ("2026-13", "not a month"),
        ("2026-00", "not a month"),
        ("2026-02-30", "not a month"),
        ("Janu 2026", "not a month"),
        ("Total 2026", "not a month"),
        ("FY 2026", "not a month"),
        ("Q1 2026", "not a month"),
        ("01/26", "not a month"),
        ("46023", "not a month"),
        ("1826-01", "not a month"),
        ("Jan", "not a month"),
        ("03/04/2026", "could be 2026-03 or 2026-04"),
        ("x" * 500, "not a month"),
    ],
)
def test_what_is_no_month_is_refused_with_a_sentence(text: str, reason: str) -> None:
    with pytest.raises(NotTyped, match=reason) as refused:
        parse_month(text)
    assert str(refused.value).endswith(".")
    assert len(str(refused.value)) < 200


def test_september_has_two_short_names() -> None:
    assert parse_month("Sep 26") == parse_month("Sept 2026") == Month(2026, 9)


def test_a_spreadsheets_day_number_is_taken_where_asked() -> None:
    assert parse_month("46023", serials=True) == Month(2026, 1)
    assert parse_month("46053", serials=True) == Month(2026, 1)
    assert parse_month("46054", serials=True) == Month(2026, 2)
    with pytest.raises(NotTyped):
        parse_month("12", serials=True)


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_every_way_to_write_a_day_names_its_month(day: date) -> None:
    month = Month.of(day)
    ways = [
        day.isoformat(), f"{day:%Y-%m}", f"{day:%m/%Y}", f"{day:%b %Y}", f"{day:%B %Y}", f"{day:%d %b %Y}",
        f"{day:%b %d, %Y}", figures.long_month(month), str(month.key),
    ]  # fmt: skip
    assert {parse_month(way) for way in ways} == {month}
    if day.year >= 2000:
        assert parse_month(figures.short_month(month)) == month
    if day >= date(2000, 1, 1):
        assert parse_month(str((day - date(1899, 12, 30)) // timedelta(days=1)), serials=True) == month


@given(st.text(max_size=30))
def test_any_text_is_a_month_or_is_refused(text: str) -> None:
    with contextlib.suppress(NotTyped):
        assert 1 <= parse_month(text).number <= 12
