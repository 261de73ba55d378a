"""Show consents: the list, one answer, its export and revocation, and the forms.

A district verifies or returns consents on pages of its own.
"""

from collections.abc import Iterator

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.governance.consents import iso_27560
from cairn.governance.consents.actions import consent_forms, consents
from cairn.governance.consents.forms.consents import (
    PublishConsentForm,
    ReturnConsentForm,
    RevokeConsentForm,
    VerifyForm,
)
from cairn.governance.consents.models.consent import Consent
from cairn.governance.consents.queries import consents as queries
from cairn.governance.consents.queries.overview import load_consent_overview
from cairn.governance.consents.tables import ConsentFormTable, ConsentTable, PaperSittingTable
from cairn.governance.partners import api as partners_api
from cairn.platform.tables.api import build_list_table, is_download_requested, write_csv_response
from cairn.policy.questions import list_limiting_names, may_open_page
from cairn.policy.vocabulary import Action, LegalBasis, Purpose


@require_safe
def consent_list(request: HttpRequest) -> HttpResponse:
    """List consents, forms and sittings of the user's organizations; download the forms."""
    staff_request = partners_api.load_staff_request(request)
    who, today = staff_request.who, staff_request.today
    may_publish = may_open_page(Action.CHANGE_CONSENT_FORM, who, on=today).allowed
    overview = load_consent_overview(who, today)
    forms = build_list_table(
        ConsentFormTable,
        overview.forms,
        request,
        prefix="forms-",
        permissions={"may_publish": may_publish},
    )
    if is_download_requested(forms, request):
        return write_csv_response(forms, "consent-forms")
    sittings = build_list_table(
        PaperSittingTable,
        overview.sittings,
        request,
        prefix="batches-",
        rows_per_page=20,
        permissions={
            "recorders": queries.list_permitted_organizations(Action.RECORD_CONSENT, who, today)
        },
    )
    details = queries.load_consent_details(queries.list_consents(who, today), who, today)
    context = {
        "consents": build_list_table(ConsentTable, details, request),
        "forms": forms,
        "sittings": sittings,
        "programs": overview.programs,
        "may_publish": may_publish,
        "may_verify": may_open_page(
            Action.VERIFY_CONSENT, staff_request.who, on=staff_request.today
        ).allowed,
        "may_invite": may_open_page(
            Action.INVITE_FAMILY, staff_request.who, on=staff_request.today
        ).allowed,
        "of_age": overview.of_age,
        "assigned": list_limiting_names(who, who.list_organizations(today), today),
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
        "read": queries.load_consent_details([row], staff_request.who, staff_request.today)[0],
        "may_see_rights": answers.allowed,
        "today": staff_request.today,
    }
    return render(request, "consents/detail.html", context)


@require_safe
def export_consent(request: HttpRequest, reference: str) -> HttpResponse:
    """Download the machine-readable record of one consent."""
    staff_request = partners_api.load_staff_request(request)
    row = _find_visible_consent(staff_request, reference)
    loaded_detail = queries.load_consent_details([row], staff_request.who, staff_request.today)[0]
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
        consents.record_consent_revocation(
            consent=row,
            name=name,
            by=staff_request.user,
            at=staff_request.now,
        )
        messages.success(request, _("Consent revoked. Nothing new will be shared under it."))
        # A program that collected it can no longer read it.
        return redirect("consents:list")
    context = {
        "form": form,
        "read": queries.load_consent_details([row], staff_request.who, staff_request.today)[0],
        "consequences": [
            _("Nothing new will be shared under this consent."),
            _("Earlier disclosures stay in the disclosure log and are not undone."),
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
        wording = consent_forms.ConsentFormContent(
            texts=form.texts,
            records=cleaned["records"],
            purposes=[Purpose(purpose) for purpose in cleaned["purposes"]],
            parties=cleaned["parties"],
            agreement=cleaned["agreement"],
            clause=cleaned["clause"],
            ends=cleaned["ends"],
            basis=LegalBasis(cleaned["basis"]),
        )
        published_form = consent_forms.publish_consent_form(
            organization=cleaned["organization"],
            slug=form.slug,
            wording=wording,
            by=staff_request.user,
            at=staff_request.now,
        )
        messages.success(
            request,
            _("Form published. Families can now sign “%(form)s”.") % {"form": published_form},
        )
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
        messages.success(request, _("Form retired. Families can no longer sign it."))
        return redirect("consents:list")
    context = {
        "consent_form": form,
        "consequences": [
            _("Families can no longer sign this form."),
            _("Consents that families already gave remain valid."),
        ],
        "back": reverse("consents:list"),
    }
    return render(request, "consents/retire.html", context)


def _find_visible_consent(staff_request: partners_api.StaffRequest, reference: str) -> Consent:
    """Return the consent with this reference, or 404 if the user may not see it."""
    return get_object_or_404(
        queries.list_consents(staff_request.who, staff_request.today), reference=reference
    )


_CONSENTS_SHOWN = 200


@require_safe
def verification_queue(request: HttpRequest) -> HttpResponse:
    """List consents that wait for verification, oldest first; with `all`, every one is selected."""
    staff_request = partners_api.load_staff_request(request)
    rows = queries.list_consents_to_verify(staff_request.who, staff_request.today)
    context = {
        "read": queries.load_consent_details(
            rows[:_CONSENTS_SHOWN], staff_request.who, staff_request.today
        ),
        "more": max(rows.count() - _CONSENTS_SHOWN, 0),
        "all": "all" in request.GET,
        "today": staff_request.today,
    }
    return render(request, "consents/queue.html", context)


@require_POST
def decide_consents_page(request: HttpRequest) -> HttpResponse:
    """Ask for confirmation, then verify the chosen consents or return them with a reason."""
    staff_request = partners_api.load_staff_request(request)
    chosen = request.POST.getlist("consent")
    rows = list(
        queries.list_consents_to_verify(staff_request.who, staff_request.today).filter(
            reference__in=chosen
        )
    )
    if not rows:
        messages.warning(request, _("Select at least one consent."))
        return redirect("consents:queue")
    is_return = request.POST.get("answer") == "return"
    posted = request.POST if "confirmed" in request.POST else None
    college_unknown = [row for row in rows if row.child.postsecondary is None]
    form = (
        ReturnConsentForm(posted) if is_return else VerifyForm(posted, unknown=len(college_unknown))
    )
    if form.is_valid():
        text = (
            _return_chosen(staff_request, rows, form)
            if is_return
            else _verify_chosen(staff_request, rows, college_unknown, form)
        )
        messages.success(request, text)
        return redirect("consents:queue")
    context = {
        "read": queries.load_consent_details(rows, staff_request.who, staff_request.today),
        "sends_back": is_return,
        "form": form,
    }
    return render(
        request, "consents/decide.html", context, status=partners_api.get_form_status(form)
    )


def _verify_chosen(
    staff_request: partners_api.StaffRequest,
    rows: list[Consent],
    college_unknown: list[Consent],
    form: BaseForm,
) -> str:
    """Verify the consents, one district at a time, and return a message with the counts."""
    declared = college_unknown if form.cleaned_data.get("college") == "none" else []
    verified_count = 0
    for organization, district_rows in _group_by_district(rows):
        verified_count += consents.verify_consents(
            organization=organization,
            consents=district_rows,
            no_college=declared,
            by=staff_request.user,
            at=staff_request.now,
        )
    text = ngettext("%(n)d consent verified.", "%(n)d consents verified.", verified_count) % {
        "n": verified_count
    }
    if not (still_open := len(college_unknown) - len(declared)):
        return text
    waiting_text = ngettext(
        "%(n)d is not valid yet: on the student's page, record whether the student attends "
        "college.",
        "%(n)d are not valid yet: on each student's page, record whether the student attends "
        "college.",
        still_open,
    )
    return f"{text} {waiting_text % {'n': still_open}}"


def _return_chosen(
    staff_request: partners_api.StaffRequest, rows: list[Consent], form: BaseForm
) -> str:
    """Return the consents, one district at a time, and return a message."""
    returned_count = 0
    for organization, district_rows in _group_by_district(rows):
        returned_count += consents.return_consents(
            organization=organization,
            consents=district_rows,
            because=form.cleaned_data["because"],
            by=staff_request.user,
            at=staff_request.now,
        )
    return ngettext("%(n)d consent returned.", "%(n)d consents returned.", returned_count) % {
        "n": returned_count
    }


def _group_by_district(
    rows: list[Consent],
) -> Iterator[tuple[partners_api.Organization, list[Consent]]]:
    for organization in {row.child.organization for row in rows}:
        yield organization, [row for row in rows if row.child.organization == organization]
