"""State the rules of legal process (34 CFR 99.31(a)(9)) and of public-records requests."""

from cairn.policy.law.rule_card import UNMET_CONDITION, RuleCard, RuleSource

COUNSEL_DECIDES = RuleCard(
    id="R33",
    citation="Cairn policy, legal process 1",
    statement=(
        "Legal process of any kind is on hold until counsel of the data owner decides. Nothing is "
        "disclosed before."
    ),
    steward="You cannot take this step now. The status is “{state}”.",
    next_step="Wait for counsel of the data owner, or reload the page.",
    met="The status is “{state}”.",
    severity=RuleSource.POLICY,
    withheld="Counsel of the data owner must decide first.",
)

COMPELS = RuleCard(
    id="R33.1",
    citation="34 CFR 99.31(a)(9)(i)",
    statement=(
        "Records may be disclosed without consent to comply with a judicial order or a lawfully "
        "issued subpoena."
    ),
    steward="A demand of this kind ({kind}) is neither a judicial order nor a subpoena.",
    next_step="Contest it, or ask for a judicial order or a subpoena.",
    met="This is a judicial order or a subpoena ({kind}).",
    withheld=UNMET_CONDITION,
)

EFFORT_FIRST = RuleCard(
    id="R33.2",
    citation="34 CFR 99.31(a)(9)(ii)",
    statement=(
        "Before complying, the organization makes a reasonable effort to notify the parent or "
        "eligible student, unless an order forbids notice."
    ),
    steward="No effort to notify the family is on record, and no order that forbids notice.",
    next_step="Notify the family first and record the day, or record the order that forbids it.",
    met="The family was notified, or an order forbids notice.",
    withheld=UNMET_CONDITION,
)

STUDENTS_NAMED = RuleCard(
    id="R33.3",
    citation="34 CFR 99.32(a)(1)",
    statement=(
        "A disclosure under legal process is recorded with the records of each student, unless an "
        "order forbids that the family learns of it."
    ),
    steward="The record of this disclosure names no student.",
    next_step="Enter the local ID of each student. The family then finds the disclosure.",
    met="The record names {n:student|students}.",
    withheld=UNMET_CONDITION,
)

NO_INDIVIDUAL_RECORDS = RuleCard(
    id="R34",
    citation="34 CFR 99.30(a)",
    statement=(
        "A public-records law does not open education records of individual students: without "
        "consent or an exception they are not disclosed."
    ),
    steward="This request asks for education records of individual students.",
    next_step="Deny it, and cite 34 CFR 99.30(a). Offer figures that name no student instead.",
    met="This request does not ask for education records of individual students.",
)

FIGURES_REVIEWED = RuleCard(
    id="R34.1",
    citation="34 CFR 99.31(b)(1)",
    statement="Figures are released only after a determination that they identify no student.",
    steward="It is not on record that these figures passed disclosure review.",
    next_step="Publish them as a release first, or let the disclosure review pass them.",
    met="The figures passed disclosure review.",
)

EXEMPTION_CITED = RuleCard(
    id="R34.2",
    citation="Cairn policy, legal process 2",
    statement="The denial of a public-records request cites the exemption that it rests on.",
    steward="No exemption is cited.",
    next_step="Enter the law that exempts these records, such as 34 CFR 99.30(a).",
    met="The denial cites {exemption}.",
    severity=RuleSource.POLICY,
)

REQUEST_OPEN = RuleCard(
    id="R34.3",
    citation="Cairn policy, legal process 3",
    statement="A public-records request is answered once.",
    steward="You cannot take this step now. The status is “{state}”.",
    next_step="Reload the page. Another person may have answered.",
    met="The request is open.",
    severity=RuleSource.POLICY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
