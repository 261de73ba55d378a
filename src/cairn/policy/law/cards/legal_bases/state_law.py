"""State what a state adds by its own law; for a state without cards, a person must answer."""

from cairn.policy.law.rule_card import NOT_COVERED, RuleCard, RuleSource, build_family_messages

__all__ = ["UTAH_REPORT"]

_FAMILY = build_family_messages("The state's own law limits how records about children are used.")

SILENT = RuleCard(
    id="L12",
    citation="Cairn policy, states 1",
    statement="Where the law of the state has not been put in, a person who knows it answers for "
    "uses about single children.",
    steward="The law of {state} has not been put in, and this use is about single children.",
    next_step="Ask counsel in {state}, and record the answer with its reason.",
    met="The law of {state} has been put in.",
    severity=RuleSource.POLICY,
    others=_FAMILY,
)

UNKNOWN = RuleCard(
    id="L12.1",
    citation="Cairn policy, states 2",
    statement="It is known in which state each source of records is.",
    steward="It is not on record in which state {organization} is.",
    next_step="Write the state of {organization} on its page.",
    met="{organization} is in {state}.",
    severity=RuleSource.POLICY,
    others=_FAMILY,
)

MARYLAND_OUTPUT = RuleCard(
    id="L12.2",
    citation="Md. Code, Local Government 31-106(e)",
    statement="Maryland's youth data hub analyzes aggregated, de-identified data, and none of its "
    "queries puts out personally identifiable information.",
    steward="Maryland: {action} would put out records about single children.",
    next_step="Count first, and put out the counts.",
    met="Maryland: {action} puts out no record about a single child.",
    others=_FAMILY,
)

MARYLAND_STAFF = RuleCard(
    id="L12.3",
    citation="Md. Code, Local Government 31-106(b)",
    statement="In Maryland personally identifiable information is open only to staff of the data "
    "manager, for the authorized purpose and for quality control.",
    steward="Maryland: {organization} is not the data manager.",
    next_step="Have the staff of the data manager do it, and ask for counts.",
    met="Maryland: {organization} is the data manager.",
    withheld=NOT_COVERED.replace("{element}", "This"),
    others=_FAMILY,
)

MARYLAND_DESTROY = RuleCard(
    id="L12.4",
    citation="Md. Code, Local Government 31-106(d)",
    statement="In Maryland copies outside the data system are destroyed as soon as the records "
    "have been linked in it.",
    steward="Maryland: destroy every copy outside the data system as soon as it is linked.",
    next_step="",
    others=_FAMILY,
)

UTAH_REPORT = RuleCard(
    id="L12.5",
    citation="Utah Admin. Code R277-487-8(6)",
    statement="In Utah whoever reports on the state board's data gives the superintendent a copy "
    "at least ten business days before it is public.",
    steward="Utah: the release has not been reported to the superintendent ten business days "
    "before {on}.",
    next_step="Report the release, and put it out on or after the tenth business day.",
    met="Utah: the release was reported on {reported}.",
    others=_FAMILY,
)

CALIFORNIA_CONSENT = RuleCard(
    id="L12.6",
    citation="Cal. Educ. Code 49075(a)",
    statement="In California a district gives records on written consent that names the records "
    "and the recipient, and keeps the consent permanently with the record.",
    steward="California: {agreement} rests on consent, and no clause says that the district keeps "
    "the signed consents.",
    next_step="Write the clause under consents_kept.",
    met="California: {said}",
    others=_FAMILY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
