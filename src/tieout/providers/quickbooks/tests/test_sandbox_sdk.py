"""The sandbox is QuickBooks to the official client and to python-quickbooks, over a socket.

The last test is the proof that the reports are right: it reads the *entities* through the SDK, posts them with a
posting table of its own, and compares with the sandbox's TrialBalance.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from intuitlib.client import AuthClient
from intuitlib.enums import Scopes
from intuitlib.exceptions import AuthClientError
from quickbooks import QuickBooks, cdc
from quickbooks.exceptions import ObjectNotFoundException, UnsupportedException
from quickbooks.objects import Account, Customer, Invoice, Transfer, Vendor
from quickbooks.objects.batchrequest import IntuitBatchRequest

from tieout.providerkit.sandbox_host import served
from tieout.providers.quickbooks.sandbox import Clock, Engine, Sandbox, make_sandbox
from tieout.providers.quickbooks.sandbox.small import TODAY, small

pytestmark = pytest.mark.network
BACK = "http://127.0.0.1:9/callback"


class Platform:
    """The small company behind a socket."""

    def __init__(self, address: str, sandbox: Sandbox, engine: Engine) -> None:
        self.address, self.sandbox, self.engine = address, sandbox, engine

    def auth(self) -> AuthClient:
        """Return the official client, pointed here by its discovery address."""
        discovery = f"{self.address}/.well-known/openid_sandbox_configuration"
        return AuthClient("app", "secret", BACK, discovery)

    def connected(self) -> AuthClient:
        """Return the client after a round trip through the consent page."""
        auth = self.auth()
        url = urlsplit(auth.get_authorization_url([Scopes.ACCOUNTING], state_token=secrets.token_hex(4)))
        form = {key: values[0] for key, values in parse_qs(url.query).items()}
        choice = {"realmId": self.engine.realm, "role": "admin", "decision": "connect"}
        answer = httpx2.post(f"{self.address}{url.path}", data={**form, **choice})
        back = {key: values[0] for key, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}
        assert back["state"] == auth.state_token
        auth.get_bearer_token(back["code"], realm_id=back["realmId"])
        return auth


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    company = small()
    sandbox = Sandbox([company.engine], clock=Clock.at(TODAY), limits=False)
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with served(sandbox.app) as address:
        monkeypatch.setattr(QuickBooks, "api_url_v3", f"{address}/v3")
        yield Platform(address, sandbox, company.engine)


@pytest.fixture
def books(platform: Platform) -> Iterator[QuickBooks]:
    yield from connected_books(platform)


def connected_books(platform: Platform) -> Iterator[QuickBooks]:
    """Give python-quickbooks, connected, and close it afterwards."""
    auth = platform.connected()
    client = QuickBooks(
        auth_client=auth,
        refresh_token=auth.refresh_token,
        company_id=platform.engine.realm,
        minorversion=75,
        use_decimal=True,
    )
    yield client
    client.session.close()
    auth.close()


def test_the_official_client_connects_refreshes_and_revokes(platform: Platform) -> None:
    with platform.connected() as auth:
        assert auth.x_refresh_token_expires_in == 8_726_400
        first = auth.access_token
        auth.refresh()
        assert auth.access_token != first
        assert auth.revoke() is True
        with pytest.raises(AuthClientError, match="invalid_grant"):
            auth.refresh()


def test_lists_are_queried_counted_and_fetched(books: QuickBooks) -> None:
    assert Account.count("Active IN (true, false)", qb=books) == 23
    assert [each.DisplayName for each in Vendor.all(qb=books)] == ["Bay Power"]
    assert {each.FullyQualifiedName for each in Customer.filter(Active=True, qb=books)} == {"Acme", "Acme:Site 2"}
    [fuel] = Account.filter(Name="Fuel", qb=books)
    assert Account.get(fuel.Id, qb=books).FullyQualifiedName == "Automobile:Fuel"
    assert [each.Id for each in Account.all(order_by="Id", start_position=2, max_results=2, qb=books)] == ["2", "3"]
    [listed] = Invoice.all(qb=books)
    invoice = Invoice.get(listed.Id, qb=books)
    assert (invoice.CustomerRef.name, invoice.TotalAmt) == ("Acme:Site 2", Decimal("104.16"))
    with pytest.raises(ObjectNotFoundException):
        Account.get("99999", qb=books)


def test_reports_changes_and_batches_come_through(books: QuickBooks, platform: Platform) -> None:
    report = books.get_report("TrialBalance", {"end_date": "2026-01-31"})
    assert report["Header"]["ReportName"] == "TrialBalance"
    since = datetime(2026, 2, 20, tzinfo=timezone(timedelta(hours=-8)))
    for name in ("Coast Power", "Delta Power"):
        platform.engine.add("Vendor", {"DisplayName": name})
    assert len(cdc.change_data_capture([Transfer, Vendor], since.isoformat(), qb=books).Vendor._object_list) == 2
    request = IntuitBatchRequest()
    request.BatchItemRequest = [{"bId": "1", "Query": "select count(*) from Class"}]
    answer = books.batch_operation(request.to_json())
    assert answer["BatchItemResponse"][0]["QueryResponse"] == {"totalCount": 1}
    assert platform.sandbox.tally.as_json()["outside_calls"] == 0


def test_an_sdk_that_writes_is_refused_and_counted(books: QuickBooks, platform: Platform) -> None:
    vendor = Vendor()
    vendor.DisplayName = "New"
    with pytest.raises(UnsupportedException):
        vendor.save(qb=books)
    assert platform.sandbox.tally.as_json()["outside_calls"] == 1


def test_a_connection_stays_open_between_calls(platform: Platform) -> None:
    with httpx2.Client(base_url=platform.address) as client:
        for path in ("/", "/sandbox.css", "/control/calls", "/nowhere"):
            answer = client.request("POST" if path == "/nowhere" else "GET", path, content=b"x" * 1000)
            assert answer.headers.get("connection") != "close"
        assert client.get("/control/calls").status_code == 200  # the unread body above was not taken for a request


# --- the entities, posted once more -----------------------------------------------------------------------------------

Entity = dict[str, Any]


def _ref(entity: Entity, key: str) -> str:
    return str(entity[key]["value"])


def _lines(entity: Entity, kind: str) -> Iterator[tuple[Entity, Decimal]]:
    for line in entity["Line"]:
        if line.get("DetailType") == kind:
            yield line[kind], Decimal(line["Amount"])


FISCAL_YEAR, END = "2026-01-01", "2026-12-31"  # what is dated later stays out
WITH_ENTITY = {
    "Invoice",
    "Sales Receipt",
    "Credit Memo",
    "Refund",
    "Payment",
    "Inventory Qty Adjust",
    "Bill",
    "Vendor Credit",
    "Check",
    "Expense",
    "Cash Expense",
    "Credit Card Expense",
    "Credit Card Credit",
    "Bill Payment (Check)",
    "Bill Payment (Credit Card)",
    "Deposit",
    "Transfer",
    "Credit Card Payment",
    "Journal Entry",
}


class Table:
    """The posting table of quickbooks.md §5.3, written from the document and not from the engine."""

    def __init__(self, books: QuickBooks) -> None:
        self.books = books
        accounts = books.query("select * from Account where Active in (true,false) maxresults 1000")["QueryResponse"]
        self.types = {each["Id"]: each["AccountType"] for each in accounts["Account"]}
        self.named = {each["AccountSubType"]: each["Id"] for each in reversed(accounts["Account"])}
        self.sums: dict[str, Decimal] = defaultdict(Decimal)
        self.stock: list[tuple[Entity, Entity, str, Decimal, Decimal | None]] = []
        self.items = {each["Id"]: each for each in self.all("Item")}

    def all(self, entity: str) -> list[Entity]:
        key = "CreditCardPaymentTxn" if entity == "CreditCardPayment" else entity
        found: list[Entity] = []
        dated = "" if entity == "Item" else f"where TxnDate <= '{END}'"
        while True:
            text = " ".join(
                ("select * from", entity, dated, "orderby Id startposition", str(len(found) + 1), "maxresults 1000")
            )
            page = self.books.query(text)["QueryResponse"].get(key, [])
            if not page:
                return found
            found += page

    def put(self, account: str, amount: Decimal, on: str) -> None:
        """Add to an account; the profit of earlier years is in retained earnings by now."""
        profit_and_loss = self.types[account] in (
            "Income",
            "Other Income",
            "Expense",
            "Other Expense",
            "Cost of Goods Sold",
        )
        earlier = profit_and_loss and on < FISCAL_YEAR
        self.sums[self.named["RetainedEarnings"] if earlier else account] += amount

    def post(self, debit: str, credit: str, amount: object, entity: Entity) -> None:
        self.put(debit, Decimal(str(amount)), entity["TxnDate"])
        self.put(credit, -Decimal(str(amount)), entity["TxnDate"])

    def sales(self) -> None:
        receivable, undeposited = self.named["AccountsReceivable"], self.named["UndepositedFunds"]
        for kind, sign in (("Invoice", 1), ("SalesReceipt", 1), ("CreditMemo", -1), ("RefundReceipt", -1)):
            for sale in self.all(kind):
                other = _ref(sale, "DepositToAccountRef") if "Receipt" in kind else receivable
                for detail, amount in _lines(sale, "SalesItemLineDetail"):
                    item = self.items[_ref(detail, "ItemRef")]
                    self.post(other, _ref(item, "IncomeAccountRef"), sign * amount, sale)
                    if item["Type"] == "Inventory":
                        self.stock.append((sale, item, _ref(item, "ExpenseAccountRef"), -sign * detail["Qty"], None))
                for detail, amount in _lines(sale, "DiscountLineDetail"):
                    self.post(_ref(detail, "DiscountAccountRef"), other, sign * amount, sale)
                tax = sale.get("TxnTaxDetail", {}).get("TotalTax", 0)
                self.post(other, self.named["SalesTaxPayable"], sign * Decimal(tax), sale)
        for payment in self.all("Payment"):
            self.post(undeposited, receivable, payment["TotalAmt"], payment)
        for change in self.all("InventoryAdjustment"):
            for line in change["Line"]:
                item = self.items[_ref(line["ItemAdjustmentLineDetail"], "ItemRef")]
                pieces = line["ItemAdjustmentLineDetail"]["QtyDiff"]
                self.stock.append((change, item, _ref(change, "AdjustAccountRef"), pieces, None))

    def purchases(self) -> None:
        payable = self.named["AccountsPayable"]
        for kind in ("Bill", "VendorCredit", "Purchase"):
            for buy in self.all(kind):
                sign = -1 if kind == "VendorCredit" or buy.get("Credit") else 1
                other = _ref(buy, "AccountRef") if kind == "Purchase" else payable
                for detail, amount in _lines(buy, "AccountBasedExpenseLineDetail"):
                    self.post(_ref(detail, "AccountRef"), other, sign * amount, buy)
                for detail, amount in _lines(buy, "ItemBasedExpenseLineDetail"):
                    item = self.items[_ref(detail, "ItemRef")]
                    stocked = item["Type"] == "Inventory"
                    self.post(
                        _ref(item, "AssetAccountRef" if stocked else "ExpenseAccountRef"), other, sign * amount, buy
                    )
                    if stocked:
                        self.stock.append((buy, item, "", detail["Qty"], amount))
        for paid in self.all("BillPayment"):
            by_card = paid["PayType"] == "CreditCard"
            source = paid["CreditCardPayment"]["CCAccountRef"] if by_card else paid["CheckPayment"]["BankAccountRef"]
            self.post(payable, str(source["value"]), paid["TotalAmt"], paid)

    def goods(self) -> None:
        """Cost what left the stock, first in, first out, piece by piece."""
        layers: dict[str, list[Decimal]] = defaultdict(list)
        for entity, item, against, pieces, paid in sorted(
            self.stock, key=lambda move: (len(move[0]["Id"]), move[0]["Id"])
        ):
            each = item["PurchaseCost"] if paid is None else paid / pieces
            layer, count = layers[item["Id"]], int(pieces)
            costs = [Decimal(each)] * count if count > 0 else [layer.pop(0) for _ in range(-count)]
            layer += costs if count > 0 else []
            if against:
                cost = sum(costs) if count > 0 else -sum(costs)
                self.post(_ref(item, "AssetAccountRef"), against, cost, entity)

    def money(self) -> None:
        for deposit in self.all("Deposit"):
            bank = _ref(deposit, "DepositToAccountRef")
            for line in deposit["Line"]:
                own = "LinkedTxn" not in line
                source = _ref(line["DepositLineDetail"], "AccountRef") if own else self.named["UndepositedFunds"]
                self.post(bank, source, line["Amount"], deposit)
            if "CashBack" in deposit:
                self.post(_ref(deposit["CashBack"], "AccountRef"), bank, deposit["CashBack"]["Amount"], deposit)
        for move in self.all("Transfer"):
            self.post(_ref(move, "ToAccountRef"), _ref(move, "FromAccountRef"), move["Amount"], move)
        for paid in self.all("CreditCardPayment"):
            self.post(_ref(paid, "CreditCardAccountRef"), _ref(paid, "BankAccountRef"), paid["Amount"], paid)
        for entry in self.all("JournalEntry"):
            for detail, amount in _lines(entry, "JournalEntryLineDetail"):
                sign = 1 if detail["PostingType"] == "Debit" else -1
                self.put(_ref(detail, "AccountRef"), sign * amount, entry["TxnDate"])

    def kinds_without_entity(self) -> None:
        columns = "tx_date,txn_type,account_name,item_name,quantity,debt_amt,credit_amt"
        asked = {"start_date": "2000-01-01", "end_date": END, "columns": columns}
        report = self.books.get_report("JournalReport", asked)
        keys = [column["MetaData"][0]["Value"] for column in report["Columns"]["Column"]]
        label = on = ""
        for row in report["Rows"]["Row"]:
            if "ColData" not in row or not row["ColData"][keys.index("txn_type")].get("id"):
                continue
            cells = dict(zip(keys, row["ColData"], strict=True))
            if cells["txn_type"]["value"]:
                label, on = cells["txn_type"]["value"], cells["tx_date"]["value"]
            if label not in WITH_ENTITY:
                amount = Decimal(cells["debt_amt"]["value"] or 0) - Decimal(cells["credit_amt"]["value"] or 0)
                self.put(cells["account_name"]["id"], amount, on)
                if label == "Inventory Starting Value" and amount > 0:
                    started = {"Id": cells["txn_type"]["id"], "TxnDate": on}
                    item = self.items[cells["item_name"]["id"]]
                    self.stock.append((started, item, "", Decimal(cells["quantity"]["value"]), amount))

    def balances(self) -> dict[str, Decimal]:
        return {account: amount for account, amount in self.sums.items() if amount}


def assert_entities_give_the_trial_balance(books: QuickBooks) -> None:
    table = Table(books)
    table.sales()
    table.purchases()
    table.money()
    table.kinds_without_entity()
    table.goods()
    report = books.get_report("TrialBalance", {"end_date": END})
    rows = [row["ColData"] for row in report["Rows"]["Row"] if "ColData" in row]
    expected = {row[0]["id"]: Decimal(row[1]["value"] or 0) - Decimal(row[2]["value"] or 0) for row in rows}
    assert len(expected) > 15
    assert table.balances() == expected


def test_entities_posted_independently_give_the_trial_balance(books: QuickBooks) -> None:
    assert_entities_give_the_trial_balance(books)


@pytest.mark.slow
def test_so_do_those_of_the_demo_books(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    sandbox = make_sandbox("demo", today=date(2026, 11, 15), limits=False)
    with served(sandbox.app) as address:
        monkeypatch.setattr(QuickBooks, "api_url_v3", f"{address}/v3")
        platform = Platform(address, sandbox, sandbox.engine())
        for client in connected_books(platform):
            assert_entities_give_the_trial_balance(client)
