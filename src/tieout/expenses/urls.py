"""The addresses of expenses, below ``/c/<company>/expenses/``."""

from __future__ import annotations

from django.urls import path

from tieout.expenses import entry_views, link_views, organise_views

app_name = "expenses"
urlpatterns = [
    path("entries/", entry_views.entries, name="entries"),
    path("entries.csv", entry_views.export, name="export"),
    path("organise/", organise_views.page, name="organise"),
    path("organise/save/", organise_views.save, name="save"),
    path("links/", link_views.links, name="links"),
    path("links/new/", link_views.new, name="link-new"),
    path("links/work/", link_views.work, name="link-work"),
    path("links/save/", link_views.save, name="link-save"),
    path("links/order/", link_views.order, name="link-order"),
    path("links/names/", link_views.names, name="link-names"),
    path("links/<int:link_id>/", link_views.edit, name="link"),
    path("links/<int:link_id>/remove/", link_views.remove, name="link-remove"),
]
