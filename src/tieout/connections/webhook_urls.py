"""The one address that a provider posts to, whichever companies it tells of."""

from __future__ import annotations

from django.urls import path

from tieout.connections import webhook_views

urlpatterns = [path("webhooks/<slug:provider>/", webhook_views.told, name="webhook")]
