"""The addresses of payroll, below ``/c/<company>/people/``."""

from __future__ import annotations

from django.urls import path

from tieout.payroll import hiring_views, import_views, reconciliation_views, run_views, views

app_name = "payroll"
urlpatterns = [
    path("", views.people, name="people"),
    path("export/", views.export, name="export"),
    path("new/", views.add, name="add"),
    path("template/", import_views.template, name="template"),
    path("import/", import_views.upload, name="import"),
    path("import/<int:upload_id>/", import_views.preview, name="import-preview"),
    path("hiring/", hiring_views.hiring, name="hiring"),
    path("hiring/new/", hiring_views.add, name="add-post"),
    path("hiring/<int:driver_id>/", hiring_views.edit, name="post"),
    path("hiring/<int:driver_id>/remove/", hiring_views.remove, name="remove-post"),
    path("reconciliation/", reconciliation_views.reconciliation, name="reconciliation"),
    path("runs/", run_views.runs, name="runs"),
    path("runs/template/", run_views.template, name="runs-template"),
    path("runs/import/", run_views.upload, name="runs-import"),
    path("runs/import/<int:upload_id>/", run_views.preview, name="runs-preview"),
    path("runs/<int:run_id>/", run_views.run, name="run"),
    path("runs/<int:run_id>/remove/", run_views.remove, name="remove-run"),
    path("<int:employee_id>/", views.person, name="person"),
    path("<int:employee_id>/save/", views.save, name="save"),
    path("<int:employee_id>/raise/", views.raise_pay, name="raise"),
    path("<int:employee_id>/raise/<int:raise_id>/remove/", views.remove_raise, name="remove-raise"),
    path("<int:employee_id>/pay/", views.type_pay, name="pay"),
    path("<int:employee_id>/remove/", views.remove, name="remove"),
]
