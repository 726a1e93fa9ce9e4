"""Manual journals, and expense claims of the old kind."""

from __future__ import annotations

from tieout.core.money import to_text
from tieout.core.records import EntryRecord
from tieout.providers.xero.documents_wire import ExpenseClaim, ManualJournal
from tieout.providers.xero.faults import Doubt
from tieout.providers.xero.posting_documents import STANDING, itemised
from tieout.providers.xero.posting_ground import Chart, Money
from tieout.providers.xero.wire import day


def post_manual_journal(journal: ManualJournal, chart: Chart) -> EntryRecord | None:
    """Return what a manual journal posts, always in base currency: its lines, and their tax as one line.

    None unless it is posted. Raise Doubt where it does not balance.
    """
    lines = [line for line in journal.lines if line.amount or line.tax]
    if journal.status != "POSTED" or not lines:
        return None
    where = f"Manual Journal {journal.id}"
    found = itemised(lines, journal.amounts or "NoTax", Money(chart), where, sign=1)
    posted = (*found.lines, *found.taxes)
    if off := sum(line.amount for line in posted):
        raise Doubt(f"it is off by {to_text(off, chart.digits)}", where)
    return EntryRecord(
        type="Manual Journal",
        external_id=journal.id,
        date=day(journal.date),
        lines=posted,
        memo=journal.narration or "",
        record=f"ManualJournal:{journal.id}",
    )


def post_expense_claim(claim: ExpenseClaim, chart: Chart) -> EntryRecord | None:
    """Return what a claim posts: the receipts' lines, against what is owed to the person.

    None where the claim comes without its receipts' lines: they cannot be read otherwise.
    """
    receipts = claim.receipts or []
    if claim.status not in STANDING or not claim.reported or not any(receipt.lines for receipt in receipts):
        return None
    where, money = f"Expense Claim {claim.id}", Money(chart)
    found = [itemised(one.lines, one.amounts, money, where, sign=1) for one in receipts if one.lines]
    lines = [line for one in found for line in (*one.lines, *one.taxes)]
    owed = money.line(chart.system("UNPAIDEXPCLM", where), -sum((one.own for one in found), start=claim.total * 0))
    return EntryRecord(
        type="Expense Claim",
        external_id=claim.id,
        date=day(claim.reported),
        lines=(owed, *lines),
        memo=claim.reference or "",
        record=f"ExpenseClaim:{claim.id}",
    )
