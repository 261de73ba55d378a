"""State the rules of state law; for a state without cards, a person must decide."""

from cairn.policy.law.rule_card import (
    NOT_COVERED,
    SOME_LEFT_OUT,
    UNMET_CONDITION,
    RuleCard,
    RuleSource,
    build_family_messages,
)

__all__ = ["UTAH_REPORT"]

_FAMILY = build_family_messages("State law limits how records about children are used.")

SILENT = RuleCard(
    id="L12",
    citation="Cairn policy, states 1",
    statement=(
        "If Cairn does not have all of a state's law, a person who knows it must decide about uses "
        "of student-level data."
    ),
    steward=(
        "Cairn does not have all of the law of {state}, and this is a use of student-level data."
    ),
    next_step=(
        "Ask counsel of the data owner to review the law of {state} once, on the owner's State "
        "law page. Or record counsel's decision on this use and its reason."
    ),
    met="Cairn has the law of {state}.",
    severity=RuleSource.POLICY,
    others=_FAMILY,
)

UNKNOWN = RuleCard(
    id="L12.1",
    citation="Cairn policy, states 2",
    statement="The state of each data source must be known.",
    steward="The state of {organization} is not on record.",
    next_step="Enter the state on the page of {organization}.",
    met="{organization} is in {state}.",
    severity=RuleSource.POLICY,
    others=_FAMILY,
)

MARYLAND_OUTPUT = RuleCard(
    id="L12.2",
    citation="Md. Code, Local Government 31-106(e)",
    statement=(
        "Maryland's youth data hub analyzes aggregated, de-identified data. Its queries may "
        "not return personally identifiable information."
    ),
    steward="Maryland: {action} would disclose student-level records.",
    next_step="Count the records first, and disclose the counts.",
    met="Maryland: {action} does not disclose student-level records.",
    others=_FAMILY,
)

MARYLAND_STAFF = RuleCard(
    id="L12.3",
    citation="Md. Code, Local Government 31-106(b)",
    statement=(
        "In Maryland, only staff of the data manager may access personally identifiable "
        "information, for the authorized purpose and for quality control."
    ),
    steward="Maryland: {organization} is not the data manager.",
    next_step="Ask the data manager's staff to do this, and request counts.",
    met="Maryland: {organization} is the data manager.",
    withheld=NOT_COVERED.replace("{element}", "This"),
    others=_FAMILY,
)

MARYLAND_DESTROY = RuleCard(
    id="L12.4",
    citation="Md. Code, Local Government 31-106(d)",
    statement=(
        "In Maryland, copies outside the data system must be destroyed as soon as the "
        "records are linked in it."
    ),
    steward=(
        "Maryland: destroy every copy outside the data system as soon as the records are linked."
    ),
    next_step="",
    others=_FAMILY,
)

UTAH_REPORT = RuleCard(
    id="L12.5",
    citation="Utah Admin. Code R277-487-8(6)",
    statement=(
        "In Utah, a report on the state board's data must be given to the superintendent at "
        "least ten business days before it is public."
    ),
    steward="Utah: the release was not given to the superintendent ten business days before {on}.",
    next_step=(
        "Give the release to the superintendent, and publish it on or after the tenth business day."
    ),
    met="Utah: the release was given to the superintendent on {reported}.",
    others=_FAMILY,
)

CALIFORNIA_CONSENT = RuleCard(
    id="L12.6",
    withheld=UNMET_CONDITION,
    citation="Cal. Educ. Code 49075(a)",
    statement=(
        "In California, a district may provide records with written consent that names the "
        "records and the recipient. It must keep the consent permanently with the record."
    ),
    steward=(
        "California: {agreement} relies on consent, and no clause requires the district to "
        "keep the signed consents permanently."
    ),
    next_step=(
        "Enter under consents_kept the clause that keeps them permanently. A period of years is "
        "not enough."
    ),
    met="California: {said}",
    others=_FAMILY,
)

REVIEWED_USE = RuleCard(
    id="L12.7",
    citation="Cairn policy, states 3",
    statement=(
        "If Cairn does not have a state's law, counsel of the data owner may clear uses of "
        "student-level data once, for the bases and purposes that the state's law allows."
    ),
    steward=(
        "Counsel of {organization} reviewed the law of {state} ({law}) and did not clear "
        "{uncleared}."
    ),
    next_step=(
        "Ask counsel of {organization} to review the law again, or record counsel's decision on "
        "this use."
    ),
    met="{counsel} reviewed the law of {state} for {organization} ({law}), valid through {until}.",
    severity=RuleSource.POLICY,
    others=_FAMILY,
)

REVIEWED_ROWS = RuleCard(
    id="L12.8",
    citation="Cairn policy, states 4",
    statement="What counsel found that a state's law forbids is refused.",
    steward=(
        "Counsel of {organization} found that the law of {state} ({law}) does not allow "
        "student-level records to leave the data system. {action} would disclose them."
    ),
    next_step="Count the records first, and disclose the counts.",
    met="Counsel of {organization} found that the law of {state} ({law}) allows this.",
    severity=RuleSource.POLICY,
    others=_FAMILY,
)

REVIEWED_CLAUSES = RuleCard(
    id="L12.9",
    citation="Cairn policy, states 5",
    statement="An agreement must contain what counsel found that the state's law requires.",
    steward=(
        "Counsel of {organization} found that the law of {state} ({law}) requires terms that "
        "{agreement} lacks: {missing}."
    ),
    next_step="Amend {agreement} to add these terms.",
    met="{agreement} contains the terms that the law of {state} requires ({law}).",
    severity=RuleSource.POLICY,
    others=_FAMILY,
)

REVIEWED_CLASS = RuleCard(
    id="L12.10",
    citation="Cairn policy, states 6",
    statement=(
        "If Cairn does not have a state's law, data of a special class need the review of the "
        "data owner's counsel."
    ),
    steward=(
        "Counsel of {organization} did not clear {element} under the law of {state}: {classes}."
    ),
    next_step="Leave out {element}, or ask counsel of {organization} to review the law again.",
    met="Counsel of {organization} cleared {element} under the law of {state}.",
    severity=RuleSource.POLICY,
    withheld=NOT_COVERED,
    others=_FAMILY,
)

_REMOVE_USE = (
    "Remove this purpose. Improving the contracted service, adaptive learning, and improving "
    "products with de-identified records remain possible."
)

CALIFORNIA_ADVERTISING = RuleCard(
    id="L12.11",
    citation="Cal. Bus. & Prof. Code 22584(b)(1)",
    statement=(
        "In California, an operator of an online service for K-12 schools may not target "
        "advertising with information that it has because of the service."
    ),
    steward="California: {agreement}: {purpose} is prohibited.",
    next_step=_REMOVE_USE,
    others=_FAMILY,
)

CALIFORNIA_PROFILE = RuleCard(
    id="L12.12",
    citation="Cal. Bus. & Prof. Code 22584(b)(2)",
    statement=(
        "In California, an operator of an online service for K-12 schools may not build a profile "
        "of a student except for the purposes of the school."
    ),
    steward="California: {agreement}: {purpose} is prohibited.",
    next_step=_REMOVE_USE,
    others=_FAMILY,
)

CALIFORNIA_SALE = RuleCard(
    id="L12.13",
    citation="Cal. Bus. & Prof. Code 22584(b)(3)",
    statement=(
        "In California, an operator of an online service for K-12 schools may not sell a "
        "student's information."
    ),
    steward="California: {agreement}: {purpose} is prohibited.",
    next_step=_REMOVE_USE,
    others=_FAMILY,
)

UTAH_CONTRACTOR = RuleCard(
    id="L12.14",
    citation="Utah Code 53E-9-309(1)",
    statement=(
        "In Utah, a contractor may use personally identifiable student data strictly to provide "
        "the contracted product or service."
    ),
    steward="Utah: {agreement}: {purpose} is beyond the contracted product or service.",
    next_step=_REMOVE_USE,
    others=_FAMILY,
)

MARYLAND_OPERATOR = RuleCard(
    id="L12.15",
    citation="Md. Code, Education 4-131",
    statement=(
        "In Maryland, an operator that serves public schools may not sell student information, "
        "target advertising with it, or build profiles for other than school purposes."
    ),
    steward="Maryland: {agreement}: {purpose} is prohibited.",
    next_step=_REMOVE_USE,
    others=_FAMILY,
    verified=False,
)

TEXAS_OPERATOR = RuleCard(
    id="L12.18",
    citation="Tex. Educ. Code 32.152(a)",
    statement=(
        "In Texas, an operator of an online service for schools may not target advertising with "
        "what it learned through the service, build profiles of students for other than school "
        "purposes, or sell or rent their information."
    ),
    steward="Texas: {agreement}: {purpose} is prohibited.",
    next_step=_REMOVE_USE,
    others=_FAMILY,
)

WASHINGTON_PROVIDER = RuleCard(
    id="L12.19",
    citation="RCW 28A.604.030(2) to (4)",
    statement=(
        "In Washington, a provider of an online service for schools may not sell student "
        "information, target advertising to students with it, or build personal profiles except "
        "for purposes that the school or the family authorized."
    ),
    steward="Washington: {agreement}: {purpose} is prohibited.",
    next_step=_REMOVE_USE,
    others=_FAMILY,
)

COLORADO_PROVIDER = RuleCard(
    id="L12.20",
    citation="Colo. Rev. Stat. 22-16-109(2)",
    statement=(
        "In Colorado, a contract provider of a school service may not sell student information, "
        "target advertising to students with it, or build personal profiles except for purposes "
        "that the school or the family authorized."
    ),
    steward="Colorado: {agreement}: {purpose} is prohibited.",
    next_step=_REMOVE_USE,
    others=_FAMILY,
)

# The family reads what it would read without any form: one parent must not learn of the other's
# custody from the answer.
_NO_FORM = build_family_messages(
    "We do not have a written yes for your child, so your child is left out."
)

_CUSTODY_STEP = (
    "Ask a parent with legal custody to sign, or record that both parents notified the school in "
    "writing that either may consent."
)

CALIFORNIA_CUSTODY = RuleCard(
    id="L12.16",
    citation="Cal. Educ. Code 49061(a)",
    statement=(
        "In California, if the parents are divorced or legally separated, only a parent with legal "
        "custody may consent to a release of pupil records, unless both parents have notified the "
        "school in writing of an agreement. Where no separation is on record, each parent may."
    ),
    steward="California: a parent without legal custody signed for {n:child|children}.",
    next_step=_CUSTODY_STEP,
    met="California: a parent with legal custody signed for {n:child|children}.",
    withheld=SOME_LEFT_OUT,
    others=_NO_FORM,
)

REVIEWED_CUSTODY = RuleCard(
    id="L12.17",
    citation="Cairn policy, states 7",
    statement=(
        "If counsel found that a state's law lets only a parent with legal custody consent, the "
        "signature of another parent does not count."
    ),
    steward=(
        "Counsel found that a parent with legal custody must sign. A parent without it signed for "
        "{n:child|children}."
    ),
    next_step=_CUSTODY_STEP,
    met="A parent with legal custody signed for {n:child|children}.",
    severity=RuleSource.POLICY,
    withheld=SOME_LEFT_OUT,
    others=_NO_FORM,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
