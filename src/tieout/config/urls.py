"""The addresses of the site. Everything of a company lies under ``/c/<company>/``."""

from __future__ import annotations

from django.urls import include, path

from tieout.companies import views as companies
from tieout.config import health

urlpatterns = [
    path("", companies.root, name="root"),
    path("healthz", health.healthz, name="healthz"),
    path("accounts/", include("allauth.account.urls")),
    path("", include("tieout.companies.urls")),
    path("c/<slug:company>/", companies.home, name="home"),
    path("c/<slug:company>/", include("tieout.connections.urls")),
    path("", include("tieout.connections.oauth_urls")),
    path("", include("tieout.connections.webhook_urls")),
    path("c/<slug:company>/dashboard/", include("tieout.reports.dashboard_urls")),
    path("c/<slug:company>/reports/", include("tieout.reports.urls")),
    path("c/<slug:company>/settings/departments/", include("tieout.departments.urls")),
    path("c/<slug:company>/settings/payment-terms/", include("tieout.planning.settings_urls")),
    path("c/<slug:company>/settings/cash-accounts/", include("tieout.planning.cash_settings_urls")),
    path("c/<slug:company>/settings/variables/", include("tieout.planning.variable_urls")),
    path("c/<slug:company>/cash/", include("tieout.planning.cash_urls")),
    path("c/<slug:company>/budgets/", include("tieout.budgets.urls")),
    path("c/<slug:company>/people/", include("tieout.payroll.urls")),
    path("c/<slug:company>/actuals/", include("tieout.planning.actual_urls")),
    path("c/<slug:company>/revenue/", include("tieout.planning.revenue_urls")),
    path("c/<slug:company>/expenses/", include("tieout.planning.urls")),
    path("c/<slug:company>/expenses/", include("tieout.expenses.urls")),
]
