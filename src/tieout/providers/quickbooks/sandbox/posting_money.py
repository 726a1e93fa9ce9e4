"""What else posts: payments, deposits, transfers, journals and counts of stock (quickbooks.md §5.3)."""

from __future__ import annotations

from decimal import Decimal

from tieout.providers.quickbooks.sandbox.draft import Draft, Leg
from tieout.providers.quickbooks.sandbox.posting_ground import Ground, customer, deposit_to, lines, memo, settle_total
from tieout.providers.quickbooks.sandbox.wire import ref


def payment(ground: Ground, draft: Draft, _txn_id: str) -> None:
    """The customer pays: the deposit account against receivables."""
    draft.party = customer(draft.document)
    total = draft.minor(draft.document["TotalAmt"])
    note = str(draft.document.get("PrivateNote", ""))
    draft.add(deposit_to(ground, draft.document), total, memo=note)
    receivable = ref(draft.document, "ARAccountRef") or ground.special("AccountsReceivable", draft.currency)
    leg = draft.add(receivable, -total, memo=note)
    _exchange_difference(ground, draft, leg)


def bill_payment(ground: Ground, draft: Draft, _txn_id: str) -> None:
    """The vendor is paid from a bank or a card."""
    document = draft.document
    draft.party = ("Vendor", ref(document, "VendorRef"))
    total = draft.minor(document["TotalAmt"])
    by_card = document.get("PayType") == "CreditCard"
    paid_from = document.get("CreditCardPayment" if by_card else "CheckPayment", {})
    note = str(document.get("PrivateNote", ""))
    draft.add(ref(paid_from, "CCAccountRef" if by_card else "BankAccountRef"), -total, memo=note)
    payable = ref(document, "APAccountRef") or ground.special("AccountsPayable", draft.currency)
    leg = draft.add(payable, total, memo=note)
    _exchange_difference(ground, draft, leg)


def deposit(ground: Ground, draft: Draft, _txn_id: str) -> None:
    """Held payments and other money reach the bank, less what is kept as cash."""
    document = draft.document
    bank = draft.add(ref(document, "DepositToAccountRef"), 0, memo=str(document.get("PrivateNote", "")))
    for line in lines(document):
        amount = draft.minor(line["Amount"])
        bank.amount += amount
        if linked := line.get("LinkedTxn"):
            paid = ground.transaction(str(linked[0]["TxnId"]))
            held = paid.postings[0].account if paid.postings else ground.special("UndepositedFunds")
            draft.add(held, -amount, party=paid.party, memo=memo(line))
            continue
        detail = line["DepositLineDetail"]
        entity = detail.get("Entity") or {}
        kind = str(entity.get("type", "Vendor")).capitalize()
        draft.add(
            ref(detail, "AccountRef"),
            -amount,
            party=(kind, str(entity["value"])) if entity.get("value") else None,
            klass=ref(detail, "ClassRef"),
            memo=memo(line),
        )
    if cash := document.get("CashBack"):
        amount = draft.minor(cash["Amount"])
        bank.amount -= amount
        draft.add(ref(cash, "AccountRef"), amount, memo=str(cash.get("Memo", "")))
    settle_total(draft, bank.amount)


def transfer(_ground: Ground, draft: Draft, _txn_id: str) -> None:
    """Money moves between two balances."""
    amount = draft.minor(draft.document["Amount"])
    note = str(draft.document.get("PrivateNote", ""))
    draft.add(ref(draft.document, "ToAccountRef"), amount, memo=note)
    draft.add(ref(draft.document, "FromAccountRef"), -amount, memo=note)


def card_payment(_ground: Ground, draft: Draft, _txn_id: str) -> None:
    """A card's debt is paid from a bank."""
    amount = draft.minor(draft.document["Amount"])
    note = str(draft.document.get("PrivateNote", ""))
    draft.add(ref(draft.document, "CreditCardAccountRef"), amount, memo=note)
    draft.add(ref(draft.document, "BankAccountRef"), -amount, memo=note)


def journal_entry(_ground: Ground, draft: Draft, _txn_id: str) -> None:
    """As stated."""
    for line in lines(draft.document):
        detail = line["JournalEntryLineDetail"]
        amount = draft.minor(line["Amount"])
        sign = {"Debit": 1, "Credit": -1}[detail["PostingType"]]
        entity = detail.get("Entity") or {}
        party = (str(entity["Type"]).capitalize(), ref(entity, "EntityRef")) if entity.get("EntityRef") else None
        draft.add(
            ref(detail, "AccountRef"),
            sign * amount,
            party=party,
            klass=ref(detail, "ClassRef"),
            location=ref(detail, "DepartmentRef"),
            memo=memo(line) or str(draft.document.get("PrivateNote", "")),
        )


def stock_adjustment(ground: Ground, draft: Draft, txn_id: str) -> None:
    """Counted stock differs: shrinkage against inventory, at first-in-first-out cost."""
    shrinkage = draft.add(ref(draft.document, "AdjustAccountRef"), 0)
    for line in lines(draft.document):
        detail = line["ItemAdjustmentLineDetail"]
        item_id = ref(detail, "ItemRef")
        item = ground.lists.get("Item", item_id)
        quantity = Decimal(str(detail["QtyDiff"]))
        if quantity < 0:
            cost = -ground.inventory.issue(txn_id, item_id, -quantity)
        else:
            cost = draft.cost(quantity, item.get("PurchaseCost"))
            ground.inventory.receive(txn_id, item_id, quantity, cost)
        shrinkage.amount -= cost
        draft.add(ref(item, "AssetAccountRef"), cost, item=item_id, quantity=quantity)
        # The platform's ledger has a second row of the adjustment, without an amount.
        draft.add(ref(item, "AssetAccountRef"), 0, item=item_id, quantity=quantity)


def _exchange_difference(ground: Ground, draft: Draft, control: Leg) -> None:
    """Settle receivables and payables at the rate at which they were booked; the rest is exchange gain or loss."""
    if not draft.foreign or not draft.document.get("Line"):
        return
    sign = 1 if control.amount > 0 else -1
    left, home = abs(control.amount), 0
    for line in draft.document["Line"]:
        for linked in line.get("LinkedTxn", ()):
            amount = draft.minor(line["Amount"])
            booked = ground.transaction(str(linked["TxnId"])).postings[0]
            if booked.foreign:
                home += round(Decimal(amount) * abs(booked.amount) / abs(booked.foreign))
                left -= amount
    home += draft.home(left)
    control.home = sign * home
    gain = draft.home(control.amount) - control.home
    if gain:
        draft.add(ground.special("ExchangeGainOrLoss"), 0, home=gain)
