"""Name the parties and the data as the agreement defines them, and build its definitions."""

import re
from typing import Final

from cairn.governance.agreements.documents.phrases import TIER_PHRASES
from cairn.governance.agreements.documents.structure import DocumentClause, DocumentPart, fill_blank
from cairn.policy.facts import AgreementFact, Party
from cairn.policy.law import format_count
from cairn.policy.vocabulary import RECIPIENT_ROLES, AgreementTier, Level, PartyRole

_DOCUMENT_NAMES: Final = {
    AgreementTier.AMENDMENT: "Amendment",
    AgreementTier.JOINDER: "Joinder",
}
_THIS_AGREEMENT: Final = re.compile(r"\b([Tt]his) Agreement\b")

_MENTION_BY_ROLE = {
    PartyRole.PROVIDER: "provides data",
    PartyRole.RECIPIENT: "receives data",
    PartyRole.PROCESSOR: "processes data on behalf of other Parties",
    PartyRole.AUTHORIZED_REPRESENTATIVE: "receives data as the authorized representative of "
    "{provider}",
}


def name_provider(terms: AgreementFact) -> str:
    """Name the party that provides data: "the Provider", or "each Provider" of several.

    Args:
        terms: the agreement.

    Returns:
        The defined term with its article.
    """
    return "each Provider" if _count_parties(terms, (PartyRole.PROVIDER,)) > 1 else "the Provider"


def name_recipient(terms: AgreementFact) -> str:
    """Name the party that receives data: "the Recipient", or "each Recipient" of several.

    Args:
        terms: the agreement.

    Returns:
        The defined term with its article.
    """
    return "each Recipient" if _count_parties(terms, RECIPIENT_ROLES) > 1 else "the Recipient"


def name_data(terms: AgreementFact) -> str:
    """Name the data: "Student Data", or "Program Data" where no records of students are shared.

    Args:
        terms: the agreement.

    Returns:
        The defined term.
    """
    return "Program Data" if terms.level is Level.SYSTEMS else "Student Data"


def find_party_name(terms: AgreementFact, organization: str) -> str:
    """Find the name of a party; the short name of an organization that is none.

    Args:
        terms: the agreement.
        organization: the short name.

    Returns:
        The name.
    """
    names_by_slug = {party.organization: party.name for party in terms.parties}
    return names_by_slug.get(organization, organization)


def name_party(party: Party) -> str:
    """Name a party; a draft that does not name it yet has a marked blank.

    Args:
        party: the party.

    Returns:
        The name, or "[name of the Provider]".
    """
    role = "Provider" if party.role is PartyRole.PROVIDER else "Recipient"
    return fill_blank(party.name, f"name of the {role}")


def name_document(terms: AgreementFact) -> str:
    """Name the document as it calls itself: "Agreement", "Amendment" or "Joinder".

    Args:
        terms: the agreement.

    Returns:
        The defined term.
    """
    return _DOCUMENT_NAMES.get(terms.tier, "Agreement")


def rename_document(text: str, terms: AgreementFact) -> str:
    """Call the document by its own name where a general sentence says "this Agreement".

    Args:
        text: the sentence.
        terms: the agreement.

    Returns:
        The sentence, such as "This Amendment takes effect on July 1, 2027."
    """
    return _THIS_AGREEMENT.sub(rf"\1 {name_document(terms)}", text)


def build_parties_part(terms: AgreementFact) -> DocumentPart:
    """Build the part that names the parties and their roles.

    Args:
        terms: the agreement.

    Returns:
        The part.
    """
    kind = TIER_PHRASES[terms.tier].lower()
    term = name_document(terms)
    name = f"{kind} (the “{term}”)"
    if terms.reference:
        name = f"{kind}, reference {terms.reference} (the “{term}”),"
    is_plural = terms.tier is AgreementTier.TERMS_AND_CONDITIONS
    this, are = ("These", "are") if is_plural else ("This", "is")
    clauses = [
        DocumentClause(
            f"{this} {name} {are} entered into by the following parties (each a “Party”)."
        )
    ]
    for party in terms.parties:
        is_provider = party.role is PartyRole.PROVIDER
        roles = (PartyRole.PROVIDER,) if is_provider else RECIPIENT_ROLES
        role_term = "“Provider”" if is_provider else "“Recipient”"
        article = "a " if _count_parties(terms, roles) > 1 else "the "
        mention = _MENTION_BY_ROLE[party.role].format(provider=name_provider(terms))
        clauses.append(DocumentClause(f"{name_party(party)} ({article}{role_term}) {mention}."))
    return DocumentPart("Parties", tuple(clauses))


def build_definitions_part(terms: AgreementFact) -> DocumentPart:
    """Build the part that defines the terms which the document uses.

    Args:
        terms: the agreement.

    Returns:
        The part; empty for a document about no data.
    """
    data = name_data(terms)
    if not terms.data:
        mentions_data = (
            terms.purposes
            or terms.security
            or terms.access
            or terms.retention.period_days
            or any(data in clause.said for clause in terms.clauses)
        )
        clause = DocumentClause(
            f"“{data}” means data about students that a Party discloses under a separate agreement."
        )
        return DocumentPart("Definitions", (clause,) if mentions_data else ())
    discloser = name_provider(terms).replace("each", "a")
    place = "the exhibits of the parts" if terms.parts else "Exhibit A"
    clauses = [
        DocumentClause(
            f"“{data}” means the data elements listed in {place} that {discloser} discloses "
            "under this Agreement."
        ),
    ]
    if terms.level is Level.INDIVIDUAL:
        clauses.append(
            DocumentClause(
                "“PII” means personally identifiable information as defined in 34 CFR 99.3.",
                "34 CFR 99.3",
            )
        )
    students = format_count(terms.disclosure.minimum_cell, "student", "students")
    clauses.append(
        DocumentClause(f"“Small Cell” means a result for a group of fewer than {students}.")
    )
    return DocumentPart("Definitions", tuple(clauses))


def _count_parties(terms: AgreementFact, roles: tuple[PartyRole, ...]) -> int:
    return sum(party.role in roles for party in terms.parties)
