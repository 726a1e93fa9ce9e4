"""Quillbay's month end: what is earned, used up, worn out, accrued, borrowed and owed in taxes."""

from __future__ import annotations

from datetime import date, timedelta

from tieout.providers.quickbooks.sandbox.demo.clerk import BANK, Clerk, Cost, Side
from tieout.providers.quickbooks.sandbox.demo.diary import Diary, on
from tieout.providers.quickbooks.sandbox.demo.people import PEOPLE
from tieout.providers.quickbooks.sandbox.demo.purchasing import Purchasing
from tieout.providers.quickbooks.sandbox.demo.sales import REVENUE, Sales

_SAVINGS = "1030"
_ADMIN = "General & administrative"
_REVENUE_OFFICE = "Department of Revenue Services"
ROUND_MONTH = 14
_ROUND = 900_000_000
_CASH_WANTED = 90_000_000


class Closing:
    """Plans each month's journals and the money that moves between the company's own accounts."""

    def __init__(self, clerk: Clerk, diary: Diary, sales: Sales, purchasing: Purchasing) -> None:
        self.clerk = clerk
        self.diary = diary
        self.sales = sales
        self.purchasing = purchasing

    def open_books(self, day: date) -> None:
        """Post what the company had when its history begins."""
        deferred = {plan: sum(cents * (first + 12) for first, cents in self.sales.deferred[plan]) for plan in REVENUE}
        sides = [
            Side(BANK, 310_000_000),
            Side(_SAVINGS, 240_000_000),
            Side("1090", 50_000),
            Side("1500", 18_400_000),
            Side("1510", 6_250_000),
            Side("1520", 9_800_000),
            Side("1590", -7_310_000),
            Side("1600", 15_000_000),
            Side("1690", -4_000_000),
            Side("1800", 4_800_000),
            Side("2400", -sum(deferred.values()), memo="Yearly plans paid for in the year before"),
            Side("2700", -90_000_000),
            Side("3100", -120_000_000),
            Side("3200", -600_000_000),
        ]
        rest = sum(side.cents for side in sides)
        self.clerk.journal(day, [*sides, Side("3000", -rest)], number="OPEN", memo="Opening balances")
        closed = [Side("3000", rest), Side("3900", -rest, memo="Losses of earlier years")]
        self.clerk.journal(day, closed, number="OPEN-2", memo="Opening balance equity closed", adjustment=True)

    def month(self, start: date, place: int) -> None:
        """Plan a month; ``place`` counts months of history from 0."""
        end = on(start, 31)
        plan = self.diary.at
        plan(on(start, 1), self._keep_cash, on(start, 1))
        plan(on(start, 4), self._prepay, on(start, 4))
        plan(on(start, 9), self._buy_equipment, on(start, 9), place)
        plan(on(start, 10), self._loan, on(start, 10))
        plan(on(start, 21), self._taxes, on(start, 21))
        plan(end, self._release, end, place)
        plan(end, self._use_up, end, place)
        plan(end, self._wear, end, place)
        plan(end, self._accrue, end, place)
        plan(end, self._bank, end, place)
        if place == ROUND_MONTH:
            plan(on(start, 17), self._raise_money, on(start, 17))

    def _keep_cash(self, day: date) -> None:
        short = _CASH_WANTED - self.clerk.balance(BANK, day)
        saved = self.clerk.balance(_SAVINGS, day)
        if short > 0 and saved > 0:
            self.clerk.transfer(day, _SAVINGS, BANK, min(saved, max(short, 60_000_000)), memo="From savings")

    def _raise_money(self, day: date) -> None:
        paid = [Cost("3210", _ROUND, memo="Series B, first closing")]
        self.clerk.deposit(day, {}, paid, memo="Series B Preferred", location="Boston")
        fees = [Cost("6600", 8_450_000, _ADMIN, "Series B closing"), Cost("6600", 1_120_000, _ADMIN, "Due diligence")]
        bill = self.clerk.bill("Whitlock Amaro LLP", day, fees, number="WA-SERIESB", location="Boston")
        self.purchasing.owe("Whitlock Amaro LLP", bill, 9_570_000, day)
        self.clerk.transfer(day + timedelta(days=2), BANK, _SAVINGS, 600_000_000, memo="To savings")

    def _prepay(self, day: date) -> None:
        due = {
            1: ("Anchorlight Mutual Insurance", "1310", 5_400_000, "Insurance for the year"),
            3: ("Enterprise Graphworks", "1320", 2_880_000, "Licences for twelve months"),
            4: ("Expo Meridian", "1330", 1_200_000, "Deposit for the users' day"),
        }.get(day.month)
        if due:
            vendor, account, cents, memo = due
            bill = self.clerk.bill(vendor, day, [Cost(account, cents, "", memo)], number=f"Y{day:%Y}", memo=memo)
            self.purchasing.owe(vendor, bill, cents, day)

    def _use_up(self, day: date, place: int) -> None:
        if self.clerk.balance("1310", day) > 0:
            sides = [Side("6800", 450_000, _ADMIN, "Boston"), Side("1310", -450_000)]
            self.clerk.journal(day, sides, number=f"INS-{place}", memo="Insurance of the month")
        if self.clerk.balance("1320", day) > 0:
            sides = [Side("6310", 140_000, "Engineering"), Side("6330", 100_000, _ADMIN), Side("1320", -240_000)]
            self.clerk.journal(day, sides, number=f"LIC-{place}", memo="Licences of the month")
        if day.month == 9 and (held := self.clerk.balance("1330", day)) > 0:
            self.clerk.journal(day, [Side("6220", held, "Marketing"), Side("1330", -held)], memo="Users' day")

    def _release(self, day: date, place: int) -> None:
        earned = {plan: cents for plan, cents in self.sales.release(place).items() if cents}
        sides = [Side(REVENUE[plan], -cents, "Platform", "", f"{plan} plans, yearly") for plan, cents in earned.items()]
        sides.append(Side("2400", sum(earned.values()), memo="Earned in the month"))
        self.clerk.journal(day, sides, number=f"REV-{place}", memo="Deferred revenue released")

    def _buy_equipment(self, day: date, place: int) -> None:
        if place % 6 == 1:
            costs = [Cost("1500", 1_985_000, "", "Laptops"), Cost("6730", 42_500, _ADMIN, "Cables and bags")]
            bill = self.clerk.bill("Workbench Computers", day, costs, number=f"WB{place}", location="Boston")
            self.purchasing.owe("Workbench Computers", bill, 2_027_500, day)
        if place == 5:
            costs = [Cost("1510", 1_460_000, "", "Desks for Lisbon"), Cost("1800", 590_000, "", "Deposit Lisbon")]
            bill = self.clerk.bill("Timberlark Furniture", day, costs, location="Lisbon")
            self.purchasing.owe("Timberlark Furniture", bill, 2_050_000, day)

    def _wear(self, day: date, place: int) -> None:
        worn = 512_000 + 55_000 * (place // 6)
        shares = {"Boston": worn * 6 // 10, "Austin": worn * 3 // 10}
        shares["Lisbon"] = worn - sum(shares.values())
        sides = [Side("8010", cents, _ADMIN, office, "Equipment") for office, cents in shares.items()]
        self.clerk.journal(day, [*sides, Side("1590", -worn)], number=f"DEP-{place}", memo="Depreciation")
        sides = [Side("8020", 250_000, "Platform", "", "Acquired technology"), Side("1690", -250_000)]
        self.clerk.journal(day, sides, number=f"AMO-{place}")

    def _accrue(self, day: date, place: int) -> None:
        by_class: dict[str, int] = {}
        for person in PEOPLE:
            if person.works(place):
                share = person.pay(place) * 2 * 6 // 100
                by_class[person.team.klass] = by_class.get(person.team.klass, 0) + share
        sides = [Side("6090", cents, klass, "", "Bonus of the year") for klass, cents in by_class.items()]
        sides.append(Side("2510", -sum(by_class.values())))
        self.clerk.journal(day, sides, number=f"BON-{place}", memo="Bonus accrual")
        usage = 310_000 + 6_500 * place
        accrual = [Side("5010", usage, "Platform", "", "Usage not billed yet"), Side("2500", -usage)]
        self.clerk.journal(day, accrual, number=f"ACC-{place}", memo="Hosting accrual", adjustment=True)
        back = day + timedelta(days=1)
        reversal = [Side("5010", -usage, "Platform", "", "Usage not billed yet"), Side("2500", usage)]
        number = f"ACC-{place}R"
        self.diary.at(back, self.clerk.journal, back, reversal, number=number, memo="Reversal", adjustment=True)

    def _bank(self, day: date, place: int) -> None:
        fees = [Cost("6810", 4_500 + place * 65, _ADMIN, "Account fees"), Cost("6810", 2_500, _ADMIN, "Wires")]
        self.clerk.spend("Quillon Bank", day, fees, account=BANK)
        if interest := self.clerk.balance(_SAVINGS, day) * 31 // 12_000:
            self.clerk.deposit(day, {}, [Cost("7010", interest, memo="Interest")], into=_SAVINGS)

    def _loan(self, day: date) -> None:
        owed = -self.clerk.balance("2700", day)
        if owed > 0:
            costs = [Cost("2700", 1_500_000, "", "Principal"), Cost("8030", owed * 7 // 1_200, _ADMIN, "Interest")]
            self.clerk.spend("Quillon Bank", day, costs, account=BANK, memo="Term loan instalment")

    def _taxes(self, day: date) -> None:
        collected = -self.clerk.balance("2300", day)
        if day.month in (1, 4, 7, 10) and collected > 0:
            sides = [Side("2300", collected), Side(BANK, -collected)]
            self.clerk.raw("Sales Tax Payment", day, sides, name=("Vendor", _REVENUE_OFFICE), memo="Sales tax")
        if day.month in (3, 6, 9, 12):
            sides = [Side("8050", 680_000, _ADMIN, "", "State minimum and foreign taxes"), Side("2550", -680_000)]
            self.clerk.journal(day, sides, number=f"TAX-{day:%y%m}", memo="Income taxes of the quarter")
            owed = -self.clerk.balance("2550", day + timedelta(days=1))
            costs = [Cost("2550", owed, "", "Estimated payment")]
            self.clerk.spend(_REVENUE_OFFICE, day + timedelta(days=5), costs, account=BANK)
