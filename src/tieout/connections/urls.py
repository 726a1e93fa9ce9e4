"""The addresses of a company's connection, below ``/c/<company>/``."""

from __future__ import annotations

from django.urls import path

from tieout.connections import notice_views, views

app_name = "connections"
urlpatterns = [
    path("integrations/", views.integrations, name="integrations"),
    path("integrations.json", views.state, name="state"),
    path("integrations/connect/", views.connect, name="connect"),
    path("integrations/refresh/", views.refresh, name="refresh"),
    path("integrations/sync-date/", views.sync_date, name="sync-date"),
    path("integrations/disconnect/", views.disconnect, name="disconnect"),
    path("integrations/runs/<int:run_id>/", views.run, name="run"),
    path("integrations/runs/<int:run_id>/progress/", views.run_progress, name="run-progress"),
    path("integrations/runs/<int:run_id>.json", views.run_facts, name="run-facts"),
    path("integrations/runs/<int:run_id>/publish/", views.publish, name="publish"),
    path("notices/", notice_views.page, name="notices"),
    path("notices/read/", notice_views.read_all, name="notices-read"),
    path("notices/mails/", notice_views.mails, name="notice-mails"),
    path("notices/<int:notice_id>/read/", notice_views.read, name="read-notice"),
]
