"""The ledger beside the books that a sandbox keeps: every account, every line."""

from __future__ import annotations

from typing import Any

from tieout.connections.models import RunState, SyncRun
from tieout.core.money import to_text
from tieout.core.month import Month
from tieout.ledger.queries import line_count
from tieout.proofs import queries
from tieout.proofs.linking import Link
from tieout.proofs.outcome import must


def must_be_well(run: SyncRun) -> None:
    """Require that a run has brought the books."""
    well = run.state in (RunState.PUBLISHED, RunState.UNCHANGED) and not run.differing
    must(well, f"run {run.pk} ended {run.state} with {run.differing} differences: {run.reason or 'no reason is told'}")


def must_equal_the_books(link: Link) -> None:
    """Require no line lost, none doubled, and each account's balance as the sandbox itself says."""
    book = link.book
    theirs = _theirs(link, "")
    lines = line_count(book)
    must(lines == theirs["lines_posted"], f"the ledger has {lines:,} lines, the books have {theirs['lines_posted']:,}")
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
