"""The addresses of companies; their settings lie under each company's own."""

from __future__ import annotations

from django.urls import path

from tieout.companies import audit_views, invitation_views, people_views, views

app_name = "companies"
_SETTINGS = "c/<slug:company>/settings/"
_PEOPLE = f"{_SETTINGS}people/"
urlpatterns = [
    path("companies/new/", views.new, name="new"),
    path("invitation/", invitation_views.invitation, name="invitation"),
    path("invitation/accept/", invitation_views.accept, name="invitation-accept"),
    path("invitation/change-person/", invitation_views.change_person, name="invitation-change-person"),
    path("invitation/<str:secret>/", invitation_views.link, name="invitation-link"),
    path(_SETTINGS, views.settings, name="settings"),
    path(f"{_SETTINGS}save/", views.save, name="save"),
    path(_PEOPLE, people_views.people, name="people"),
    path(f"{_PEOPLE}invite/", people_views.invite, name="invite"),
    path(f"{_PEOPLE}leave/", people_views.leave, name="leave"),
    path(f"{_PEOPLE}<int:membership_id>/", people_views.save, name="save-person"),
    path(f"{_PEOPLE}<int:membership_id>/remove/", people_views.remove, name="remove-person"),
    path(f"{_PEOPLE}invitations/<int:invitation_id>/again/", people_views.invite_again, name="invite-again"),
    path(f"{_PEOPLE}invitations/<int:invitation_id>/withdraw/", people_views.withdraw, name="withdraw"),
    path(f"{_SETTINGS}audit/", audit_views.log, name="audit"),
    path(f"{_SETTINGS}audit.csv", audit_views.export, name="audit-csv"),
]
