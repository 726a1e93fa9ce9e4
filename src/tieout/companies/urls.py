"""The addresses of companies; their settings lie under each company's own."""

from __future__ import annotations

from django.urls import path

from tieout.companies import views

app_name = "companies"
_SETTINGS = "c/<slug:company>/settings/"
urlpatterns = [
    path("companies/new/", views.new, name="new"),
    path(_SETTINGS, views.settings, name="settings"),
    path(f"{_SETTINGS}save/", views.save, name="save"),
    path(f"{_SETTINGS}people/", views.people, name="people"),
    path(f"{_SETTINGS}people/add/", views.add_person, name="add-person"),
    path(f"{_SETTINGS}people/<int:membership_id>/", views.save_person, name="save-person"),
    path(f"{_SETTINGS}people/<int:membership_id>/remove/", views.remove_person, name="remove-person"),
    path(f"{_SETTINGS}audit/", views.audit_log, name="audit"),
]
