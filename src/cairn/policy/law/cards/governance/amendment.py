"""State the rules of a family's request to amend a record (34 CFR 99.20-99.22)."""

from cairn.policy.law.rule_card import RuleCard, RuleSource, build_family_messages

STATEMENT = RuleCard(
    id="R32",
    citation="34 CFR 99.21(c)",
    statement=(
        "A family's statement about a record is kept as long as the record, and is disclosed "
        "with the part that it is about."
    ),
    steward=(
        "A family placed a statement in a record in this request. Send the statement with the "
        "part of the record that it is about."
    ),
    next_step="",
    others=build_family_messages(
        "Your statement stays with the record, and we send it along with that part of the record."
    ),
)

DECISION_DUE = RuleCard(
    id="R32.1",
    citation="34 CFR 99.20(b)",
    statement="A request to amend a record must be decided within a reasonable time.",
    steward="The request to amend a record of {asked} was due on {due} and has no decision.",
    next_step="Decide the request now, and explain the delay to the family.",
    met="The request to amend a record of {asked} is due on {due}.",
    others=build_family_messages("The school must decide about your request in a reasonable time."),
)

HEARING_DUE = RuleCard(
    id="R32.2",
    citation="34 CFR 99.22(a)",
    statement="A hearing must be held within a reasonable time after the family requests it.",
    steward="The hearing that a family requested on {asked} was due on {due} and was not held.",
    next_step="Hold the hearing now, and explain the delay to the family.",
    met="The hearing that a family requested on {asked} is due on {due}.",
    others=build_family_messages("The school must hold your hearing in a reasonable time."),
)

NOTICE = RuleCard(
    id="R32.3",
    citation="34 CFR 99.22(b)",
    statement=(
        "The family must be notified of the date, time and place of the hearing, reasonably in "
        "advance."
    ),
    steward="The hearing on {held} is not later than {notified}, the day of the notice.",
    next_step="Choose a later day, so that the family can prepare.",
    met="The family was notified on {notified} of the hearing on {held}.",
)

IMPARTIAL = RuleCard(
    id="R32.4",
    citation="34 CFR 99.22(c)",
    statement=(
        "The person who conducts the hearing may be an official of the organization, but may not "
        "have a direct interest in the outcome."
    ),
    steward="It is not on record that {officer} has no direct interest in the outcome.",
    next_step="Choose a hearing officer who has no direct interest in the outcome.",
    met="{officer} has no direct interest in the outcome.",
)

HELD = RuleCard(
    id="R32.5",
    citation="34 CFR 99.22(d), 99.22(f)",
    statement=(
        "The decision after a hearing rests only on the evidence presented there, so it follows "
        "the hearing."
    ),
    steward="The hearing is on {held}. It cannot be decided before that day.",
    next_step="Record the decision after the hearing.",
    met="The hearing was on {held}.",
)

EVENT = RuleCard(
    id="R32.6",
    citation="34 CFR 99.20(c), 99.21(a), 99.21(b)(2)",
    statement=(
        "A request to amend a record moves in order: request, decision, hearing if the family "
        "asks for one, and a statement if the record stays as it was."
    ),
    steward="You cannot take this step now. The status of the request is “{state}”.",
    next_step="Reload the page. Another person may have changed the request.",
    met="The status of the request is “{state}”.",
    others=build_family_messages("This request has changed. Please reload the page."),
    severity=RuleSource.LAW,
)

REQUESTER = RuleCard(
    id="R32.7",
    citation="34 CFR 99.20(c), 99.21(b)(2)",
    statement=(
        "The next step of a request to amend a record is taken by the person who asked, or by the "
        "student who holds the rights now."
    ),
    steward="This request to amend a record was made by another person.",
    next_step="Sign with the name that is on the request.",
    met="The person who asked takes this step.",
    others=build_family_messages(
        "This request was made by another person. If you made it, sign with the same name as then, "
        "and use the same letter."
    ),
)

RECEIVED = RuleCard(
    id="R32.8",
    citation="34 CFR 99.20(b)",
    statement="The time to decide a request to amend a record begins when the school receives it.",
    steward="A request cannot have been received on {received}, after {today}.",
    next_step="Enter the day on which the request came in.",
    met="The request was received on {received}.",
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
