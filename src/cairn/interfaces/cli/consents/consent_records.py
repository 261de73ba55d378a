"""Run `cairn consent` and `cairn opt-out`: record what families allow and what they decline.

Consents are recorded, revoked and exported, and what a school declares is recorded. The local ids
of an opt-out are read, hashed and not kept.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from django.utils import timezone

from cairn.governance.consents import api as consents_api
from cairn.governance.partners.api import Organization, find_operator, load_actor
from cairn.interfaces.cli.command_files import read_input_text
from cairn.interfaces.cli.output import CommandOutput, CommandUsageError
from cairn.policy.facts import Actor
from cairn.policy.vocabulary import OptOutScope, OrganizationKind
from cairn.warehouse.schema import load_element_catalogue


@dataclass(frozen=True, slots=True)
class PaperListOptions:
    """Hold a list of papers, the form that was signed, who collected the papers, and perhaps a
    scan.
    """

    file: Path
    form: str
    collector: str
    scan: Path | None


def record_paper_list(
    output: CommandOutput, options: PaperListOptions, acting_email: str | None
) -> None:
    """Record the list, or report every mistake in it by row and column."""
    by, at = find_operator(acting_email), timezone.localtime()
    form, collector = _find_consent_form(options.form), find_partner_by_slug(options.collector)
    paper_list = consents_api.read_paper_list(
        options.file.name, options.file.read_bytes(), form.records, timezone.localdate(at)
    )
    if paper_list.mistakes:
        output.mark_findings()
        output.facts["mistakes"] = [
            {
                "row": list_mistake.row,
                "column": list_mistake.column,
                "message": list_mistake.message,
            }
            for list_mistake in paper_list.mistakes
        ]
        output.print_error_line(
            f"Nothing was saved. Correct these {len(paper_list.mistakes)} errors:"
        )
        for mistake in paper_list.mistakes:
            output.print_error_line(f"  {mistake}")
        return
    recording_session = consents_api.record_signed_papers(
        form=form,
        collected_by=collector,
        papers=paper_list.papers,
        by=by,
        at=at,
        scan=options.scan.read_bytes() if options.scan else b"",
    )
    answers = recording_session.consents.count()
    output.facts["answers"] = answers
    output.print_text(
        f"{answers} answers were recorded. They count once the district has verified them."
    )


def revoke_consent_from_file(
    output: CommandOutput, reference: str, file: Path, acting_email: str | None
) -> None:
    """Revoke one consent, in the name that a file holds."""
    by, at = find_operator(acting_email), timezone.localtime()
    row = _find_visible_consent(reference, load_actor(by))
    name = read_input_text(
        file, "Write the name of the person who revokes the consent into it."
    ).strip()
    if not name:
        raise CommandUsageError(
            f"{file}: the file is empty. Write the name of the person who revokes the consent."
        )
    consents_api.record_consent_revocation(consent=row, name=name, by=by, at=at)
    output.facts["revoked"] = reference
    output.print_text("The consent is revoked. No new data are shared under it.")


def print_consent_record(output: CommandOutput, reference: str, acting_email: str | None) -> None:
    """Print the machine-readable record of one consent as JSON (ISO/IEC TS 27560)."""
    who = load_actor(find_operator(acting_email))
    row = _find_visible_consent(reference, who)
    (consent_status,) = consents_api.load_consent_details([row], who, timezone.localdate())
    record = dict(consents_api.build_consent_record(row, consent_status.standing))
    output.facts.update(record)
    output.print_text(json.dumps(record, indent=2))


def find_partner_by_slug(slug: str) -> Organization:
    """Find the partner with this short name; a usage error lists the partners that there are."""
    row = Organization.objects.filter(slug=slug).first()
    if row is None:
        partner_names = ", ".join(Organization.objects.values_list("slug", flat=True)) or "none yet"
        raise CommandUsageError(f"--from: there is no partner “{slug}”. Partners: {partner_names}.")
    return row


def _find_consent_form(form_name: str) -> consents_api.ConsentForm:
    owner_slug, _slash, slug = form_name.partition("/")
    open_forms = consents_api.ConsentForm.objects.filter(retired_at=None)
    row = open_forms.filter(organization__slug=owner_slug, slug=slug).first()
    if row is None:
        form_names = (
            ", ".join(f"{form.organization.slug}/{form.slug}" for form in open_forms) or "none yet"
        )
        raise CommandUsageError(
            f"--form: there is no form “{form_name}”. Forms on offer: {form_names}."
        )
    return row


def _find_visible_consent(reference: str, acting_user: Actor) -> consents_api.Consent:
    """Find one consent that this user may see."""
    row = (
        consents_api.list_consents(acting_user, timezone.localdate())
        .filter(reference=reference)
        .first()
    )
    if row is None:
        raise CommandUsageError(f"There is no consent “{reference}” among those you may see.")
    return row


def record_statement_by_name(
    output: CommandOutput, school: str, about: str, says: str, acting_email: str | None
) -> None:
    """Record what a school says of all its children at once."""
    if about not in consents_api.Subject.values:
        raise CommandUsageError(f"Name the subject: {' or '.join(consents_api.Subject.values)}.")
    if says not in consents_api.Says.values:
        raise CommandUsageError(
            f"Choose the school's answer: {', '.join(consents_api.Says.values)}."
        )
    by, at = find_operator(acting_email), timezone.localtime()
    subject, answer = consents_api.Subject(about), consents_api.Says(says)
    consents_api.record_school_statement(
        organization=find_partner_by_slug(school), subject=subject, says=answer, by=by, at=at
    )
    output.facts.update(organization=school, about=about, says=says)
    output.print_text(f"{subject.label}: {answer.label}. It counts from now on.")


def record_nations_from_file(
    output: CommandOutput, school: str, file: Path, slugs: Sequence[str], acting_email: str | None
) -> None:
    """Record to which tribal nations the children in a file belong."""
    by, at = find_operator(acting_email), timezone.localtime()
    child_count = consents_api.record_child_nations(
        organization=find_partner_by_slug(school),
        local_ids=_read_local_ids(file),
        nations=[_find_tribal_nation(slug) for slug in slugs],
        by=by,
        at=at,
    )
    _report_child_count(output, child_count)


def record_kept_elements_from_file(
    output: CommandOutput,
    school: str,
    file: Path,
    element_names: Sequence[str],
    acting_email: str | None,
) -> None:
    """Record which data elements are kept back for the children in a file."""
    by, at = find_operator(acting_email), timezone.localtime()
    child_count = consents_api.withhold_elements(
        organization=find_partner_by_slug(school),
        local_ids=_read_local_ids(file),
        elements=_choose_elements(element_names),
        by=by,
        at=at,
    )
    _report_child_count(output, child_count)


def _report_child_count(output: CommandOutput, child_count: int) -> None:
    output.facts["children"] = child_count
    output.print_text(f"Recorded for {child_count} {'child' if child_count == 1 else 'children'}.")


def _read_local_ids(file: Path) -> list[str]:
    text = read_input_text(file, "Write one local ID per line.")
    local_ids = [local_id.strip() for local_id in re.split(r"[\n,;\t]+", text) if local_id.strip()]
    if not local_ids:
        raise CommandUsageError(f"{file}: the file has no ID. Write one local ID per line.")
    return local_ids


def _find_tribal_nation(slug: str) -> Organization:
    nations = Organization.objects.filter(kind=OrganizationKind.TRIBAL_NATION.value)
    row = nations.filter(slug=slug).first()
    if row is None:
        nation_names = ", ".join(nations.values_list("slug", flat=True)) or "none yet"
        raise CommandUsageError(
            f"--nation: there is no Tribal nation “{slug}”. Nations: {nation_names}."
        )
    return row


def _choose_elements(element_names: Sequence[str]) -> frozenset[str]:
    """Choose the named elements; the home address means each part of it."""
    known_elements = {
        element_field.element
        for record_type in load_element_catalogue().values()
        if record_type.subject
        for element_field in record_type.fields.values()
    }
    chosen_names = set(element_names)
    if unknown := chosen_names - known_elements - {consents_api.ADDRESS_CHOICE}:
        raise CommandUsageError(
            f"--element: there is no element “{min(unknown)}” about children. Use an element such "
            f"as student.street, or {consents_api.ADDRESS_CHOICE}."
        )
    return frozenset(chosen_names - {consents_api.ADDRESS_CHOICE}) | (
        consents_api.list_address_elements()
        if consents_api.ADDRESS_CHOICE in chosen_names
        else frozenset()
    )


_LONGEST_KNOWN_BY: Final = 200


@dataclass(frozen=True, slots=True)
class OptOutOptions:
    """Hold the options of the command as they were typed.

    `organization` is the owner of the ids, `known_by` says how the sender knows who declined, and
    `undo` withdraws the opt-outs.
    """

    organization: str
    scope: str
    season: str
    known_by: str
    undo: bool


def record_opt_out_list(
    output: CommandOutput, file: Path, options: OptOutOptions, acting_email: str | None
) -> None:
    """Record the opt-outs, or withdraw them, and report how many."""
    by, at = find_operator(acting_email), timezone.localtime()
    organization = find_partner_by_slug(options.organization)
    if options.scope not in {scope.value for scope in OptOutScope}:
        raise CommandUsageError(
            f"--scope: use {' or '.join(scope.value for scope in OptOutScope)}."
        )
    scope, signature_by_id = (
        OptOutScope(options.scope),
        _read_signatures(file, timezone.localdate(at)),
    )
    if len(options.known_by) > _LONGEST_KNOWN_BY:
        raise CommandUsageError(f"--known-by: use at most {_LONGEST_KNOWN_BY} characters.")
    signed_by_id = {
        local_id: replace(signature, authenticated=options.known_by)
        for local_id, signature in signature_by_id.items()
        if signature is not None
    }
    if options.undo:
        if not options.known_by:
            raise CommandUsageError(
                "--undo: add --known-by and say how you identified the person, such as: signed "
                "paper, checked with an ID card."
            )
        if len(signed_by_id) < len(signature_by_id):
            raise CommandUsageError(
                f"{file}: write the person who withdraws on each line: ID | name | relation."
            )
        withdrawal = consents_api.withdraw_opt_outs(
            organization=organization, signatures=signed_by_id, scope=scope, by=by, at=at
        )
        output.facts.update(taken_back=withdrawal.ended, disputed=withdrawal.disputed)
        output.print_text(f"{withdrawal.ended} opt-outs were withdrawn.")
        if withdrawal.disputed:
            output.print_text(
                f"{withdrawal.disputed} were made by another person: the district decides."
            )
        return
    recorded = consents_api.record_opt_outs(
        organization=organization,
        local_ids=list(signature_by_id),
        signatures=signed_by_id,
        scope=scope,
        season=options.season or consents_api.compute_school_year(timezone.localdate(at)),
        by=by,
        at=at,
    )
    output.facts.update(new=recorded.new, already=recorded.already)
    output.print_text(
        f"{recorded.new} new opt-outs were recorded; {recorded.already} already existed."
    )


def _read_signatures(file: Path, on_date: date) -> dict[str, consents_api.FamilySignature | None]:
    text = read_input_text(file, "Write one local ID per line.")
    try:
        signature_by_id = consents_api.parse_signer_lines(text, on_date)
    except consents_api.UnreadableSignerLine as error:
        raise CommandUsageError(f"{file}: {error}") from error
    if not signature_by_id:
        raise CommandUsageError(f"{file}: the file has no ID. Write one local ID per line.")
    return signature_by_id
