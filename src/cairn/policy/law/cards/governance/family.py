"""State how consents are recorded and what a family may ask (34 CFR 99.10, 99.30, 99.4)."""

from cairn.policy.law.rule_card import RuleCard, RuleSource, build_family_messages

COLLECTOR = RuleCard(
    id="Y01",
    citation="34 CFR 99.30(b)(3)",
    statement="A consent is collected by the district whose form it is, or by a program that the "
    "form names.",
    steward="{collector} is neither the owner of the form nor named in it.",
    next_step="Record it under the organization that collected it, or publish a form that names "
    "{collector}.",
    met="{collector} owns the form or is named in it.",
)

EVENT = RuleCard(
    id="Y02",
    citation="Cairn policy, consents 3",
    statement="What happens to a consent follows its life: given, verified, live, ended.",
    steward="A consent that is {state} cannot be changed by “{event}”.",
    next_step="Load the page again: somebody may have changed it meanwhile.",
    met="A consent that is {state} can be changed by “{event}”.",
    others=build_family_messages("This answer was changed meanwhile. Please load the page again."),
    severity=RuleSource.POLICY,
)

FORM_OPEN = RuleCard(
    id="Y03",
    citation="34 CFR 99.30(b)",
    statement="Families sign a form that is offered; one that was replaced or withdrawn is not.",
    steward="This form is no longer offered.",
    next_step="Use the newest version of the form.",
    met="This form is offered.",
    others=build_family_messages(
        "This form is no longer offered. Please ask the school for the new one."
    ),
)

RIGHTS_HOLDER = RuleCard(
    id="Y04",
    citation="34 CFR 99.5(a)",
    statement="Once a student is 18 or attends a college, the student answers and not the parent.",
    steward="The student holds the rights now and signs for themselves.",
    next_step="Ask the student.",
    met="Whoever answers holds the right to answer.",
    others=build_family_messages("Your child is 18 or in college now, and answers for themselves."),
)

DISAGREE = RuleCard(
    id="Y05",
    citation="34 CFR 99.4; Cairn policy, consents 4",
    statement="The district decides between two who hold the right only while they disagree: what "
    "one signer took back alone stays taken back.",
    steward="Nobody disagrees about this form, or it is decided already.",
    next_step="Load the page again: somebody may have decided it meanwhile.",
    met="Two who hold the right disagree about this form.",
)

OWN_WORD = RuleCard(
    id="Y06",
    citation="34 CFR 99.4; Cairn policy, consents 5",
    statement="An opt-out is ended by whoever made it, or by the student who holds the rights now. "
    "If another who holds the right wants it ended, or it is not on record who made it, the child "
    "stays left out until the district decides.",
    steward="Somebody else opted out, or it is not on record who did.",
    next_step="Read what both said and decide, with a reason, where families disagree.",
    met="The opt-out is ended by whoever made it, or by the student who holds the rights now.",
    others=build_family_messages(
        "Someone else said this no, so the district decides. Until then your child stays left out."
    ),
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
