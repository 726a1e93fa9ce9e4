"""The addresses of expenses, below ``/c/<company>/expenses/``."""

from __future__ import annotations

from django.urls import path

from tieout.expenses import entry_views, organise_views

app_name = "expenses"
urlpatterns = [
    path("entries/", entry_views.entries, name="entries"),
    path("entries.csv", entry_views.export, name="export"),
    path("organise/", organise_views.page, name="organise"),
    path("organise/save/", organise_views.save, name="save"),
]
