"""Show the pages on which staff record and undo lists of signed papers."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.consents import signature_lists
from cairn.governance.consents.actions import consent_forms
from cairn.governance.consents.forms.consents import PaperForm
from cairn.governance.consents.queries import consents
from cairn.governance.partners.api import get_form_status, load_staff_request
from cairn.platform.sealing.api import load_key_ring
from cairn.policy.vocabulary import Action
from cairn.warehouse.readers import read_file_in_child_process
from cairn.warehouse.schema import UnreadableFile
from cairn.warehouse.store import AttachmentProblem, open_attachment

_MISTAKES_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def record_papers_page(request: HttpRequest) -> HttpResponse:
    """Show the form for a list; no row is saved while the list contains a mistake."""
    staff_request = load_staff_request(request)
    collectors = consents.list_permitted_organizations(
        Action.RECORD_CONSENT, staff_request.who, staff_request.today
    )
    offered = consents.list_consent_forms(staff_request.who, staff_request.today).filter(
        retired_at=None
    )
    form = PaperForm(
        request.POST or None, request.FILES or None, offered=offered, organizations=collectors
    )
    mistakes: tuple[signature_lists.PaperListMistake, ...] = ()
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            name, content = form.list_file
            paper_list = signature_lists.read_paper_list(
                name,
                content,
                cleaned["form"].records,
                staff_request.today,
                reader=read_file_in_child_process,
            )
            mistakes = paper_list.mistakes
            if not mistakes:
                sitting = consent_forms.record_signed_papers(
                    form=cleaned["form"],
                    collected_by=cleaned["collected_by"],
                    papers=paper_list.papers,
                    by=staff_request.user,
                    at=staff_request.now,
                    scan=cleaned["scan"].read() if cleaned["scan"] else b"",
                )
                messages.success(request, _describe_papers_recorded(sitting.consents.count()))
                return redirect("consents:list")
        except (UnreadableFile, AttachmentProblem) as problem:
            form.add_error(None, str(problem))
    context = {
        "form": form,
        "sample": signature_lists.SAMPLE_PAPER_LIST,
        "mistakes": mistakes[:_MISTAKES_SHOWN],
        "n": len(mistakes),
    }
    response_status = 422 if mistakes else get_form_status(form)
    return render(request, "consents/papers.html", context, status=response_status)


@require_http_methods(["GET", "HEAD", "POST"])
def undo_papers_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then undo one sitting."""
    staff_request = load_staff_request(request)
    collectors = consents.list_permitted_organizations(
        Action.RECORD_CONSENT, staff_request.who, staff_request.today
    )
    rows = consents.list_paper_sittings(staff_request.who, staff_request.today).filter(
        collected_by__in=collectors
    )
    sitting = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        consent_forms.undo_paper_sitting(
            sitting=sitting, by=staff_request.user, at=staff_request.now
        )
        messages.success(request, _("List undone."))
        return redirect("consents:list")
    context = {
        "sitting": sitting,
        "consequences": [
            _("The answers in this list are no longer valid."),
            _(
                "The answers that they replaced become valid again. A consent that a refusal had "
                "replaced must be verified again."
            ),
            _(
                "Consents that the district already verified stay valid. Cairn deletes the scan "
                "unless one of them remains."
            ),
        ],
        "back": reverse("consents:list"),
    }
    return render(request, "consents/undo.html", context)


@require_safe
def download_scan(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the scan of one sitting, for its collector and its district."""
    staff_request = load_staff_request(request)
    sitting = get_object_or_404(
        consents.list_paper_sittings(staff_request.who, staff_request.today).exclude(scan=""), pk=pk
    )
    try:
        content = open_attachment(
            settings.CAIRN_DATA,
            load_key_ring(),
            consents.locate_scan(sitting),
        )
    except AttachmentProblem as problem:
        raise Http404(str(problem)) from problem
    response = HttpResponse(content, content_type=sitting.scan_type)
    response["Content-Disposition"] = "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _describe_papers_recorded(answer_count: int) -> str:
    return ngettext(
        "%(n)d answer saved. A consent becomes valid when the district verifies it.",
        "%(n)d answers saved. Consents become valid when the district verifies them.",
        answer_count,
    ) % {"n": answer_count}
