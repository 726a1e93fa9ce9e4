"""One organisation of Xero, opened to be read: by journals if Xero has opened them to the app, else by documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache, cached_property, partial

from tieout.core.month import Month
from tieout.core.records import (
    After,
    Balances,
    Checkpoint,
    EntryRecord,
    Gone,
    Hints,
    ListRecord,
    Organisation,
    Part,
    Statement,
    Window,
)
from tieout.providerkit.interface import Capabilities, Past
from tieout.providers.xero import scopes
from tieout.providers.xero.balances import trial_balance
from tieout.providers.xero.documents import DocumentsReader
from tieout.providers.xero.faults import NotGranted
from tieout.providers.xero.journals import JournalReader
from tieout.providers.xero.sorts import BY_DOCUMENTS, BY_JOURNALS
from tieout.providers.xero.sources import Documents
from tieout.providers.xero.tenant import TenantReader, digest
from tieout.providers.xero.year_ends import in_whole_months

_DAY = timedelta(days=1)


class XeroBooks:
    """The books of one organisation. Reads as it is consumed."""

    def __init__(self, tenant: TenantReader, *, asked: frozenset[str]) -> None:
        """``asked`` are the scopes that the consent page names: they count where a token does not say its own."""
        self._tenant = tenant
        self._asked = asked

    @property
    def capabilities(self) -> Capabilities:
        """What this grant allows: another source, if Xero has not opened the journals to this app."""
        can = BY_JOURNALS if self._by_journals else BY_DOCUMENTS
        return replace(can, reports_balances=scopes.opens(self._scopes, "TrialBalance"))

    def organisation(self) -> Organisation:
        """Return who the books belong to, which proves that the connection can read."""
        return self._tenant.organisation

    def lists(self) -> Iterator[ListRecord]:
        """Yield all lists, read anew, archived entries too."""
        yield from self._tenant.handed_out().records

    def recall(self, records: Iterable[ListRecord]) -> None:
        """Take lists as read before. Where an answer names what they lack, they are read anew by themselves."""
        self._tenant.recall(records)

    def hints(self, since: str | None) -> Hints:
        """Return what changed. A numbered feed is its own cursor: of journals, only changes of the lists are told."""
        if not self._by_journals:
            return self._documents.hints(since)
        now = digest(self._tenant.lists().records)
        if since is None:
            return Hints(complete=False, cursor=now)
        return Hints(complete=True, cursor=now, lists=since != now)

    def earliest(self) -> Month | None:
        """Return the first month with a document. That of a numbered feed is known when it has been read: None."""
        return None if self._by_journals else self._documents.earliest()

    def read(self, part: Part, *, past: Past | None = None) -> Iterator[EntryRecord | Gone | Checkpoint]:
        """Yield the journals after a number, with a checkpoint after each page, or a window's documents by month."""
        if isinstance(part, After) and scopes.opens(self._scopes, "Journals"):
            yield from self._journals.read(part, past)
        elif isinstance(part, Window) and not self._by_journals:
            yield from self._documents.read(part)
        else:
            raise TypeError(f"{self.capabilities.source} are not read by {type(part).__name__}")

    def balances(self, statement: Statement, months: Sequence[Month]) -> Iterator[Balances]:
        """Yield the trial balance at each month's end, a call for each. Xero's other statements are not asked for."""
        if statement is not Statement.TRIAL_BALANCE:
            raise ValueError(f"{statement} is not read from Xero")
        figures = cache(self._figures)
        for month in months:
            amounts = in_whole_months(
                figures(month.end - _DAY),
                month,
                figures,
                self._tenant.lists().accounts,
                self._tenant.described,
                self.organisation(),
            )
            yield Balances(statement=Statement.TRIAL_BALANCE, month=month, amounts=amounts)

    def _figures(self, day: date) -> Mapping[str, int]:
        check = partial(trial_balance, day=day, digits=self.organisation().digits)
        return self._tenant.proved(f"TrialBalance {day}", "Reports/TrialBalance", {"date": day.isoformat()}, check)

    # --- what the grant opens ---

    @cached_property
    def _scopes(self) -> frozenset[str]:
        found = scopes.granted(self._tenant.client.access())
        return self._asked if found is None else found

    @cached_property
    def _by_journals(self) -> bool:
        """Whether journals are open. A token may name their scope while Xero refuses them to the app's tier."""
        if not scopes.opens(self._scopes, "Journals"):
            return False
        try:
            self._journals.prove_open()
        except NotGranted:
            return False
        return True

    @cached_property
    def _documents(self) -> DocumentsReader:
        return DocumentsReader(self._tenant, claims=scopes.opens(self._scopes, "ExpenseClaims"))

    @cached_property
    def _journals(self) -> JournalReader:
        return JournalReader(self._tenant, Documents(self._tenant, self._scopes))
