"""Tryton's lists as records, and what a move's lines need to know of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.records import (
    AccountRecord,
    DimensionRecord,
    DimensionValueRecord,
    ListRecord,
    PartyKey,
    PartyKind,
    PartyRecord,
)
from tieout.providers.tryton.natures import EARNINGS, Natures
from tieout.providers.tryton.wire import Account, Analytic, Party, Type

# Where no account of the chart takes the result of earlier years, this one does: Tryton shows it in no account then.
CARRIED = AccountRecord(
    external_id="carried-forward",
    name="Result carried forward",
    type=AccountType.EQUITY,
    subtype="",
    role=AccountRole.RETAINED_EARNINGS,
)


class Unknown(Exception):
    """Something that the lists do not have: made since they were read."""


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of one company, by what a move's lines ask."""

    records: tuple[ListRecord, ...]
    accounts: Mapping[str, AccountRecord]
    employees: frozenset[str]
    roots: Mapping[str, str]  # of each analytic account
    earnings: str

    @classmethod
    def of(cls, records: Iterable[ListRecord]) -> Lists:
        """Return lists of their records, read now or recalled."""
        kept = tuple(records)
        accounts = {it.external_id: it for it in kept if isinstance(it, AccountRecord)}
        parties = [it.key for it in kept if isinstance(it, PartyRecord)]
        return cls(
            records=kept,
            accounts=accounts,
            employees=frozenset(key.external_id for key in parties if key.kind is PartyKind.EMPLOYEE),
            roots={it.external_id: it.dimension for it in kept if isinstance(it, DimensionValueRecord)},
            earnings=next((it.external_id for it in accounts.values() if it.role is AccountRole.RETAINED_EARNINGS), ""),
        )

    def account(self, number: int) -> AccountRecord:
        """Return an account. Raise Unknown."""
        try:
            return self.accounts[str(number)]
        except KeyError:
            raise Unknown(f"account {number}") from None

    def root(self, number: int) -> str:
        """Return the dimension that an analytic account belongs to. Raise Unknown."""
        try:
            return self.roots[str(number)]
        except KeyError:
            raise Unknown(f"analytic account {number}") from None

    def party(self, number: int, account: AccountRecord) -> PartyKey:
        """Return who a party is on a line of an account."""
        return party_key(number, account, self.employees)


def party_key(number: int, account: AccountRecord, employees: frozenset[str]) -> PartyKey:
    """Return who a party is: Tryton does not say, so the account does, unless it is a person of the company's.

    Whom something is owed to is a vendor, who owes something is a customer; one party may be both.
    """
    key = str(number)
    if key in employees:
        kind = PartyKind.EMPLOYEE
    elif account.role is AccountRole.RECEIVABLE:
        kind = PartyKind.CUSTOMER
    elif account.type is AccountType.LIABILITY:
        kind = PartyKind.VENDOR
    else:
        kind = PartyKind.OTHER
    return PartyKey(kind, key)


def account_records(accounts: Sequence[Account], types: Iterable[Type]) -> list[AccountRecord]:
    """Return the chart, parents first. A head without a type is what all below it are, and is left out if they differ.

    Postings are never on heads without a type: Tryton refuses them.
    """
    natures = Natures(types)
    below: dict[int | None, list[Account]] = {}
    for it in accounts:
        below.setdefault(it.parent, []).append(it)
    known = {it.id for it in accounts}
    made = [
        record
        for head in (None, *sorted({it.parent for it in accounts if it.parent and it.parent not in known}))
        for record in _branch(head, None, below, natures)
    ]
    return _with_earnings(made)


def _branch(
    head: int | None, above: str | None, below: Mapping[int | None, Sequence[Account]], natures: Natures
) -> Iterator[AccountRecord]:
    for it in below.get(head, ()):
        nature = natures.of(it.type)
        kinds = {nature.type} if nature else _kinds(it, below, natures)
        parent = above
        if len(kinds) == 1:
            (kind,) = kinds
            yield AccountRecord(
                external_id=str(it.id),
                name=it.name,
                type=kind,
                subtype=nature.name if nature else "",
                number=it.code or "",
                parent=above,
                active=it.active is not False and (not it.closed or it.id in below),
                role=nature.role if nature else AccountRole.NONE,
                currency=(it.second_currency.code or "") if it.second_currency else "",
            )
            parent = str(it.id)
        yield from _branch(it.id, parent, below, natures)


def _kinds(it: Account, below: Mapping[int | None, Sequence[Account]], natures: Natures) -> set[AccountType]:
    found: set[AccountType] = set()
    for child in below.get(it.id, ()):
        nature = natures.of(child.type)
        found |= {nature.type} if nature else _kinds(child, below, natures)
    return found


def _with_earnings(accounts: list[AccountRecord]) -> list[AccountRecord]:
    """Give the role of retained earnings to one account: by its name, an open one first, else to one of our own."""
    named = [it for it in accounts if it.type is AccountType.EQUITY and it.subtype and EARNINGS.search(it.name)]
    chosen = min(named, key=lambda it: (not it.active, it.number, int(it.external_id)), default=None)
    if chosen is None:
        return [*accounts, CARRIED]
    return [_earning(it) if it is chosen else it for it in accounts]


def _earning(it: AccountRecord) -> AccountRecord:
    return AccountRecord(
        external_id=it.external_id, name=it.name, type=it.type, subtype=it.subtype, number=it.number,
        parent=it.parent, active=it.active, role=AccountRole.RETAINED_EARNINGS, currency=it.currency,
    )  # fmt: skip


def party_records(
    pairs: Iterable[tuple[int, int]],
    parties: Iterable[Party],
    accounts: Mapping[str, AccountRecord],
    employees: frozenset[str],
) -> Iterator[PartyRecord]:
    """Yield each party as what it is on the accounts where it has lines; ``pairs`` are of account and party."""
    names = {it.id: it for it in parties}
    keys = {
        party_key(party, account, employees): names[party]
        for number, party in pairs
        if (account := accounts.get(str(number))) is not None and party in names
    }
    for key in sorted(keys):
        yield PartyRecord(key=key, name=keys[key].name or key.external_id, active=keys[key].active is not False)


def analytic_records(accounts: Sequence[Analytic]) -> Iterator[DimensionRecord | DimensionValueRecord]:
    """Yield each analytic root as a dimension, and the accounts below it as its values, parents first."""
    roots = [it for it in accounts if it.type == "root"]
    yield from (DimensionRecord(external_id=str(it.id), name=it.name) for it in roots)
    values = {it.id: it for it in accounts if it.type in ("view", "normal")}
    below: dict[int, list[Analytic]] = {}
    for it in values.values():
        above = it.parent if it.parent is not None and it.parent in values else it.root
        below.setdefault(above or 0, []).append(it)
    queue: list[tuple[int, int, str | None]] = [(root.id, root.id, None) for root in roots]
    while queue:
        head, root, parent = queue.pop(0)
        for it in below.get(head, ()):
            yield DimensionValueRecord(
                dimension=str(root), external_id=str(it.id), name=it.name, parent=parent, active=it.active is not False
            )
            queue.append((it.id, root, str(it.id)))
