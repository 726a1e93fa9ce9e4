"""The addresses of variables, below ``/c/<company>/settings/variables/``."""

from __future__ import annotations

from django.urls import path

from tieout.planning import variable_views

app_name = "planning_variables"
urlpatterns = [
    path("", variable_views.listing, name="list"),
    path("add/", variable_views.add, name="add"),
    path("revenue/", variable_views.revenue, name="revenue"),
    path("<int:variable_id>/", variable_views.edit, name="variable"),
    path("<int:variable_id>/remove/", variable_views.remove, name="remove"),
]
