"""Which accounts are cash, and which flow each other account's money belongs to: the books' words, or a person's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db import transaction

from tieout.companies import audit
from tieout.companies.models import Company
from tieout.core.cash import Flow, default_flow, is_cash, may_be_cash
from tieout.ledger.accounts import Account
from tieout.planning.models import CashChoice


class CashRefused(ValueError):
    """Nothing was written; ``str()`` is fit for the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CashAccounts:
    """The cash accounts of a chart in its order, and the flow of every other account."""

    cash: tuple[int, ...] = ()
    flows: Mapping[int, Flow] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a company says of one account; None where it leaves it to the books."""

    cash: bool | None = None
    flow: Flow | None = None


NO_CHOICE = Choice()


def choices(company: Company) -> dict[int, Choice]:
    """Return what a company says, by account. One query."""
    rows = CashChoice.objects.filter(company=company).values_list("account_id", "cash", "flow")
    return {account: Choice(cash, Flow(flow) if flow else None) for account, cash, flow in rows}


def cash_accounts(company: Company, accounts: Mapping[int, Account]) -> CashAccounts:
    """Return the part that each account of a chart has in cash. One query."""
    return by_choice(accounts, choices(company))


def by_choice(accounts: Mapping[int, Account], said: Mapping[int, Choice]) -> CashAccounts:
    """Return the part that each account of a chart has in cash, by what a company says."""
    cash = tuple(id_ for id_, it in accounts.items() if counts_as_cash(it, said.get(id_, NO_CHOICE)))
    flows = {
        id_: said.get(id_, NO_CHOICE).flow or default_flow(it) for id_, it in accounts.items() if id_ not in set(cash)
    }
    return CashAccounts(cash=cash, flows=flows)


def counts_as_cash(account: Account, choice: Choice) -> bool:
    """Whether an account is cash. A choice for an account that has become something else has no effect."""
    return is_cash(account) if choice.cash is None or not may_be_cash(account) else choice.cash


@transaction.atomic
def choose(
    company: Company, person: User, accounts: Mapping[int, Account], wanted: Mapping[int, Choice]
) -> list[Account]:
    """Write what a company says of some accounts; return those of which it says something new.

    What the books say anyway is not kept as a choice. Raise CashRefused for an account that is not in the chart or that
    cannot be cash, and where no cash account would be left.
    """
    before = choices(company)
    changed: list[Account] = []
    after = dict(before)
    for id_, choice in wanted.items():
        account = accounts.get(id_)
        if account is None:
            raise CashRefused("This account is not in the books any more. Reload the page.")
        if choice.cash and not may_be_cash(account):
            raise CashRefused(f"{account.label} holds no money: only assets and liabilities can be cash accounts.")
        kept = _kept(account, choice)
        if kept != before.get(id_, NO_CHOICE):
            after[id_] = kept
            changed.append(account)
    if changed and not by_choice(accounts, after).cash:
        raise CashRefused("No account would be left as cash. Keep at least one.")
    for account in changed:
        _write(company, person, account, before.get(account.id, NO_CHOICE), after[account.id])
    return changed


def _kept(account: Account, choice: Choice) -> Choice:
    """Return a choice without what the books say by themselves."""
    cash = None if choice.cash is None or choice.cash is is_cash(account) else choice.cash
    flow = None if choice.flow is None or choice.flow is default_flow(account) else choice.flow
    return Choice(cash, flow)


def _write(company: Company, person: User, account: Account, old: Choice, new: Choice) -> None:
    row, _ = CashChoice.objects.select_for_update().get_or_create(company=company, account_id=account.id)
    row.cash, row.flow = new.cash, new.flow or ""
    row.save()
    audit.record(
        company, person, "changed what counts as cash", row, before=_told(account, old), after=_told(account, new)
    )  # fmt: skip
    if new == NO_CHOICE:
        row.delete()


def _told(account: Account, choice: Choice) -> dict[str, audit.Value]:
    cash = counts_as_cash(account, choice)
    flow = choice.flow or default_flow(account)
    return {"account": account.label, "cash account": cash, "flow": "" if cash else flow.label}
