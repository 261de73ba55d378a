"""Pages of paper: a list of signed papers goes on record, and is taken back."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from cairn.consents import keys, paper
from cairn.consents.actions import recording
from cairn.consents.forms.consents import PaperForm
from cairn.consents.queries import consents as queries
from cairn.consents.queries import scans
from cairn.consents.views.asking import asking, status
from cairn.rules.vocabulary import Action
from cairn.warehouse.attachment import NoAttachment, opened
from cairn.warehouse.read import Unreadable

_TOLD = 50


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest) -> HttpResponse:
    """The form that takes a list; nothing is saved while anything in it is wrong."""
    ask = asking(request)
    mine = queries.organizations(Action.RECORD_CONSENT, ask.who, ask.today)
    offered = queries.forms(ask.who, ask.today).filter(retired_at=None)
    form = PaperForm(
        request.POST or None, request.FILES or None, offered=offered, organizations=mine
    )
    mistakes: tuple[paper.Mistake, ...] = ()
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            name, content = form.listed
            found = paper.read(name, content, given["form"].records, ask.today)
            mistakes = found.mistakes
            if not mistakes:
                sitting = recording.record_papers(
                    form=given["form"],
                    collected_by=given["collected_by"],
                    papers=found.papers,
                    by=ask.user,
                    at=ask.now,
                    scan=given["scan"].read() if given["scan"] else b"",
                    who=ask.who,
                )
                messages.success(request, _recorded(sitting.consents.count()))
                return redirect("consents:list")
        except (Unreadable, NoAttachment) as problem:
            form.add_error(None, str(problem))
    context = {
        "form": form,
        "sample": paper.SAMPLE,
        "mistakes": mistakes[:_TOLD],
        "n": len(mistakes),
    }
    wrong = 422 if mistakes else status(form)
    return render(request, "consents/papers.html", context, status=wrong)


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, and then takes one sitting back."""
    ask = asking(request)
    mine = queries.organizations(Action.RECORD_CONSENT, ask.who, ask.today)
    rows = queries.sittings(ask.who, ask.today).filter(collected_by__in=mine)
    sitting = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        recording.undo_sitting(sitting=sitting, by=ask.user, at=ask.now, who=ask.who)
        messages.success(request, _("This list is undone."))
        return redirect("consents:list")
    context = {
        "sitting": sitting,
        "consequences": [
            _("The answers of this list no longer count, nor does its scan."),
            _("What they had replaced counts again; a yes in place of a no once it is verified."),
            _("What the district has verified since stays."),
        ],
        "back": reverse("consents:list"),
    }
    return render(request, "consents/undo.html", context)


@require_safe
def scan(request: HttpRequest, pk: int) -> HttpResponse:
    """The scan of one sitting, for its collector and its district."""
    ask = asking(request)
    sitting = get_object_or_404(queries.sittings(ask.who, ask.today).exclude(scan=""), pk=pk)
    try:
        content = opened(settings.CAIRN_DATA, keys.ring(), scans.scan(sitting))
    except NoAttachment as gone:
        raise Http404(str(gone)) from gone
    answer = HttpResponse(content, content_type=sitting.scan_type)
    answer["Content-Disposition"] = "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _recorded(n: int) -> str:
    return ngettext(
        "%(n)d answer is on record. The district verifies it before it counts.",
        "%(n)d answers are on record. The district verifies them before they count.",
        n,
    ) % {"n": n}
