"""The addresses of departments, below ``/c/<company>/settings/departments/``."""

from __future__ import annotations

from django.urls import path

from tieout.departments import views

app_name = "departments"
urlpatterns = [
    path("", views.listing, name="list"),
    path("add/", views.add, name="add"),
    path("<int:department_id>/name/", views.rename, name="rename"),
    path("<int:department_id>/hide/", views.hide, name="hide"),
    path("<int:department_id>/remove/", views.remove, name="remove"),
]
