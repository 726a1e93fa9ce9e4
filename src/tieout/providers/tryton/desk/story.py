"""A small company's life in Tryton: Harbour Lights, eighteen months of it up to a day, posted as a bookkeeper would.

Tryton's own chart, two analytic axes, bills in a second currency, a rent shared between departments by percentage, a
year that was closed by Tryton's own wizard, a move that was cancelled and one that is still a draft.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from proteus import Model, Wizard

from tieout.providers.tryton.desk import ground, moves

Row = dict[str, Any]

MONTHS = 18
_CHART = "account.account_template_root_en"
_OWN = {  # accounts of the company's own: code, name, the code of the one above
    "rent": ("5.2.10", "Rent"),
    "software": ("5.2.11", "Software subscriptions"),
    "wages": ("5.2.12", "Wages"),
    "marketing": ("5.2.13", "Marketing"),
    "travel": ("5.2.14", "Travel"),
}
_STOCK = {"bank": "1.1.1", "receivable": "1.2.1", "payable": "2.1.1", "capital": "3.1.1", "sales": "4.1.2"}
_VENDORS = {"rent": "Pier Estates", "software": "Cloudberry", "marketing": "Gull Media", "travel": "Northern Rail"}
_CUSTOMERS = ("Ferry Lines", "Museum of the Sea", "Kelp Kitchen")
_AXES = {"Department": ("Engineering", "Sales", "Operations"), "Region": ("Coast", "Inland")}


class Story:
    """The company as it is told: its lists first, then its months."""

    def __init__(self, today: date, seed: int) -> None:
        self.today = today
        self.dice = Random(seed)
        self.owner = ground.company("Harbour Lights", "USD", 2, "America/New_York")
        first = today.month - 1 + 12 * today.year - MONTHS + 1
        self.months = [(it // 12, it % 12 + 1) for it in range(first, first + MONTHS)]
        ground.fiscal_years(self.owner, date(*self.months[0], 1), today, 1)
        self.euro = ground.currency("EUR", 2).id
        self.accounts = self._chart()
        named = [*_VENDORS.values(), *_CUSTOMERS]
        self.parties = dict(zip(named, ground.create("party.party", [{"name": it} for it in named]), strict=True))
        self.analytic = self._analytic()
        self.journals = {kind: ground.journal(name, kind) for name, kind in _JOURNALS}

    def _chart(self) -> dict[str, int]:
        wizard = Wizard("account.create_chart")
        wizard.execute("account")
        number = Model.get("ir.model.data").get_id(_CHART, {})
        wizard.form.account_template = Model.get("account.account.template")(number)
        wizard.form.company = self.owner
        wizard.execute("create_account")
        found = {role: self._coded(code) for role, code in _STOCK.items()}
        wizard.form.account_receivable, wizard.form.account_payable = found["receivable"], found["payable"]
        wizard.execute("create_properties")
        kind = ground.find("account.account.type", ("name", "=", "Expenses"))
        above = self._coded("5.2.0")
        rows = [
            {"company": self.owner.id, "code": code, "name": name, "type": kind.id, "parent": above.id}
            for code, name in _OWN.values()
        ]
        own = dict(zip(_OWN, ground.create("account.account", rows), strict=True))
        return own | {role: int(account.id) for role, account in found.items()}

    def _coded(self, code: str) -> Any:
        return ground.find("account.account", ("code", "=", code))

    def _analytic(self) -> dict[str, int]:
        base = {"company": self.owner.id, "state": "opened"}
        made: dict[str, int] = {}
        for axis, values in _AXES.items():
            (root,) = ground.create("analytic_account.account", [{**base, "name": axis, "type": "root"}])
            rows = [{**base, "name": it, "root": root, "parent": root} for it in values]
            made |= dict(zip(values, ground.create("analytic_account.account", rows), strict=True))
        return made

    # --- its months ---

    def tell(self) -> None:
        """Post everything, close each year that is over, cancel a move and leave one as a draft."""
        told = [self._capital()]
        for year, month in self.months:
            told += [it for it in self._month(year, month) if it["date"] <= self.today]
        numbers = moves.post(self.owner, told)
        moves.cancel(numbers[len(numbers) // 2])
        moves.post(self.owner, [self._bill("travel", date(*self.months[-1], 1), Decimal("77.70"))], draft=True)
        for year in sorted({year for year, _ in self.months if year < self.today.year}):
            self._close(year)

    def _capital(self) -> Row:
        day = date(*self.months[0], 1)
        lines = [self._line("bank", Decimal(90000)), self._line("capital", Decimal(-90000))]
        return {"journal": self.journals["general"], "date": day, "memo": "Shares are paid in", "lines": lines}

    def _month(self, year: int, month: int) -> list[Row]:
        told = [self._bill("rent", date(year, month, 1), Decimal("2400.01"))]
        told += [
            self._bill(what, date(year, month, self.dice.randint(2, 25)), self._amount(60, 900))
            for what in ("software", "marketing", "travel")
        ]
        told += [self._paid(bill) for bill in told if self.dice.random() < 0.6]
        for customer in _CUSTOMERS:
            told.append(self._invoice(customer, date(year, month, self.dice.randint(3, 26)), self._amount(900, 4200)))
        wages = self._line("wages", Decimal("6150.50"), "Engineering", "Coast")
        lines = [wages, self._line("bank", Decimal("-6150.50"))]
        told.append({"journal": self.journals["cash"], "date": date(year, month, 28), "memo": "Wages", "lines": lines})
        return told

    def _bill(self, what: str, day: date, amount: Decimal) -> Row:
        vendor = _VENDORS[what]
        cost = self._line(what, amount, self.dice.choice(_AXES["Department"]), self.dice.choice(_AXES["Region"]))
        if what == "rent":  # shared, by percentage
            share = (amount * Decimal("0.6")).quantize(Decimal("0.01"))
            cost["analytic"] = [
                [self.analytic["Operations"], str(share)],
                [self.analytic["Sales"], str(amount - share)],
                [self.analytic["Coast"], str(amount)],
            ]
        owed = {**self._line("payable", -amount), "party": self.parties[vendor]}
        if what == "software":
            owed["second"] = [self.euro, str((-amount * Decimal("0.92")).quantize(Decimal("0.01")))]
        memo = f"{vendor}, {day:%B %Y}"
        return {"journal": self.journals["expense"], "date": day, "memo": memo, "lines": [cost, owed]}

    def _paid(self, bill: Row) -> Row:
        owed = bill["lines"][-1]
        lines = [
            {**owed, "amount": str(-Decimal(owed["amount"])), "second": None},
            self._line("bank", Decimal(owed["amount"])),
        ]
        day = bill["date"].replace(day=27)
        return {"journal": self.journals["cash"], "date": day, "memo": f"Paid: {bill['memo']}", "lines": lines}

    def _invoice(self, customer: str, day: date, amount: Decimal) -> Row:
        due = {**self._line("receivable", amount), "party": self.parties[customer]}
        earned = self._line("sales", -amount, "Sales", self.dice.choice(_AXES["Region"]))
        lines = [due, earned]
        return {"journal": self.journals["revenue"], "date": day, "memo": f"Services for {customer}", "lines": lines}

    def _line(self, account: str, amount: Decimal, *values: str) -> Row:
        return {
            "account": self.accounts[account],
            "amount": str(amount),
            "analytic": [[self.analytic[value], str(amount)] for value in values],
        }

    def _amount(self, least: int, most: int) -> Decimal:
        return Decimal(self.dice.randint(least * 100, most * 100)) / 100

    def _close(self, year: int) -> None:
        """Balance the year's income and expense into retained earnings, by Tryton's own wizard, and post that."""
        found = ground.find("account.fiscalyear", ("name", "=", str(year)))
        period = ground.find("account.period", ("fiscalyear", "=", found.id), ("type", "=", "adjustment"))
        wizard = Wizard("account.fiscalyear.balance_non_deferral")
        wizard.form.fiscalyear, wizard.form.period = found, period
        wizard.form.journal = Model.get("account.journal")(self.journals["situation"])
        wizard.form.credit_account = wizard.form.debit_account = self._coded("3.2.1")
        wizard.execute("balance")
        (made,) = Model.get("account.move").find([("origin", "=", f"account.fiscalyear,{found.id}")])
        ground.call("account.move", "post", [made.id])


_JOURNALS = (
    ("Miscellaneous", "general"), ("Expense", "expense"), ("Revenue", "revenue"), ("Cash", "cash"),
    ("Year-end", "situation"),
)  # fmt: skip


def tell(today: date, seed: int) -> dict[str, Any]:
    """Make Harbour Lights and return the ids that its story used."""
    story = Story(today, seed)
    story.tell()
    return {
        "company": story.owner.id,
        "accounts": story.accounts,
        "parties": story.parties,
        "journals": story.journals,
        "values": story.analytic,
        "euro": story.euro,
    }
