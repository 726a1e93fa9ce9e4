"""The addresses of payroll, below ``/c/<company>/people/``."""

from __future__ import annotations

from django.urls import path

from tieout.payroll import import_views, views

app_name = "payroll"
urlpatterns = [
    path("", views.people, name="people"),
    path("export/", views.export, name="export"),
    path("new/", views.add, name="add"),
    path("template/", import_views.template, name="template"),
    path("import/", import_views.upload, name="import"),
    path("import/<int:upload_id>/", import_views.preview, name="import-preview"),
    path("<int:employee_id>/", views.person, name="person"),
    path("<int:employee_id>/save/", views.save, name="save"),
    path("<int:employee_id>/raise/", views.raise_pay, name="raise"),
    path("<int:employee_id>/raise/<int:raise_id>/remove/", views.remove_raise, name="remove-raise"),
    path("<int:employee_id>/pay/", views.type_pay, name="pay"),
    path("<int:employee_id>/remove/", views.remove, name="remove"),
]
