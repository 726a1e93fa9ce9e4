"""The addresses of revenue, below ``/c/<company>/revenue/``: the pages of expenses, for streams."""

from __future__ import annotations

from django.urls import path

from tieout.planning import edit_views, expense_views, views
from tieout.planning.side import STREAMS

app_name = "revenue"
_SIDE = {"side": STREAMS}
urlpatterns = [
    path("", views.timeline, _SIDE, name="timeline"),
    path("rows/", views.rows, _SIDE, name="rows"),
    path("figures/", edit_views.figures, _SIDE, name="figures"),
    path("cells/", edit_views.cells, _SIDE, name="cells"),
    path("undo/", edit_views.undo, _SIDE, name="undo"),
    path("add/", expense_views.add, _SIDE, name="add"),
    path("add/preview/", expense_views.add_preview, _SIDE, name="add-preview"),
    path("<int:expense_id>/", expense_views.edit, _SIDE, name="expense"),
    path("<int:expense_id>/remove/", expense_views.remove, _SIDE, name="expense-remove"),
    path("<int:expense_id>/preview/", expense_views.show_preview, _SIDE, name="expense-preview"),
]
