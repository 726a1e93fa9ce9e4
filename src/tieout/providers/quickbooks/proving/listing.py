"""The lines that QuickBooks' sandbox tells at its control address, as a ledger has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tieout.core.accounts import AccountRole, AccountType
from tieout.core.money import to_minor
from tieout.providerkit.posted import Line, Listed

_KINDS = {"Vendor": "vendor", "Employee": "employee", "Customer": "customer"}


def posted(
    lines: Sequence[Mapping[str, Any]],
    accounts: Mapping[str, Listed],
    digits: int,
    *,
    itemised: bool,  # noqa: ARG001 - QuickBooks itemises everything
) -> Iterator[Line]:
    """Yield the lines; a line of two names is that of the one who is paid, or who pays."""
    for line in lines:
        yield _line(line, accounts[line["account"]], digits)


def _line(line: Mapping[str, Any], account: Listed, digits: int) -> Line:
    parties = {} if not line["party"] else {_KINDS[line["party"]["type"]]: line["party"]["id"]}
    if line["customer"]:
        parties["customer"] = line["customer"]
    earned = account.type is AccountType.INCOME or account.role is AccountRole.RECEIVABLE
    order = ("customer", "vendor", "employee") if earned else ("vendor", "employee", "customer")
    tags = {"class": line["class"], "location": line["location"]}
    if account.type is AccountType.EXPENSE:
        tags["customer"] = parties.get("customer", "")
    return Line(
        type=line["type"],
        entry=line["id"],
        date=line["date"],
        number=line["number"],
        account=line["account"],
        amount=to_minor(line["amount"], digits),
        party=next(((kind, parties[kind]) for kind in order if kind in parties), None),
        item=line["item"],
        dimensions=tuple(sorted((axis, value) for axis, value in tags.items() if value)),
        memo=line["memo"],
    )
