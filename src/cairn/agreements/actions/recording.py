"""An agreement goes on record: a loaded paper, or a text that its parties have signed here."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.agreements import facts, queries
from cairn.agreements.format import BadAgreement, parse
from cairn.agreements.format.mistakes import Notes
from cairn.agreements.format.places import places
from cairn.agreements.models import Agreement
from cairn.agreements.record import keep
from cairn.audit import log as audit
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.rules import agreement as law
from cairn.rules.actor import Actor
from cairn.rules.authority import may_load_agreement
from cairn.rules.drafting import may_replace


@transaction.atomic
def load(
    *,
    text: str,
    by: User,
    at: datetime,
    newcomers: Collection[str] = (),
    who: Actor | None = None,
) -> Agreement:
    """Put an agreement's text on record.

    The same text again changes nothing; another text for the same reference is a new version, by
    someone who might have loaded the old one too, unless a party has ended it. `newcomers` are
    the short names of parties that nobody knew and that the person said to register; any other
    unknown party is a mistake.
    `who` are the facts about `by` where a browser session supplied them. Raises `BadAgreement`.
    """
    terms = parse(text)
    asking = who or actor(by)
    decision = may_load_agreement(terms, asking, timezone.localdate(at))
    decision.require()
    row = Agreement.objects.select_for_update().filter(reference=terms.reference).first()
    if row is not None:
        may_load_agreement(facts.agreement(row), asking, timezone.localdate(at)).require()
    if row is not None and row.text == text:
        audit.record("agreement.unchanged", row, by=by, at=at, decision=decision)
        return row
    if row is not None:
        on = timezone.localdate(at)
        may_replace(facts.agreement(row), asking, on, new=terms).require()
    if way := facts.way_round(terms):
        raise BadAgreement([_CIRCLE.format(" → ".join(way))])
    _register(terms, newcomers)
    _programs(text, terms)
    row = keep(text, terms, by=by, at=at)
    detail: dict[str, str | int] = {
        "reference": row.reference,
        "version": row.version,
        "sha256": facts.digest(text),
    }
    audit.record("agreement.loaded", row, by=by, at=at, decision=decision, detail=detail)
    return row


def _register(terms: law.Agreement, newcomers: Collection[str]) -> None:
    new = queries.unregistered(terms)
    unknown = [party for party in new if party.organization not in newcomers]
    if unknown:
        raise BadAgreement([_NOT_REGISTERED.format(party.organization) for party in unknown])
    for party in new:
        Organization.objects.create(slug=party.organization, name=party.name, kind=party.kind.value)


def _programs(text: str, terms: law.Agreement) -> None:
    """The programs whose children are meant are partners: nobody could be held up to another."""
    named = terms.children.programs if terms.children else frozenset()
    known = set(Organization.objects.filter(slug__in=named).values_list("slug", flat=True))
    notes = Notes(places(text))
    for program in sorted(named - known):
        told = f"names {program}, which is not registered as a partner: register it under Partners"
        notes.wrong(("children",), "programs", told)
    if notes.found:
        raise BadAgreement([str(mistake) for mistake in notes.found])


_CIRCLE = "It would rest on itself: {}. Take one of these references out; nothing was kept."
_NOT_REGISTERED = (
    "“{}” is not registered as a partner. Register it under Partners, correct its short name, or "
    "say that it is to be registered with this agreement."
)
