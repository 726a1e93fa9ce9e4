"""The addresses of payroll, below ``/c/<company>/people/``."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "payroll"
urlpatterns: list[URLPattern] = []
