"""The addresses of the plan, below ``/c/<company>/expenses/``."""

from __future__ import annotations

from django.urls import path

from tieout.planning import along_views, closed_views, edit_views, expense_views, formula_views, summary_views, views

app_name = "planning"
urlpatterns = [
    path("", summary_views.summary, name="summary"),
    path("forecast/", summary_views.forecast_many, name="forecast-many"),
    path("forecast/undo/", summary_views.undo_many, name="forecast-undo"),
    path("<int:expense_id>/row/", summary_views.row, name="summary-row"),
    path("<int:expense_id>/", expense_views.edit, name="expense"),
    path("add/", expense_views.add, name="add"),
    path("add/preview/", expense_views.add_preview, name="add-preview"),
    path("<int:expense_id>/remove/", expense_views.remove, name="expense-remove"),
    path("<int:expense_id>/preview/", expense_views.show_preview, name="expense-preview"),
    path("formula/names/", formula_views.names, name="formula-names"),
    path("formula/check/", formula_views.checked, name="formula-check"),
    path("links/<int:link_id>/along/", along_views.along, name="budget-along"),
    path("timeline/", views.timeline, name="timeline"),
    path("timeline/rows/", views.rows, name="rows"),
    path("timeline/figures/", edit_views.figures, name="figures"),
    path("timeline/cells/", edit_views.cells, name="cells"),
    path("timeline/undo/", edit_views.undo, name="undo"),
    path("closed/", closed_views.listing, name="closed"),
    path("closed/close/", closed_views.close, name="close"),
    path("closed/<str:month>/", closed_views.month, name="closed-month"),
    path("closed/<str:month>/accept/", closed_views.accept, name="closed-accept"),
    path("closed/<str:month>/keep/", closed_views.keep, name="closed-keep"),
    path("closed/<str:month>/reopen/", closed_views.reopen, name="closed-reopen"),
]
