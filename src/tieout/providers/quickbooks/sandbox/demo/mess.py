"""What makes real books untidy: voids, deletions, late edits, moved dates, odd names, the account of last resort."""

from __future__ import annotations

from datetime import date, timedelta

from tieout.providers.quickbooks.sandbox.demo.clerk import BANK, CARD, Clerk, Cost, Document, Sale, Side, money
from tieout.providers.quickbooks.sandbox.demo.diary import Diary, on
from tieout.providers.quickbooks.sandbox.demo.purchasing import Purchasing
from tieout.providers.quickbooks.sandbox.demo.vendors import LONG_NAME

_ADMIN = "General & administrative"
_COURIER = "O'Malley's Courier"
_ABROAD = "Søren & Çelik GmbH"
_LAST_PURCHASE = "Halvorsen Movers"
MERGE_MONTH = 18


class Mess:
    """Plans the untidy things of each month; `end` does what comes last."""

    def __init__(self, clerk: Clerk, diary: Diary, purchasing: Purchasing) -> None:
        self.clerk = clerk
        self.diary = diary
        self.purchasing = purchasing
        self.engine = clerk.engine

    def open_books(self, day: date) -> None:
        """Count the stock of the first day: a kind of transaction that has no entity."""
        item = self.clerk.ids["Item", "Edge sensor kit"]
        sides: list[Document] = [
            {
                "account": self.clerk.ids["Account", "1200"],
                "amount": money(1_092_000),
                "item": item,
                "quantity": 60,
            },
            {"account": self.clerk.ids["Account", "3000"], "amount": money(-1_092_000)},
        ]
        document = {"TxnDate": day.isoformat(), "DocNumber": "START", "Postings": sides}
        self.engine.post("Inventory Starting Value", document)

    def month(self, start: date, place: int) -> None:
        """Plan a month; ``place`` counts months of history from 0."""
        for day, every, turn, action in (
            (7, 1, 0, self._courier),
            (9, 5, 2, self._twice),
            (13, 3, 0, self._abroad),
            (14, 1, 0, self._unexplained),
            (16, 6, 3, self._void_and_delete),
            (19, 4, 1, self._card_and_vendor_credits),
            (22, 3, 0, self._petty_cash),
            (31, 12, 11, self._count_stock),
        ):
            if place % every == turn:
                self.diary.at(on(start, day), action, on(start, day), place)
        once = {
            4: self._moved_office,
            6: self._late_edit,
            7: self._move_date,
            10: self._bad_debt,
            MERGE_MONTH: self._merge,
        }
        if place in once:
            self.diary.at(on(start, 28), once[place], on(start, 28), place)

    def end(self, today: date) -> None:
        """Do what happens to the lists in the end, and enter a bill that is dated two months ahead."""
        ahead = on(date(today.year + (today.month + 1) // 12, (today.month + 1) % 12 + 1, 1), 10)
        costs = [Cost("6220", 1_850_000, "Marketing", "Booth for next season")]
        self.clerk.bill("Expo Meridian", ahead, costs, number="EXPO-NEXT", location="Austin")
        change, ids = self.engine.change, self.clerk.ids
        change("Account", ids["Account", "6620"], {"Name": "Advisory services"})
        change("Account", ids["Account", "6750"], {"AcctNum": "6705", "Name": "Coworking and day offices"})
        # Given up, with what was once posted to them.
        self.engine.deactivate("Account", ids["Account", "6240"])
        self.engine.deactivate("Account", ids["Account", "8060"])
        self.engine.deactivate("Vendor", ids["Vendor", _LAST_PURCHASE])
        self.engine.book_close_date = date(today.year - 1, 12, 31)

    def _courier(self, day: date, place: int) -> None:
        # No memo anywhere: neither on the line nor on the document.
        self.clerk.spend(
            _COURIER, day, [Cost("6730", 4_150 + 35 * place, _ADMIN)], number=str(3_000 + place), account=BANK
        )
        if place % 7 == 0:
            costs = [
                Cost("6730", 38_000, _ADMIN, "Letterheads"),
                Cost("6730", -5_500, _ADMIN, "Discount for the late delivery"),
            ]
            bill = self.clerk.bill("Oldport Printing", day, costs, number=f"OP-{place}")
            self.purchasing.owe("Oldport Printing", bill, 32_500, day)
        if place % 12 == 2:
            self.clerk.spend(LONG_NAME, day, [Cost("6130", 125_000, _ADMIN, "Membership of the year")], account=BANK)

    def _unexplained(self, day: date, place: int) -> None:
        cents = 12_345 + 777 * (place % 9)
        self.clerk.spend("", day, [Cost("6900", cents)], account=CARD if place % 2 else BANK)

    def _void_and_delete(self, day: date, place: int) -> None:
        costs = [Cost("6620", 240_000, "Sales", "Workshop, called off"), Cost("6620", 18_000, "Sales", "Travel")]
        voided = self.clerk.bill("Pagoda Translation", day, costs, number=f"PT-{place}", memo="Workshop")
        self.engine.void(voided)
        check = self.clerk.spend(
            "Handy Hollis Repairs", day, [Cost("6740", 41_200, _ADMIN)], account=BANK, number="2099"
        )
        self.engine.void(check)
        deleted = self.clerk.bill("Pagoda Translation", day, [Cost("6230", 96_000, "Marketing", "Entered in error")])
        self.engine.delete(deleted)

    def _card_and_vendor_credits(self, day: date, _place: int) -> None:
        back = [Cost("6510", 21_480, "Sales", "Unused fare given back")]
        self.clerk.spend("Skyferry Air", day, back, account="2120", credit=True)
        credit = [Cost("5010", 145_000, "Platform", "Service credit")]
        self.clerk.vendor_credit("Stratolane Networks", day, credit, number=f"SC-{day:%y%m}")

    def _abroad(self, day: date, place: int) -> None:
        cents = 412_350 + 1_115 * place
        bill = self.clerk.bill(
            _ABROAD, day, [Cost("6410", cents, "Engineering", "Übersetzung & tests")], number=f"SÇ-{place}"
        )
        paid = day + timedelta(days=12)
        lost = 2_870 + 31 * place

        def settle() -> None:
            self.clerk.pay_bills(_ABROAD, paid, {bill: cents}, memo="Wire in EUR")
            sides = [Side("8040", lost, _ADMIN, "", "Rate of the wire"), Side(BANK, -lost)]
            self.clerk.journal(paid, sides, memo="Exchange loss")

        self.diary.at(paid, settle)

    def _petty_cash(self, day: date, _place: int) -> None:
        self.clerk.spend("Corner Pantry", day, [Cost("6730", 6_380, _ADMIN, "Milk and fruit")], account="1090")
        customer = "Pelican Bay Ports:Terminal 1"
        lines = [Sale("Training day", 90_000, "Services", "Half a day")]
        invoice = self.clerk.sell("Invoice", customer, day, lines, memo="On site")
        payment = self.clerk.receive(customer, day, {invoice: 90_000}, memo="Paid by check")
        others = [Cost("7020", 4_200, memo="Old laptop sold to staff")]
        self.clerk.deposit(day, {payment: 90_000}, others, cash_back=10_000, memo="Counter deposit")

    def _twice(self, day: date, place: int) -> None:
        # The same bill, number and amount, entered by two people: the second was for the next delivery.
        for entered in (day, day + timedelta(days=1)):
            costs = [Cost("6730", 118_400, _ADMIN, "Enclosures")]
            bill = self.clerk.bill("Pinecroft Fabrication", entered, costs, number=f"PF-{place}")
            self.purchasing.owe("Pinecroft Fabrication", bill, 118_400, entered)

    def _moved_office(self, day: date, _place: int) -> None:
        self.clerk.spend(_LAST_PURCHASE, day, [Cost("6740", 385_000, _ADMIN, "Move to the third floor")], account=BANK)
        sides = [Side("8060", 64_000, _ADMIN, "Boston", "Shelves left behind"), Side("1510", -64_000)]
        self.clerk.journal(day, sides, memo="Disposal")

    def _late_edit(self, day: date, _place: int) -> None:
        # Dated four months back and then corrected: the amount of a month long past changes.
        past = day - timedelta(days=120)
        vendor = "Crescent Legal Research"
        bill = self.clerk.bill(vendor, past, [Cost("6600", 310_000, _ADMIN, "Research")], number="CLR-7")
        corrected = [Cost("6600", 310_000, _ADMIN, "Research"), Cost("6600", 55_000, _ADMIN, "Research, second part")]
        self.engine.edit(bill, {"Line": self.clerk.cost_lines(corrected), "PrivateNote": "Corrected after the close"})
        self.purchasing.owe(vendor, bill, 365_000, day)

    def _move_date(self, day: date, _place: int) -> None:
        bought = self.clerk.spend("Deskmate Furnishings", day, [Cost("6730", 87_650, _ADMIN, "Chairs")])
        self.engine.redate(bought, day - timedelta(days=40))

    def _bad_debt(self, day: date, _place: int) -> None:
        customer = ("Customer", "São Brás Conservas:Fábrica")
        sides = [Side("6830", 148_000, _ADMIN, "", "Not collectable"), Side("1100", -148_000, name=customer)]
        self.clerk.journal(day, sides, memo="Write-off")

    def _merge(self, _day: date, _place: int) -> None:
        self.engine.merge("Account", self.clerk.ids["Account", "6890"], self.clerk.ids["Account", "6530"])
        self.clerk.ids["Account", "6890"] = self.clerk.ids["Account", "6530"]

    def _count_stock(self, day: date, _place: int) -> None:
        if self.engine.inventory.on_hand(self.clerk.ids["Item", "Edge sensor kit"]) < 2:
            return
        line = {"ItemRef": self.clerk.ref("Item", "Edge sensor kit"), "QtyDiff": -2}
        document: Document = {
            "TxnDate": day.isoformat(),
            "DocNumber": f"COUNT-{day:%Y}",
            "AdjustAccountRef": self.clerk.ref("Account", "5200"),
            "Line": [{"Id": "1", "DetailType": "ItemAdjustmentLineDetail", "ItemAdjustmentLineDetail": line}],
        }
        self.engine.post("InventoryAdjustment", document)
