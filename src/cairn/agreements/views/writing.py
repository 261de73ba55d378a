"""Writing a draft: a section as a form, the whole text, its versions and what changed."""

import tomllib
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.agreements import actions, filling, queries
from cairn.agreements.differences import differences
from cairn.agreements.drafted import BadDraft
from cairn.agreements.filling import Partner
from cairn.agreements.format import write_raw
from cairn.agreements.format.declaration import SECTIONS
from cairn.agreements.format.fields import Table
from cairn.agreements.forms import SectionForms, TextForm, section_named
from cairn.agreements.forms.section import TOP
from cairn.agreements.models import Draft, DraftVersion
from cairn.agreements.queries import Opened
from cairn.agreements.views.asking import (
    Asking,
    asking,
    draft_or_404,
    sent,
)
from cairn.partners.models import Organization


@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """One section as a form. A change is kept as it is made; the findings stand beside it."""
    one = asking(request)
    opened = draft_or_404(pk, one)
    queries.doors(opened.fact, one.who, one.on)["save"].require()
    table = section_named(section)
    if table is None:
        raise Http404
    raw = tomllib.loads(opened.row.text)
    if request.method != "POST":
        return _page(request, opened, table, SectionForms(table, raw))
    forms = SectionForms(table, raw, request.POST)
    mistakes: tuple[str, ...] = ()
    if forms.is_valid():
        try:
            _keep(opened.row, write_raw(_completed(forms.changed())), table.heading, one)
        except BadDraft as bad:
            mistakes = bad.mistakes
    opened = queries.opened(pk, one.who, one.on)
    if request.headers.get("HX-Request"):
        return _beside(request, opened, forms, mistakes)
    if mistakes or not forms.is_valid():
        return _page(request, opened, table, forms, mistakes=mistakes, status=422)
    if "next" in request.POST:
        return redirect("agreements:section", pk=pk, section=_after(table))
    return redirect("agreements:section", pk=pk, section=section)


@require_http_methods(["GET", "HEAD", "POST"])
def text(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole text, written by hand; the pages and the text are the same record."""
    one = asking(request)
    opened = draft_or_404(pk, one)
    queries.doors(opened.fact, one.who, one.on)["save"].require()
    form = TextForm(sent(request), initial={"text": opened.row.text})
    if request.method == "POST" and form.is_valid():
        try:
            # A browser sends line ends of its own; the text keeps to one kind.
            written = form.cleaned_data["text"].replace("\r\n", "\n")
            _keep(opened.row, written, _("The text by hand"), one)
        except BadDraft as bad:
            for mistake in bad.mistakes:
                form.add_error(None, mistake)
        else:
            messages.success(request, _("The text is kept."))
            return redirect("agreements:text", pk=pk)
    status = 422 if form.errors else 200
    context = {"opened": opened, "row": opened.row, "form": form}
    return render(request, "agreements/text.html", context, status=status)


@require_safe
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every text the draft had, and the differences between any two of them."""
    one = asking(request)
    opened = draft_or_404(pk, one)
    rows = list(opened.row.versions.select_related("saved_by"))
    before, after = _pair(request, opened.row, rows)
    context = {
        "opened": opened,
        "row": opened.row,
        "versions": rows,
        "before": before,
        "after": after,
        "differences": differences(before.text, after.text),
        "may_save": queries.doors(opened.fact, one.who, one.on)["save"].allowed,
    }
    return render(request, "agreements/versions.html", context)


@require_POST
def restore(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    """Goes back to an earlier text, which becomes the newest; nothing is lost."""
    one = asking(request)
    opened = draft_or_404(pk, one)
    earlier = opened.row.versions.filter(version=version).first()
    if earlier is None:
        raise Http404
    note = _("Back to version %(n)s") % {"n": version}
    _keep(opened.row, earlier.text, note, one)
    messages.success(request, _("Version %(n)s is the newest again.") % {"n": version})
    return redirect("agreements:versions", pk=pk)


def _completed(raw: dict[str, Any]) -> dict[str, Any]:
    """With the name and the kind of every party that is a registered partner."""
    slugs = [party.get("organization") for party in raw.get("parties", [])]
    rows = Organization.objects.filter(slug__in=[slug for slug in slugs if slug])
    return filling.completed(raw, {r.slug: Partner(r.slug, r.name, r.kind) for r in rows})


def _keep(draft: Draft, written: str, note: str, one: Asking) -> None:
    actions.save(draft=draft, text=written, note=str(note), by=one.user, at=one.at, who=one.who)


def _page(
    request: HttpRequest,
    opened: Opened,
    table: Table,
    forms: SectionForms,
    *,
    mistakes: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    context = {
        "opened": opened,
        "row": opened.row,
        "table": table,
        "here": table.key or TOP,
        "forms": forms,
        "mistakes": mistakes,
        "sections": [(one.key or TOP, one) for one in SECTIONS],
        "partners": Organization.objects.order_by("name"),
    }
    return render(request, "agreements/section.html", context, status=status)


def _beside(
    request: HttpRequest, opened: Opened, sent: SectionForms, mistakes: tuple[str, ...]
) -> HttpResponse:
    """What stands beside the form, after a change was kept without leaving the page."""
    context = {
        "opened": opened,
        "row": opened.row,
        "forms": sent,
        "mistakes": mistakes,
        "kept": True,
        "linked": True,
    }
    return render(request, "agreements/parts/beside.html", context)


def _after(table: Table) -> str:
    keys = [one.key for one in SECTIONS]
    following = keys[(keys.index(table.key) + 1) % len(keys)]
    return following or TOP


def _pair(
    request: HttpRequest, row: Draft, rows: list[DraftVersion]
) -> tuple[DraftVersion, DraftVersion]:
    """The two versions that an address names; else the newest and the one before it."""
    by_number = {str(version.version): version for version in rows}
    after = by_number.get(request.GET.get("after", ""), rows[0])
    before = by_number.get(request.GET.get("before", ""), rows[min(1, len(rows) - 1)])
    return before, after
