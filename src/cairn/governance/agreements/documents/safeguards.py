"""Build the parts about how data is delivered, protected, retained, destroyed and published."""

from cairn.governance.agreements.documents.phrases import (
    CHANNEL_PHRASES,
    FREQUENCY_PHRASES,
    PENALTY_PHRASES,
    RETENTION_EVENT_PHRASES,
    SECURITY_PHRASES,
)
from cairn.governance.agreements.documents.structure import (
    DocumentClause,
    DocumentPart,
    DocumentTable,
    format_day_count,
    join_words,
)
from cairn.policy.facts import AgreementFact
from cairn.policy.law import format_count
from cairn.policy.vocabulary import NoResponseEffect

__all__ = ["build_publication_part", "build_retention_part"]


def build_delivery_part(terms: AgreementFact) -> DocumentPart:
    """Build the part about how data is delivered, who sends and receives it, and the reports
    back to the partner.

    Args:
        terms: the agreement.

    Returns:
        The part.
    """
    if not terms.data:
        return DocumentPart("How data come")
    term = terms.delivery
    channels = join_words([CHANNEL_PHRASES[item] for item in sorted(term.channels)], "or")
    frequency = f", {FREQUENCY_PHRASES[term.frequency]}" if term.frequency else ""
    clauses = [
        DocumentClause(
            f"Data are delivered by {channels}{frequency}, and in no other way.", term.clause
        )
    ]
    people = [("sends", *item) for item in term.contacts]
    people += [("receives", *item) for item in term.receivers]
    tables = (
        [DocumentTable("Contacts", ("What", "Name", "E-mail"), tuple(people))] if people else []
    )
    for back in terms.giveback:
        to = f" to {back.to}" if back.to else ""
        within = f" within {format_day_count(back.within_days)}" if back.within_days else ""
        when = f", {FREQUENCY_PHRASES[back.frequency]}" if back.frequency else ""
        clauses.append(
            DocumentClause(f"The recipient gives back{to}{within}{when}: {back.what}.", back.clause)
        )
    return DocumentPart("How data come, and what is given back", tuple(clauses), tuple(tables))


def build_security_part(terms: AgreementFact) -> DocumentPart:
    """Build the part about the security conditions and the consequences of a breach.

    Args:
        terms: the agreement.

    Returns:
        The part.
    """
    clauses = [
        DocumentClause(
            f"Whoever holds the data {SECURITY_PHRASES[condition]}.", terms.security_clause
        )
        for condition in terms.security
    ]
    for penalty in terms.penalties:
        amount = f" ({penalty.amount})" if penalty.amount else ""
        clauses.append(
            DocumentClause(
                f"Where a party does not keep to this agreement, "
                f"{PENALTY_PHRASES[penalty.kind]}{amount}.",
                penalty.clause,
            )
        )
    return DocumentPart("How the data are kept safe", tuple(clauses))


def build_retention_part(terms: AgreementFact) -> DocumentPart:
    """Build the part about how long data is kept, how it is destroyed, and how that is certified.

    Args:
        terms: the agreement.

    Returns:
        The part.
    """
    term = terms.retention
    if term.period_days is None:
        return DocumentPart("How long the data are kept")
    clauses = [
        DocumentClause(
            f"Data are destroyed at the latest {format_day_count(term.period_days)} after "
            f"{RETENTION_EVENT_PHRASES[term.counted_from]}.",
            term.clause,
        )
    ]
    if term.method:
        clauses.append(DocumentClause(f"They are destroyed in this way: {term.method}."))
    if term.backups:
        clauses.append(DocumentClause(f"Backups: {term.backups}."))
    if term.certificate:
        clauses.append(DocumentClause(f"Certificate of destruction: {term.certificate}."))
    if term.on_demand:
        clauses.append(DocumentClause(f"On demand of the provider: {term.on_demand}."))
    if term.revoked_days is not None:
        within = format_day_count(term.revoked_days)
        clauses.append(
            DocumentClause(
                "When a family takes its consent back, every delivery that came while the consent "
                f"counted is destroyed within {within}; it may be sent anew without that child."
            )
        )
    return DocumentPart("How long the data are kept", tuple(clauses))


def build_publication_part(terms: AgreementFact) -> DocumentPart:
    """Build the part about what the provider requires of anything that is published.

    Args:
        terms: the agreement.

    Returns:
        The part.
    """
    if not terms.data:
        return DocumentPart("What may be published")
    term = terms.disclosure
    review_days = format_count(term.send_back_days, "business day", "business days")
    clauses = [
        DocumentClause(
            f"Nothing is published that shows a group of fewer than {term.minimum_cell} children, "
            "or that lets one be worked out.",
            term.clause,
        ),
        DocumentClause(
            f"Each provider sees what was made from its data {review_days} before anybody else, "
            f"and may ask for a correction. {_SILENCE_SENTENCES[term.silence]}"
        ),
    ]
    if term.no_ranking:
        clauses.append(DocumentClause("Partners, schools and programs are never ranked."))
    return DocumentPart("What may be published", tuple(clauses))


_SILENCE_SENTENCES = {
    NoResponseEffect.LAPSES: "When it says nothing in that time, the release may go on.",
    NoResponseEffect.WAITS: "When it says nothing in that time, the release waits.",
}
