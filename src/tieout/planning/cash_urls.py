"""The addresses of cash, below ``/c/<company>/cash/``."""

from __future__ import annotations

from django.urls import path

from tieout.planning import cash_views

app_name = "planning_cash"
urlpatterns = [
    path("", cash_views.page, name="page"),
    path("entries/", cash_views.entries, name="entries"),
    path("entries.csv", cash_views.export, name="export"),
]
