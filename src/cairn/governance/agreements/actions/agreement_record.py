"""Put an agreement on record: a loaded paper, or a text that its parties signed in Cairn."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.governance.agreements import facts
from cairn.governance.agreements.models import Agreement, AgreementVersion
from cairn.governance.agreements.queries import visible_agreements
from cairn.governance.agreements.toml_format.line_numbers import find_line_numbers
from cairn.governance.agreements.toml_format.mistakes import BadAgreement, MistakeLog
from cairn.governance.agreements.toml_format.parser import parse_agreement
from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import load_current_actor
from cairn.platform.audit.api import record_audit_event
from cairn.policy.facts import AgreementFact
from cairn.policy.questions import may_load_agreement, may_replace_agreement
from cairn.policy.vocabulary import AgreementState

__all__ = ["load_agreement"]


def save_agreement_version(text: str, terms: AgreementFact, *, by: User, at: datetime) -> Agreement:
    """Save a text as the newest version of its agreement, with a copy in the version history.

    Args:
        text: the agreed text (TOML).
        terms: the parsed text.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The agreement's row, new or updated; its parties are set to the registered parties of
        the text.
    """
    row, is_new = Agreement.objects.get_or_create(
        reference=terms.reference,
        defaults={
            "title": terms.title,
            "text": text,
            "joins": terms.joins,
            "pilot": bool(terms.pilot),
        },
    )
    if not is_new:
        row.title, row.text, row.version = terms.title, text, row.version + 1
        row.joins, row.state = terms.joins, AgreementState.SIGNED.value
        row.save(update_fields=["title", "text", "version", "joins", "state"])
    AgreementVersion.objects.create(
        agreement=row,
        version=row.version,
        text=text,
        digest=facts.compute_text_digest(text),
        loaded_by=by,
        loaded_at=at,
    )
    slugs = {party.organization for party in terms.parties}
    row.parties.set(Organization.objects.filter(slug__in=slugs))
    return row


@transaction.atomic
def load_agreement(
    *, text: str, by: User, at: datetime, newcomers: Collection[str] = ()
) -> Agreement:
    """Put an agreement's text on record.

    The same text again changes nothing. Another text for the same reference becomes a new
    version; that needs the right to load the old version too, and fails if a party has ended
    the agreement.

    Args:
        text: the agreement's text (TOML).
        by: the user who acts.
        at: the moment of the action.
        newcomers: slugs of unknown parties that the user asked to register; any other unknown
            party is a mistake.

    Returns:
        The agreement's row.

    Raises:
        BadAgreement: the text has mistakes, names an unknown party or program, or depends on
            itself.
        Refused: the policy does not allow it.
    """
    terms = parse_agreement(text)
    actor_facts = load_current_actor(by)
    decision = may_load_agreement(terms, actor_facts, timezone.localdate(at))
    decision.require()
    row = Agreement.objects.select_for_update().filter(reference=terms.reference).first()
    if row is not None:
        may_load_agreement(
            facts.load_agreement_fact(row), actor_facts, timezone.localdate(at)
        ).require()
    if row is not None and row.text == text:
        record_audit_event("agreement.unchanged", row, by=by, at=at, decision=decision)
        return row
    if row is not None:
        on = timezone.localdate(at)
        may_replace_agreement(facts.load_agreement_fact(row), actor_facts, on, new=terms).require()
    if cycle := facts.find_reference_cycle(terms):
        raise BadAgreement([_CYCLE_MESSAGE.format(" → ".join(cycle))])
    _register_parties(terms, newcomers)
    _check_programs_are_registered(text, terms)
    row = save_agreement_version(text, terms, by=by, at=at)
    detail: dict[str, str | int] = {
        "reference": row.reference,
        "version": row.version,
        "sha256": facts.compute_text_digest(text),
    }
    record_audit_event("agreement.loaded", row, by=by, at=at, decision=decision, detail=detail)
    return row


def _register_parties(terms: AgreementFact, newcomers: Collection[str]) -> None:
    new = visible_agreements.find_unregistered_parties(terms)
    unknown = [party for party in new if party.organization not in newcomers]
    if unknown:
        raise BadAgreement(
            [_NOT_REGISTERED_MESSAGE.format(party.organization) for party in unknown]
        )
    for party in new:
        Organization.objects.create(slug=party.organization, name=party.name, kind=party.kind.value)


def _check_programs_are_registered(text: str, terms: AgreementFact) -> None:
    """Check that every program in the population filter is registered as a partner.

    No child could match the filter through an unknown program.
    """
    program_slugs = terms.children.programs if terms.children else frozenset()
    registered = set(
        Organization.objects.filter(slug__in=program_slugs).values_list("slug", flat=True)
    )
    log = MistakeLog(find_line_numbers(text))
    for program in sorted(program_slugs - registered):
        message = (
            f"names {program}, which is not registered as a partner: register it under Partners"
        )
        log.add_mistake(("children",), "programs", message)
    if log.found:
        raise BadAgreement([str(mistake) for mistake in log.found])


_CYCLE_MESSAGE = "It would rest on itself: {}. Take one of these references out; nothing was kept."

_NOT_REGISTERED_MESSAGE = (
    "“{}” is not registered as a partner. Register it under Partners, correct its short name, or "
    "say that it is to be registered with this agreement."
)
