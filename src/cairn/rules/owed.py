"""What remains to do for one who is allowed: the record, the notice, the day of destruction."""

from collections.abc import Iterator
from datetime import date, timedelta

from cairn.rules import business
from cairn.rules.agreement import Agreement
from cairn.rules.cards import disclosed, exceptions, redisclosure, use
from cairn.rules.citations import RuleCard
from cairn.rules.counting import counted, filled
from cairn.rules.decision import Obligation
from cairn.rules.packs import obligations as of_packs
from cairn.rules.retention import destroy_by
from cairn.rules.use import PUTS_OUT, TRAVELS
from cairn.rules.vocabulary import Action, LegalBasis
from cairn.rules.ways import Elements


def owed(known: Elements, on: date) -> Iterator[Obligation]:
    """Everything that a use of these elements obliges to."""
    request, behind = known.footing.request, known.footing.disclosing
    bases = {a.basis for a in behind}
    yield _card(disclosed.RECORD)
    if request.action in TRAVELS or request.receiver != request.acting_for:
        yield _card(redisclosure.REDISCLOSURE_NOTICE)
    classes = {c for e in request.elements for c in known.classes(e)}
    yield from of_packs(classes, known.around, on)
    if request.action is Action.EMERGENCY:
        yield _card(exceptions.RECORD_THREAT)
    if LegalBasis.TRANSFER in bases:
        yield _card(exceptions.TRANSFER_COPY)
        yield _card(exceptions.TRANSFER_HEARING)
    if LegalBasis.CHILD_WELFARE in bases:
        yield _card(exceptions.EDUCATION_NEEDS)
    if LegalBasis.CONSENT in bases:
        said = "Give the parent a copy of what was disclosed, on request."
        yield Obligation("COPY", said, "34 CFR 99.30(c)")
    yield from _terms(known, on)


def _terms(known: Elements, on: date) -> Iterator[Obligation]:
    """What each agreement asks for: destruction, something in return, cells, the owners' look."""
    request = known.footing.request
    for agreement in known.footing.disclosing:
        yield from nobody_measured(agreement)
        clause = agreement.retention.clause or agreement.reference
        due = destroy_by(agreement, on)
        yield Obligation("DESTROY", "Destroy the data and every copy of them.", clause, due)
        for give in agreement.giveback:
            by = on + timedelta(days=give.within_days) if give.within_days is not None else None
            yield Obligation("GIVE_BACK", give.what, give.clause or agreement.reference, by)
        if request.action is Action.AGGREGATE or request.action in PUTS_OUT:
            cell = agreement.disclosure.minimum_cell
            clause = agreement.disclosure.clause or agreement.reference
            few = counted(cell, "child", "children")
            said = f"Withhold every count of fewer than {few}, and what would give it away."
            yield Obligation("SUPPRESS", said, clause)
        if request.action in PUTS_OUT:
            days = agreement.disclosure.send_back_days
            time = counted(days, "business day", "business days")
            said = f"Show it to the owners of the data first; they have {time}."
            yield Obligation("SEND_BACK", said, clause, business.after(on, days))


def nobody_measured(agreement: Agreement) -> Iterator[Obligation]:
    """Where an agreement gives its population in words alone, somebody has to see to it."""
    if agreement.children is None:
        said = agreement.population or "nothing is said of it"
        facts = {"agreement": agreement.reference, "said": said}
        card = use.POPULATION_IN_WORDS
        yield Obligation(card.id, filled(card.steward, facts), card.citation)


def _card(card: RuleCard) -> Obligation:
    return Obligation(card.id, card.steward, card.citation)
