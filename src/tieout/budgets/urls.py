"""The addresses of budgets, below ``/c/<company>/budgets/``."""

from __future__ import annotations

from django.urls import path

from tieout.budgets import compare_views, making_views, typing_views, views

app_name = "budgets"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", making_views.new, name="new"),
    path("import/", making_views.upload, name="import"),
    path("import/<int:import_id>/", making_views.preview, name="preview"),
    path("compare/", compare_views.comparison, name="compare"),
    path("<int:budget_id>/", views.detail, name="detail"),
    path("<int:budget_id>/rows/<int:row_id>/", views.row, name="row"),
    path("<int:budget_id>/figures/", typing_views.figures, name="figures"),
    path("<int:budget_id>/cells/", typing_views.cells, name="cells"),
    path("<int:budget_id>/undo/", typing_views.undo, name="undo"),
    path("<int:budget_id>/rename/", views.rename, name="rename"),
    path("<int:budget_id>/copy/", views.copy, name="copy"),
    path("<int:budget_id>/freeze/", views.freeze, name="freeze"),
    path("<int:budget_id>/delete/", views.delete, name="delete"),
    path("<int:budget_id>/use/", views.use, name="use"),
    path("<int:budget_id>/budget.csv", views.as_csv, name="csv"),
    path("<int:budget_id>/budget.xlsx", views.as_xlsx, name="xlsx"),
]
