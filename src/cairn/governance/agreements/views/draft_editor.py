"""Edit the whole text of a draft, and compare and restore its versions."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.governance.agreements import draft_text
from cairn.governance.agreements.actions import draft_lifecycle
from cairn.governance.agreements.draft_facts import BadDraft
from cairn.governance.agreements.draft_text import PartnerIdentity
from cairn.governance.agreements.forms.lifecycle import DraftTextForm
from cairn.governance.agreements.models import Draft, DraftVersion
from cairn.governance.agreements.queries import visible_drafts
from cairn.governance.agreements.text_comparison import find_term_differences
from cairn.governance.agreements.views import request_context
from cairn.governance.partners.api import Organization


@require_http_methods(["GET", "HEAD", "POST"])
def draft_text_editor(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit the whole text by hand; the steps and the text are the same record."""
    requester = request_context.identify_requester(request)
    opened = request_context.open_draft_or_404(pk, requester)
    visible_drafts.decide_writer_actions(opened.fact, requester.who, requester.on)["save"].require()
    form = DraftTextForm(
        request_context.get_submitted_data(request), initial={"text": opened.row.text}
    )
    if request.method == "POST" and form.is_valid():
        try:
            # Browsers send CRLF line ends; the text uses LF only.
            written = form.cleaned_data["text"].replace("\r\n", "\n")
            save_text(opened.row, written, _("Text edited"), requester)
        except BadDraft as bad:
            for mistake in bad.mistakes:
                form.add_error(None, mistake)
        else:
            messages.success(request, _("Your changes are saved."))
            return redirect("agreements:text", pk=pk)
    status = 422 if form.errors else 200
    context = {"opened": opened, "row": opened.row, "form": form}
    return render(request, "agreements/text.html", context, status=status)


@require_safe
def draft_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """List every text of the draft, and compare any two of them."""
    requester = request_context.identify_requester(request)
    opened = request_context.open_draft_or_404(pk, requester)
    rows = list(opened.row.versions.select_related("saved_by"))
    before, after = _choose_versions(request, opened.row, rows)
    context = {
        "opened": opened,
        "row": opened.row,
        "versions": rows,
        "before": before,
        "after": after,
        "differences": find_term_differences(before.text, after.text),
        "may_save": visible_drafts.decide_writer_actions(opened.fact, requester.who, requester.on)[
            "save"
        ].allowed,
    }
    return render(request, "agreements/versions.html", context)


@require_POST
def restore_draft_version(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    """Make an earlier text the newest version again; no version is lost."""
    requester = request_context.identify_requester(request)
    opened = request_context.open_draft_or_404(pk, requester)
    earlier = opened.row.versions.filter(version=version).first()
    if earlier is None:
        raise Http404
    note = _("Restored version %(n)s") % {"n": version}
    save_text(opened.row, earlier.text, note, requester)
    messages.success(request, _("You restored version %(n)s.") % {"n": version})
    return redirect("agreements:versions", pk=pk)


def complete_parties(raw: dict[str, Any]) -> dict[str, Any]:
    """Add the name and kind of every party that is a registered partner."""
    slugs = [party.get("organization") for party in raw.get("parties", [])]
    rows = Organization.objects.filter(slug__in=[slug for slug in slugs if slug])
    return draft_text.complete_party_details(
        raw, {row.slug: PartnerIdentity(row.slug, row.name, row.kind) for row in rows}
    )


def save_text(draft: Draft, written: str, note: str, requester: request_context.Requester) -> None:
    """Save a text as the draft's newest version."""
    draft_lifecycle.save_draft(
        draft=draft,
        text=written,
        note=str(note),
        by=requester.user,
        at=requester.at,
    )


def _choose_versions(
    request: HttpRequest, row: Draft, rows: list[DraftVersion]
) -> tuple[DraftVersion, DraftVersion]:
    """Return the two versions that a URL names; else the newest and the one before it."""
    by_number = {str(version.version): version for version in rows}
    after = by_number.get(request.GET.get("after", ""), rows[0])
    before = by_number.get(request.GET.get("before", ""), rows[min(1, len(rows) - 1)])
    return before, after
