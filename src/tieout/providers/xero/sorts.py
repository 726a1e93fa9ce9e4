"""The two sources of postings at Xero, and what each can: the journals themselves, or the documents that post them."""

from __future__ import annotations

from tieout.providerkit.interface import Capabilities

JOURNALS, DOCUMENTS = "journals", "documents"
FUTURE_MONTHS = 24  # Xero takes postings dated ahead

BY_JOURNALS = Capabilities(
    feed=True,
    itemises_everything=True,
    reports_balances=True,
    sees_deletions=True,  # another journal says so
    future_months=FUTURE_MONTHS,
    source=JOURNALS,
    numbered=True,
)
BY_DOCUMENTS = Capabilities(
    feed=True,
    itemises_everything=False,  # pay runs, depreciation, conversion balances and more have no document
    reports_balances=True,
    sees_deletions=True,  # the document stays, and says so
    future_months=FUTURE_MONTHS,
    source=DOCUMENTS,
    window_months=12,
)
