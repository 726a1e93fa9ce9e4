"""A company that sells and plans: the small ledger with revenue and customers, and short ways to plan in it."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.expenses import small_ledger
from tests.expenses.small_ledger import BANK, CHART, ENTRIES, bill
from tieout.companies.models import Company
from tieout.core.accounts import AccountRole, AccountType
from tieout.core.formulas.texts import to_stored
from tieout.core.month import Month
from tieout.core.records import AccountRecord, EntryRecord, ListRecord, PartyKey, PartyKind, PartyRecord
from tieout.ledger.models import Book
from tieout.payroll.models import Employee, HiringDriver, PayBasis
from tieout.planning.forecast import Forecast, forecast
from tieout.planning.models import Driver, Options, PlanCell, Variable, VariableMonth
from tieout.planning.names import catalogue

THROUGH, LAST = Month(2026, 4), Month(2026, 8)
MAY, JUNE, JULY, AUGUST = FORECAST = tuple(Month(2026, number) for number in range(5, 9))
ACME, BOLT = PartyKey(PartyKind.CUSTOMER, "acme"), PartyKey(PartyKind.CUSTOMER, "bolt")
SELLING: tuple[ListRecord, ...] = (
    *(it for it in CHART if it is not BANK),
    BANK,
    AccountRecord(external_id="4100", number="4100", name="Set-up fees", type=AccountType.INCOME, subtype="Income"),
    AccountRecord(
        external_id="4900", number="4900", name="Interest", type=AccountType.INCOME, subtype="Other income",
        role=AccountRole.OTHER_INCOME,
    ),
    PartyRecord(key=ACME, name="Acme"),
    PartyRecord(key=BOLT, name="Bolt"),
)  # fmt: skip


def sale(key: str, day: date, customer: PartyKey, amount: int, account: str = "4000") -> EntryRecord:
    """Return an invoice over an amount."""
    return bill(key, day, (account, -amount), type="Invoice", party=customer)


SALES = (
    sale("s1", date(2026, 2, 5), ACME, 9_000_00),
    sale("s2", date(2026, 3, 5), ACME, 10_000_00),
    sale("s3", date(2026, 4, 5), ACME, 11_000_00),
    sale("s4", date(2026, 4, 9), BOLT, 3_000_00, "4100"),
    sale("s5", date(2026, 4, 9), BOLT, 70_00, "4900"),
)


def new_book(company: Company) -> Book:
    """Return the small ledger with revenue of 9,000, 10,000 and 14,000 in February to April, synced."""
    made = small_ledger.new_book(company)
    small_ledger.sync(made, entries=(*ENTRIES, *SALES), lists=SELLING)
    return made


def told(book: Book, through: Month = THROUGH, last: Month = LAST) -> Forecast:
    """Return the forecast of May to August."""
    return forecast(book.company, book, through=through, last=last)


def stored(book: Book, text: str) -> str:
    """Return a formula as it is kept."""
    return to_stored(text, catalogue(book.company, book))


def plan(book: Book, number: str, driver: Driver, *, formula: str = "", **fields: Any) -> int:  # noqa: ANN401
    """Give an account's expense options; return its id."""
    made = small_ledger.expense(book, number)
    kept = stored(book, formula) if formula else ""
    Options.objects.create(company=book.company, expense=made, driver=driver, formula=kept, **fields)
    return made.pk


def type_cell(book: Book, number: str, month: Month, amount: int) -> int:
    """Type a forecast month of an account's expense; return its id."""
    made = small_ledger.expense(book, number)
    PlanCell.objects.create(company=book.company, expense=made, month=month.key, amount=amount)
    return made.pk


def variable(book: Book, name: str, formula: str = "", *, system: str = "", **months: str) -> Variable:
    """Make a variable, typed by month: ``m202605="3"``."""
    kept = stored(book, formula) if formula else ""
    made = Variable.objects.create(company=book.company, name=name, formula=kept, system=system)
    for month, value in months.items():
        VariableMonth.objects.create(company=book.company, variable=made, month=int(month[1:]), value=value)
    return made


def employ(company: Company, start: date, **fields: Any) -> Employee:  # noqa: ANN401
    """Employ somebody for 60,000.00 a year."""
    pay: dict[str, Any] = {"name": "Ada", "basis": PayBasis.ANNUAL, "amount": 60_000_00, "start": start}
    return Employee.objects.create(company=company, **pay | fields)


def post(book: Book, formula: str, start: Month, **fields: Any) -> HiringDriver:  # noqa: ANN401
    """Plan to fill posts of 120,000.00 a year by a formula."""
    pay: dict[str, Any] = {"title": "Support agent", "basis": PayBasis.ANNUAL, "amount": 120_000_00, "start": start.key}
    return HiringDriver.objects.create(company=book.company, formula=stored(book, formula), **pay | fields)
