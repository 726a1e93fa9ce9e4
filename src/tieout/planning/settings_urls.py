"""The addresses of payment terms, below ``/c/<company>/settings/payment-terms/``."""

from __future__ import annotations

from django.urls import path

from tieout.planning import term_views

app_name = "planning_settings"
urlpatterns = [
    path("", term_views.listing, name="terms"),
    path("add/", term_views.add, name="term-add"),
    path("<int:term_id>/", term_views.edit, name="term"),
    path("<int:term_id>/remove/", term_views.remove, name="term-remove"),
]
