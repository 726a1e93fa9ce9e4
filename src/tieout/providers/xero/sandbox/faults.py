"""The faults that this sandbox has (xero.md §6). `misbehave` does them to whole answers, `spoiling` to what they hold.

Whole answers: ``status`` (value, retry_after, problem), ``slow`` (seconds), ``truncated_json``, ``empty_body`` and
``html``. The grant: ``expire_token`` and ``disconnect`` hit in the middle of whatever is being read; ``day_limit`` and
``minute_limit`` refuse as the platform does when the window is used up (value: Retry-After in seconds).
Journals: ``short_page`` (value: so many), ``number_gap`` (value: a number that is never shown), ``late_number`` (value:
a number that is not shown yet, until ``times`` pages were answered), ``unbalanced``, ``drop_journal``,
``duplicate_journal``, ``unknown_account``, ``unknown_source``, ``alter_amount``, ``alter_date``.
Lists: ``row_moves`` (somebody changes the first row while pages are read).
Shapes: ``strings_for_numbers``, ``missing_keys``. Reports: ``trial_balance_shift`` (amount, account, month),
``trial_balance_break``.
"""

from __future__ import annotations

ANSWER = ("status", "slow", "truncated_json", "empty_body", "html")
GRANT = ("expire_token", "disconnect", "day_limit", "minute_limit")
JOURNALS = (
    "short_page",
    "number_gap",
    "late_number",
    "unbalanced",
    "drop_journal",
    "duplicate_journal",
    "unknown_account",
    "unknown_source",
    "alter_amount",
    "alter_date",
)
LISTS = ("row_moves",)
SHAPES = ("strings_for_numbers", "missing_keys")
REPORTS = ("trial_balance_shift", "trial_balance_break")
KNOWN = (*ANSWER, *GRANT, *JOURNALS, *LISTS, *SHAPES, *REPORTS)
