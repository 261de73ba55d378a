"""Pages of consents: what families answered, one answer, and the forms."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.consents import iso_27560
from cairn.consents.actions import publishing, revoking
from cairn.consents.actions.publishing import Wording
from cairn.consents.forms.consents import PublishForm, RevokeForm
from cairn.consents.models import Consent
from cairn.consents.queries import consents as queries
from cairn.consents.queries import program as programs
from cairn.consents.queries.waits import came_of_age
from cairn.consents.views.asking import Asking, asking, status
from cairn.rules.access import may_open
from cairn.rules.vocabulary import Action, Purpose

_A_PAGE = 50


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Forms, lists and answers, narrowed to the asker's organizations."""
    ask = asking(request)
    rows = queries.consents(ask.who, ask.today)
    page = Paginator(rows, _A_PAGE).get_page(request.GET.get("page"))
    context = {
        "forms": queries.forms(ask.who, ask.today),
        "sittings": queries.sittings(ask.who, ask.today)[:20],
        "page": page,
        "read": queries.read(page.object_list, ask.today),
        "programs": programs.served(ask.who, ask.today),
        "recorders": queries.organizations(Action.RECORD_CONSENT, ask.who, ask.today),
        "may_publish": may_open(Action.CHANGE_CONSENT_FORM, ask.who, on=ask.today).allowed,
        "may_verify": may_open(Action.VERIFY_CONSENT, ask.who, on=ask.today).allowed,
        "may_invite": may_open(Action.INVITE_FAMILY, ask.who, on=ask.today).allowed,
        "of_age": came_of_age(ask.who, ask.today),
        "today": ask.today,
    }
    return render(request, "consents/list.html", context)


@require_safe
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    """One answer: its five parts, what it is worth today, and what can be done."""
    ask = asking(request)
    row = _seen(ask, reference)
    district = row.child.organization.slug
    answers = may_open(Action.ANSWER_FAMILY, ask.who, organization=district, on=ask.today)
    context = {
        "read": queries.read([row], ask.today)[0],
        "may_see_rights": answers.allowed,
        "today": ask.today,
    }
    return render(request, "consents/detail.html", context)


@require_safe
def exported(request: HttpRequest, reference: str) -> HttpResponse:
    """The machine-readable record of one consent."""
    ask = asking(request)
    row = _seen(ask, reference)
    read = queries.read([row], ask.today)[0]
    answer = JsonResponse(iso_27560.record(row, read.standing), json_dumps_params={"indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="consent-{row.reference}.json"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks who takes the consent back, and takes it back."""
    ask = asking(request)
    row = _seen(ask, reference)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        revoking.revoke(consent=row, name=name, by=ask.user, at=ask.now, who=ask.who)
        messages.success(request, _("The consent was taken back. Nothing new is shared."))
        # A program that collected it does not read it any more.
        return redirect("consents:list")
    context = {
        "form": form,
        "read": queries.read([row], ask.today)[0],
        "consequences": [
            _("From now on nothing new is shared on this consent."),
            _("What was disclosed before stays on record and is not undone."),
        ],
        "back": reverse("consents:detail", args=[reference]),
    }
    return render(request, "consents/revoke.html", context, status=status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest) -> HttpResponse:
    """The page on which a district writes what families sign."""
    ask = asking(request)
    mine = queries.organizations(Action.CHANGE_CONSENT_FORM, ask.who, ask.today)
    form = PublishForm(request.POST or None, organizations=mine)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        wording = Wording(
            texts=form.texts,
            records=given["records"],
            purposes=[Purpose(p) for p in given["purposes"]],
            parties=given["parties"],
            agreement=given["agreement"],
            clause=given["clause"],
            ends=given["ends"],
        )
        made = publishing.publish_form(
            organization=given["organization"],
            slug=form.slug,
            wording=wording,
            by=ask.user,
            at=ask.now,
            who=ask.who,
        )
        messages.success(request, _("Families can sign “%(form)s” now.") % {"form": made})
        return redirect("consents:list")
    return render(request, "consents/publish.html", {"form": form}, status=status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, and then no longer offers a form."""
    ask = asking(request)
    mine = queries.organizations(Action.CHANGE_CONSENT_FORM, ask.who, ask.today)
    rows = queries.forms(ask.who, ask.today).filter(organization__in=mine, retired_at=None)
    form = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        publishing.retire_form(form=form, by=ask.user, at=ask.now, who=ask.who)
        messages.success(request, _("The form is no longer offered."))
        return redirect("consents:list")
    context = {
        "consent_form": form,
        "consequences": [
            _("No family can sign it any more."),
            _("Consents that families gave to it stand."),
        ],
        "back": reverse("consents:list"),
    }
    return render(request, "consents/retire.html", context)


def _seen(ask: Asking, reference: str) -> Consent:
    """The consent of this reference, if it is among those that this person may see."""
    return get_object_or_404(queries.consents(ask.who, ask.today), reference=reference)
