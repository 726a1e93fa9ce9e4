"""Journals: numbered, balanced, only ever added to, and with them the sums that every report is made of."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal

import msgspec

from tieout.providers.xero.sandbox.ids import line_id
from tieout.providers.xero.sandbox.values import ZERO, BadDocument, Json


class JournalLine(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One line. ``net`` and ``tax`` are in base currency, debit positive; lists are held by their documents.

    ``foreign`` is what the line means in ``currency``, where the account or the document is kept in another one than
    the organisation: no journal tells it, but revaluation needs it.
    """

    account: Json
    net: Decimal
    tax: Decimal = ZERO
    tax_rate: Json | None = None
    description: str = ""
    tracking: tuple[Json, ...] = ()
    currency: str = ""
    foreign: Decimal = ZERO

    def negated(self) -> JournalLine:
        """Return the line that undoes this one."""
        return msgspec.structs.replace(self, net=-self.net, tax=-self.tax, foreign=-self.foreign)

    def document(self, id_: str) -> Json:
        """Return the line as the API shows it."""
        account = self.account
        shown: Json = {"JournalLineID": id_, "AccountID": account["AccountID"]}
        if account.get("Code"):
            shown["AccountCode"] = account["Code"]
        shown |= {
            "AccountType": account["Type"],
            "AccountName": account["Name"],
            "Description": self.description,
            "NetAmount": self.net,
            "GrossAmount": self.net + self.tax,
            "TaxAmount": self.tax,
        }
        if self.tax_rate is not None:
            shown |= {"TaxType": self.tax_rate["TaxType"], "TaxName": self.tax_rate["Name"]}
        shown["TrackingCategories"] = list(self.tracking)
        return shown


class Journal(msgspec.Struct, frozen=True, kw_only=True):
    """A posted journal. ``source`` is its SourceType, "" for what the platform posts without a document.

    ``given`` is the journal as somebody's real organisation had it: it is shown unchanged.
    """

    number: int
    id: str
    day: date
    created: datetime
    lines: tuple[JournalLine, ...]
    source: str = ""
    source_id: str = ""
    reference: str = ""
    given: Json | None = None

    def document(self, *, with_source: bool = True) -> Json:
        """Return the journal as the API shows it; ``/Journals/{id}`` leaves the source out."""
        if self.given is not None:
            return {key: value for key, value in self.given.items() if with_source or key not in _SOURCE}
        shown: Json = {
            "JournalID": self.id,
            "JournalDate": self.day,
            "JournalNumber": self.number,
            "CreatedDateUTC": self.created,
        }
        if self.reference:
            shown["Reference"] = self.reference
        if with_source and self.source:
            shown |= {"SourceID": self.source_id, "SourceType": self.source}
        shown["JournalLines"] = [line.document(line_id(self.id, place)) for place, line in enumerate(self.lines)]
        return shown


_SOURCE = ("SourceID", "SourceType")


class Sums:
    """Amounts added up by key and day, so that any span of days is told without reading all of history."""

    def __init__(self) -> None:
        self._days: dict[str, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        self._months: dict[str, dict[tuple[int, int], Decimal]] = defaultdict(lambda: defaultdict(Decimal))

    def __iter__(self) -> Iterator[str]:
        return iter(self._months)

    def add(self, key: str, day: date, amount: Decimal) -> None:
        """Add an amount on a day."""
        self._days[key][day] += amount
        self._months[key][day.year, day.month] += amount

    def until(self, key: str, last: date) -> Decimal:
        """Return the sum of all days up to ``last``, that day included."""
        if key not in self._months:
            return ZERO
        month = (last.year, last.month)
        whole = last.day == monthrange(*month)[1]
        total = sum((sum_ for at, sum_ in self._months[key].items() if at < month or (whole and at == month)), ZERO)
        if whole or month not in self._months[key]:
            return total
        days = self._days[key]
        return total + sum((sum_ for at, sum_ in days.items() if (at.year, at.month) == month and at <= last), ZERO)


class Journals:
    """All journals of an organisation, ascending by number."""

    def __init__(self) -> None:
        self.all: list[Journal] = []
        self.sums = Sums()  # base currency by AccountID
        self.foreign = Sums()  # by AccountID and currency, as `foreign_key` writes them
        self.lines = 0
        self._live: dict[str, list[Journal]] = {}
        self._live_ids: set[str] = set()

    def post(self, journal: Journal) -> None:
        """Add a journal. Raise BadDocument if it does not sum to zero or its number does not ascend."""
        if sum((line.net for line in journal.lines), ZERO):
            raise BadDocument(f"the journal does not balance: {[str(line.net) for line in journal.lines]}")
        if self.all and journal.number <= self.all[-1].number:
            raise BadDocument(f"journal {journal.number} comes after {self.all[-1].number}")
        self.all.append(journal)
        self.lines += len(journal.lines)
        for line in journal.lines:
            self.sums.add(line.account["AccountID"], journal.day, line.net)
            if line.currency:
                self.foreign.add(foreign_key(line.account["AccountID"], line.currency), journal.day, line.foreign)
                # The part of the account's balance that this currency makes up, to compare its value with.
                self.foreign.add(foreign_key(line.account["AccountID"], f"{line.currency}="), journal.day, line.net)

    def hold(self, owner: str, journal: Journal) -> None:
        """Remember that a journal stands for a document until it is taken back."""
        self._live.setdefault(owner, []).append(journal)
        self._live_ids.add(journal.id)

    def release(self, owner: str) -> list[Journal]:
        """Return, and forget, the journals that stand for a document."""
        released = self._live.pop(owner, [])
        self._live_ids.difference_update(journal.id for journal in released)
        return released

    def undone(self, journal: Journal) -> bool:
        """Whether a document's journal was taken back, or takes one back. Tells nothing of those without a source."""
        return bool(journal.source_id) and journal.id not in self._live_ids

    def standing(self, owner: str) -> Iterable[Journal]:
        """Return the journals that stand for a document."""
        return tuple(self._live.get(owner, ()))


def foreign_key(account: str, currency: str) -> str:
    """Return what an account's amounts in a currency are added up under."""
    return f"{account} {currency}"
