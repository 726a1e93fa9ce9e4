"""Who may ask for which page: the list that a reviewer reads, and that every route is held against.

A role may do all that the roles below it may. A new route fails ``test_every_route`` until it stands here.
"""

from __future__ import annotations

_OWNER = """
    companies:save
    companies:invite
    companies:invite-again
    companies:withdraw
    companies:save-person
    companies:remove-person

    connections:delete
"""

_ADMIN = """
    companies:audit
    companies:audit-csv

    connections:connect
    connections:choose
    connections:choose-none
    connections:refresh
    connections:sync-date
    connections:disconnect
    connections:publish
    connections:include
    connections:running-month
    connections:pause
    connections:resume

    planning:close
    planning:closed-accept
    planning:closed-keep
    planning:closed-reopen

    planning_cash_settings:save

    departments:add
    departments:rename
    departments:hide
    departments:remove

    expenses:save
    expenses:link-new
    expenses:link-work
    expenses:link-save
    expenses:link-order
    expenses:link-names
    expenses:link
    expenses:link-remove
"""

_EDITOR = """
    planning_actuals:cells
    planning_actuals:undo
    planning_actuals:settle
    planning_actuals:estimates

    planning:summary-row
    planning:forecast-many
    planning:forecast-undo
    planning:cells
    planning:undo
    planning:add
    planning:add-preview
    planning:expense
    planning:expense-preview
    planning:expense-remove
    planning:budget-along
    revenue:cells
    revenue:undo
    revenue:add
    revenue:add-preview
    revenue:expense
    revenue:expense-preview
    revenue:expense-remove

    planning_variables:add
    planning_variables:revenue
    planning_variables:variable
    planning_variables:remove

    planning_settings:term-add
    planning_settings:term
    planning_settings:term-remove

    budgets:new
    budgets:import
    budgets:preview
    budgets:row
    budgets:cells
    budgets:undo
    budgets:rename
    budgets:copy
    budgets:freeze
    budgets:delete
    budgets:use

    reports:variance-note

    payroll:add
    payroll:save
    payroll:raise
    payroll:remove-raise
    payroll:pay
    payroll:remove
    payroll:import
    payroll:import-preview
    payroll:add-post
    payroll:post
    payroll:remove-post
    payroll:runs-import
    payroll:runs-preview
    payroll:remove-run
"""

_VIEWER = """
    home
    companies:settings
    companies:people
    companies:leave

    connections:integrations
    connections:state
    connections:run
    connections:run-progress
    connections:run-facts
    connections:notices
    connections:notices-read
    connections:notice-mails
    connections:read-notice

    departments:list

    expenses:organise
    expenses:links
    expenses:entries
    expenses:export

    planning_actuals:actuals
    planning_actuals:csv
    planning_actuals:xlsx
    planning_actuals:figures
    planning_actuals:typed

    planning:closed
    planning:closed-month
    planning:timeline
    planning:rows
    planning:figures
    planning:summary
    revenue:timeline
    revenue:rows
    revenue:figures
    planning:formula-names
    planning:formula-check
    planning_variables:list
    planning_settings:terms
    planning_cash:page
    planning_cash:entries
    planning_cash:export
    planning_cash_settings:accounts

    budgets:list
    budgets:detail
    budgets:figures
    budgets:compare
    budgets:csv
    budgets:xlsx

    payroll:people
    payroll:person
    payroll:export
    payroll:template
    payroll:hiring
    payroll:reconciliation
    payroll:runs
    payroll:run
    payroll:runs-template

    reports:profit-and-loss
    reports:cash-flow
    reports:budget-vs-actuals
    reports:variance
    reports:variance-csv
    reports:vendor-spend
    reports:breakdown
    reports:document-lines
    reports:document-lines-csv
    reports:document-csv
    reports:document-json
    reports:document-xlsx
    dashboard:page
    reports:document-pdf
    reports:pack
    reports:all
    reports:pack-pdf
    reports:pack-xlsx
    reports:trial-balance
    reports:trial-balance-json
    reports:trial-balance-csv
    reports:balance-sheet
    reports:balance-sheet-json
    reports:balance-sheet-csv
    reports:general-ledger
    reports:general-ledger-json
    reports:general-ledger-csv
    reports:general-ledger-xlsx
    reports:change-log
    reports:change-log-json
    reports:change-log-csv
    reports:expenses-json
    reports:expenses-csv
"""

ROLES = {"owner": _OWNER, "admin": _ADMIN, "editor": _EDITOR, "viewer": _VIEWER}
OF_A_COMPANY = {name: role for role, names in ROLES.items() for name in names.split()}

# Asked for by whoever comes; each decides for itself, and none shows anything of a company.
_SITE = """
    root
    companies:new
    companies:invitation
    companies:invitation-link
    companies:invitation-accept
    companies:invitation-change-person
    oauth-callback
    webhook
    healthz

    account_login
    account_logout
    account_signup
    account_inactive
    account_reauthenticate
    account_email
    account_email_verification_sent
    account_confirm_email
    account_confirm_login_code
    account_change_password
    account_set_password
    account_reset_password
    account_reset_password_done
    account_reset_password_from_key
    account_reset_password_from_key_done
"""
OF_THE_SITE = frozenset(_SITE.split())

# What needs the payroll-detail right besides the role, whoever asks.
NEEDS_PAYROLL_DETAIL = frozenset(
    name for name, role in OF_A_COMPANY.items() if name.startswith("payroll:") and role == "editor"
)

# A viewer changes nothing but what is their own. These take a POST; the first is a question with a long body.
POSTED_BY_VIEWERS = frozenset(
    {
        "planning:formula-check",
        "connections:read-notice",
        "connections:notices-read",
        "connections:notice-mails",
        "companies:leave",
    }
)
