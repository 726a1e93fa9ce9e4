"""The address of the dashboard, ``/c/<company>/dashboard/``."""

from __future__ import annotations

from django.urls import path

from tieout.reports import dashboard_views

app_name = "dashboard"
urlpatterns = [path("", dashboard_views.page, name="page")]
