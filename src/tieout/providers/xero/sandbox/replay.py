"""Serves somebody's real organisation: what was exported from the platform, unchanged, number gaps included.

One JSON file, each key optional but Journals::

    {"Organisation": {"Name": ..., "BaseCurrency": ..., "FinancialYearEndMonth": ..., "FinancialYearEndDay": ...},
     "Accounts": [...], "Journals": [...], "Invoices": [...], "Contacts": [...], "Payments": [...], ...}

The lists are those of the platform's answers, as they were: days as ``/Date(ms)/`` or ISO text, numbers as numbers or
text. Whole answers may stand in place of a list, page after page. Or only the answers: in one file as a list or one a
line, or in a folder of files; a bare list, or a document a line, is of journals or of what its file is named for.
A journal that is there twice, as pages overlap, counts once.

Or a folder of CSV files, one a table, columns named as the API's fields in snake_case or CamelCase::

    journals.csv                       journal_id, journal_number, journal_date, created_date_utc,
                                       [reference, source_id, source_type]
    journal_lines.csv                  journal_id, net_amount, account_id or account_code, [journal_line_id,
                                       account_name, account_type, description, gross_amount, tax_amount, tax_type]
    journal_line_has_tracking_categories.csv
                                       journal_line_id, tracking_category_id, option, [tracking_category_option_id]
    accounts.csv, contacts.csv, invoices.csv, invoice_line_items.csv, bank_transactions.csv, organization.csv, ...
                                       in the same way: see `export_csv`

Or one CSV file of lines, each with its journal's columns beside its own. Commas, semicolons or tabs divide columns.

What is missing is made from what is there: accounts, contacts and tracking from the lines that name them, a document's
lines from its journals, the base currency from documents without a rate. The accounts that the platform keeps itself
are known by their SystemAccount, or else by their usual names. Reports are computed from the journals, so they tell no
revaluation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tieout.core.money import currency_digits
from tieout.providerkit.sandbox_clock import Clock
from tieout.providers.xero.sandbox.chart import EARNINGS
from tieout.providers.xero.sandbox.engine import Organisation
from tieout.providers.xero.sandbox.export_csv import read_tables
from tieout.providers.xero.sandbox.export_json import read_files
from tieout.providers.xero.sandbox.replayed_journals import ReplayedJournals
from tieout.providers.xero.sandbox.replayed_lists import ReplayedLists
from tieout.providers.xero.sandbox.values import Json

TENANT = "c0d2f3a4-5b6c-4d7e-8f90-1a2b3c4d5e6f"
_DOCUMENTS = ("Invoices", "CreditNotes", "BankTransactions", "Prepayments", "Overpayments")


def is_export(path: Path) -> bool:
    """Whether a path is an organisation's export in any of the forms above, and not a books file."""
    if path.is_dir() or path.suffix.lower() == ".csv":
        return True
    with path.open("rb") as file:
        start = file.read(4096).lstrip(b"\xef\xbb\xbf").lstrip()
    first, _, rest = start.partition(b"\n")
    # A books file is JSON Lines: its first line is a whole object with a kind.
    return start.startswith(b"[") or (
        start.startswith(b"{") and not (b'"kind"' in first and (first.rstrip().endswith(b"}") or not rest))
    )


def organisation(path: Path, clock: Clock, *, tenant: str = TENANT) -> Organisation:
    """Return the organisation of an export. Raise BadExport for one that cannot be served as it is."""
    tables = any(path.glob("*.csv")) if path.is_dir() else path.suffix.lower() == ".csv"
    given = read_tables(path) if tables else read_files(path)
    return from_export(given, clock, tenant=tenant)


def from_export(given: dict[str, Any], clock: Clock, *, tenant: str = TENANT) -> Organisation:
    """Return the organisation of an export that has been read: endpoints with their documents, days as days."""
    about: Json = given.get("Organisation") or {}
    journals = sorted(given.get("Journals", ()), key=lambda one: one["JournalNumber"])
    currency = str(about.get("BaseCurrency") or _base_currency(given))
    org = Organisation(
        tenant=str(about.get("OrganisationID") or tenant),
        name=str(about.get("Name") or "Replayed organisation"),
        currency=currency,
        clock=clock,
        digits=max(currency_digits(currency), _decimals(journals)),
        year_end=(int(about.get("FinancialYearEndMonth") or 12), int(about.get("FinancialYearEndDay") or 31)),
        timezone=str(about.get("Timezone") or "UTC"),
        country=str(about.get("CountryCode") or "NZ"),
    )
    org.period_lock, org.year_lock = _day(about.get("PeriodLockDate")), _day(about.get("EndOfYearLockDate"))
    org.given_about = {key: value for key, value in about.items() if not key.endswith("LockDate")}
    if isinstance(about.get("CreatedDateUTC"), datetime):
        org.created = about["CreatedDateUTC"]
    lists = ReplayedLists(org, _last_stamp(journals) or org.created)
    lists.take(given)
    posted = ReplayedJournals(org, lists)
    for journal in journals:
        posted.take(journal)
    org.refs.system(EARNINGS)  # the trial balance needs it
    posted.itemise()
    posted.open_documents()
    return org


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _base_currency(given: dict[str, Any]) -> str:
    """Return the currency of most documents without a rate of their own."""
    found: Counter[str] = Counter()
    for endpoint in _DOCUMENTS:
        for document in given.get(endpoint, ()):
            if document.get("CurrencyCode"):
                found[document["CurrencyCode"]] += 1000 if document.get("CurrencyRate") == 1 else 1
    return found.most_common(1)[0][0] if found else "USD"


def _decimals(journals: Iterable[Json]) -> int:
    amounts = (Decimal(line["NetAmount"]) for journal in journals for line in journal["JournalLines"])
    return max((-int(amount.normalize().as_tuple().exponent) for amount in amounts), default=0)


def _last_stamp(journals: Iterable[Json]) -> datetime | None:
    return max((journal["CreatedDateUTC"] for journal in journals if "CreatedDateUTC" in journal), default=None)
