"""The addresses of budgets, below ``/c/<company>/budgets/``."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "budgets"
urlpatterns: list[URLPattern] = []
