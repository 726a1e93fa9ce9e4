"""Quillbay's payroll, twice a month: paychecks and tax payments, which QuickBooks shows in reports only."""

from __future__ import annotations

from datetime import date, timedelta

from tieout.providers.quickbooks.sandbox.demo.clerk import BANK, Clerk, Cost, Side
from tieout.providers.quickbooks.sandbox.demo.diary import Diary, on
from tieout.providers.quickbooks.sandbox.demo.people import PEOPLE, Person

_PAYROLL_BANK = "1020"
_EMPLOYER_TAX = 765  # in hundredths of a percent, as the rest
_WITHHELD = 2140
_RETIREMENT = 800
_BENEFITS = 22_000  # cents a month
_COMMISSION = 140  # of a month's subscriptions
_BONUS = 600  # of a year's pay, in December


def _share(cents: int, rate: int) -> int:
    return (cents * rate + 5_000) // 10_000


def _kept(day: date, gross: int) -> tuple[str, int, str]:
    """Return what is deducted besides taxes: retirement in the first half of a month, benefits in the second."""
    if day.day <= 15:
        return "2230", _share(gross, _RETIREMENT), "Retirement"
    return "2220", _BENEFITS, "Benefit deduction"


def _net(day: date, gross: int) -> int:
    return gross - _share(gross, _WITHHELD) - _kept(day, gross)[1]


class Payroll:
    """Plans each month's paychecks and what follows from them."""

    def __init__(self, clerk: Clerk, diary: Diary) -> None:
        self.clerk = clerk
        self.diary = diary
        for person in PEOPLE:
            given, family = person.name.split(" ", 1)
            fields = {"DisplayName": person.name, "GivenName": given, "FamilyName": family}
            clerk.add("Employee", person.name, fields)

    def month(self, start: date, place: int) -> None:
        """Plan a month; ``place`` counts months of history from 0."""
        for half, day in enumerate((on(start, 15), on(start, 31))):
            staff = [person for person in PEOPLE if person.works(place)]
            self.diary.at(day, self._run, day, staff, place, half)
        self.diary.at(on(start, 20), self._remit, on(start, 20))
        for person in PEOPLE:
            if person.left == place:
                self.diary.at(on(start, 5), self._leave, person)

    def _run(self, day: date, staff: list[Person], place: int, half: int) -> None:
        net = sum(_net(day, person.pay(place)) for person in staff)
        if net > self.clerk.balance(_PAYROLL_BANK, day + timedelta(days=1)):
            self.clerk.transfer(day, BANK, _PAYROLL_BANK, net, memo="Payroll funding")
        for person in staff:
            self._paycheck(day, person, person.pay(place))
        if half and day.month in (3, 6, 9, 12):
            self._commissions(day, staff)
        if half and day.month == 12:
            self._bonuses(day, staff, place)
        self.diary.at(day + timedelta(days=3), self._taxes, day + timedelta(days=3))

    def _paycheck(self, day: date, person: Person, gross: int) -> None:
        team = person.team
        tax, withheld = _share(gross, _EMPLOYER_TAX), _share(gross, _WITHHELD)
        account, kept, memo = _kept(day, gross)
        sides = [
            Side(team.wages, gross, team.klass, person.office, "Regular pay"),
            Side(team.taxes, tax, team.klass, person.office, "Employer taxes"),
            Side("2210", -(withheld + tax), "", person.office, "Taxes"),
            Side(account, -kept, "", person.office, memo),
            Side(_PAYROLL_BANK, withheld + kept - gross, "", person.office),
        ]
        self.clerk.raw("Payroll Check", day, sides, name=("Employee", person.name), number="DD")

    def _commissions(self, day: date, staff: list[Person]) -> None:
        sellers = [person for person in staff if person.team.wages == "6040"]
        quarter = sum(self.clerk.balance(account, day) for account in ("4010", "4020", "4030"))
        earlier = sum(
            self.clerk.balance(account, date(day.year, day.month - 2, 1)) for account in ("4010", "4020", "4030")
        )
        pool = _share(earlier - quarter, _COMMISSION)
        for person in sellers:
            self._extra(day, person, "6080", max(0, pool) // len(sellers), "Commission")

    def _bonuses(self, day: date, staff: list[Person], place: int) -> None:
        for person in staff:
            self._extra(day, person, "2510", _share(person.pay(place) * 24, _BONUS), "Yearly bonus")

    def _extra(self, day: date, person: Person, account: str, gross: int, memo: str) -> None:
        withheld = _share(gross, _WITHHELD)
        sides = [
            Side(account, gross, person.team.klass, person.office, memo),
            Side("2210", -withheld, "", person.office, "Taxes"),
            Side(BANK, withheld - gross, "", person.office),
        ]
        self.clerk.raw("Payroll Check", day, sides, name=("Employee", person.name), memo=memo)

    def _taxes(self, day: date) -> None:
        owed = -self.clerk.balance("2210", day)
        name = ("Vendor", "Federal Tax Deposits")
        if owed > 0:
            self.clerk.raw("Tax Payment", day, [Side("2210", owed), Side(BANK, -owed)], name=name, memo="Payroll taxes")

    def _remit(self, day: date) -> None:
        kept = -self.clerk.balance("2230", day)
        if kept > 0:
            costs = [Cost("2230", kept, memo="Employee deferrals")]
            self.clerk.spend("Fernhill Retirement Trust", day, costs, account=BANK, memo="Retirement plan")
        deducted = -self.clerk.balance("2220", day)
        if deducted > 0:
            sides = [
                Side("2220", deducted, memo="Deductions against premiums"),
                Side("6110", -deducted, "General & administrative", memo="Deductions against premiums"),
            ]
            self.clerk.journal(day, sides, memo="Benefit deductions")

    def _leave(self, person: Person) -> None:
        self.clerk.engine.deactivate("Employee", self.clerk.ids["Employee", person.name])
