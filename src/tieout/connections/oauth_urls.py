"""The one address that a provider sends people back to. It names no company: that is in the request's own state."""

from __future__ import annotations

from django.urls import path

from tieout.connections import oauth_views

urlpatterns = [path("oauth/callback/<slug:provider>/", oauth_views.callback, name="oauth-callback")]
