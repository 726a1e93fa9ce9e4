"""Pay runs: the list, one run, and bringing a file of them."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tieout.companies.access import CompanyRequest, editor, member
from tieout.kit.tables import BYTES, Sheet, UnreadableTable, read_table, write_csv, write_xlsx
from tieout.payroll import run_import, runs_page, uploads
from tieout.payroll.downloads import download
from tieout.payroll.models import UploadKind
from tieout.payroll.money import digits_of
from tieout.payroll.rights import pay_only, sees_pay
from tieout.payroll.sources import file_provider
from tieout.providerkit.errors import UnreadableBooks
from tieout.providerkit.payroll import Payroll
from tieout.ui.figures import count


@require_GET
@member
def runs(request: CompanyRequest) -> HttpResponse:
    """List the imported pay runs."""
    rows = runs_page.run_rows(request.company, pay_shown=sees_pay(request))
    context = {"runs": rows, "digits": digits_of(request.company), "pay_shown": sees_pay(request)}
    return render(request, "payroll/runs.html", context)


@require_GET
@member
def run(request: CompanyRequest, run_id: int) -> HttpResponse:
    """Show whom a run paid; what, to who may see it."""
    shown = sees_pay(request)
    found = runs_page.run_row(request.company, run_id, pay_shown=shown)
    if found is None:
        raise Http404
    lines = runs_page.line_rows(request.company, run_id, pay_shown=shown)
    context = {"run": found, "lines": lines, "digits": digits_of(request.company), "pay_shown": shown}
    return render(request, "payroll/run.html", context)


@require_POST
@editor
@pay_only
def remove(request: CompanyRequest, run_id: int) -> HttpResponse:
    """Take an imported run out."""
    if not run_import.remove_run(request.company, run_id, person=request.person):
        raise Http404
    messages.success(request, "The pay run was removed.")
    return redirect("payroll:runs", company=request.company.slug)


@require_GET
@member
def template(request: CompanyRequest) -> HttpResponse:
    """Return the sheet of pay runs to fill in: ``?as=csv``, else XLSX."""
    head = file_provider(settings.PROVIDER_ENVIRONMENT).head
    if request.GET.get("as") == "csv":
        return download(write_csv([head]), "pay-run-template.csv")
    return download(write_xlsx([Sheet(name="Pay runs", rows=[head], widths=[16] * len(head))]), "pay-run-template.xlsx")


@require_http_methods(["GET", "POST"])
@editor
@pay_only
def upload(request: CompanyRequest) -> HttpResponse:
    """Ask for a file of pay runs, keep it, and go to its preview; or say why it is none."""
    refusal = "Choose a file first." if request.method == "POST" else ""
    file = request.FILES.get("file")
    if request.method == "POST" and file is not None:
        name, data = file.name or "The file", file.read(BYTES + 1)
        try:
            _read(request, name, data)
        except (UnreadableTable, UnreadableBooks) as error:
            refusal = str(error)
        else:
            made = uploads.keep(
                request.company, request.person, UploadKind.RUNS, name=name, data=data, now=timezone.now()
            )
            return redirect("payroll:runs-preview", company=request.company.slug, upload_id=made.pk)
    about = file_provider(settings.PROVIDER_ENVIRONMENT).about
    return render(
        request, "payroll/runs_import.html", {"refusal": refusal, "about": about}, status=422 if refusal else 200
    )


@require_http_methods(["GET", "POST"])
@editor
@pay_only
def preview(request: CompanyRequest, upload_id: int) -> HttpResponse:
    """Show what a file of pay runs would do, then do it. ``good=1`` leaves runs with wrong rows out."""
    kept = uploads.kept(request.company, request.person, UploadKind.RUNS, upload_id)
    if kept is None:
        raise Http404
    source = file_provider(settings.PROVIDER_ENVIRONMENT).about.key
    payroll, refusal = _read(request, kept.name, bytes(kept.data)), ""
    if request.method == "POST":
        only_good = request.POST.get("good") == "1"
        try:
            with transaction.atomic():
                if not uploads.claim(kept):
                    raise Http404
                found = run_import.write(
                    company=request.company, person=request.person, source=source, payroll=payroll, only_good=only_good
                )
        except run_import.RunsAreWrong as error:
            refusal = str(error)
        else:
            messages.success(request, _told(found))
            return redirect("payroll:runs", company=request.company.slug)
    context = {
        "upload": kept,
        "preview": run_import.preview(request.company, source, payroll),
        "refusal": refusal,
        "digits": digits_of(request.company),
    }
    return render(request, "payroll/runs_preview.html", context, status=422 if refusal else 200)


def _read(request: CompanyRequest, name: str, data: bytes) -> Payroll:
    provider = file_provider(settings.PROVIDER_ENVIRONMENT)
    company = request.company
    return provider.read(read_table(name, data).rows, digits=digits_of(company), currency=company.currency)


def _told(found: run_import.Preview) -> str:
    if not found.good:
        return "Nothing was written: these pay runs are here already."
    counts = found.counts
    return f"{count(counts['new'], 'pay run')} added, {counts['changed']} replaced, {counts['same']} as they were."
