"""Check one data element: listed in an agreement, and lawful under the law of its special class."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Final

from cairn.policy.engine import Obligation, Reason, element_check, policy_check
from cairn.policy.facts import AgreementFact, DataTerm, DisclosureContext
from cairn.policy.law import (
    CLASS_PACKS,
    DIRECT_IDENTIFIER_FIELDS,
    IMPERSONAL_RECORDS,
    SIGNED_FORM_BASES,
    ClassPack,
    RuleCard,
    find_identifier_hint,
    find_special_class,
    find_special_hints,
    format_authority_key,
    format_condition_key,
    is_social_security_number,
)
from cairn.policy.law.cards.governance import agreement as cards
from cairn.policy.law.cards.legal_bases import ferpa_exceptions as ferpa_exceptions_cards
from cairn.policy.law.cards.legal_bases import special_classes as special_classes_cards
from cairn.policy.law.cards.outputs import extract as extract_cards
from cairn.policy.vocabulary import (
    FERPA_AGENCY_KINDS,
    Action,
    IdentifierClass,
    LegalBasis,
    Level,
    Outcome,
    Purpose,
    SpecialClass,
    label_code,
)

__all__ = [
    "COVERAGE_CARDS",
    "check_any_element",
    "check_element_coverage",
    "describe_file_names",
    "is_term_in_years",
    "list_special_class_obligations",
    "list_special_classes",
    "list_terms_for_element",
    "matches_file_name",
    "may_term_use_file",
]

# Actions that show or hand over records of individuals.
_ROW_ACTIONS: Final = frozenset(
    {Action.VIEW, Action.LIST, Action.EXPORT, Action.DELIVER, Action.REFER, Action.EMERGENCY}
)


CLASS_LAW_CARDS: Final = tuple(
    card
    for pack in CLASS_PACKS
    for card in (pack.card, *pack.not_for.values(), pack.seen_card)
    if card is not None
)
"""Cards of the reasons that the law packs of special classes give."""


def list_class_law_reasons(
    agreement: AgreementFact,
    element: str,
    classes: frozenset[SpecialClass],
    context: DisclosureContext,
    packs: Iterable[ClassPack] = CLASS_PACKS,
) -> Iterator[Reason]:
    """List what the law pack of each special class says of one element.

    Args:
        agreement: agreement that lists the element.
        element: ``record.field``.
        classes: special classes of the element.
        context: disclosure that the agreement is part of.
        packs: law packs to apply.
    Returns:
        One reason per rule of a matching pack.
    """
    for pack in packs:
        if pack.special in classes:
            yield _check_carried(pack, agreement, element)
            yield from _check_class_purpose(pack, agreement, element, context)
            yield from _check_receiver_kind(pack, agreement, element, context)


def list_special_class_obligations(
    classes: Iterable[SpecialClass], packs: Iterable[ClassPack] = CLASS_PACKS
) -> Iterator[Obligation]:
    """List the obligations from the packs of these special classes, each once.

    Args:
        classes: special classes of the disclosed elements.
        packs: law packs to apply.
    Returns:
        The obligations.
    """
    wanted = frozenset(classes)
    cards = {card.id: card for pack in packs if pack.special in wanted for card in pack.obligations}
    for card in cards.values():
        yield Obligation(card.id, card.steward, card.citation)


def _check_carried(pack: ClassPack, agreement: AgreementFact, element: str) -> Reason:
    """Check that the basis carries the class, or that an authority meets the law's conditions."""
    authority = agreement.criteria.get(format_authority_key(pack.special), "").strip()
    condition = agreement.criteria.get(format_condition_key(pack.special), "").strip()
    by_authority = bool(authority) and (
        not pack.conditions or _is_condition_met(pack, condition, agreement)
    )
    carried = agreement.basis in pack.carried_by
    met = agreement.basis not in pack.never and (carried or by_authority)
    basis = label_code(agreement.basis)
    ground = authority if by_authority else f"covered by the legal basis '{basis}'"
    return _build_class_law_reason(
        pack.card,
        agreement,
        met=met,
        element=element,
        basis=basis,
        key=format_authority_key(pack.special),
        conditions=_describe_conditions(pack),
        said=ground,
    )


def _is_condition_met(pack: ClassPack, code: str, agreement: AgreementFact) -> bool:
    """Tell whether the law has this condition; one about each person needs their signed forms."""
    condition = pack.find_condition(code)
    if condition is None:
        return False
    return not condition.of_each_person or agreement.basis in SIGNED_FORM_BASES


def _describe_conditions(pack: ClassPack) -> str:
    codes = ", ".join(condition.code for condition in pack.conditions)
    return f" (and one of {codes} under {format_condition_key(pack.special)})" if codes else ""


def _check_class_purpose(
    pack: ClassPack, agreement: AgreementFact, element: str, context: DisclosureContext
) -> Iterator[Reason]:
    """Check a purpose that the law does not let the basis carry to an agency that is not a school.

    An authority that the agreement names for the class lifts the limit.
    """
    card = pack.not_for.get(context.purpose) if context.purpose else None
    if context.receiver is not None and context.receiver.kind in FERPA_AGENCY_KINDS:
        return
    authority = agreement.criteria.get(format_authority_key(pack.special), "").strip()
    if card is None or authority or agreement.basis not in pack.carried_by - pack.not_for_except:
        return
    basis = label_code(agreement.basis)
    key, conditions = format_authority_key(pack.special), _describe_conditions(pack)
    yield _build_class_law_reason(
        card, agreement, met=False, element=element, basis=basis, key=key, conditions=conditions
    )


def _check_receiver_kind(
    pack: ClassPack, agreement: AgreementFact, element: str, context: DisclosureContext
) -> Iterator[Reason]:
    """Check that the receiver of individual records is of a kind that the law allows.

    A condition of the law that the agreement names may lift the limit.
    """
    condition = agreement.criteria.get(format_condition_key(pack.special), "").strip()
    if condition in pack.seen_except and _is_condition_met(pack, condition, agreement):
        return
    single = context.level is Level.INDIVIDUAL and context.action in _ROW_ACTIONS
    if pack.seen_card is None or not single:
        return
    kind = context.receiver.kind if context.receiver else None
    slug = context.receiver.slug if context.receiver else "an unknown organization"
    if kind not in pack.seen_by:
        yield Reason.from_card(pack.seen_card, met=False, element=element, organization=slug)


def _build_class_law_reason(
    card: RuleCard, agreement: AgreementFact, *, met: bool, **facts: str
) -> Reason:
    ordered_facts = dict(sorted(facts.items()))
    return Reason.from_card(
        card, met=met, agreement=agreement.reference, **ordered_facts
    ).at_clause(agreement.basis_clause)


NO_CONTEXT: Final = DisclosureContext()
"""The context of a check that knows nothing except the agreements."""


def list_special_classes(element: str, context: DisclosureContext) -> frozenset[SpecialClass]:
    """List every special class of an element: its own, and those that a data dictionary adds.

    Args:
        element: ``record.field``.
        context: classes that data dictionaries give.
    Returns:
        The special classes.
    """
    own_class = find_special_class(element)
    if own_class is not None:
        return context.classes.get(element, frozenset()) | {own_class}
    # A name is a hint; what a person confirmed in a dictionary counts before it.
    return context.classes.get(element, frozenset(find_special_hints(element)))


def is_direct_identifier(element: str, context: DisclosureContext) -> bool:
    """Tell whether an element counts as identifying a student by itself.

    A field that Cairn's catalog calls identifying always is. For any other the owners' dictionaries
    decide, and there an element that no person classified counts as identifying. Without a
    dictionary the name is a hint.

    Args:
        element: ``record.field``.
        context: classes that data dictionaries give.
    Returns:
        True if it identifies a student.
    """
    if element.rpartition(".")[2] in DIRECT_IDENTIFIER_FIELDS or is_social_security_number(element):
        return True
    if element in context.identifiers:
        return context.identifiers[element] in (None, IdentifierClass.DIRECT)
    return find_identifier_hint(element)[0] is IdentifierClass.DIRECT


@policy_check(cards.NO_ELEMENTS)
def check_any_element(on: date, elements: frozenset[str]) -> Iterator[Reason]:
    """Check that a request names at least one element.

    Args:
        on: date of the check.
        elements: elements of the request.
    Returns:
        A refusal if it names none.
    """
    if not elements:
        yield Reason.from_card(cards.NO_ELEMENTS, met=False)


COVERAGE_CARDS: Final = (
    cards.ELEMENT,
    special_classes_cards.ABOUT_PEOPLE,
    special_classes_cards.NOTHING_DISCLOSED,
    ferpa_exceptions_cards.DIRECTORY_NEVER_JOINED,
    special_classes_cards.LIMITED_IDENTIFIERS,
    special_classes_cards.LIMITED_NOT_MATCHED,
    special_classes_cards.IMMUNIZATION_ONLY,
    special_classes_cards.HEALTH_PURPOSE,
    extract_cards.NOBODY_NAMED,
    *CLASS_LAW_CARDS,
)


@element_check(*COVERAGE_CARDS)
def check_element_coverage(
    element: str,
    on: date,
    agreements: tuple[AgreementFact, ...],
    context: DisclosureContext = NO_CONTEXT,
) -> Iterator[Reason]:
    """Check that an element is listed in an agreement and lawful in one that lists it.

    Args:
        element: the element.
        on: date of the check.
        agreements: agreements behind the request.
        context: disclosure that they are part of.
    Returns:
        The reasons of the first agreement that allows the element, else of all that refuse it.
    """
    refused: list[Reason] = []
    for agreement in agreements:
        if element in agreement.elements:
            reasons = tuple(_check_element_under(agreement, context, element))
            if all(reason.effect is Outcome.ALLOW for reason in reasons):
                yield from reasons
                return
            refused += reasons
    if not refused:
        references = _format_references(agreements)
        refused.append(
            Reason.from_card(cards.ELEMENT, met=False, agreement=references, element=element)
        )
    yield from refused


_MAX_NAMED: Final = 3


def _format_references(agreements: Collection[AgreementFact]) -> str:
    """Name a few agreements by their references; count many."""
    if len(agreements) > _MAX_NAMED:
        return f"any of the {len(agreements)} agreements behind this use"
    return " or ".join(sorted(item.reference for item in agreements)) or "an agreement"


def _check_element_under(
    agreement: AgreementFact, context: DisclosureContext, element: str
) -> Iterator[Reason]:
    reference, clause = agreement.reference, _find_element_clause(agreement, element)
    listed = Reason.from_card(cards.ELEMENT, met=True, agreement=reference, element=element)
    yield listed.at_clause(clause)
    card, met = _find_basis_limit(agreement.basis, element, context)
    if card is not None:
        yield Reason.from_card(card, met=met, agreement=reference, element=element)
    yield from _check_health_use(agreement, element, context)
    yield from list_class_law_reasons(
        agreement, element, list_special_classes(element, context), context
    )


def _find_basis_limit(
    basis: LegalBasis, element: str, context: DisclosureContext
) -> tuple[RuleCard | None, bool]:
    """Find the limit that a legal basis sets for an element, and whether it is met."""
    match basis:
        case LegalBasis.PUBLIC_DATA:
            is_impersonal = element.partition(".")[0] in IMPERSONAL_RECORDS
            return special_classes_cards.ABOUT_PEOPLE, is_impersonal
        case LegalBasis.NO_DISCLOSURE:
            return special_classes_cards.NOTHING_DISCLOSED, False
        case LegalBasis.DIRECTORY:
            is_lawful = not is_social_security_number(element)
            return ferpa_exceptions_cards.DIRECTORY_NEVER_JOINED, is_lawful
        case LegalBasis.LIMITED_DATA_SET:
            is_lawful = not is_direct_identifier(element, context)
            return special_classes_cards.LIMITED_IDENTIFIERS, is_lawful
        case LegalBasis.DE_IDENTIFIED:
            is_lawful = not is_direct_identifier(element, context)
            return extract_cards.NOBODY_NAMED, is_lawful
        case _:
            return None, True


_HEALTH_PURPOSES: Final[Mapping[LegalBasis, frozenset[Purpose]]] = MappingProxyType(
    {
        LegalBasis.BUSINESS_ASSOCIATE: frozenset(Purpose) - {Purpose.RESEARCH},
        LegalBasis.LIMITED_DATA_SET: frozenset(
            {Purpose.RESEARCH, Purpose.PROGRAM_EVALUATION, Purpose.PUBLIC_REPORTING}
        ),
        LegalBasis.TREATMENT: frozenset({Purpose.SERVICE_COORDINATION}),
        LegalBasis.RESEARCH_WAIVER: frozenset({Purpose.RESEARCH}),
    }
)
"""The purposes that a basis of the HIPAA Privacy Rule permits. Research on a business associate's
own behalf needs a basis of its own (45 CFR 164.504(e)(2)(i)); evaluation and public reporting serve
health care operations and public health (45 CFR 164.514(e)(3)(i))."""


def _check_health_use(
    agreement: AgreementFact, element: str, context: DisclosureContext
) -> Iterator[Reason]:
    """Check that a basis of the HIPAA Privacy Rule permits the element, the purpose, matching."""
    reference, basis, purpose = agreement.reference, agreement.basis, context.purpose
    if basis is LegalBasis.IMMUNIZATION_PROOF:
        yield Reason.from_card(
            special_classes_cards.IMMUNIZATION_ONLY,
            met=list_special_classes(element, context) == {SpecialClass.IMMUNIZATION},
            agreement=reference,
            element=element,
        )
    if basis in _HEALTH_PURPOSES and purpose is not None:
        yield Reason.from_card(
            special_classes_cards.HEALTH_PURPOSE,
            met=purpose in _HEALTH_PURPOSES[basis],
            agreement=reference,
            basis=label_code(basis),
            purpose=label_code(purpose),
        )
    if basis is LegalBasis.LIMITED_DATA_SET and context.action is Action.MATCH:
        yield Reason.from_card(
            special_classes_cards.LIMITED_NOT_MATCHED, met=False, agreement=reference
        )


def _find_element_clause(agreement: AgreementFact, element: str) -> str:
    record, _, field = element.partition(".")
    clauses = (
        term.clause for term in agreement.data if term.record == record and field in term.elements
    )
    return next((clause for clause in clauses if clause), "")


def list_terms_for_element(
    agreement: AgreementFact, element: str, provider: str = ""
) -> Iterator[DataTerm]:
    """List the data terms of an agreement that name an element.

    Args:
        agreement: the agreement.
        element: ``record.field``.
        provider: organization that owns the data; empty: any provider.
    Returns:
        The terms.
    """
    record, _, field = element.partition(".")
    for term in agreement.data:
        of_provider = not provider or term.provider in ("", provider)
        if term.record == record and field in term.elements and of_provider:
            yield term


def is_term_in_years(term: DataTerm, first: str, last: str) -> bool:
    """Tell whether a term covers school years; a term that names none is not limited.

    Args:
        term: the data term.
        first: first school year.
        last: last school year.
    Returns:
        True if both years lie in the term.
    """
    begins = not term.first_year or term.first_year <= first
    return begins and (not term.last_year or last <= term.last_year)


def may_term_use_file(term: DataTerm, file: str) -> bool:
    """Tell whether a term allows its elements in a file of this name.

    A term that names no file allows any.

    In the agreement's names ``*`` matches any letters and ``?`` matches one; case does not count.

    Args:
        term: the data term.
        file: name of the file.
    Returns:
        True if the name matches.
    """
    return matches_file_name(term.file_names, file)


def matches_file_name(names: Iterable[str], file: str) -> bool:
    """Tell whether a file name matches one of these patterns; without patterns any name matches.

    Args:
        names: patterns with ``*`` and ``?``.
        file: name of the file.
    Returns:
        True if the name matches.
    """
    patterns = tuple(names)
    return not patterns or any(_matches_pattern(file, name) for name in patterns)


def describe_file_names(terms: Iterable[DataTerm]) -> str:
    """Describe in words the file names that data terms allow.

    Args:
        terms: data terms.
    Returns:
        Names joined by "or".
    """
    names = sorted({name for term in terms for name in term.file_names})
    return " or ".join(names) or "any file"


def _matches_pattern(file: str, name: str) -> bool:
    return fnmatchcase(file.casefold(), name.casefold().replace("[", "[[]"))
