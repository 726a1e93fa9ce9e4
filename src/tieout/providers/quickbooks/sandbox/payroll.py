"""A payroll run: paychecks, which the platform posts without any entity behind them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tieout.core.money import to_decimal
from tieout.providers.quickbooks.sandbox.chart import is_profit_and_loss
from tieout.providers.quickbooks.sandbox.engine import Engine
from tieout.providers.quickbooks.sandbox.wire import BadDocument

_WITHHELD = Decimal("0.22")
_EMPLOYER_TAX = Decimal("0.0765")


def run_payroll(engine: Engine, on: date, *, gross: object) -> list[str]:
    """Post a paycheck for each active employee and return their ids.

    Wages and employer tax are debited to the first payroll expense accounts, the net comes from the first bank
    account, the rest is owed. Raise BadDocument if the company lacks one of these.
    """
    wages = _first(engine, expense=True)
    liability = engine.lists.find_account("PayrollTaxPayable") or engine.lists.find_account("PayrollClearing")
    bank = engine.lists.find_account("Checking")
    if not liability:
        fields = {"AccountType": "Other Current Liability", "AccountSubType": "PayrollTaxPayable"}
        liability = engine.add("Account", {"Name": "Payroll Liabilities", **fields})
    if not wages or not bank:
        raise BadDocument("payroll needs a checking account and a payroll expense account")
    pay = Decimal(str(gross))
    tax = _rounded(engine, pay * _EMPLOYER_TAX)
    net = pay - _rounded(engine, pay * _WITHHELD)
    ids = []
    for employee in engine.lists.all("Employee"):
        if not employee["Active"]:
            continue
        lines = [
            {"account": bank, "amount": -net},
            {"account": wages, "amount": pay, "memo": "Gross pay"},
            {"account": wages, "amount": tax, "memo": "Employer taxes"},
            {"account": liability, "amount": net - pay - tax},
        ]
        name = {"type": "Employee", "value": employee["Id"]}
        ids.append(engine.post("Payroll Check", {"TxnDate": on, "Name": name, "Postings": lines}))
    return ids


def _first(engine: Engine, *, expense: bool) -> str:
    for account in engine.lists.all("Account"):
        if account["AccountSubType"] in ("PayrollExpenses", "StaffCosts", "CostOfLabor") and account["Active"]:
            return str(account["Id"])
    return next(
        (str(a["Id"]) for a in engine.lists.all("Account") if expense and is_profit_and_loss(a["AccountType"])), ""
    )


def _rounded(engine: Engine, amount: Decimal) -> Decimal:
    return amount.quantize(to_decimal(1, engine.digits))
