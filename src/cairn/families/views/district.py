"""Pages of the district: the copies that families asked for."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.consents.sealing import label, unseal
from cairn.consents.views.asking import asking, status
from cairn.families import actions, queries
from cairn.families.forms import AnswerForm


@require_safe
def copies(request: HttpRequest) -> HttpResponse:
    """Families who asked for a copy, the first due first."""
    ask = asking(request)
    rows = [
        (
            row,
            label(row.child.key, row.child.sealed),
            unseal(row.child.key, row.sealed)["name"],
            late,
        )
        for row, late in queries.waiting_copies(ask.who, ask.today)
    ]
    return render(request, "families/copies.html", {"rows": rows, "today": ask.today})


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """How one request was answered."""
    ask = asking(request)
    row = get_object_or_404(queries.copies(ask.who, ask.today), pk=pk, answered_at=None)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data["answer"]
        actions.answer_copy(copy=row, answer=said, by=ask.user, at=ask.now, who=ask.who)
        messages.success(request, _("The answer is on record, and the family reads it."))
        return redirect("families:copies")
    context = {"form": form, "row": row, "told": label(row.child.key, row.child.sealed)}
    return render(request, "families/answer.html", context, status=status(form))
