"""The addresses of the reports, below ``/c/<company>/reports/``."""

from __future__ import annotations

from django.urls import path

from tieout.reports import (
    all_views,
    budget_vs_actuals_views,
    change_log_views,
    document_views,
    general_ledger_views,
    pack_views,
    views,
)
from tieout.reports.catalogue import REPORTS

app_name = "reports"
urlpatterns = [
    path("", all_views.all_page, name="all"),
    path("change-log/", change_log_views.change_log_page, name="change-log"),
    path("change-log.json", change_log_views.change_log_json, name="change-log-json"),
    path("change-log.csv", change_log_views.change_log_csv, name="change-log-csv"),
    path("general-ledger/", general_ledger_views.general_ledger_page, name="general-ledger"),
    path("general-ledger.json", general_ledger_views.general_ledger_json, name="general-ledger-json"),
    path("general-ledger.csv", general_ledger_views.general_ledger_csv, name="general-ledger-csv"),
    path("general-ledger.xlsx", general_ledger_views.general_ledger_workbook, name="general-ledger-xlsx"),
    path("expenses.json", views.expenses_json, name="expenses-json"),
    path("expenses.csv", views.expenses_csv, name="expenses-csv"),
    path("trial-balance.json", views.trial_balance_json, name="trial-balance-json"),
    path("trial-balance.csv", views.trial_balance_csv, name="trial-balance-csv"),
    path("balance-sheet.json", views.balance_sheet_json, name="balance-sheet-json"),
    path("balance-sheet.csv", views.balance_sheet_csv, name="balance-sheet-csv"),
    path("budget-vs-actuals/", budget_vs_actuals_views.page, name="budget-vs-actuals"),
    path("budget-vs-actuals/note/", budget_vs_actuals_views.write_note, name="variance-note"),
    path("budget-vs-actuals/lines/", budget_vs_actuals_views.figure_page, name="variance"),
    path("budget-vs-actuals/lines.csv", budget_vs_actuals_views.lines_csv, name="variance-csv"),
    *(path(f"{it.name}/", document_views.document_page, {"report": it.name}, name=it.name) for it in REPORTS),
    path("pack/", pack_views.pack_page, name="pack"),
    path("pack.pdf", pack_views.pack_as_pdf, name="pack-pdf"),
    path("pack.xlsx", pack_views.pack_as_xlsx, name="pack-xlsx"),
    path("<slug:report>/lines/", document_views.document_lines, name="document-lines"),
    path("<slug:report>/lines.csv", document_views.document_lines_csv, name="document-lines-csv"),
    path("<slug:report>.csv", document_views.document_as_csv, name="document-csv"),
    path("<slug:report>.xlsx", document_views.document_as_xlsx, name="document-xlsx"),
    path("<slug:report>.pdf", document_views.document_as_pdf, name="document-pdf"),
    path("<slug:report>.json", document_views.document_as_json, name="document-json"),
]
