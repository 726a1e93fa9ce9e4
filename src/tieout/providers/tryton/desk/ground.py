"""What every company stands on: currencies, the company, fiscal years, journals, and people with rights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from proteus import Model, Wizard
from proteus.config import get_config

from tieout.providers.tryton.desk.logins import READER, READER_PASSWORD, STRANGER, STRANGER_PASSWORD

# All that a user must be given to read besides what Tryton lets everybody read: docs/providers/tryton.md says the same.
READ = ("account.move", "analytic_account.line", "account.general_ledger.account.party")
READ_FIELDS = (("account.account", "debit"), ("account.account", "credit"))


def find(model: str, *domain: tuple[Any, ...]) -> Any:
    """Return the first record that a domain names, or None."""
    return next(iter(Model.get(model).find(list(domain), limit=1)), None)


def create(model: str, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Make many records in one call and return their ids."""
    if not rows:
        return []
    made: list[int] = Model.get(model)._proxy.create(list(rows), get_config().context)  # noqa: SLF001 - proteus' way in
    return made


def call(model: str, verb: str, *arguments: Any) -> Any:
    """Press one of Tryton's buttons, or call one of its verbs."""
    return getattr(Model.get(model)._proxy, verb)(*arguments, get_config().context)  # noqa: SLF001 - proteus' way in


def currency(code: str, digits: int) -> Any:
    """Return a currency, made if it is not there. It is worth one of the company's: rates are no matter of moves."""
    found = find("currency.currency", ("code", "=", code))
    if found is None:
        found = Model.get("currency.currency")(name=code, code=code, symbol=code)
        found.digits, found.rounding = digits, Decimal(1).scaleb(-digits)
        rate = found.rates.new()
        rate.date, rate.rate = date(1990, 1, 1), Decimal(1)
        found.save()
    return found


def company(name: str, code: str, digits: int, timezone: str) -> Any:
    """Make a company, and let the clerk work for it."""
    party = Model.get("party.party")(name=name)
    party.save()
    config = Wizard("company.company.config")
    config.execute("company")
    config.form.party, config.form.currency = party, currency(code, digits)
    config.form.timezone = timezone
    config.execute("add")
    made = find("company.company", ("party", "=", party.id))
    work_for(made)
    return made


def work_for(made: Any) -> None:
    """Let the clerk work for a company from now on."""
    users = Model.get("res.user")
    clerk = users(users.find([("login", "=", "admin")])[0].id)
    if made.id not in [it.id for it in clerk.companies]:
        clerk.companies.append(Model.get("company.company")(made.id))
    clerk.company = made
    clerk.save()
    get_config()._context = users._proxy.get_preferences(True, {})  # noqa: SLF001 - proteus keeps it for itself


def fiscal_years(owner: Any, first: date, last: date, first_month: int) -> None:
    """Make the fiscal years that hold two days and all between, with monthly periods and one to close each year in."""
    kind = find("ir.sequence.type", ("name", "=", "Account Move"))
    strict = Model.get("ir.sequence.strict")
    start = date(first.year if first.month >= first_month else first.year - 1, first_month, 1)
    while start <= last:
        end = date(start.year + 1, first_month, 1) - timedelta(days=1)
        sequence = strict(name=f"Moves {start.year}", sequence_type=kind, company=owner)
        sequence.prefix = f"{start.year}-"
        sequence.save()
        year = Model.get("account.fiscalyear")(name=f"{start.year}", company=owner, move_sequence=sequence)
        year.start_date, year.end_date = start, end
        invoices = sequence_of_invoices(owner, start)
        row = year.invoice_sequences[0] if year.invoice_sequences else year.invoice_sequences.new()
        row.in_invoice_sequence = row.in_credit_note_sequence = invoices
        row.out_invoice_sequence = row.out_credit_note_sequence = invoices
        year.save()
        year.click("create_period")
        closing = Model.get("account.period")(name=f"{start.year} closing", fiscalyear=year, type="adjustment")
        closing.start_date = closing.end_date = end
        closing.save()
        start = end + timedelta(days=1)


def sequence_of_invoices(owner: Any, start: date) -> Any:
    """Return a sequence that invoices of a year are numbered by."""
    kind = find("ir.sequence.type", ("name", "=", "Invoice"))
    made = Model.get("ir.sequence.strict")(name=f"Invoices {start.year}", sequence_type=kind, company=owner)
    made.prefix = f"I{start.year}-"
    made.save()
    return made


def periods(owner: Any) -> list[tuple[date, date, int]]:
    """Return the first and last day of each ordinary period with its id."""
    found = Model.get("account.period").find([("company", "=", owner.id), ("type", "=", "standard")])
    return sorted((it.start_date, it.end_date, it.id) for it in found)


def period_of(known: Iterable[tuple[date, date, int]], day: date) -> int:
    """Return the period that holds a day."""
    return next(number for start, end, number in known if start <= day <= end)


def journal(name: str, kind: str = "general") -> int:
    """Return the id of a journal, made if it is not there."""
    found = find("account.journal", ("name", "=", name))
    if found is None:
        found = Model.get("account.journal")(name=name, type=kind)
        found.save()
    return int(found.id)


def people(owners: Sequence[Any]) -> None:
    """Make one user who may read the books and nothing else, and one who knows nothing of accounts."""
    group = Model.get("res.group")(name="Reads the books")
    group.save()
    for name in READ:
        _reads(Model.get("ir.model.access")(model=name, group=group))
    for name, field in READ_FIELDS:
        _reads(Model.get("ir.model.field.access")(model=name, field=field, group=group))
    for login, password, groups in ((READER, READER_PASSWORD, [group]), (STRANGER, STRANGER_PASSWORD, [])):
        user = Model.get("res.user")(name=login.title(), login=login, password=password)
        user.groups.extend(groups)
        for owner in owners:
            user.companies.append(Model.get("company.company")(owner.id))
        user.company = owners[0]
        user.company_filter = "one"
        user.save()


def _reads(access: Any) -> None:
    access.perm_read = True
    access.perm_write = access.perm_create = access.perm_delete = False
    access.save()
