"""The addresses of the plan, below ``/c/<company>/expenses/``."""

from __future__ import annotations

from django.urls import path

from tieout.planning import views

app_name = "planning"
urlpatterns = [
    path("", views.summary, name="summary"),
    path("timeline/", views.timeline, name="timeline"),
    path("timeline/rows/", views.rows, name="rows"),
]
