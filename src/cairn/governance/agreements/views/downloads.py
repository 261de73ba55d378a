"""Download an agreement or a draft as Word, PDF, TOML, ODRL, NDPA or a synthetic file."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from cairn.governance.agreements import documents
from cairn.governance.agreements.exports import ndpa, odrl
from cairn.governance.agreements.models import Agreement, SignedPage
from cairn.governance.agreements.printing.pdf_file import print_agreement_pdf
from cairn.governance.agreements.printing.pdf_fonts import MissingFont
from cairn.governance.agreements.printing.word_file import print_agreement_word_file
from cairn.governance.agreements.queries import visible_agreements
from cairn.governance.agreements.scanned_pages import get_file_ending
from cairn.governance.agreements.toml_format import derive_file_shape
from cairn.governance.agreements.views.request_context import identify_requester, open_draft_or_404
from cairn.governance.dictionaries.api import load_current_dictionaries
from cairn.policy.facts import AgreementFact
from cairn.policy.vocabulary import PartyRole
from cairn.warehouse.synthetic import make_synthetic_csv

_JSON_TYPE: Final = "application/json"

_SYNTHETIC_ROWS: Final = 200
"""The number of children in a synthetic file from a page; the command can make any number."""


@dataclass(frozen=True, slots=True)
class _DownloadFormat:
    """A file format of an agreement: its extension, content type and writer function."""

    ending: str
    type: str
    write: Callable[[AgreementFact], bytes]


def _write_word(terms: AgreementFact) -> bytes:
    return print_agreement_word_file(documents.build_agreement_document(terms))


def _write_pdf(terms: AgreementFact) -> bytes:
    return print_agreement_pdf(documents.build_agreement_document(terms))


def _write_odrl(terms: AgreementFact) -> bytes:
    return json.dumps(odrl.build_odrl_policy(terms), indent=2, ensure_ascii=False).encode()


def _write_ndpa(terms: AgreementFact) -> bytes:
    return json.dumps(ndpa.build_ndpa_exhibits(terms), indent=2, ensure_ascii=False).encode()


_FORMATS: Final = {
    "word": _DownloadFormat(
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _write_word,
    ),
    "pdf": _DownloadFormat("pdf", "application/pdf", _write_pdf),
    "odrl": _DownloadFormat("odrl.jsonld", "application/ld+json", _write_odrl),
    "ndpa": _DownloadFormat("ndpa.json", _JSON_TYPE, _write_ndpa),
}


@require_safe
def agreement_file(request: HttpRequest, reference: str, form: str) -> HttpResponse:
    """Download an agreement on record, if the requester may read it."""
    requester = identify_requester(request)
    try:
        listed = visible_agreements.find_visible_agreement(reference, requester.who, requester.on)
    except Agreement.DoesNotExist as error:
        raise Http404 from error
    return _build_download(request, listed.terms, listed.row.text, form)


@require_safe
def synthetic_file(request: HttpRequest, reference: str, record: str) -> HttpResponse:
    """Download a file of invented children in the shape that an agreement allows, for trials.

    It reads no partner's rows.
    """
    requester = identify_requester(request)
    try:
        listed = visible_agreements.find_visible_agreement(reference, requester.who, requester.on)
    except Agreement.DoesNotExist as error:
        raise Http404 from error
    terms = listed.terms
    if record not in {term.record for term in terms.stated_data}:
        raise Http404
    owners = terms.list_organizations(PartyRole.PROVIDER)
    shape = derive_file_shape(terms, record, load_current_dictionaries(*owners) if owners else ())
    text = make_synthetic_csv(
        record,
        shape.fields,
        rows=_SYNTHETIC_ROWS,
        seed=terms.reference,
        years=shape.years,
        values=shape.values,
    )
    name = f"{terms.reference}-{record}-synthetic"
    return build_file_response(text.encode(), "text/csv; charset=utf-8", name, "csv")


@require_safe
def draft_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Download a draft, marked as a draft, if the requester may read it."""
    opened = open_draft_or_404(pk, identify_requester(request))
    return _build_download(request, opened.reading.terms, opened.row.text, form)


def _build_download(
    request: HttpRequest, terms: AgreementFact, text: str, form: str
) -> HttpResponse:
    if form == "toml":
        return build_file_response(text.encode(), "application/toml", terms.reference, "toml")
    file = _FORMATS.get(form)
    if file is None:
        raise Http404
    try:
        written = file.write(terms)
    except MissingFont as missing:
        messages.error(request, str(missing))
        return redirect("agreements:list")
    return build_file_response(written, file.type, terms.reference, file.ending)


def build_file_response(
    content: bytes, content_type: str, reference: str, ending: str
) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    name = "".join(
        character if character.isalnum() or character in "-_." else "-" for character in reference
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def signed_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the scan of a page that was signed on paper, if the requester may read the draft."""
    requester = identify_requester(request)
    row = SignedPage.objects.select_related("signature__draft").filter(pk=pk).first()
    if row is None:
        raise Http404
    open_draft_or_404(row.signature.draft_id, requester)
    name = f"{row.signature.draft.reference}-signature-{pk}.{get_file_ending(row.media_type)}"
    return HttpResponse(
        bytes(row.content),
        content_type=row.media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
