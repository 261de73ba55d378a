"""Let the signer of a paper confirm the signature by a one-time link, without an account."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.agreements import documents, draft_facts
from cairn.governance.agreements.actions import signature_and_record
from cairn.governance.agreements.confirmation_links import hash_confirmation_key
from cairn.governance.agreements.models import PaperSignature
from cairn.governance.agreements.scanned_pages import get_file_ending
from cairn.governance.partners.api import load_actor
from cairn.platform.accounts.api import User
from cairn.policy.facts import Actor
from cairn.policy.questions import may_confirm_signature, may_open_page
from cairn.policy.vocabulary import Action


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_signature(request: HttpRequest, key: str) -> HttpResponse:
    """Show the signer the agreement signed in their name; take a yes or a no."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    paper = _find_paper(who, key)
    if paper is None:
        return _show_used_link(request)
    answer = request.POST.get("answer", "")
    if request.method == "POST" and answer in ("yes", "no"):
        respond = (
            signature_and_record.confirm_paper_signature
            if answer == "yes"
            else signature_and_record.deny_paper_signature
        )
        user = request.user if isinstance(request.user, User) else None
        try:
            respond(paper=paper, who=who, by=user, at=now)
        except PaperSignature.DoesNotExist:
            return _show_used_link(request)
        messages.success(
            request,
            _("Thank you. Your signature is confirmed.")
            if answer == "yes"
            else _("Thank you. The record of this signature was removed."),
        )
        return redirect("registers:list")
    reading = draft_facts.read_draft(paper.draft, timezone.localdate())
    context = {
        "paper": paper,
        "key": key,
        "title": reading.terms.title,
        "document": documents.build_agreement_document(reading.terms),
        "asks_again": request.method == "POST",
    }
    return render(
        request,
        "agreements/confirm_signature.html",
        context,
        status=422 if request.method == "POST" else 200,
    )


@never_cache
@require_safe
def confirmation_page(request: HttpRequest, key: str) -> HttpResponse:
    """Download the scan that the signer is asked about."""
    paper = _find_paper(load_actor(request.user, request=request), key)
    if paper is None:
        return _show_used_link(request)
    name = f"{paper.draft.reference}-signature.{get_file_ending(paper.media_type)}"
    return HttpResponse(
        bytes(paper.page),
        content_type=paper.media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _show_used_link(request: HttpRequest) -> HttpResponse:
    """Say that a link was answered or replaced; of an invented link it says the same."""
    return render(request, "agreements/link_used.html", status=404)


def _find_paper(who: Actor, key: str) -> PaperSignature | None:
    """Find the paper signature of a link; refuse with the reason what cannot be confirmed."""
    today = timezone.localdate()
    may_open_page(Action.CONFIRM_SIGNATURE, who, on=today).require()
    paper = (
        PaperSignature.objects.select_related("draft", "organization", "by")
        .filter(key=hash_confirmation_key(key))
        .first()
    )
    if paper is None:
        return None
    draft_fact = draft_facts.build_draft_fact(paper.draft, today)
    paper_fact = draft_facts.build_paper_signature_fact(paper)
    may_confirm_signature(draft_fact, paper_fact, who, today).require()
    return paper
