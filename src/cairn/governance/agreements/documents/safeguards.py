"""Build the parts about how data is used, transferred, protected, destroyed and published."""

from cairn.governance.agreements.documents.defined_terms import (
    find_party_name,
    name_data,
    name_provider,
    name_recipient,
)
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
    capitalize_first,
    fill_blank,
    format_day_count,
    join_words,
)
from cairn.policy.facts import AgreementFact, GiveBackTerm
from cairn.policy.law import format_count
from cairn.policy.vocabulary import NoResponseEffect, ReportContents

__all__ = ["build_publication_part", "build_retention_part"]


def build_access_part(terms: AgreementFact) -> DocumentPart:
    """Build the part about who may see the data.

    Args:
        terms: the agreement.

    Returns:
        The part.
    """
    if not terms.access:
        return DocumentPart("Use and access")
    clause = DocumentClause(
        f"Only individuals in the roles listed below who need {name_data(terms)} for the purposes "
        "of this Agreement may have access to it."
    )
    rows = tuple(
        (find_party_name(terms, item.organization), item.role, item.interest)
        for item in terms.access
    )
    header = ("Organization", "Role", "Legitimate interest")
    return DocumentPart(
        "Use and access", (clause,), (DocumentTable("Roles with access", header, rows),)
    )


def build_redisclosure_part(terms: AgreementFact) -> DocumentPart:
    """Build the part about the organizations that may receive the data from the recipient.

    Cites 34 CFR 99.33, which limits redisclosure.

    Args:
        terms: the agreement.

    Returns:
        The part.
    """
    recipient, data = capitalize_first(name_recipient(terms)), name_data(terms)
    if terms.onward:
        clause = DocumentClause(
            f"{recipient} may redisclose {data} only to the organizations listed below, and only "
            f"after {name_provider(terms)} has entered them in its record of disclosures.",
            "34 CFR 99.33(b)",
        )
        rows = tuple(
            (find_party_name(terms, item.organization), item.interest, item.clause)
            for item in terms.onward
        )
        header = ("Organization", "Legitimate interest", "Clause")
        table = DocumentTable("Organizations that may receive the data", header, rows)
        return DocumentPart("Redisclosure", (clause,), (table,))
    if not terms.data:
        return DocumentPart("Redisclosure")
    clause = DocumentClause(
        f"{recipient} may not redisclose {data} except as this Agreement and 34 CFR 99.33 permit. "
        f"This Agreement names no organization to which {data} may be redisclosed.",
        "34 CFR 99.33(a)",
    )
    return DocumentPart("Redisclosure", (clause,))


def build_delivery_part(terms: AgreementFact) -> DocumentPart:
    """Build the part about how data is delivered, who sends and receives it, and the reports
    back to the partner.

    Args:
        terms: the agreement.

    Returns:
        The part.
    """
    if not terms.data:
        return DocumentPart("Data transfer and reports to the partner")
    term = terms.delivery
    channels = join_words([CHANNEL_PHRASES[item] for item in sorted(term.channels)], "or")
    frequency = f" {FREQUENCY_PHRASES[term.frequency]}" if term.frequency else ""
    provider = name_provider(terms).replace("each", "a")
    clauses = [
        DocumentClause(
            f"When {provider} discloses {name_data(terms)}, it shall submit it"
            f"{frequency}, only by {channels or '[transfer method]'}.",
            term.clause,
        )
    ]
    people = [("Sends data", *item) for item in term.contacts]
    people += [("Receives data", *item) for item in term.receivers]
    header = ("Responsibility", "Name", "E-mail")
    tables = (DocumentTable("Contacts", header, tuple(people)),) if people else ()
    clauses += [_build_report_clause(terms, back) for back in terms.giveback]
    return DocumentPart("Data transfer and reports to the partner", tuple(clauses), tables)


def _build_report_clause(terms: AgreementFact, back: GiveBackTerm) -> DocumentClause:
    to = find_party_name(terms, back.to) if back.to else name_provider(terms)
    within = (
        f", within {format_day_count(back.within_days)} after each data submission"
        if back.within_days
        else ""
    )
    when = f", {FREQUENCY_PHRASES[back.frequency]}" if back.frequency else ""
    pause = "," if within or when else ""
    of_published_tables = (
        " This report consists of published figures, and the data steward of its receiver can "
        "open it online."
        if back.contents is ReportContents.PUBLISHED_TABLES
        else ""
    )
    return DocumentClause(
        f"{capitalize_first(name_recipient(terms))} shall give {to}{within}{when}{pause} "
        f"{fill_blank(back.what.rstrip('.'), 'report')}.{of_published_tables}",
        back.clause,
    )


def build_security_part(terms: AgreementFact) -> DocumentPart:
    """Build the part about the security conditions.

    Args:
        terms: the agreement.

    Returns:
        The part.
    """
    recipient, data = capitalize_first(name_recipient(terms)), name_data(terms)
    return DocumentPart(
        "Security safeguards",
        tuple(
            DocumentClause(
                f"{recipient} shall {SECURITY_PHRASES[condition].format(data=data)}.",
                terms.security_clause,
            )
            for condition in terms.security
        ),
    )


def build_remedies_part(terms: AgreementFact) -> DocumentPart:
    """Build the part about the consequences when a party does not comply.

    Args:
        terms: the agreement.

    Returns:
        The part.
    """
    data, provider = name_data(terms), name_provider(terms).replace("each", "any")
    return DocumentPart(
        "Remedies",
        tuple(
            DocumentClause(
                f"If a Party does not comply with this Agreement, "
                f"{PENALTY_PHRASES[penalty.kind].format(data=data, provider=provider)}"
                f"{f' of {penalty.amount}' if penalty.amount else ''}.",
                penalty.clause,
            )
            for penalty in terms.penalties
        ),
    )


def build_retention_part(terms: AgreementFact) -> DocumentPart:
    """Build the part about how long data is kept, how it is destroyed, and how that is certified.

    Args:
        terms: the agreement.

    Returns:
        The part.
    """
    term = terms.retention
    if term.period_days is None:
        return DocumentPart("Retention and destruction")
    recipient = capitalize_first(name_recipient(terms))
    clauses = [
        DocumentClause(
            f"{recipient} shall destroy {name_data(terms)} no later than "
            f"{format_day_count(term.period_days)} after "
            f"{RETENTION_EVENT_PHRASES[term.counted_from]}.",
            term.clause,
        )
    ]
    labelled_texts = (
        ("Method of destruction", term.method),
        ("Backups", term.backups),
        ("Certificate of destruction", term.certificate),
        ("Destruction on request", term.on_demand),
    )
    clauses += [
        DocumentClause(f"{label}. {capitalize_first(text.rstrip('.'))}.")
        for label, text in labelled_texts
        if text
    ]
    if term.revoked_days is not None:
        within = format_day_count(term.revoked_days)
        clauses.append(
            DocumentClause(
                f"If a family revokes its consent, {name_recipient(terms)} shall destroy, within "
                f"{within}, every data submission received while the consent was in effect. "
                f"{capitalize_first(name_provider(terms))} may submit it again without that "
                "student's records."
            )
        )
    return DocumentPart("Retention and destruction", tuple(clauses))


def build_publication_part(terms: AgreementFact) -> DocumentPart:
    """Build the part about what the provider requires of anything that is published.

    Args:
        terms: the agreement.

    Returns:
        The part.
    """
    if not terms.data:
        return DocumentPart("Publication")
    term, data, provider = terms.disclosure, name_data(terms), name_provider(terms)
    silent_provider = provider.replace("each", "a")
    review_days = format_count(term.send_back_days, "business day", "business days")
    clauses = [
        DocumentClause(
            "No Party may publish a Small Cell, or results from which a Small Cell could be "
            "calculated.",
            term.clause,
        ),
        DocumentClause(
            f"At least {review_days} before a Party publishes results made from {data}, "
            f"{name_recipient(terms)} shall give {provider} a preview of those that include its "
            f"data. {capitalize_first(provider)} may request a correction. "
            f"{_NO_RESPONSE_SENTENCES[term.silence].format(provider=silent_provider)}"
        ),
    ]
    if term.no_ranking:
        clauses.append(DocumentClause("No Party may rank partners, schools or programs."))
    return DocumentPart("Publication", tuple(clauses))


_NO_RESPONSE_SENTENCES = {
    NoResponseEffect.LAPSES: "If {provider} does not respond in that time, the results may be "
    "published.",
    NoResponseEffect.WAITS: "The results may not be published until {provider} responds.",
}
