"""Show consents: the list, one answer, its export and revocation, and the forms."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.consents import iso_27560
from cairn.governance.consents.actions import consent_forms, consents
from cairn.governance.consents.actions.consent_forms import ConsentFormContent
from cairn.governance.consents.forms.consents import PublishConsentForm, RevokeConsentForm
from cairn.governance.consents.models.consent import Consent
from cairn.governance.consents.queries import consents as queries
from cairn.governance.consents.queries import rosters as programs
from cairn.governance.consents.queries.inbox import count_students_with_own_rights
from cairn.governance.partners import api as partners_api
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action, Purpose

_CONSENTS_PER_PAGE = 50


@require_safe
def consent_list(request: HttpRequest) -> HttpResponse:
    """List forms, sittings and answers of the user's organizations."""
    staff_request = partners_api.load_staff_request(request)
    rows = queries.list_consents(staff_request.who, staff_request.today)
    page = Paginator(rows, _CONSENTS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "forms": queries.list_consent_forms(staff_request.who, staff_request.today),
        "sittings": queries.list_paper_sittings(staff_request.who, staff_request.today)[:20],
        "page": page,
        "read": queries.load_consent_details(page.object_list, staff_request.today),
        "programs": programs.list_programs_with_rosters(staff_request.who, staff_request.today),
        "recorders": queries.list_permitted_organizations(
            Action.RECORD_CONSENT, staff_request.who, staff_request.today
        ),
        "may_publish": may_open_page(
            Action.CHANGE_CONSENT_FORM, staff_request.who, on=staff_request.today
        ).allowed,
        "may_verify": may_open_page(
            Action.VERIFY_CONSENT, staff_request.who, on=staff_request.today
        ).allowed,
        "may_invite": may_open_page(
            Action.INVITE_FAMILY, staff_request.who, on=staff_request.today
        ).allowed,
        "of_age": count_students_with_own_rights(staff_request.who, staff_request.today),
        "today": staff_request.today,
    }
    return render(request, "consents/list.html", context)


@require_safe
def consent_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one answer: its five parts, its state today, and what the user can do."""
    staff_request = partners_api.load_staff_request(request)
    row = _find_visible_consent(staff_request, reference)
    district = row.child.organization.slug
    answers = may_open_page(
        Action.ANSWER_FAMILY, staff_request.who, organization=district, on=staff_request.today
    )
    context = {
        "read": queries.load_consent_details([row], staff_request.today)[0],
        "may_see_rights": answers.allowed,
        "today": staff_request.today,
    }
    return render(request, "consents/detail.html", context)


@require_safe
def export_consent(request: HttpRequest, reference: str) -> HttpResponse:
    """Download the machine-readable record of one consent."""
    staff_request = partners_api.load_staff_request(request)
    row = _find_visible_consent(staff_request, reference)
    loaded_detail = queries.load_consent_details([row], staff_request.today)[0]
    response = JsonResponse(
        iso_27560.build_consent_record(row, loaded_detail.standing), json_dumps_params={"indent": 2}
    )
    response["Content-Disposition"] = f'attachment; filename="consent-{row.reference}.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def revoke_consent_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask who revokes the consent, and revoke it."""
    staff_request = partners_api.load_staff_request(request)
    row = _find_visible_consent(staff_request, reference)
    form = RevokeConsentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        consents.revoke_consent(
            consent=row,
            name=name,
            by=staff_request.user,
            at=staff_request.now,
        )
        messages.success(request, _("The consent was taken back. Nothing new is shared."))
        # A program that collected it can no longer read it.
        return redirect("consents:list")
    context = {
        "form": form,
        "read": queries.load_consent_details([row], staff_request.today)[0],
        "consequences": [
            _("From now on nothing new is shared on this consent."),
            _("What was disclosed before stays on record and is not undone."),
        ],
        "back": reverse("consents:detail", args=[reference]),
    }
    return render(
        request, "consents/revoke.html", context, status=partners_api.get_form_status(form)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def publish_consent_form_page(request: HttpRequest) -> HttpResponse:
    """Show the page on which a district writes a form that families sign."""
    staff_request = partners_api.load_staff_request(request)
    districts = queries.list_permitted_organizations(
        Action.CHANGE_CONSENT_FORM, staff_request.who, staff_request.today
    )
    form = PublishConsentForm(request.POST or None, organizations=districts)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        wording = ConsentFormContent(
            texts=form.texts,
            records=cleaned["records"],
            purposes=[Purpose(purpose) for purpose in cleaned["purposes"]],
            parties=cleaned["parties"],
            agreement=cleaned["agreement"],
            clause=cleaned["clause"],
            ends=cleaned["ends"],
        )
        published_form = consent_forms.publish_consent_form(
            organization=cleaned["organization"],
            slug=form.slug,
            wording=wording,
            by=staff_request.user,
            at=staff_request.now,
        )
        messages.success(request, _("Families can sign “%(form)s” now.") % {"form": published_form})
        return redirect("consents:list")
    return render(
        request, "consents/publish.html", {"form": form}, status=partners_api.get_form_status(form)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def retire_consent_form_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then stop offering a form."""
    staff_request = partners_api.load_staff_request(request)
    districts = queries.list_permitted_organizations(
        Action.CHANGE_CONSENT_FORM, staff_request.who, staff_request.today
    )
    rows = queries.list_consent_forms(staff_request.who, staff_request.today).filter(
        organization__in=districts, retired_at=None
    )
    form = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        consent_forms.retire_consent_form(form=form, by=staff_request.user, at=staff_request.now)
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


def _find_visible_consent(staff_request: partners_api.StaffRequest, reference: str) -> Consent:
    """Return the consent with this reference, or 404 if the user may not see it."""
    return get_object_or_404(
        queries.list_consents(staff_request.who, staff_request.today), reference=reference
    )
