"""The faults that this sandbox has. `damage` does them to reports, `misbehave` to whole answers."""

from __future__ import annotations

ANSWER = ("status", "slow", "truncated_json", "html", "empty_body")
REPORT = (
    "cut_off",
    "missing_column",
    "columns_reordered",
    "titles_localised",
    "no_colkey",
    "wrong_echo",
    "wrong_summary",
    "drop_row",
    "duplicate_row",
    "unbalanced",
    "unknown_account",
    "alter_date",
    "alter_amount",
    "comma_amounts",
    "unknown_txn_type",
)
TRIAL_BALANCE = ("trial_balance_shift", "trial_balance_break")
SWITCHES = ("dialect", "cell_cap", "cdc_cap", "no_payroll_listed")
KNOWN = frozenset((*ANSWER, *REPORT, *TRIAL_BALANCE, *SWITCHES))
