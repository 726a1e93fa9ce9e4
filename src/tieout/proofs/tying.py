"""The ledger beside the books that a sandbox keeps: every account, every line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tieout.connections.models import Reach, RunState, SyncRun
from tieout.core.money import to_text
from tieout.core.month import Month
from tieout.ledger.queries import line_count
from tieout.ledger.touched import has_opening
from tieout.proofs import queries
from tieout.proofs.comparison import compare
from tieout.proofs.linking import Link
from tieout.proofs.outcome import must


def must_be_well(run: SyncRun, done: Sequence[str] = ()) -> None:
    """Require that a run has brought the books. ``done`` is what was done in them, for the words."""
    well = run.state in (RunState.PUBLISHED, RunState.UNCHANGED) and not run.differing
    told = f"run {run.pk} ended {run.state} with {run.differing} differences: {run.reason or 'no reason is told'}"
    must(well, told + _after(done))


def must_equal_line_by_line(link: Link, done: Sequence[str] = ()) -> None:
    """Require each line to be that of the books, and each account's balance at each month's end."""
    must_equal_the_books(link)
    last = queries.runs_of(link.connection)[-1]
    since = None if last.reach == Reach.EVERYTHING else Month.parse(_theirs(link, "")["today"][:7])
    found = compare(link.platform, link.book, link.look, since=since)
    must(not found.differences, "; ".join(found.differences) + _after(done))


def _after(done: Sequence[str]) -> str:
    return f" (after: {', '.join(done)})" if done else ""


def must_equal_the_books(link: Link) -> None:
    """Require no line lost, none doubled, and each account's balance as the sandbox itself says."""
    book = link.book
    theirs = _theirs(link, "")
    lines, there = line_count(book), theirs["lines_posted"]
    if link.platform.itemises and not has_opening(book):  # else older lines are there that the opening entry stands for
        must(lines == there, f"the ledger has {lines:,} lines, the books have {there:,}")
    doubled = queries.doubled_entries(book)
    must(not doubled, f"{len(doubled)} entries stand there twice, first {doubled[:1]}")
    month = Month.parse(theirs["today"][:7])
    ours = queries.trial_balance(book, month)
    balances = {account: it for account, it in _theirs(link, str(month))["trial_balance"].items() if it}
    for account in sorted(ours.keys() | balances.keys()):
        mine, own = ours.get(account, 0), balances.get(account, 0)
        told = f"account {account} is {to_text(mine, book.digits)} in the ledger and {to_text(own, book.digits)} there"
        must(mine == own, f"at the end of {month}: {told}")


def _theirs(link: Link, month: str) -> dict[str, Any]:
    realm = link.connection.organisation.external_id
    params = {"realm": realm, **({"month": month} if month else {})}
    found: dict[str, Any] = link.look("books", **params)["companies"][0]
    return found
