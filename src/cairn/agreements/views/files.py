"""An agreement or a draft as a file: Word, PDF, its text, ODRL, an NDPA schedule."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from cairn.agreements import queries, wording
from cairn.agreements.exports import ndpa, odrl
from cairn.agreements.models import Agreement
from cairn.agreements.printing import NoFont, pdf, word
from cairn.agreements.shape import shape_of
from cairn.agreements.views.asking import asking, draft_or_404
from cairn.dictionaries.queries import dictionaries
from cairn.rules import agreement as law
from cairn.rules.vocabulary import PartyRole
from cairn.warehouse import invented

_JSON: Final = "application/json"
_INVENTED: Final = 200
"""Children in a synthetic file from a page; the command makes as many as one likes."""


@dataclass(frozen=True, slots=True)
class _File:
    """A way to write an agreement down: its ending, its type, and who writes it."""

    ending: str
    type: str
    write: Callable[[law.Agreement], bytes]


def _word(terms: law.Agreement) -> bytes:
    return word(wording.document(terms))


def _pdf(terms: law.Agreement) -> bytes:
    return pdf(wording.document(terms))


def _odrl(terms: law.Agreement) -> bytes:
    return json.dumps(odrl.policy(terms), indent=2, ensure_ascii=False).encode()


def _ndpa(terms: law.Agreement) -> bytes:
    return json.dumps(ndpa.exhibits(terms), indent=2, ensure_ascii=False).encode()


_FILES: Final = {
    "word": _File(
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _word,
    ),
    "pdf": _File("pdf", "application/pdf", _pdf),
    "odrl": _File("odrl.jsonld", "application/ld+json", _odrl),
    "ndpa": _File("ndpa.json", _JSON, _ndpa),
}


@require_safe
def agreement_file(request: HttpRequest, reference: str, form: str) -> HttpResponse:
    """An agreement on record as a file, for whoever may read it."""
    one = asking(request)
    try:
        listed = queries.agreement(reference, one.who, one.on)
    except Agreement.DoesNotExist as error:
        raise Http404 from error
    return _download(request, listed.terms, listed.row.text, form)


@require_safe
def synthetic_file(request: HttpRequest, reference: str, record: str) -> HttpResponse:
    """A file of invented children in the shape of an agreement, to try with; nothing is read of
    anybody's rows."""
    one = asking(request)
    try:
        listed = queries.agreement(reference, one.who, one.on)
    except Agreement.DoesNotExist as error:
        raise Http404 from error
    terms = listed.terms
    if record not in {term.record for term in terms.data}:
        raise Http404
    owners = terms.organizations(PartyRole.PROVIDER)
    shape = shape_of(terms, record, dictionaries(*owners) if owners else ())
    text = invented.file(
        record,
        shape.fields,
        rows=_INVENTED,
        seed=terms.reference,
        years=shape.years,
        values=shape.values,
    )
    name = f"{terms.reference}-{record}-synthetic"
    return _answer(text.encode(), "text/csv; charset=utf-8", name, "csv")


@require_safe
def draft_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """A draft as a file, marked as one, for whoever may read it."""
    opened = draft_or_404(pk, asking(request))
    return _download(request, opened.reading.terms, opened.row.text, form)


def _download(request: HttpRequest, terms: law.Agreement, text: str, form: str) -> HttpResponse:
    if form == "toml":
        return _answer(text.encode(), "application/toml", terms.reference, "toml")
    file = _FILES.get(form)
    if file is None:
        raise Http404
    try:
        written = file.write(terms)
    except NoFont as missing:
        messages.error(request, str(missing))
        return redirect("agreements:list")
    return _answer(written, file.type, terms.reference, file.ending)


def _answer(content: bytes, kind: str, reference: str, ending: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    name = "".join(c if c.isalnum() or c in "-_." else "-" for c in reference)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
