"""Pages of the district: letters to families, and the copies they asked for."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cairn.consents.queries.consents import organizations
from cairn.consents.sealing import label, unseal
from cairn.consents.views.asking import asking, status
from cairn.families import actions, queries
from cairn.families.forms import AnswerForm, LettersForm
from cairn.families.letters import drawn
from cairn.rules.vocabulary import Action


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letters(request: HttpRequest) -> HttpResponse:
    """The form that makes letters, and then the letters, once: their codes are kept nowhere."""
    ask = asking(request)
    mine = organizations(Action.INVITE_FAMILY, ask.who, ask.today)
    form = LettersForm(request.POST or None, organizations=mine)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        printed = actions.print_letters(
            organization=given["organization"],
            children=given["children"],
            expires_on=given["expires_on"],
            by=ask.user,
            at=ask.now,
            who=ask.who,
        )
        address = request.build_absolute_uri(reverse("families:enter"))
        made = drawn(printed, given["organization"].name, address)
        return render(request, "families/letters.html", {"letters": made})
    context = {"form": form, "runs": queries.runs(ask.who, ask.today), "today": ask.today}
    return render(request, "families/invite.html", context, status=status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def stop_letters(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, and then the codes of these letters open nothing any more."""
    ask = asking(request)
    run = get_object_or_404(queries.runs(ask.who, ask.today), pk=pk)
    if request.method == "POST":
        n = actions.stop_letters(run=run, by=ask.user, at=ask.now, who=ask.who)
        told = ngettext("%(n)d code is stopped.", "%(n)d codes are stopped.", n) % {"n": n}
        messages.success(request, told)
        return redirect("families:letters")
    context = {
        "run": run,
        "consequences": [
            _("Families with these letters cannot open their page any more."),
            _("What they have said on it stands. You can print new letters."),
        ],
        "back": reverse("families:letters"),
    }
    return render(request, "families/stop_letters.html", context)


@require_safe
def copies(request: HttpRequest) -> HttpResponse:
    """Families who asked for a copy, the first due first."""
    ask = asking(request)
    rows = [
        (row, label(row.child.key, row.child.sealed), unseal(row.child.key, row.sealed)["name"])
        for row in queries.copies(ask.who, ask.today)
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
