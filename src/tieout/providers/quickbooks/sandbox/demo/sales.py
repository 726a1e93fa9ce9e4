"""Quillbay's sales: subscriptions billed monthly or yearly, usage, services, sensors; what is paid is banked."""

from __future__ import annotations

import random
from datetime import date, timedelta

from tieout.providers.quickbooks.sandbox.demo.clerk import Clerk, Sale
from tieout.providers.quickbooks.sandbox.demo.customers import Plan, plans, sites, top_names
from tieout.providers.quickbooks.sandbox.demo.diary import Diary, on

REVENUE = {"Starter": "4010", "Team": "4020", "Enterprise": "4030"}
_SENSOR_PRICE = 34_900
_TAX_RATE = 625  # hundredths of a percent


class Sales:
    """Plans each month's invoices, payments and deposits; remembers what is deferred."""

    def __init__(self, clerk: Clerk, diary: Diary) -> None:
        self.clerk = clerk
        self.diary = diary
        self.random = random.Random("quillbay sales")
        self.deferred: dict[str, list[tuple[int, int]]] = {plan: [] for plan in REVENUE}  # (first month, cents a month)
        self._number = 20_400
        self._undeposited: dict[str, int] = {}
        _open_lists(clerk)
        self.plans = plans(self.random)
        for plan in self.plans:
            if plan.yearly and plan.starts < 0:  # paid for before history began, up to the month of renewal
                self.deferred[plan.item].append((plan.month - 13, plan.cents))

    def month(self, start: date, place: int) -> None:
        """Plan a month; ``place`` counts months of history from 0."""
        for plan in self.plans:
            if plan.starts <= place < plan.ends:
                self._plan_invoice(plan, start, place)
            if plan.starts == place:
                cents = self.random.randrange(3_000, 12_000, 250) * 100
                self.diary.at(on(start, 18), self._implementation, plan, start, cents)
        for _ in range(self.random.randint(2, 5)):
            day = on(start, self.random.randint(3, 27))
            pieces, customer = self.random.randint(1, 6), self.random.choice(self.plans).customer
            self.diary.at(day, self._sensors, customer, day, pieces)
        for number in (2, 6, 10, 14, 18, 22, 26, 30):
            self.diary.at(on(start, number), self._bank, on(start, number))
        if place % 3 == 1:
            self.diary.at(on(start, 23), self._refund, on(start, 23))
        if place % 4 == 2:
            self.diary.at(on(start, 24), self._credit, on(start, 24))

    def release(self, place: int) -> dict[str, int]:
        """Return each plan's cents of yearly invoices that are earned in a month."""
        return {
            plan: sum(cents for first, cents in shares if first <= place < first + 12)
            for plan, shares in self.deferred.items()
        }

    def _plan_invoice(self, plan: Plan, start: date, place: int) -> None:
        # Prices rise by 4 % every year; cents stay whole.
        cents = plan.cents * (100 + 4 * (place // 12)) // 100
        usage = self.random.randrange(4_000, 95_000) if plan.usage and not plan.yearly else 0
        day = on(start, plan.day)
        if not plan.yearly:
            lines = [Sale(f"{plan.item} plan", cents, "Platform", f"{start:%B %Y}")]
        elif plan.month == start.month:
            lines = [Sale(f"{plan.item} plan, yearly", cents * 12, "Platform", f"Twelve months from {start:%B %Y}")]
            self.deferred[plan.item].append((place, cents))
        else:
            lines = []
        if usage:
            lines.append(Sale("API calls", usage, "Platform", "Usage of the month before"))
        if lines:
            discount = lines[0].cents // 10 if plan.terms == 41 and not plan.yearly else 0
            self.diary.at(day, self._invoice, plan, day, lines, discount)

    def _invoice(self, plan: Plan, day: date, lines: list[Sale], discount: int = 0) -> None:
        total = sum(line.cents for line in lines) - discount
        due = day + timedelta(days=30)
        invoice = self.clerk.sell(
            "Invoice", plan.customer, day, lines, discount=discount, due=due, number=self._next(), location=plan.office
        )
        paid = day + timedelta(days=plan.terms)
        self.diary.at(paid, self._receive, plan.customer, paid, invoice, total)

    def _implementation(self, plan: Plan, start: date, cents: int) -> None:
        lines = [
            Sale("Implementation package", cents, "Services", "Set-up and migration"),
            Sale("Training day", 150_000, "Services", ""),
        ]
        self._invoice(plan, on(start, 18), lines)

    def _sensors(self, customer: str, day: date, pieces: int) -> None:
        sensor = self.clerk.ids["Item", "Edge sensor kit"]
        if self.clerk.engine.inventory.on_hand(sensor) < pieces:
            return
        cents = pieces * _SENSOR_PRICE
        tax = (cents * _TAX_RATE + 5_000) // 10_000
        lines = [Sale("Edge sensor kit", cents, "Edge", "Edge sensor kit", pieces)]
        if pieces == 1:
            self.clerk.sell("SalesReceipt", customer, day, lines, tax=tax, into="1010", number=self._next())
            return
        invoice = self.clerk.sell("Invoice", customer, day, lines, tax=tax, number=self._next(), location="Boston")
        paid = day + timedelta(days=21)
        self.diary.at(paid, self._receive, customer, paid, invoice, cents + tax)

    def _receive(self, customer: str, day: date, invoice: str, cents: int) -> None:
        payment = self.clerk.receive(customer, day, {invoice: cents}, number=f"ACH{self.random.randint(1000, 9999)}")
        self._undeposited[payment] = cents

    def _bank(self, day: date) -> None:
        if self._undeposited:
            self.clerk.deposit(day, self._undeposited)
            self._undeposited = {}

    def _refund(self, day: date) -> None:
        plan = self.random.choice([one for one in self.plans if one.starts < 0])
        lines = [Sale("API calls", self.random.randrange(5_000, 40_000), "Platform", "Double charge given back")]
        self.clerk.sell("RefundReceipt", plan.customer, day, lines, into="1010", number=self._next())

    def _credit(self, day: date) -> None:
        plan = self.random.choice([one for one in self.plans if one.starts < 0])
        lines = [Sale(f"{plan.item} plan", plan.cents // 8, "Platform", "Outage credit")]
        self.clerk.sell("CreditMemo", plan.customer, day, lines, number=self._next(), memo="Service level credit")

    def _next(self) -> str:
        self._number += 1
        return str(self._number)


def _open_lists(clerk: Clerk) -> None:
    for name in top_names():
        clerk.add("Customer", name, {"DisplayName": name})
    for parent, site in sites():
        fields = {"DisplayName": site, "ParentRef": clerk.ref("Customer", parent), "BillWithParent": True}
        clerk.add("Customer", f"{parent}:{site}", fields)
    services = {f"{plan} plan": account for plan, account in REVENUE.items()}
    services |= {f"{plan} plan, yearly": "2400" for plan in REVENUE}
    services |= {"API calls": "4100", "Implementation package": "4200", "Training day": "4200"}
    for name, account in services.items():
        clerk.add("Item", name, {"Name": name, "Type": "Service", "IncomeAccountRef": clerk.ref("Account", account)})
    for name, cost in (("Edge sensor kit", 182), ("Edge gateway", 615)):
        fields = {
            "Name": name,
            "Type": "Inventory",
            "TrackQtyOnHand": True,
            "PurchaseCost": cost,
            "IncomeAccountRef": clerk.ref("Account", "4300"),
            "ExpenseAccountRef": clerk.ref("Account", "5200"),
            "AssetAccountRef": clerk.ref("Account", "1200"),
        }
        clerk.add("Item", name, fields)
