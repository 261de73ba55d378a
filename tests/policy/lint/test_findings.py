"""The linter: a sound text draws no finding, and every kind of finding has a text that draws it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from tests.policy.valid_agreement import DATA, PROMISED, RETENTION, Sound, clauses, party

from cairn.policy.facts.agreements.agreement import UNTIL_TERMINATED, AgreementFact
from cairn.policy.facts.agreements.agreement_clause import ClauseKind
from cairn.policy.facts.agreements.agreement_terms import (
    AmendedTerm,
    ConsentTerm,
    DisclosureTerm,
    Exhibit,
    OnwardRecipient,
    RenewalTerm,
)
from cairn.policy.law.cards import CARDS
from cairn.policy.law.rule_card import RuleSource
from cairn.policy.lint import (
    LINT_RULES,
    agreement_terms,
    commercial_use,
    criteria,
    drafting_practices,
    lint_agreement,
    state_law,
)
from cairn.policy.vocabulary.agreements import AgreementTier, RenewalKind, RetentionEvent
from cairn.policy.vocabulary.data_use import LegalBasis, Level, Purpose
from cairn.policy.vocabulary.families import SignerRelation


def changed(
    basis: LegalBasis = LegalBasis.SCHOOL_OFFICIAL, **changes: object
) -> Callable[[Sound], AgreementFact]:
    return lambda sound: sound(basis, **changes)


def without(
    field: str, basis: LegalBasis = LegalBasis.SCHOOL_OFFICIAL
) -> Callable[[Sound], AgreementFact]:
    """The sound text without what one field says."""

    def make(sound: Sound) -> AgreementFact:
        whole = sound(basis)
        said = getattr(whole, field)
        return replace(whole, **{field: "" if isinstance(said, str) else type(said)()})

    return make


def kept(**changes: object) -> Callable[[Sound], AgreementFact]:
    return lambda sound: sound(retention=replace(RETENTION, **changes))  # type: ignore[arg-type]


def data(
    basis: LegalBasis = LegalBasis.SCHOOL_OFFICIAL, **changes: object
) -> Callable[[Sound], AgreementFact]:
    return lambda sound: sound(basis, data=(replace(DATA, **changes),))  # type: ignore[arg-type]


def kind(
    tier: AgreementTier, basis: LegalBasis = LegalBasis.NO_DISCLOSURE, **changes: object
) -> Callable[[Sound], AgreementFact]:
    return lambda sound: sound(basis, tier=tier, **changes)


DAY = date(2023, 12, 31)
CONSENT = ConsentTerm("1", ("English", "Spanish"), (SignerRelation.PARENT,), verified_by="river")

# The kind of finding, the text that draws it, and its key where it tells several apart.
CASES: list[tuple[str, Callable[[Sound], AgreementFact], str]] = [
    ("LP01", without("purpose_clause"), ""),
    ("LP02", lambda s: party(s(), 0, signed_by=""), "river"),
    ("LP03", changed(clauses=clauses(*PROMISED[1:])), ""),
    ("LP04", without("access"), ""),
    ("LP05", kept(method=""), ""),
    ("LP05d", kept(on_demand=""), ""),
    ("LP05c", kept(certificate=""), ""),
    ("LP05b", kept(backups=""), ""),
    ("LP06", changed(clauses=clauses(*PROMISED[:2])), ""),
    ("LP06u", data(used_for=""), "attendance_total"),
    ("LP06y", data(first_year="", last_year=""), "attendance_total"),
    ("LP06d", without("data"), ""),
    ("LP06c", changed(children=None), ""),
    ("LA34", changed(children=None, population="Children of River"), ""),
    ("LP07", lambda s: s(delivery=replace(s().delivery, frequency=None)), ""),
    ("LP08", changed(clauses=clauses(ClauseKind.USE_LIMIT, ClauseKind.PROJECT_AUTHORIZATION)), ""),
    ("LP08s", changed(clauses=clauses(*PROMISED, ClauseKind.SUBCONTRACTORS)), ""),
    ("LP08o", changed(clauses=clauses(*PROMISED, ClauseKind.SUBCONTRACTORS)), ""),
    ("LP09", changed(disclosure=DisclosureTerm()), ""),
    ("LP10", without("giveback"), ""),
    ("LP11", without("penalties"), ""),
    ("LP12", without("amendment_clause"), ""),
    ("LP12t", without("termination_clause"), ""),
    ("LP13", without("security"), "encrypted in transit"),
    ("LP14", lambda s: s(delivery=replace(s().delivery, receivers=())), "receives"),
    ("LP15", without("basis_clause"), ""),
    (
        "LB01",
        changed(LegalBasis.STUDIES, purposes=frozenset({Purpose.SERVICE_COORDINATION})),
        "service_coordination",
    ),
    (
        "LB02",
        changed(LegalBasis.AUDIT_EVALUATION, purposes=frozenset({Purpose.RESEARCH})),
        "research",
    ),
    ("LB03", changed(purposes=frozenset({Purpose.RESEARCH})), "research"),
    (
        "LB05",
        data(elements=frozenset({"local_id", "meal_status"})),
        "attendance_total.meal_status",
    ),
    ("LB04", changed(purposes=frozenset()), ""),
    ("LA01", changed(starts=date.max), ""),
    ("LA02", changed(ends=DAY), ""),
    ("LA03", lambda s: party(s(), 1, signed_on=date(2024, 2, 2)), "hub"),
    ("LA04", changed(fixed_on=date(2024, 2, 2)), "river"),
    ("LA05", changed(ends=None, termination_clause=""), ""),
    ("LA06", lambda s: s(amends="B", above=(s(reference="B", ends=DAY),)), ""),
    ("LA07", changed(renewal=RenewalTerm(RenewalKind.AUTOMATIC)), ""),
    ("LA08", data(last_year="2030-31"), "attendance_total"),
    ("LA09", changed(terminated_on=DAY), ""),
    (
        "LA10",
        lambda s: party(s(), 0, approved_on=date(2024, 1, 25), signed_on=date(2024, 1, 20)),
        "river",
    ),
    ("LA11", lambda s: party(s(), 0, approved_on=date(2024, 2, 2)), "river"),
    (
        "LA20",
        lambda s: party(s(), 1, name="Its affiliates and agents"),
        "Its affiliates and agents",
    ),
    ("LA21", data(provider="lake"), "lake"),
    ("LA22", lambda s: s(parties=s().parties[:1]), "recipient"),
    ("LA23", lambda s: party(s(), 1, signed_by=s().parties[0].signed_by), "The director of River"),
    ("LA24", lambda s: party(s(), 1, signed_capacity=""), "Hub"),
    ("LL20", changed(onward=(OnwardRecipient("service providers", "help"),)), "service providers"),
    ("LA30", data(elements=frozenset({"all data"})), "all data"),
    (
        "LL30",
        data(LegalBasis.STUDIES, elements=frozenset({"including but not limited to grades"})),
        "including but not limited to grades",
    ),
    (
        "LL31",
        data(LegalBasis.AUDIT_EVALUATION, elements=frozenset({"relevant data points"})),
        "relevant data points",
    ),
    ("LL32", changed(level=Level.DE_IDENTIFIED), "attendance_total.local_id"),
    ("LA40", kept(period_days=None), ""),
    ("LA41", kept(method="kept as long as needed, then erased"), "as long as"),
    (
        "LA42",
        lambda s: s(
            ends=UNTIL_TERMINATED,
            retention=replace(RETENTION, counted_from=RetentionEvent.TERMINATION),
        ),
        "",
    ),
    ("LA43", data(retention_days=365), "attendance_total"),
    ("LA50", changed(title="Agreement with [NAME OF DISTRICT]"), "title"),
    ("LA51", without("exhibits"), "Exhibit A"),
    ("LA52", changed(exhibits=(Exhibit("Exhibit A", "Elements", attached=False),)), "Exhibit A"),
    ("LL50", kind(AgreementTier.CONSENT_FORM, LegalBasis.CONSENT, data=(), consent=CONSENT), ""),
    (
        "LL51",
        kind(AgreementTier.CONSENT_FORM, LegalBasis.CONSENT, purposes=frozenset(), consent=CONSENT),
        "",
    ),
    (
        "LL52",
        lambda s: s(
            LegalBasis.CONSENT,
            tier=AgreementTier.CONSENT_FORM,
            parties=s().parties[:1],
            consent=CONSENT,
        ),
        "",
    ),
    ("LL53", kind(AgreementTier.CONSENT_FORM, LegalBasis.CONSENT), ""),
    (
        "LC01",
        kind(AgreementTier.CONSENT_FORM, LegalBasis.OWN_RECORDS, consent=CONSENT),
        "own_records",
    ),
    ("LC02", kind(AgreementTier.CONSENT_FORM, LegalBasis.CONSENT, consent=CONSENT), ""),
    (
        "LC03",
        kind(
            AgreementTier.CONSENT_FORM, LegalBasis.CONSENT, consent=replace(CONSENT, verified_by="")
        ),
        "",
    ),
    (
        "LC04",
        kind(
            AgreementTier.CONSENT_FORM,
            LegalBasis.CONSENT,
            consent=replace(CONSENT, languages=("English",)),
        ),
        "",
    ),
    ("LC10", kind(AgreementTier.MEMORANDUM), "governance"),
    ("LC11", kind(AgreementTier.VENDOR), ""),
    ("LC12", kind(AgreementTier.BUSINESS_ASSOCIATE, LegalBasis.OWN_RECORDS), "own_records"),
    ("LC13", kind(AgreementTier.DATA_USE_LICENSE), ""),
    ("LC14", kind(AgreementTier.DATA_USE_LICENSE), ""),
    ("LC15", kind(AgreementTier.DATA_PLAN), ""),
    ("LC16", kind(AgreementTier.AMENDMENT, amends="B"), ""),
    ("LC17", kind(AgreementTier.JOINDER), ""),
    (
        "LC19",
        lambda s: s(
            tier=AgreementTier.AMENDMENT,
            amends="B",
            changes=(AmendedTerm("data", "a", "b"),),
            data=(),
        ),
        "",
    ),
    ("LC18", lambda s: s(tier=AgreementTier.JOINDER, joins="B", above=(s(reference="B"),)), "B"),
]


@pytest.mark.parametrize("basis", [b for b in LegalBasis if b is not LegalBasis.EMERGENCY])
def test_a_sound_text_draws_no_finding_of_the_linters_own(
    sound: Sound, on: date, basis: LegalBasis
) -> None:
    own = {o.id for o in LINT_RULES}
    assert [f.key for f in lint_agreement(sound(basis), None, on) if f.id in own] == []


@pytest.mark.parametrize(("id_", "make", "about"), CASES, ids=[c[0] for c in CASES])
def test_each_finding_is_drawn_by_its_text(
    sound: Sound, on: date, id_: str, make: Callable[[Sound], AgreementFact], about: str
) -> None:
    found = {f.key: f for f in lint_agreement(make(sound), None, on)}
    finding = found[f"{id_} {about}".strip()]
    assert finding.message
    assert finding.instead
    assert finding.clause
    assert "{" not in finding.message + finding.instead


def test_every_kind_of_finding_has_a_text_that_draws_it() -> None:
    held = {"LA31", "LA32", "LA33"}  # drawn against a dictionary, in `test_document_context`
    held |= {rule.id for rule in criteria.CRITERION_RULES}  # in `test_criteria`
    held |= {rule.id for rule in commercial_use.ALL}  # in `test_commercial_use`
    held |= {rule.id for rule in state_law.ALL} | {"LP08t"}  # in `test_partner_register`
    held |= {"LC20"}  # in `test_agreement_parts`
    assert {o.id for o in LINT_RULES} - held == {id_ for id_, _, _ in CASES}


def test_kinds_are_unique_and_say_where_they_come_from() -> None:
    ids = [o.id for o in LINT_RULES] + [card.id for card in CARDS]
    assert len(ids) == len(set(ids))
    for objection in LINT_RULES:
        law = objection.severity is RuleSource.LAW
        assert law == objection.citation.startswith(("34 CFR 99.", "45 CFR "))


def test_a_finding_and_the_card_of_one_duty_cite_one_paragraph() -> None:
    """What a written agreement must specify: 34 CFR 99.31(a)(6)(iii)(C)(1), 99.35(a)(3)(ii)(A)."""
    card_of = {card.id: card.citation for card in CARDS}
    citation_of = {rule.id: rule.citation for rule in LINT_RULES}
    assert citation_of["LL30"] == card_of["R11.1"]
    assert citation_of["LL31"] == card_of["R13.7"] == "34 CFR 99.35(a)(3)(ii)(A)"


def test_advice_is_never_of_law() -> None:
    """A decision reads only what can be of law (`beyond_rules`)."""
    advice = (*agreement_terms.ALL, *drafting_practices.ALL)
    assert not [o.id for o in advice if o.severity is RuleSource.LAW]
