"""State the rules of staff assignments: which programs and sites a staff member works at, and when.

They limit what program staff see of their own organization's records, as a school limits what its
officials see to what they need for their work (34 CFR 99.31(a)(1)(ii)).
"""

from typing import Final

from cairn.policy.law.rule_card import SOME_LEFT_OUT, RuleCard, RuleSource, build_family_messages

ASSIGNED: Final = RuleCard(
    id="H50",
    citation="Cairn policy, programs 22",
    statement=(
        "Program staff with an assignment see the records of the programs and sites that they are "
        "assigned to, and no others of their organization."
    ),
    steward="You are not assigned to this program or site. You are assigned to: {assigned}.",
    next_step="If you work there, ask your organization's data steward to assign you.",
    met="You work with the records of this program and site.",
    severity=RuleSource.POLICY,
)

ASSIGNMENT_AHEAD: Final = RuleCard(
    id="H51",
    citation="Cairn policy, programs 23",
    statement="An assignment counts from its first day.",
    steward="Your assignment to {name} begins on {starts}.",
    next_step="Come back on that day, or ask your organization's data steward to change it.",
    met="The assignment has begun.",
    severity=RuleSource.POLICY,
)

ASSIGNMENT_ENDED: Final = RuleCard(
    id="H52",
    citation="Cairn policy, programs 24",
    statement="An assignment counts to its last day.",
    steward="Your assignment to {name} ended on {ends}.",
    next_step="If you still work there, ask your organization's data steward to assign you again.",
    met="The assignment has not ended.",
    severity=RuleSource.POLICY,
)

ASSIGNED_ROLE: Final = RuleCard(
    id="H53",
    citation="Cairn policy, programs 25",
    statement="A person with the role program staff at the organization is assigned.",
    steward="This person is not program staff of your organization on {day}.",
    next_step="Ask the partnership's data manager to add the role, or choose another day.",
    met="The person is program staff of the organization.",
    severity=RuleSource.POLICY,
)

ASSIGNMENT_PERIOD: Final = RuleCard(
    id="H54",
    citation="Cairn policy, programs 26",
    statement=(
        "A new assignment ends on or after its first day, and yesterday at the earliest: what was "
        "seen before that is not undone. One that begins today or later can be ended on the day "
        "before its first day, and then counts on no day."
    ),
    steward="The last day is {ends}. It can be {earliest} at the earliest.",
    next_step="Choose a later last day. Yesterday ends the assignment at once.",
    met="The last day is possible.",
    severity=RuleSource.POLICY,
)

ASSIGNED_STUDENT: Final = RuleCard(
    id="H55",
    citation="Cairn policy, programs 27",
    statement=(
        "Program staff with an assignment see what others share about the students who are "
        "enrolled that day in the programs and sites that they are assigned to."
    ),
    steward=(
        "{n:child is|children are} not enrolled today in a program or at a site that the person is "
        "assigned to."
    ),
    next_step=(
        "If the person serves them, check the enrollment, and that name and birth date are the "
        "same on the roster and in the program's record; or change the assignment."
    ),
    met="{n:child is|children are} enrolled where the person is assigned.",
    withheld=SOME_LEFT_OUT,
    others=build_family_messages("The person who asks does not work with your child."),
    severity=RuleSource.POLICY,
)

ASSIGNED_WHOLE: Final = RuleCard(
    id="H56",
    citation="Cairn policy, programs 28",
    statement=(
        "A data submission has records of all programs of its sender. Program staff with an "
        "assignment open and send one only while they are assigned to all programs."
    ),
    steward="A data submission has the records of all programs. You are assigned to: {assigned}.",
    next_step="Ask your organization's data steward to send or open it.",
    met="You work with all programs of the organization.",
    severity=RuleSource.POLICY,
)

PERSONAL_CARDS: Final = (ASSIGNED, ASSIGNMENT_AHEAD, ASSIGNMENT_ENDED, ASSIGNED_WHOLE)
"""They name no child, and concern the reader's own work."""

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
