"""The shapes of Xero's JSON that lists, journals and reports have. Fields that are not named here are ignored.

Amounts are JSON numbers, in some places strings: both are taken, exactly. Optional keys may be left out, and what is
missing may come as an empty list.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import msgspec

_STAMP = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ZERO = Decimal(0)


class NotADate(ValueError):
    """The text is not in one of Xero's forms of a date."""


def moment(text: str) -> datetime:
    """Return the instant that Xero names: ``/Date(1439434356790+0000)/`` (UTC, whatever the offset says) or ISO.

    ISO texts have no offset, are UTC and may have seven decimals of a second.
    """
    try:
        if found := _STAMP.fullmatch(text):
            return _EPOCH + timedelta(milliseconds=int(found[1]))
        stamp = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
    except (ValueError, OverflowError) as error:
        raise NotADate(f"{text!r} is not a date") from error
    return stamp.astimezone(UTC) if stamp.tzinfo else stamp.replace(tzinfo=UTC)


def day(text: str) -> date:
    """Return the posting date that a text holds: midnight UTC, never moved into a local time zone."""
    return moment(text).date()


def since_text(since: datetime) -> str:
    """Return a moment as the header If-Modified-Since takes it here: UTC, to the second, no offset."""
    return since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


class Wire(msgspec.Struct, gc=False, kw_only=True):
    """The base of all shapes. Nothing in them refers back, so the garbage collector need not look."""


class Paging(Wire, kw_only=True):
    """What an answer says of its place among the pages of a list."""

    page: int
    size: int = msgspec.field(name="pageSize")
    count: int = msgspec.field(name="pageCount")


class Envelope(Wire, kw_only=True):
    """What is around any list. ``served`` is Xero's own clock."""

    served: str = msgspec.field(name="DateTimeUTC", default="")
    pagination: Paging | None = None


# --- the organisation and its lists -----------------------------------------------------------------------------


class Organisation(Wire, kw_only=True):
    name: str = msgspec.field(name="Name", default="")
    currency: str = msgspec.field(name="BaseCurrency", default="")
    year_end_day: int = msgspec.field(name="FinancialYearEndDay", default=31)
    year_end_month: int = msgspec.field(name="FinancialYearEndMonth", default=12)
    timezone: str = msgspec.field(name="Timezone", default="")
    locked: str | None = msgspec.field(name="PeriodLockDate", default=None)
    year_locked: str | None = msgspec.field(name="EndOfYearLockDate", default=None)
    short_code: str = msgspec.field(name="ShortCode", default="")


class OrganisationAnswer(Envelope, kw_only=True):
    found: list[Organisation] = msgspec.field(name="Organisations")


class Account(Wire, kw_only=True):
    id: str = msgspec.field(name="AccountID")
    code: str = msgspec.field(name="Code", default="")
    name: str = msgspec.field(name="Name", default="")
    status: str = msgspec.field(name="Status", default="ACTIVE")
    type: str = msgspec.field(name="Type", default="")
    klass: str = msgspec.field(name="Class", default="")
    bank_type: str | None = msgspec.field(name="BankAccountType", default=None)
    system: str | None = msgspec.field(name="SystemAccount", default=None)
    currency: str | None = msgspec.field(name="CurrencyCode", default=None)


class AccountsAnswer(Envelope, kw_only=True):
    found: list[Account] = msgspec.field(name="Accounts")


class Contact(Wire, kw_only=True):
    id: str = msgspec.field(name="ContactID")
    name: str = msgspec.field(name="Name", default="")
    status: str = msgspec.field(name="ContactStatus", default="ACTIVE")
    merged_into: str | None = msgspec.field(name="MergedToContactID", default=None)
    updated: str = msgspec.field(name="UpdatedDateUTC", default="")


class ContactsAnswer(Envelope, kw_only=True):
    found: list[Contact] = msgspec.field(name="Contacts")


class Item(Wire, kw_only=True):
    id: str = msgspec.field(name="ItemID")
    code: str = msgspec.field(name="Code", default="")
    name: str | None = msgspec.field(name="Name", default=None)


class ItemsAnswer(Envelope, kw_only=True):
    found: list[Item] = msgspec.field(name="Items")


class TrackingOption(Wire, kw_only=True):
    id: str = msgspec.field(name="TrackingOptionID")
    name: str = msgspec.field(name="Name", default="")
    status: str = msgspec.field(name="Status", default="ACTIVE")


class TrackingCategory(Wire, kw_only=True):
    id: str = msgspec.field(name="TrackingCategoryID")
    name: str = msgspec.field(name="Name", default="")
    status: str = msgspec.field(name="Status", default="ACTIVE")
    options: list[TrackingOption] = msgspec.field(name="Options", default_factory=list)


class TrackingAnswer(Envelope, kw_only=True):
    found: list[TrackingCategory] = msgspec.field(name="TrackingCategories")


# --- journals ---------------------------------------------------------------------------------------------------


class Tracked(Wire, kw_only=True):
    """A tracking option on a line."""

    category: str = msgspec.field(name="TrackingCategoryID", default="")
    option: str = msgspec.field(name="TrackingOptionID", default="")


class JournalLine(Wire, kw_only=True):
    id: str = msgspec.field(name="JournalLineID", default="")
    account: str = msgspec.field(name="AccountID", default="")
    description: str | None = msgspec.field(name="Description", default=None)
    net: Decimal = msgspec.field(name="NetAmount")
    gross: Decimal | None = msgspec.field(name="GrossAmount", default=None)
    tax: Decimal = msgspec.field(name="TaxAmount", default=_ZERO)
    tracking: list[Tracked] | None = msgspec.field(name="TrackingCategories", default=None)


class Journal(Wire, kw_only=True):
    """One posting. What has no document has neither source type nor id: the keys are absent."""

    id: str = msgspec.field(name="JournalID")
    day: str = msgspec.field(name="JournalDate")
    number: int = msgspec.field(name="JournalNumber")
    reference: str | None = msgspec.field(name="Reference", default=None)
    source: str | None = msgspec.field(name="SourceType", default=None)
    source_id: str | None = msgspec.field(name="SourceID", default=None)
    lines: list[JournalLine] = msgspec.field(name="JournalLines")


class JournalsAnswer(Envelope, kw_only=True):
    found: list[Journal] = msgspec.field(name="Journals")


# --- reports ----------------------------------------------------------------------------------------------------


class Attribute(Wire, kw_only=True):
    id: str = msgspec.field(name="Id", default="")
    value: str = msgspec.field(name="Value", default="")


class Cell(Wire, kw_only=True):
    value: str | None = msgspec.field(name="Value", default=None)
    attributes: list[Attribute] | None = msgspec.field(name="Attributes", default=None)

    @property
    def account(self) -> str:
        """The account that the cell belongs to, or ""."""
        return next((it.value for it in self.attributes or () if it.id == "account"), "")


class Row(Wire, kw_only=True):
    """A header, a data row, a sum line, or a section of them. What it is, its type says."""

    type: str = msgspec.field(name="RowType", default="")
    title: str | None = msgspec.field(name="Title", default=None)
    cells: list[Cell] | None = msgspec.field(name="Cells", default=None)
    rows: list[Row] | None = msgspec.field(name="Rows", default=None)


class Report(Wire, kw_only=True):
    id: str = msgspec.field(name="ReportID", default="")
    name: str = msgspec.field(name="ReportName", default="")
    titles: list[str] = msgspec.field(name="ReportTitles", default_factory=list)
    date: str = msgspec.field(name="ReportDate", default="")
    rows: list[Row] = msgspec.field(name="Rows", default_factory=list)


class ReportAnswer(Envelope, kw_only=True):
    found: list[Report] = msgspec.field(name="Reports")
