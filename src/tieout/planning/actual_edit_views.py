"""What the Actuals grid asks while somebody works in it: exact figures, typed months, undo. Answers are JSON."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from tieout.companies.access import CompanyRequest, editor, member
from tieout.expenses.books import Current
from tieout.expenses.pages import today
from tieout.ledger.closing import closed
from tieout.planning import actual_steps
from tieout.planning.actual_cash import cash_actuals
from tieout.planning.actual_grid import actuals_grid
from tieout.planning.actual_grid import figures as figures_of
from tieout.planning.actual_pages import actuals_of, addresses, found_or_404, page_of, view_asked
from tieout.planning.actual_steps import Typable
from tieout.planning.actual_typing import months_of, read
from tieout.planning.asking import through_of
from tieout.planning.steps import CellsRefused
from tieout.planning.typing import Reading, Unreadable, decode
from tieout.ui.figures import count, short_month

_RECENT = timedelta(hours=12)  # how long ago a step may be that Ctrl+Z takes back unasked
_NO_CELLS = "Nothing was written: the page sent no cells. Reload it."
_DONE = {"pasted": "Pasted {}", "filled": "Filled {} to the right", "cleared": "Reset {} to the books"}


@require_GET
@member
def figures(request: CompanyRequest) -> HttpResponse:
    """Answer with the exact amounts of the rows, in minor units and the sign that is shown."""
    return JsonResponse(_shown(request, found_or_404(request), html=False))


@require_POST
@editor
def cells(request: CompanyRequest) -> HttpResponse:
    """Write what was typed, pasted, filled or reset, all or nothing; answer with the rows as they are then."""
    found = found_or_404(request)
    try:
        actuals, reading = _read(request, found)
        if reading.message:
            refused = [(cell.row, cell.month) for cell in reading.refused]
            return JsonResponse({"message": reading.message, "refused": refused}, status=422)
        what = _DONE.get(request.POST.get("how", ""), "Typed {}").format(count(len(reading.cells), "cell"))
        step = actual_steps.type_actuals(
            company=request.company, person=request.person, book=found.book, found=actuals, cells=reading.cells,
            what=what, now=timezone.now(),
        )  # fmt: skip
    except CellsRefused as refusal:
        return JsonResponse({"message": str(refusal), "refused": []}, status=422)
    except Unreadable:
        return JsonResponse({"message": _NO_CELLS, "refused": []}, status=400)
    said = f"{what}." if step.pk else "Nothing to write: the figures are as they were."
    return JsonResponse({**_shown(request, found), "message": said, "step": step.pk})


def _read(request: CompanyRequest, found: Current) -> tuple[Typable, Reading[str]]:
    """Return what the page sent, and the actuals that it is about. Raise CellsRefused or Unreadable."""
    sent = decode(request.POST.get("cells", ""))
    first, last = months_of(sent)
    through = through_of(request.company, today=today())
    if last > through:
        raise CellsRefused(
            f"{short_month(last)} is not in the books yet. Type its forecast on the timeline; "
            f"actuals go through {short_month(through)}."
        )
    view = view_asked(request, found.book)
    actuals: Typable
    if view.cash:
        cash = cash_actuals(request.company, found.book, first, last)
        if cash is None:
            raise CellsRefused("The books begin later: they have no balances of these months.")
        actuals, turned = cash, set[str]()
    else:
        of_sections = actuals_of(request, found.book, first, last)
        actuals, turned = of_sections, {it.key for it in of_sections.sections if it.income}
    return actuals, read(sent, found.book, actual_steps.targets(actuals), closed(found.book), turned)


@require_POST
@editor
def undo(request: CompanyRequest) -> HttpResponse:
    """Take back one step of the person's: the one that is named, or the newest of today."""
    found = found_or_404(request)
    now, named = timezone.now(), request.POST.get("step", "")
    if named.isascii() and named.isdigit() and len(named) < 19:
        step = int(named)
    else:
        last = actual_steps.last_step(request.company, request.person, since=now - _RECENT)
        if last is None:
            return JsonResponse({"message": "There is nothing to undo."}, status=422)
        step = last.pk
    try:
        done = actual_steps.undo(company=request.company, person=request.person, edit_id=step, now=now)
    except CellsRefused as refusal:
        return JsonResponse({"message": str(refusal)}, status=422)
    said = f"Undone: {done.edit.what}."
    if done.kept:
        said += f" {count(done.kept, 'cell')} changed since and stayed as {'it is' if done.kept == 1 else 'they are'}."
    return JsonResponse({**_shown(request, found), "message": said})


def _shown(request: CompanyRequest, found: Current, *, html: bool = True) -> dict[str, object]:
    """Return the grid that the request's query asks for: its exact figures and, unless not wanted, its rows."""
    view = view_asked(request, found.book)
    page = page_of(request, found.book, view)
    answer: dict[str, object] = {"digits": found.book.digits, "figures": figures_of(page)}
    if html:
        grid = actuals_grid(page, addresses(request, view))
        answer |= {"body": grid.body_html, "foot": grid.foot_html}
    return answer
