"""What the timeline's grid asks while somebody works in it: exact figures, typed months, undo. Answers are JSON."""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from tieout.companies.access import CompanyRequest, editor, member
from tieout.expenses.books import Current, Missing, current
from tieout.expenses.pages import today
from tieout.planning import asking, typing
from tieout.planning.cells import CellsRefused, last_step, type_cells
from tieout.planning.cells import undo as undo_step
from tieout.planning.grids import figures as figures_of
from tieout.planning.grids import timeline_grid
from tieout.planning.pages import addresses, shown
from tieout.planning.side import EXPENSES, Side
from tieout.ui.figures import count

_RECENT = timedelta(hours=12)  # how long ago a step may be that Ctrl+Z takes back unasked
_NO_CELLS = "Nothing was written: the page sent no cells. Reload it."
_DONE = {"pasted": "Pasted {}", "filled": "Filled {} to the right", "cleared": "Cleared {}"}


@require_GET
@member
def figures(request: CompanyRequest, side: Side = EXPENSES) -> HttpResponse:
    """Answer with the exact amounts of the rows that the page holds, in minor units."""
    return JsonResponse(_shown(request, _found(request), side, html=False))


@require_POST
@editor
def cells(request: CompanyRequest, side: Side = EXPENSES) -> HttpResponse:
    """Write what was typed, pasted or filled, all or nothing; answer with the rows as they are then."""
    found = _found(request)
    through = asking.through_of(request.company, today=today())
    try:
        sent = typing.decode(request.POST.get("cells", ""))
        reading = typing.read(sent, request.company, found.book, through=through)
        if reading.message:
            refused = [(cell.row, cell.month) for cell in reading.refused]
            return JsonResponse({"message": reading.message, "refused": refused}, status=422)
        what = _DONE.get(request.POST.get("how", ""), "Typed {}").format(count(len(reading.cells), "cell"))
        step = type_cells(
            company=request.company, person=request.person, book=found.book, cells=reading.cells, what=what,
            through=through,
        )  # fmt: skip
    except CellsRefused as refusal:
        return JsonResponse({"message": str(refusal), "refused": []}, status=422)
    except typing.Unreadable:
        return JsonResponse(
            {"message": "Nothing was written: the page sent no cells. Reload it.", "refused": []}, status=400
        )
    said = f"{what}." if step.pk else "Nothing to write: the figures are as they were."
    return JsonResponse({**_shown(request, found, side), "message": said, "step": step.pk})


@require_POST
@editor
def undo(request: CompanyRequest, side: Side = EXPENSES) -> HttpResponse:
    """Take back one step of the person's: the one that is named, or the newest of today."""
    found = _found(request)
    now = timezone.now()
    named = request.POST.get("step", "")
    if named.isascii() and named.isdigit() and len(named) < 19:
        step = int(named)
    else:
        last = last_step(request.company, request.person, since=now - _RECENT)
        if last is None:
            return JsonResponse({"message": "There is nothing to undo."}, status=422)
        step = last.pk
    try:
        done = undo_step(company=request.company, person=request.person, edit_id=step, now=now)
    except CellsRefused as refusal:
        return JsonResponse({"message": str(refusal)}, status=422)
    said = f"Undone: {done.edit.what}."
    if done.kept:
        said += f" {count(done.kept, 'cell')} changed since and stayed as {'it is' if done.kept == 1 else 'they are'}."
    return JsonResponse({**_shown(request, found, side), "message": said})


def _found(request: CompanyRequest) -> Current:
    found = current(request.company)
    if isinstance(found, Missing):
        raise Http404
    return found


def _shown(request: CompanyRequest, found: Current, side: Side, *, html: bool = True) -> dict[str, object]:
    """Return the grid that the request's query asks for: its exact figures and, unless not wanted, its rows."""
    view, result = shown(request, found, side)
    asked = asking.opened(request.GET, (row.key for row in result.rows))
    answer: dict[str, object] = {
        "digits": found.book.digits,
        "figures": figures_of(result, asked, filtered=view.filtered),
    }
    if html:
        grid = timeline_grid(
            result, found.book, asked=asked, addresses=addresses(request, view, side), filtered=view.filtered
        )
        answer |= {"body": grid.body_html, "foot": grid.foot_html}
    return answer
