"""What people type about departments."""

from __future__ import annotations

from django import forms

from tieout.departments.categories import Category


class NewDepartmentForm(forms.Form):
    """A custom department."""

    category = forms.ChoiceField(choices=[(each.value, each.label) for each in Category], label="Category")
    name = forms.CharField(max_length=80, label="Name")


class NameForm(forms.Form):
    """Another name for a department."""

    name = forms.CharField(max_length=80, label="Name")


class RemoveForm(forms.Form):
    """The department that takes over, where one is needed."""

    target = forms.IntegerField(required=False)
