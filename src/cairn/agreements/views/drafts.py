"""Drafts: the pipeline of all, beginning one or many, one draft and where it goes from here."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.agreements import actions, drafted, filling, queries, wording
from cairn.agreements.differences import varied
from cairn.agreements.drafted import BadDraft
from cairn.agreements.filling import Partner
from cairn.agreements.format.declaration import SECTIONS
from cairn.agreements.forms import BeginForm, BeginManyForm, WhyForm
from cairn.agreements.forms.section import TOP
from cairn.agreements.views.asking import (
    as_organizations,
    asking,
    draft_or_404,
    sent,
)
from cairn.rules.telling import reader

_IN_THE_HEAD = frozenset({"reference", "title"})


@require_safe
def draft_list(request: HttpRequest) -> HttpResponse:
    """Every draft this person may read, by partner: where it is, and since when."""
    one = asking(request)
    rows = queries.drafts(one.who, one.on)
    context = {
        "drafts": rows,
        "batches": sorted({row.batch for row in rows if row.batch}),
        "may_begin": queries.may_write(one.who, one.on),
        "today": one.on,
    }
    return render(request, "agreements/drafts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begins one draft, from a template or as another agreement."""
    one = asking(request)
    choices: dict[str, Any] = {
        "writers": queries.writers(one.who, one.on),
        "patterns": queries.patterns(one.who, one.on),
    }
    form = BeginForm(sent(request), **choices)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        text, name = form.text()
        copied = filling.copied(text, reference=given["reference"], title=given["title"])
        try:
            draft = actions.begin(
                text=copied,
                organization=given["organization"],
                based_on=name,
                by=one.user,
                at=one.at,
                who=one.who,
            )
        except BadDraft as bad:
            _tell(form, bad)
        else:
            return redirect("agreements:section", pk=draft.pk, section=TOP)
    status = 422 if form.errors else 200
    return render(request, "agreements/begin.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def begin_many(request: HttpRequest) -> HttpResponse:
    """Fills one text for several partners, and shows how each differs from the first."""
    one = asking(request)
    choices: dict[str, Any] = {
        "writers": queries.writers(one.who, one.on),
        "patterns": queries.patterns(one.who, one.on),
    }
    form = BeginManyForm(sent(request), **choices)
    if request.method == "POST" and form.is_valid():
        text, name = form.text()
        texts = _for_each(form.cleaned_data, text)
        if "confirm" not in request.POST:
            context = {"form": form, **_compared(texts), "source": name}
            return render(request, "agreements/many_preview.html", context)
        try:
            drafts = actions.begin_many(
                texts=texts,
                organization=form.cleaned_data["organization"],
                based_on=name,
                batch=f"{name}, {one.on.isoformat()}"[:60],
                by=one.user,
                at=one.at,
                who=one.who,
            )
        except BadDraft as bad:
            _tell(form, bad)
        else:
            messages.success(request, _("%(n)s drafts are begun.") % {"n": len(drafts)})
            return redirect("agreements:drafts")
    status = 422 if form.errors else 200
    return render(request, "agreements/begin_many.html", {"form": form}, status=status)


@require_safe
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """One draft: its document, what is wrong with it, where it is and who must do what."""
    one = asking(request)
    opened = draft_or_404(pk, one)
    context = {
        "opened": opened,
        "row": opened.row,
        "document": wording.document(opened.reading.terms),
        "doors": queries.doors(opened.fact, one.who, one.on),
        "mine": as_organizations(queries.written_for(opened.fact, one.who, one.on)),
        "steps": _STEPS,
        "done": _done(opened.row.state),
        "sections": [(table.key or TOP, table) for table in SECTIONS],
        "audience": reader(one.who, opened.fact.parties | {opened.fact.organization}, one.on),
        "today": one.on,
    }
    return render(request, "agreements/draft.html", context)


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Hands the text to counsel."""
    one = asking(request)
    opened = draft_or_404(pk, one)
    actions.submit(draft=opened.row, by=one.user, at=one.at, who=one.who)
    messages.success(request, _("Counsel of the parties can read it now."))
    return redirect("agreements:draft", pk=pk)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the text back to change it."""
    one = asking(request)
    opened = draft_or_404(pk, one)
    actions.take_back(draft=opened.row, by=one.user, at=one.at, who=one.who)
    messages.success(request, _("It is yours to change again."))
    return redirect("agreements:draft", pk=pk)


@require_POST
def send_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Lets the parties sign."""
    one = asking(request)
    opened = draft_or_404(pk, one)
    actions.send_out(draft=opened.row, by=one.user, at=one.at, who=one.who)
    messages.success(request, _("The parties can sign it now."))
    return redirect("agreements:draft", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, then gives a draft up for good."""
    one = asking(request)
    opened = draft_or_404(pk, one)
    queries.doors(opened.fact, one.who, one.on)["set_aside"].require()
    form = WhyForm(sent(request))
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        actions.set_aside(draft=opened.row, why=why, by=one.user, at=one.at, who=one.who)
        messages.success(request, _("The draft is set aside. What was written stays readable."))
        return redirect("agreements:drafts")
    status = 422 if form.errors else 200
    context = {"row": opened.row, "form": form}
    return render(request, "agreements/set_aside.html", context, status=status)


_STEPS = (
    ("draft", _lazy("Written")),
    ("counsel_review", _lazy("Read by counsel")),
    ("out_for_signature", _lazy("Signed by every party")),
    ("signed", _lazy("On record")),
)


def _done(state: str) -> list[str]:
    """The steps that lie behind a draft in this state."""
    states = [name for name, _label in _STEPS]
    return states[: states.index(state)] if state in states else []


def _for_each(given: dict[str, Any], text: str) -> list[str]:
    partners = [Partner(o.slug, o.name, o.kind) for o in given["partners"]]
    writer = given["organization"]
    references = filling.references(given["pattern"], partners)
    return [
        filling.filled(
            text,
            reference=reference,
            title=f"{given['name']}: {partner.name}",
            writer=Partner(writer.slug, writer.name, writer.kind),
            partner=partner,
        )
        for reference, partner in zip(references, partners, strict=True)
    ]


def _compared(texts: list[str]) -> dict[str, Any]:
    """The heads of the texts, and each with what it says where they are not all the same."""
    terms = [one for one in varied(texts) if (one.where or one.term not in _IN_THE_HEAD)]
    heads = [drafted.head(text) for text in texts]
    each = [(head, [(t, t.said[n]) for t in terms]) for n, head in enumerate(heads)]
    return {"terms": terms, "each": each}


def _tell(form: BeginForm | BeginManyForm, bad: BadDraft) -> None:
    for mistake in bad.mistakes:
        form.add_error(None, mistake)
