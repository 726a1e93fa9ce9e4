"""The addresses of cash accounts, below ``/c/<company>/settings/cash-accounts/``."""

from __future__ import annotations

from django.urls import path

from tieout.planning import cash_account_views

app_name = "planning_cash_settings"
urlpatterns = [
    path("", cash_account_views.listing, name="accounts"),
    path("save/", cash_account_views.save, name="save"),
]
