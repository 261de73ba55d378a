"""Pages with the rules for files under an agreement, and empty files with the right headings.

They are for the person at a partner who makes the file. They hold no data.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cairn.governance.agreements.documents.phrases import FREQUENCY_PHRASES, MODE_PHRASES
from cairn.governance.agreements.models import Agreement
from cairn.governance.agreements.queries import visible_agreements
from cairn.governance.agreements.queries.visible_agreements import AgreementListing
from cairn.governance.agreements.views.downloads import build_file_response
from cairn.governance.agreements.views.request_context import Requester, identify_requester
from cairn.governance.dictionaries.api import find_special_classes
from cairn.policy.checks import find_declared_mode
from cairn.policy.facts import AgreementFact, DataTerm, Party
from cairn.policy.questions import find_importable_elements, may_open_page
from cairn.policy.vocabulary import Action
from cairn.warehouse import file_templates
from cairn.warehouse.schema import ENCODED_RECORD_TYPE, ElementField, load_element_catalogue


@dataclass(frozen=True, slots=True)
class FileRules:
    """The rules for a provider's file of one record type under one agreement.

    Attributes:
        listed: the agreement.
        provider: the party that sends the file.
        template: its columns.
    """

    listed: AgreementListing
    provider: Party
    template: file_templates.FileTemplate

    @property
    def data_terms(self) -> tuple[DataTerm, ...]:
        """The terms of the agreement about this provider's records of the record type."""
        return tuple(
            term
            for term in self.listed.terms.data
            if term.record == self.template.record.name
            and term.provider in ("", self.provider.organization)
        )

    @property
    def years(self) -> tuple[str, str]:
        """The first and the last school year; empty where the agreement has no limit."""
        firsts = [term.first_year for term in self.data_terms]
        lasts = [term.last_year for term in self.data_terms]
        return min(firsts, default=""), max(lasts, default="") if all(lasts) else ""

    @property
    def file_names(self) -> list[str]:
        """The file names that the agreement asks for; empty if any name will do."""
        return sorted({name for term in self.data_terms for name in term.file_names})

    @property
    def how_often(self) -> str:
        """How often a file is due, in words; empty if the agreement does not say."""
        frequency = self.listed.terms.delivery.frequency
        return FREQUENCY_PHRASES[frequency] if frequency else ""

    @property
    def mode(self) -> str:
        """What each file does to the file before, in words; empty if the agreement does not say."""
        record, sender = self.template.record.name, self.provider.organization
        mode = find_declared_mode(self.listed.terms, record, sender)
        return MODE_PHRASES[mode] if mode else ""

    @property
    def is_encoded(self) -> bool:
        """Whether `cairn encode` writes such files, so that there is no template."""
        return self.template.record.name == ENCODED_RECORD_TYPE

    @property
    def needed_columns(self) -> list[tuple[ElementField, str]]:
        """The columns that each row needs, with the values that they take."""
        return [(c, file_templates.describe_values(c)) for c in self.template.columns if c.required]

    @property
    def other_columns(self) -> list[tuple[ElementField, str]]:
        """The columns that may be blank, with the values that they take."""
        return [
            (c, file_templates.describe_values(c)) for c in self.template.columns if not c.required
        ]

    @property
    def code_columns(self) -> list[ElementField]:
        """The columns that take codes."""
        return [column for column in self.template.columns if column.codes]


@require_safe
def file_rule_list(request: HttpRequest, reference: str) -> HttpResponse:
    """List the files that an agreement asks for, by provider and record type."""
    requester = identify_requester(request)
    listed = _open_agreement(reference, requester)
    parts = visible_agreements.list_visible_parts(listed.row, requester.who, requester.on)
    context = {
        "listed": listed,
        "rules": [rules for entry in parts or [listed] for rules in _list_rules(entry, requester)],
    }
    return render(request, "agreements/file_rules.html", context)


@require_safe
def record_file_rules(request: HttpRequest, reference: str, record: str) -> HttpResponse:
    """Show which columns, codes and dates a file of one record type has under an agreement."""
    requester = identify_requester(request)
    rules = _find_rules(request, requester, reference, record)
    sender = rules.provider.organization
    receipt = may_open_page(Action.RECEIVE, requester.who, organization=sender, on=requester.on)
    context = {
        "rules": rules,
        "listed": rules.listed,
        "record": rules.template.record,
        "may_upload": rules.listed.standing.allowed and receipt.allowed,
        "today": requester.on,
    }
    return render(request, "agreements/record_rules.html", context)


@dataclass(frozen=True, slots=True)
class _TemplateFormat:
    """A format of a template: its ending, its content type and what writes it."""

    ending: str
    type: str
    write: Callable[[FileRules], bytes]


def _write_schema(rules: FileRules) -> bytes:
    title = f"{rules.template.record.title} under {rules.listed.terms.reference}"
    body = file_templates.build_table_schema(rules.template, title=title)
    return json.dumps(body, indent=2, ensure_ascii=False).encode()


_FORMATS: Final[Mapping[str, _TemplateFormat]] = {
    "csv": _TemplateFormat(
        "csv",
        "text/csv; charset=utf-8",
        lambda rules: file_templates.export_template_csv(rules.template),
    ),
    "excel": _TemplateFormat(
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda rules: file_templates.export_template_workbook(rules.template),
    ),
    "schema": _TemplateFormat("schema.json", "application/json", _write_schema),
}


@require_safe
def file_template(request: HttpRequest, reference: str, record: str, form: str) -> HttpResponse:
    """Download an empty file with the headings, or its Table Schema."""
    rules = _find_rules(request, identify_requester(request), reference, record)
    file = _FORMATS.get(form)
    if file is None or not rules.template.columns:
        raise Http404
    name = f"{rules.listed.terms.reference}-{record}"
    return build_file_response(file.write(rules), file.type, name, file.ending)


def _open_agreement(reference: str, requester: Requester) -> AgreementListing:
    try:
        return visible_agreements.find_visible_agreement(reference, requester.who, requester.on)
    except Agreement.DoesNotExist as error:
        raise Http404 from error


def _list_rules(listed: AgreementListing, requester: Requester) -> list[FileRules]:
    """List the rules of each provider and record type, in the order of their titles."""
    catalogue = load_element_catalogue()
    found = []
    for provider in listed.providers:
        elements = _find_elements(listed.terms, provider, requester)
        records = {
            term.record
            for term in listed.terms.data
            if term.provider in ("", provider.organization) and term.record in catalogue
        }
        found += [
            FileRules(
                listed, provider, file_templates.build_file_template(catalogue[name], elements)
            )
            for name in records
        ]
    return sorted(found, key=lambda rules: (rules.provider.name, rules.template.record.title))


def _find_elements(terms: AgreementFact, provider: Party, requester: Requester) -> frozenset[str]:
    classes = find_special_classes(terms.elements, provider.organization)
    return find_importable_elements(terms, provider.organization, requester.on, classes)


def _find_rules(
    request: HttpRequest, requester: Requester, reference: str, record: str
) -> FileRules:
    """Find the rules of a record type; of several providers, those of the one that is named."""
    listed = _open_agreement(reference, requester)
    matching = [r for r in _list_rules(listed, requester) if r.template.record.name == record]
    named = request.GET.get("provider", "")
    for rules in matching:
        if named in ("", rules.provider.organization):
            return rules
    raise Http404
