"""What is read of a company besides its money: who it is, its lists; and how a report of it is proved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property, partial
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from tieout.core.money import currency_digits
from tieout.core.records import ListRecord, Organisation
from tieout.kit.http import TooLarge
from tieout.providerkit.errors import BooksMoved, UnreadableBooks
from tieout.providers.quickbooks.client import Client
from tieout.providers.quickbooks.lists import CLASS, CUSTOMER, LISTS, LOCATION, Lists, records_of
from tieout.providers.quickbooks.reports import Ask, CutOff, Doubt, Moved, Unknown, decode
from tieout.providers.quickbooks.wire import (
    Company,
    CompanyAnswer,
    Entity,
    Preferences,
    PreferencesAnswer,
    QueryAnswer,
    Report,
)

T = TypeVar("T")

PAGE = 1000  # the most that a query returns
READINGS = 3  # an answer that fails a check of its own is read again twice (spec §3)
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class CompanyReader:
    """Reads one realm, and keeps what it has learnt for as long as the books are open."""

    def __init__(self, client: Client, realm: str) -> None:
        self._client = client
        self._realm = realm
        self._lists: Lists | None = None
        self._given = False  # whether what was read last has been handed out

    # --- who it is ---

    def organisation(self) -> Organisation:
        """Return the company as QuickBooks describes it."""
        return self._organisation

    @cached_property
    def _organisation(self) -> Organisation:
        company, preferences = self._info, self.preferences
        month = preferences.accounting.fiscal_year or company.fiscal_year
        currency = preferences.currency.home.value
        if month not in _MONTHS:
            raise UnreadableBooks(f"the fiscal year begins in {month!r}", where="QuickBooks' preferences")
        if not (len(currency) == 3 and currency.isascii() and currency.isupper()):
            raise UnreadableBooks(f"the home currency is {currency!r}", where="QuickBooks' preferences")
        closed = preferences.accounting.closed_through
        return Organisation(
            external_id=self._realm,
            name=company.name,
            currency=currency,
            digits=currency_digits(currency),
            fiscal_year_first_month=_MONTHS.index(month) + 1,
            timezone=_timezone(company.timezone),
            closed_through=date.fromisoformat(closed) if closed else None,
        )

    @cached_property
    def _info(self) -> Company:
        answer = self._plain("CompanyInfo", f"companyinfo/{self._realm}", {}, CompanyAnswer)
        return answer.company

    @property
    def preferences(self) -> Preferences:
        """What is switched on in the company, which decides the columns of its ledger."""
        return self._preferences.preferences

    @property
    def time(self) -> str:
        """QuickBooks' own clock when the books were opened: no change that comes later is missed by asking since."""
        return self._preferences.time

    @cached_property
    def _preferences(self) -> PreferencesAnswer:
        return self._plain("Preferences", "preferences", {}, PreferencesAnswer)

    # --- lists ---

    def lists(self, *, anew: bool = False) -> Lists:
        """Return all lists, as they were read last; read them now if they never were, or ``anew``."""
        if self._lists is None or anew:
            axes = self.axes
            off = {name for name, axis in (("Class", CLASS), ("Department", LOCATION)) if axis not in axes}
            entities = {name: self._entities(name) for name in LISTS if name not in off}
            self._lists = Lists(records_of(entities, axes))
            self._given = False
        return self._lists

    def handed_out(self) -> Lists:
        """Return lists that nobody has been given yet: those that a report has just made us read, or new ones."""
        lists = self.lists(anew=self._given)
        self._given = True
        return lists

    def recall(self, records: Iterable[ListRecord]) -> None:
        """Take lists as read before. They are read anew where the company tracks other dimensions by now."""
        lists = Lists(records)
        if lists.axes == set(self.axes):
            self._lists, self._given = lists, True

    @property
    def axes(self) -> dict[str, str]:
        """The dimensions that the company tracks, with its own words for them."""
        axes = {CUSTOMER: "Customer"}
        accounting = self.preferences.accounting
        if accounting.classes:
            axes[CLASS] = "Class"
        if accounting.locations:
            axes[LOCATION] = accounting.location_word or "Location"
        return axes

    def _entities(self, name: str) -> list[Entity]:
        found: dict[str, Entity] = {}
        while True:
            start, known = len(found) + 1, len(found)
            query = (
                f"SELECT * FROM {name} WHERE Active IN (true, false) "  # noqa: S608 - names are ours, see LISTS
                f"ORDERBY Id STARTPOSITION {start} MAXRESULTS {PAGE}"
            )
            page = self.read(f"Query {name}", "query", {"query": query}, partial(_entities_of, name, start))
            found.update((entity.id, entity) for entity in page)
            if len(page) < PAGE:
                return list(found.values())
            if len(found) == known:
                raise UnreadableBooks(f"the page at {start} holds nothing new", where=f"Query {name}")

    def _plain(self, name: str, path: str, params: Mapping[str, str], shape: type[T]) -> T:
        return self.read(name, path, params, msgspec.json.Decoder(shape).decode)

    def read(self, name: str, path: str, params: Mapping[str, str], decode: Callable[[bytes], T]) -> T:
        """Return what ``decode`` makes of an answer that is no report. One that it doubts is read three times in all.

        Raise UnreadableBooks with the place named.
        """
        last = Doubt("")
        for _ in range(READINGS):
            try:
                return self._client.get(name, path, params, decode)
            except msgspec.ValidationError as error:
                last = Doubt(f"the answer is of an unknown shape ({error})")
            except Doubt as doubt:
                last = doubt
            except TooLarge as error:
                raise UnreadableBooks(str(error), where=name) from error
        raise UnreadableBooks(last.doubt, where=name) from last

    # --- reports ---

    def proved(self, name: str, ask: Ask, params: Mapping[str, str], check: Callable[[Report, Lists], T]) -> T:
        """Return what ``check`` makes of a report. One that fails its checks is read three times in all.

        Raise CutOff where the report is too large for one answer; UnreadableBooks with the place named, BooksMoved if
        the doubt is about what was read before.
        """
        last = Doubt("")
        for _ in range(READINGS):
            try:
                report = self._client.get(name, f"reports/{ask.report}", params, decode)
                return self._checked(report, check)
            except TooLarge as error:
                raise CutOff from error
            except msgspec.ValidationError as error:
                last = Doubt(f"the answer is of an unknown shape ({error})", str(ask))
            except Doubt as doubt:
                last = doubt
        if isinstance(last, Moved):
            raise BooksMoved(last.doubt, where=last.where, start=ask.start) from last
        raise UnreadableBooks(last.doubt, where=last.where or str(ask)) from last

    def _checked(self, report: Report, check: Callable[[Report, Lists], T]) -> T:
        lists = self.lists()
        try:
            return check(report, lists)
        except Unknown:
            # Somebody may have made the account since the lists were read.
            return check(report, self.lists(anew=True))


def _entities_of(name: str, start: int, raw: bytes) -> list[Entity]:
    """Return the entities of one page of a list. Raise Doubt where it is another page, or another list's."""
    answer = msgspec.json.decode(raw, type=QueryAnswer).response
    others = sorted(key for key in answer if key != name and isinstance(msgspec.json.decode(answer[key]), list))
    if others and name not in answer:
        raise Doubt(f"it holds {others[0]}")  # another list in its place is not this one, empty
    page = msgspec.json.decode(answer.get(name, b"[]"), type=list[Entity])
    for what, expected in (("maxResults", len(page)), ("startPosition", start)):
        said = msgspec.json.decode(answer.get(what, b"null"), type=int | None)
        if said is not None and said != expected:
            raise Doubt(f"its {what} is {said}, expected was {expected}")
    return page


def _timezone(name: str) -> str:
    """Return a time zone that exists: some older companies have none, and UTC does no harm."""
    try:
        return ZoneInfo(name).key if name else "UTC"
    except (KeyError, ValueError, OSError):
        return "UTC"
