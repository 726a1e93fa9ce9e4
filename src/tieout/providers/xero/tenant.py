"""What is read of an organisation besides its money: who it is and its lists; and how an answer about it is proved."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import TypeVar

import msgspec

from tieout.core.money import currency_digits
from tieout.core.records import ListRecord, Organisation
from tieout.providerkit.errors import UnreadableBooks
from tieout.providers.xero import wire
from tieout.providers.xero.client import Client
from tieout.providers.xero.faults import Doubt, Unknown
from tieout.providers.xero.lists import Lists, Whole, lists_of
from tieout.providers.xero.timezones import timezone

T = TypeVar("T")
Answer = TypeVar("Answer", bound=wire.Envelope)

_accounts = msgspec.json.Decoder(wire.AccountsAnswer)
_contacts = msgspec.json.Decoder(wire.ContactsAnswer)
_items = msgspec.json.Decoder(wire.ItemsAnswer)
_tracking = msgspec.json.Decoder(wire.TrackingAnswer)
_organisation = msgspec.json.Decoder(wire.OrganisationAnswer)


class TenantReader:
    """Reads one organisation, and keeps what it has learnt for as long as the books are open."""

    def __init__(self, client: Client, tenant: str) -> None:
        self.client = client
        self._tenant = tenant
        self._lists: Lists | None = None
        self._given = False  # whether what was read last has been handed out
        self._whole: Whole | None = None

    # --- who it is ---

    @cached_property
    def organisation(self) -> Organisation:
        """The organisation as Xero describes it. Asking costs nothing of the daily limit."""
        return _organisation_of(self.described, self._tenant)

    @property
    def described(self) -> wire.Organisation:
        """The organisation in Xero's own words."""
        found = self._answer.found
        if len(found) != 1:
            raise UnreadableBooks(f"{len(found)} organisations answer for one", where="Organisation")
        return found[0]

    @property
    def opened(self) -> datetime:
        """Xero's own clock when the books were opened: no change that comes later is missed by asking since then."""
        try:
            return wire.moment(self._answer.served)
        except wire.NotADate as error:
            raise UnreadableBooks(str(error), where="Organisation") from error

    @cached_property
    def _answer(self) -> wire.OrganisationAnswer:
        return self.client.read("Organisation", "Organisation", {}, _organisation.decode)

    # --- lists ---

    def lists(self, *, anew: bool = False) -> Lists:
        """Return all lists, as they were read last; read them now if they never were, or ``anew``."""
        if self._lists is None or anew:
            self._take(self._read())
        assert self._lists is not None
        return self._lists

    def handed_out(self) -> Lists:
        """Return lists that nobody has been given yet: those that something has just made us read, or new ones."""
        lists = self.lists(anew=self._given)
        self._given = True
        return lists

    def recall(self, records: Iterable[ListRecord]) -> None:
        """Take lists as read before."""
        self._lists, self._given = Lists(records), True

    def _take(self, whole: Whole) -> None:
        self._lists, self._given = lists_of(whole, base=self.organisation.currency), False

    def _read(self) -> Whole:
        read = self.client.read
        return Whole(
            accounts=read("Accounts", "Accounts", {}, lambda raw: _whole(_accounts.decode(raw).found)),
            contacts=list(self._contacts()),
            items=read("Items", "Items", {}, lambda raw: _whole(_items.decode(raw).found)),
            tracking=read(
                "Tracking categories", "TrackingCategories", {"includeArchived": "true"},
                lambda raw: _whole(_tracking.decode(raw).found),
            ),
        )  # fmt: skip

    def _contacts(self) -> Iterable[wire.Contact]:
        # By id: in the order of changes, rows move between pages while people work.
        params = {"includeArchived": "true", "order": "ContactID"}
        found: dict[str, wire.Contact] = {}
        for page in self.client.pages("Contacts", "Contacts", params, _contacts_page):
            found.update((contact.id, contact) for contact in page)
        return found.values()

    # --- proving ---

    def proved(
        self,
        name: str,
        path: str,
        params: Mapping[str, str],
        check: Callable[[bytes, Lists], T],
        *,
        since: datetime | None = None,
    ) -> T:
        """Return what ``check`` makes of an answer. Where it names what the lists lack, they are read once more."""

        def checked(raw: bytes) -> T:
            lists = self.lists()
            try:
                return check(raw, lists)
            except Unknown:
                # Somebody may have made the account since the lists were read.
                return check(raw, self.lists(anew=True))

        return self.client.read(name, path, params, checked, since=since)


def digest(records: Iterable[ListRecord]) -> str:
    """Return a mark that is the same for the same lists, whatever their order."""
    return hashlib.sha256(b"\n".join(sorted(msgspec.json.encode(record) for record in records))).hexdigest()[:16]


def _whole(found: list[T]) -> list[T]:
    ids = {it.id for it in found}  # type: ignore[attr-defined]
    if len(ids) != len(found):
        raise Doubt("it holds an entry twice")
    return found


def _contacts_page(raw: bytes) -> tuple[wire.Paging | None, list[wire.Contact]]:
    answer = _contacts.decode(raw)
    return answer.pagination, answer.found


def _organisation_of(found: wire.Organisation, tenant: str) -> Organisation:
    currency = found.currency
    if not (len(currency) == 3 and currency.isascii() and currency.isupper()):
        raise UnreadableBooks(f"the base currency is {currency!r}", where="Organisation")
    if not 1 <= found.year_end_month <= 12:
        raise UnreadableBooks(f"the financial year ends in month {found.year_end_month}", where="Organisation")
    if not 1 <= found.year_end_day <= 31:
        raise UnreadableBooks(f"the financial year ends on day {found.year_end_day}", where="Organisation")
    try:
        locks = [wire.day(text) for text in (found.locked, found.year_locked) if text]
    except wire.NotADate as error:
        raise UnreadableBooks(f"the lock date: {error}", where="Organisation") from error
    return Organisation(
        external_id=tenant,
        name=found.name,
        currency=currency,
        digits=currency_digits(currency),
        fiscal_year_first_month=_first_month(found),
        timezone=timezone(found.timezone),
        closed_through=max(locks, default=None),
    )


def _first_month(found: wire.Organisation) -> int:
    """Return the month in which the financial year begins.

    In most organisations that is the one after it ends. Where it ends within a month, as British years do on 5 April,
    the month that holds most of the new year counts; `year_ends` turns Xero's figures to that.
    """
    early = found.year_end_day < 15
    return found.year_end_month if early else found.year_end_month % 12 + 1
