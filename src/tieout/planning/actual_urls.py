"""The addresses of actuals, below ``/c/<company>/actuals/``."""

from __future__ import annotations

from django.urls import path

from tieout.planning import actual_edit_views, actual_list_views, actual_views

app_name = "planning_actuals"
urlpatterns = [
    path("", actual_views.actuals, name="actuals"),
    path("actuals.csv", actual_views.as_csv, name="csv"),
    path("actuals.xlsx", actual_views.as_xlsx, name="xlsx"),
    path("figures/", actual_edit_views.figures, name="figures"),
    path("cells/", actual_edit_views.cells, name="cells"),
    path("undo/", actual_edit_views.undo, name="undo"),
    path("typed/", actual_list_views.listing, name="typed"),
    path("typed/settle/", actual_list_views.settle, name="settle"),
    path("estimates/", actual_list_views.set_estimates, name="estimates"),
]
