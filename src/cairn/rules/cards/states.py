"""What a state's own law adds. A state whose law nobody has put in says nothing, and a person asks."""

from cairn.rules.cards.voice import NOT_COVERED, families
from cairn.rules.citations import RuleCard, Severity

_FAMILY = families("The state's own law limits how records about children are used.")

SILENT = RuleCard(
    id="L12",
    citation="Cairn policy, states 1",
    statement="Where the law of the state has not been put in, a person who knows it answers for "
    "uses about single children.",
    steward="The law of {state} has not been put in, and this use is about single children.",
    next_step="Ask counsel in {state}, and record the answer with its reason.",
    met="The law of {state} has been put in.",
    severity=Severity.POLICY,
    others=_FAMILY,
)
UNKNOWN = RuleCard(
    id="L12.1",
    citation="Cairn policy, states 2",
    statement="It is known in which state each source of records is.",
    steward="It is not on record in which state {organization} is.",
    next_step="Write the state of {organization} on its page.",
    met="{organization} is in {state}.",
    severity=Severity.POLICY,
    others=_FAMILY,
)
MARYLAND_OUTPUT = RuleCard(
    id="L12.2",
    citation="Md. Code, Local Government 31-106",
    statement="In Maryland's data collaboratives analysis is of aggregated, de-identified data, "
    "and no query puts out personally identifiable information.",
    steward="Maryland: {action} would put out records about single children.",
    next_step="Count first, and put out the counts.",
    met="Maryland: {action} puts out no record about a single child.",
    others=_FAMILY,
    verified=False,
)
MARYLAND_STAFF = RuleCard(
    id="L12.3",
    citation="Md. Code, Local Government 31-106",
    statement="In Maryland personally identifiable information is open only to staff of the data "
    "manager, for the authorized purpose and for quality control.",
    steward="Maryland: {organization} is not the data manager.",
    next_step="Have the staff of the data manager do it, and ask for counts.",
    met="Maryland: {organization} is the data manager.",
    withheld=NOT_COVERED.replace("{element}", "This"),
    others=_FAMILY,
    verified=False,
)
MARYLAND_DESTROY = RuleCard(
    id="L12.4",
    citation="Md. Code, Local Government 31-106",
    statement="In Maryland copies outside their source are destroyed as soon as they have been "
    "aggregated.",
    steward="Maryland: destroy copies outside their source as soon as the counts are made.",
    next_step="",
    others=_FAMILY,
    verified=False,
)
UTAH_REPORT = RuleCard(
    id="L12.5",
    citation="Utah Admin. Code R277-487-8",
    statement="In Utah a release is reported to the superintendent at least ten business days "
    "before.",
    steward="Utah: the release has not been reported to the superintendent ten business days "
    "before {on}.",
    next_step="Report the release, and put it out on or after the tenth business day.",
    met="Utah: the release was reported on {reported}.",
    others=_FAMILY,
    verified=False,
)
CALIFORNIA_CONSENT = RuleCard(
    id="L12.6",
    citation="Cal. Educ. Code 49075",
    statement="In California a school gives records on written consent that names the recipient "
    "and the records, and keeps the consent with the records.",
    steward="California: {agreement} rests on consent, and no clause says that the district keeps "
    "the signed consents.",
    next_step="Write the clause under consents_kept.",
    met="California: {said}",
    others=_FAMILY,
    verified=False,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
