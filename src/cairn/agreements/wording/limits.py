"""How data come, how they are kept safe, how long, and what may leave."""

from cairn.agreements.wording.document import Clause, Part, Table, days, listed
from cairn.agreements.wording.words import CHANNEL, EVENT, FREQUENCY, PENALTY, SECURITY
from cairn.rules.agreement import Agreement
from cairn.rules.counting import counted
from cairn.rules.vocabulary import Silence


def delivery(terms: Agreement) -> Part:
    """By which way, how often, who sends and who receives; and what is given back."""
    if not terms.data:
        return Part("How data come")
    term = terms.delivery
    ways = listed([CHANNEL[one] for one in sorted(term.channels)], "or")
    often = f", {FREQUENCY[term.frequency]}" if term.frequency else ""
    clauses = [Clause(f"Data are delivered by {ways}{often}, and in no other way.", term.clause)]
    people = [("sends", *one) for one in term.contacts]
    people += [("receives", *one) for one in term.receivers]
    tables = [Table("Contacts", ("What", "Name", "E-mail"), tuple(people))] if people else []
    for back in terms.giveback:
        to = f" to {back.to}" if back.to else ""
        within = f" within {days(back.within_days)}" if back.within_days else ""
        when = f", {FREQUENCY[back.frequency]}" if back.frequency else ""
        clauses.append(
            Clause(f"The recipient gives back{to}{within}{when}: {back.what}.", back.clause)
        )
    return Part("How data come, and what is given back", tuple(clauses), tuple(tables))


def security(terms: Agreement) -> Part:
    """What whoever holds the data must do, and what follows where they do not."""
    clauses = [
        Clause(f"Whoever holds the data {SECURITY[one]}.", terms.security_clause)
        for one in terms.security
    ]
    for penalty in terms.penalties:
        amount = f" ({penalty.amount})" if penalty.amount else ""
        clauses.append(
            Clause(
                f"Where a party does not keep to this agreement, {PENALTY[penalty.kind]}{amount}.",
                penalty.clause,
            )
        )
    return Part("How the data are kept safe", tuple(clauses))


def retention(terms: Agreement) -> Part:
    """How long data are kept, how they are destroyed, and how that is shown."""
    term = terms.retention
    if term.period_days is None:
        return Part("How long the data are kept")
    clauses = [
        Clause(
            f"Data are destroyed at the latest {days(term.period_days)} after "
            f"{EVENT[term.counted_from]}.",
            term.clause,
        )
    ]
    if term.method:
        clauses.append(Clause(f"They are destroyed in this way: {term.method}."))
    if term.backups:
        clauses.append(Clause(f"Backups: {term.backups}."))
    if term.certificate:
        clauses.append(Clause(f"Certificate of destruction: {term.certificate}."))
    if term.on_demand:
        clauses.append(Clause(f"On demand of the provider: {term.on_demand}."))
    if term.revoked_days is not None:
        within = days(term.revoked_days)
        clauses.append(
            Clause(
                "When a family takes its consent back, every delivery that came while the consent "
                f"counted is destroyed within {within}; it may be sent anew without that child."
            )
        )
    return Part("How long the data are kept", tuple(clauses))


def leaving(terms: Agreement) -> Part:
    """What the provider asks of anything that leaves."""
    if not terms.data:
        return Part("What may be published")
    term = terms.disclosure
    looked_at = counted(term.send_back_days, "business day", "business days")
    clauses = [
        Clause(
            f"Nothing is published that shows a group of fewer than {term.minimum_cell} children, "
            "or that lets one be worked out.",
            term.clause,
        ),
        Clause(
            f"Each provider sees what was made from its data {looked_at} before anybody else, "
            f"and may ask for a correction. {_SILENCE[term.silence]}"
        ),
    ]
    if term.no_ranking:
        clauses.append(Clause("Partners, schools and programs are never ranked."))
    return Part("What may be published", tuple(clauses))


_SILENCE = {
    Silence.LAPSES: "When it says nothing in that time, the release may go on.",
    Silence.WAITS: "When it says nothing in that time, the release waits.",
}
