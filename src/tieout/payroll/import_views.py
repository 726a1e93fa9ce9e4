"""Bringing a sheet of people: template, upload, preview, confirmation."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from tieout.companies.access import CompanyRequest, editor, member
from tieout.kit.tables import BYTES, UnreadableTable, read_table, write_csv, write_xlsx
from tieout.payroll import people_import, uploads
from tieout.payroll.downloads import download
from tieout.payroll.models import UploadKind
from tieout.payroll.people_import import Preview, RowsAreWrong
from tieout.payroll.people_sheet import template as people_template
from tieout.payroll.rights import pay_only
from tieout.ui.figures import count


@require_GET
@member
def template(request: CompanyRequest) -> HttpResponse:
    """Return the sheet to fill in: ``?as=csv``, else XLSX with an explanation."""
    sheets = people_template()
    if request.GET.get("as") == "csv":
        return download(write_csv(sheets[0].rows), "people-template.csv")
    return download(write_xlsx(sheets), "people-template.xlsx")


@require_http_methods(["GET", "POST"])
@editor
@pay_only
def upload(request: CompanyRequest) -> HttpResponse:
    """Ask for a sheet, keep it, and go to its preview; or say why it is none."""
    refusal = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            refusal = "Choose a file first."
        else:
            name, data = file.name or "The file", file.read(BYTES + 1)
            try:
                people_import.preview(request.company, read_table(name, data))
            except UnreadableTable as error:
                refusal = str(error)
            else:
                made = uploads.keep(
                    request.company, request.person, UploadKind.PEOPLE, name=name, data=data, now=timezone.now()
                )
                return redirect("payroll:import-preview", company=request.company.slug, upload_id=made.pk)
    return render(request, "payroll/import.html", {"refusal": refusal}, status=422 if refusal else 200)


@require_http_methods(["GET", "POST"])
@editor
@pay_only
def preview(request: CompanyRequest, upload_id: int) -> HttpResponse:
    """Show what a sheet would do, then do it. ``good=1`` leaves wrong rows out."""
    kept = uploads.kept(request.company, request.person, UploadKind.PEOPLE, upload_id)
    if kept is None:
        raise Http404
    table, refusal = uploads.table_of(kept), ""
    if request.method == "POST":
        only_good = request.POST.get("good") == "1"
        try:
            with transaction.atomic():
                if not uploads.claim(kept):
                    raise Http404
                found = people_import.write(
                    company=request.company, person=request.person, table=table, only_good=only_good
                )
        except RowsAreWrong as error:
            refusal = str(error)
        else:
            messages.success(request, _told(found))
            return redirect("payroll:people", company=request.company.slug)
    context = {"upload": kept, "preview": people_import.preview(request.company, table), "refusal": refusal}
    return render(request, "payroll/import_preview.html", context, status=422 if refusal else 200)


def _told(found: Preview) -> str:
    counts = found.counts
    if not found.good:
        return "Nothing was written: everybody on the sheet is on the list already."
    left = f" {count(counts['wrong'], 'row')} left out." if counts["wrong"] else ""
    return f"{counts['new']} added, {counts['changed']} changed, {counts['same']} as they were.{left}"
