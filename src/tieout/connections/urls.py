"""The addresses of a company's connection, below ``/c/<company>/``."""

from __future__ import annotations

from django.urls import path

from tieout.connections import action_views, connect_views, notice_views, views

app_name = "connections"
urlpatterns = [
    path("integrations/", views.integrations, name="integrations"),
    path("integrations.json", views.state, name="state"),
    path("integrations/connect/", connect_views.connect, name="connect"),
    path("integrations/choose/", connect_views.choose, name="choose"),
    path("integrations/choose/none/", connect_views.choose_none, name="choose-none"),
    path("integrations/refresh/", action_views.refresh, name="refresh"),
    path("integrations/sync-date/", action_views.sync_date, name="sync-date"),
    path("integrations/disconnect/", action_views.disconnect, name="disconnect"),
    path("integrations/include/", action_views.include, name="include"),
    path("integrations/running-month/", action_views.running_month, name="running-month"),
    path("integrations/pause/", action_views.pause, name="pause"),
    path("integrations/resume/", action_views.resume, name="resume"),
    path("integrations/delete/", action_views.delete, name="delete"),
    path("integrations/runs/<int:run_id>/", views.run, name="run"),
    path("integrations/runs/<int:run_id>/progress/", views.run_progress, name="run-progress"),
    path("integrations/runs/<int:run_id>.json", views.run_facts, name="run-facts"),
    path("integrations/runs/<int:run_id>/publish/", action_views.publish, name="publish"),
    path("notices/", notice_views.page, name="notices"),
    path("notices/read/", notice_views.read_all, name="notices-read"),
    path("notices/mails/", notice_views.mails, name="notice-mails"),
    path("notices/<int:notice_id>/read/", notice_views.read, name="read-notice"),
]
