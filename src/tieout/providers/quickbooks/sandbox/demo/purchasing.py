"""Quillbay's purchasing: bills and their payment, debits, the cards and their statements, small purchases."""

from __future__ import annotations

import random
from datetime import date, timedelta

from tieout.providers.quickbooks.sandbox.demo.clerk import BANK, CARD, Clerk, Cost
from tieout.providers.quickbooks.sandbox.demo.diary import Diary, on
from tieout.providers.quickbooks.sandbox.demo.vendors import RECURRING, TRADES, VENDORS, Recurring, Way

_TRAVEL_CARD = "2120"
_TERMS = timedelta(days=18)
_OFFICES = ("Boston", "Boston", "Austin", "Lisbon")
# After this month nothing is charged to Print advertising: the account is given up.
LAST_PRINT_MONTH = 14


class Purchasing:
    """Plans each month's purchases."""

    def __init__(self, clerk: Clerk, diary: Diary) -> None:
        self.clerk = clerk
        self.diary = diary
        self.random = random.Random("quillbay purchasing")
        self._unpaid: dict[str, dict[str, tuple[date, int]]] = {}
        for vendor in VENDORS:
            clerk.add("Vendor", vendor, {"DisplayName": vendor})

    def month(self, start: date, place: int) -> None:
        """Plan a month; ``place`` counts months of history from 0."""
        for one in RECURRING:
            given_up = one.account == "6240" and place > LAST_PRINT_MONTH
            if place >= one.first and (place - one.first) % one.every == 0 and not given_up:
                self._plan(one, start, place)
        for day in (on(start, 11), on(start, 26)):
            self.diary.at(day, self._pay, day)
        for card in (CARD, _TRAVEL_CARD):
            self.diary.at(on(start, 12), self._pay_card, on(start, 12), start, card)
        if place % 5 == 0:
            self.diary.at(on(start, 8), self._stock, on(start, 8), place)

    def _plan(self, one: Recurring, start: date, place: int) -> None:
        level = one.dollars * 100 * (1000 + one.growth) ** place // 1000**place
        wobble = self.random.randint(940, 1060) if one.growth else 1000
        cents = level * wobble // 1000
        day = on(start, self.random.randint(1, 27))
        self.diary.at(day, self._buy, one, day, cents)

    def _buy(self, one: Recurring, day: date, cents: int) -> None:
        costs = self._costs(one, cents)
        if one.way is Way.BILL:
            number = f"{one.vendor[:3].upper()}-{day:%y%m}"
            bill = self.clerk.bill(
                one.vendor, day, costs, due=day + timedelta(days=30), number=number, location=self._office(one)
            )
            self.owe(one.vendor, bill, cents, day)
        else:
            account = CARD if one.way is Way.CARD else BANK
            self.clerk.spend(one.vendor, day, costs, account=account, location=self._office(one))

    def _office(self, one: Recurring) -> str:
        named = [office for office in ("Boston", "Austin", "Lisbon") if office in one.memo]
        return named[0] if named else "Boston"

    def _costs(self, one: Recurring, cents: int) -> list[Cost]:
        if one.account == "5010":
            staging = cents * 22 // 100
            return [
                Cost(one.account, cents - staging, one.klass, f"{one.memo} - production"),
                Cost(one.account, staging, "Engineering", f"{one.memo} - staging"),
            ]
        return [Cost(one.account, cents, one.klass, one.memo)]

    def _pay(self, day: date) -> None:
        for vendor, bills in self._unpaid.items():
            due = {bill: cents for bill, (entered, cents) in bills.items() if day - entered >= _TERMS}
            if not due:
                continue
            by_card = vendor in ("Pipewright CRM", "Lanternlog Monitoring")
            number = "" if by_card else str(self.random.randint(4000, 9999))
            self.clerk.pay_bills(vendor, day, due, account=CARD if by_card else BANK, number=number)
            for bill in due:
                del bills[bill]

    def owe(self, vendor: str, bill: str, cents: int, entered: date) -> None:
        """Have a bill paid with the rest, when it is due."""
        self._unpaid.setdefault(vendor, {})[bill] = (entered, cents)

    def _pay_card(self, day: date, start: date, card: str) -> None:
        balance = -self.clerk.balance(card, start)
        if balance > 0:
            self.clerk.pay_card(day, balance, card=card, memo="Statement in full")

    def _stock(self, day: date, place: int) -> None:
        pieces, each = 66, 18_200 + 150 * place
        costs = [Cost("", pieces * each, "Edge", "Edge sensor kits", item="Edge sensor kit", quantity=pieces)]
        vendor = "Solderworks Components"
        bill = self.clerk.bill(vendor, day, costs, number=f"SW{place:04d}", location="Boston")
        self.owe(vendor, bill, pieces * each, day)

    def swipe(self, start: date, last: date) -> None:
        """Put one small purchase on a card, on a day of the month up to ``last``."""
        pick = self.random
        trade = pick.choice(TRADES)
        day = start + timedelta(days=pick.randint(0, (last - start).days))
        costs = [
            Cost(trade.account, pick.randint(trade.low * 100, trade.high * 100), self._class(trade.klass), memo)
            for memo in pick.choices(trade.memos, k=pick.choice((1, 1, 1, 2)))
        ]
        card = _TRAVEL_CARD if trade.account.startswith("65") else CARD
        self.clerk.spend(pick.choice(trade.firms), day, costs, account=card, location=pick.choice(_OFFICES))

    def _class(self, usual: str) -> str:
        # A few card holders forget the class, and travel is not only the sellers'.
        return self.random.choice((usual, usual, usual, usual, "Engineering", "Customer operations", ""))
