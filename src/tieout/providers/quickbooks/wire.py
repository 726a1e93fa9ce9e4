"""The shapes of QuickBooks' JSON that we read. Fields that are not named here are ignored: Intuit adds some."""

from __future__ import annotations

import msgspec


class Wire(msgspec.Struct, gc=False):
    """The base of all shapes. Nothing in them refers back, so the garbage collector need not look."""


# --- reports: one envelope for all ------------------------------------------------------------------------------


class Cell(Wire):
    value: str = ""
    id: str | None = None


class Cells(Wire):
    cells: list[Cell] = msgspec.field(name="ColData", default_factory=list)


class Rows(Wire):
    row: list[Row] = msgspec.field(name="Row", default_factory=list)


class Row(Wire):
    """A data row has cells; a section has any of header, rows and summary. ``type`` may be missing on either."""

    cells: list[Cell] | None = msgspec.field(name="ColData", default=None)
    header: Cells | None = msgspec.field(name="Header", default=None)
    rows: Rows | None = msgspec.field(name="Rows", default=None)
    summary: Cells | None = msgspec.field(name="Summary", default=None)
    group: str = ""


class NameValue(Wire):
    name: str = msgspec.field(name="Name", default="")
    value: str = msgspec.field(name="Value", default="")


class Column(Wire):
    title: str = msgspec.field(name="ColTitle", default="")
    type: str = msgspec.field(name="ColType", default="")
    meta: list[NameValue] = msgspec.field(name="MetaData", default_factory=list)

    def said(self, name: str) -> str:
        """Return what the column's metadata says under a name, or ""."""
        return next((item.value for item in self.meta if item.name == name), "")

    @property
    def key(self) -> str:
        """The column's key: never its title, which is translated. Older answers have the key as the type."""
        return self.said("ColKey") or self.type


class Columns(Wire):
    column: list[Column] = msgspec.field(name="Column", default_factory=list)


class ReportHeader(Wire):
    name: str = msgspec.field(name="ReportName", default="")
    basis: str = msgspec.field(name="ReportBasis", default="")
    start: str = msgspec.field(name="StartPeriod", default="")
    end: str = msgspec.field(name="EndPeriod", default="")
    currency: str = msgspec.field(name="Currency", default="")
    options: list[NameValue] = msgspec.field(name="Option", default_factory=list)

    @property
    def empty(self) -> bool | None:
        """Whether the report says that it holds no data; None where it does not say."""
        return next((item.value == "true" for item in self.options if item.name == "NoReportData"), None)


class Report(Wire):
    header: ReportHeader = msgspec.field(name="Header")
    columns: Columns = msgspec.field(name="Columns")
    rows: Rows = msgspec.field(name="Rows", default_factory=Rows)


# --- the company ------------------------------------------------------------------------------------------------


class Ref(Wire):
    value: str = ""
    name: str = ""


class Company(Wire):
    name: str = msgspec.field(name="CompanyName", default="")
    fiscal_year: str = msgspec.field(name="FiscalYearStartMonth", default="")
    timezone: str = msgspec.field(name="DefaultTimeZone", default="")


class CompanyAnswer(Wire):
    company: Company = msgspec.field(name="CompanyInfo")


class AccountingPrefs(Wire):
    fiscal_year: str = msgspec.field(name="FirstMonthOfFiscalYear", default="")
    locations: bool = msgspec.field(name="TrackDepartments", default=False)
    location_word: str = msgspec.field(name="DepartmentTerminology", default="")
    class_per_transaction: bool = msgspec.field(name="ClassTrackingPerTxn", default=False)
    class_per_line: bool = msgspec.field(name="ClassTrackingPerTxnLine", default=False)
    closed_through: str | None = msgspec.field(name="BookCloseDate", default=None)

    @property
    def classes(self) -> bool:
        """Whether classes are tracked at all."""
        return self.class_per_transaction or self.class_per_line


class CurrencyPrefs(Wire):
    several: bool = msgspec.field(name="MultiCurrencyEnabled", default=False)
    home: Ref = msgspec.field(name="HomeCurrency", default_factory=Ref)


class Preferences(Wire):
    accounting: AccountingPrefs = msgspec.field(name="AccountingInfoPrefs")
    currency: CurrencyPrefs = msgspec.field(name="CurrencyPrefs")


class PreferencesAnswer(Wire):
    preferences: Preferences = msgspec.field(name="Preferences")
    time: str  # by QuickBooks' own clock


# --- lists ------------------------------------------------------------------------------------------------------


class Entity(Wire):
    """What any list entry has, and what accounts and items have besides."""

    id: str = msgspec.field(name="Id")
    name: str = msgspec.field(name="Name", default="")
    display: str = msgspec.field(name="DisplayName", default="")
    full: str = msgspec.field(name="FullyQualifiedName", default="")
    active: bool = msgspec.field(name="Active", default=True)
    parent: Ref | None = msgspec.field(name="ParentRef", default=None)
    number: str | None = msgspec.field(name="AcctNum", default=None)
    account_type: str = msgspec.field(name="AccountType", default="")
    account_subtype: str = msgspec.field(name="AccountSubType", default="")
    item_type: str = msgspec.field(name="Type", default="")


class QueryAnswer(Wire):
    response: dict[str, msgspec.Raw] = msgspec.field(name="QueryResponse")


# --- what changed -----------------------------------------------------------------------------------------------


class Changed(Wire):
    """A list entry or a transaction that the change feed names; of a deleted one it gives no date."""

    id: str = msgspec.field(name="Id")
    status: str = ""
    date: str = msgspec.field(name="TxnDate", default="")


class ChangesPart(Wire):
    queries: list[dict[str, msgspec.Raw]] = msgspec.field(name="QueryResponse")


class ChangesAnswer(Wire):
    time: str
    response: list[ChangesPart] = msgspec.field(name="CDCResponse")
