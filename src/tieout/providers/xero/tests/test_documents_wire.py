"""How Xero writes what its documents hold."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest

from tieout.providers.xero.documents_wire import LineItem, Payment
from tieout.providers.xero.wire import NotADate, day, moment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/Date(1439434356790)/", datetime(2015, 8, 13, 2, 52, 36, 790000, UTC)),
        ("/Date(1419937200000+0000)/", datetime(2014, 12, 30, 11, tzinfo=UTC)),
        ("/Date(1769817600000+1300)/", datetime(2026, 1, 31, tzinfo=UTC)),  # the number is UTC whatever follows
        ("/Date(0+0000)/", datetime(1970, 1, 1, tzinfo=UTC)),
        ("/Date(-86400000+0000)/", datetime(1969, 12, 31, tzinfo=UTC)),
    ],
)
def test_a_stamp_is_milliseconds_of_utc(text: str, expected: datetime) -> None:
    assert moment(text) == expected


def test_a_day_is_never_moved_by_a_time_zone() -> None:
    assert day("/Date(1769817600000+0000)/") == date(2026, 1, 31)
    # Older documents of some kinds carry the time of day.
    assert day("/Date(1769903999999+0000)/") == date(2026, 1, 31)


@pytest.mark.parametrize("text", ["", "31/01/2026", "/Date(x)/", "/Date(99999999999999999)/", "/Date(1)/ "])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(NotADate, match="is not a date"):
        moment(text)


def test_amounts_are_exact_whether_numbers_or_strings() -> None:
    raw = b'[{"LineAmount": 1234567.89, "TaxAmount": "0.10"}, {"LineAmount": 3}, {"LineAmount": null}]'
    first, second, third = msgspec.json.decode(raw, type=list[LineItem])
    assert (first.amount, first.tax) == (Decimal("1234567.89"), Decimal("0.10"))
    assert (second.amount, second.tax, third.amount) == (Decimal(3), None, None)


def test_what_a_payment_is_for_stands_under_one_of_four_names() -> None:
    def paid(text: str) -> tuple[str, str]:
        found = msgspec.json.decode(b'{"PaymentID": "p", %s}' % text.encode(), type=Payment).paid
        return found.id, found.number

    assert paid('"Invoice": {"InvoiceID": "i", "InvoiceNumber": "INV-1"}') == ("i", "INV-1")
    assert paid('"Invoice": [], "CreditNote": {"CreditNoteID": "c", "CreditNoteNumber": "CN-1"}') == ("c", "CN-1")
    assert paid('"Invoice": {}, "Prepayment": {"PrepaymentID": "a"}') == ("a", "")
    assert paid('"Overpayment": {"OverpaymentID": "o"}') == ("o", "")
    assert paid('"Amount": 1') == ("", "")
