"""State the rules of a program's own records: enrollments and attendance.

They are records of the program, which needs no permission to keep them. What schools and
other partners hold about the same children has rules of its own.
"""

from typing import Final

from cairn.policy.law.rule_card import RuleCard, RuleSource

SERIES_RUNS: Final = RuleCard(
    id="H01",
    citation="Cairn policy, programs 1",
    statement="Children are enrolled, and attend, while the group meets.",
    steward="This group does not meet on {day}. It meets {period}.",
    next_step="Choose another day, or change the first or last day of the group.",
    met="The group meets on {day}.",
    severity=RuleSource.POLICY,
)

SERIES_WEEKDAY: Final = RuleCard(
    id="H02",
    citation="Cairn policy, programs 2",
    statement="Attendance is taken on the days of the week on which the group meets.",
    steward="This group does not meet on a {weekday}.",
    next_step="Choose a day on which it meets, or add a group for the other day.",
    met="The group meets on a {weekday}.",
    severity=RuleSource.POLICY,
)

ATTENDANCE_DAY: Final = RuleCard(
    id="H03",
    citation="Cairn policy, programs 3",
    statement="Attendance is taken on the day of the session or later.",
    steward="Attendance for {day} can be taken on that day, not before.",
    next_step="Print a sheet for that day, or come back then.",
    met="The day of the session has come.",
    severity=RuleSource.POLICY,
)

SERIES_CAPACITY: Final = RuleCard(
    id="H04",
    citation="Cairn policy, programs 4",
    statement="No more children hold a place in a group than it has places.",
    steward="All {capacity} places of this group are taken.",
    next_step="End an enrollment, raise the number of places, or choose another group.",
    met="The group has a free place.",
    severity=RuleSource.POLICY,
)

REGISTRATION_OPEN: Final = RuleCard(
    id="H06",
    citation="Cairn policy, programs 5",
    statement="Families register a child while the program has opened the registration.",
    steward="Registration for this group is not open.",
    next_step="Open the registration for this group, or change its last day.",
    met="Registration for this group is open.",
    severity=RuleSource.POLICY,
)

REGISTRATION_PACE: Final = RuleCard(
    id="H07",
    citation="Cairn policy, programs 6",
    statement=(
        "A group takes 300 registrations a minute at most, so that no machine fills its list. "
        "A family that comes then waits with its answers kept, and loses nothing."
    ),
    steward="Too many registrations arrived in the last minute.",
    next_step="Wait a minute, then send the page again.",
    met="Few registrations arrived in the last minute.",
    severity=RuleSource.POLICY,
)

DRAFT_OPEN: Final = RuleCard(
    id="H15",
    citation="Cairn policy, programs 29",
    statement=(
        "A family continues an unfinished registration that it saved for 7 days. Then its answers "
        "are erased, as they are when the registration is sent."
    ),
    steward="No unfinished registration can be continued here: it was sent, or its days are over.",
    next_step="Start the registration again.",
    met="The unfinished registration can be continued.",
    severity=RuleSource.POLICY,
)

DRAFT_PACE: Final = RuleCard(
    id="H16",
    citation="Cairn policy, programs 30",
    statement="A group keeps 300 more unfinished registrations a minute at most.",
    steward="Too many unfinished registrations were saved in the last minute.",
    next_step="Wait a minute, then save again.",
    met="Few unfinished registrations were saved in the last minute.",
    severity=RuleSource.POLICY,
)

DRAFT_EMAILS: Final = RuleCard(
    id="H17",
    citation="Cairn policy, programs 31",
    statement="An address gets 3 links to unfinished registrations a day at most.",
    steward="This address got 3 links today.",
    next_step="Use a link that it got, or write the code down.",
    met="The address got fewer links today.",
    severity=RuleSource.POLICY,
)

PICK_UP_DAY: Final = RuleCard(
    id="H12",
    citation="Cairn policy, programs 7",
    statement="A child is signed out on the day of the session, when an adult comes.",
    steward="Children are signed out on the day of the session. That is not {day}.",
    next_step="Open the page of today's session.",
    met="It is the day of the session.",
    severity=RuleSource.POLICY,
)

PICK_UP_LISTED: Final = RuleCard(
    id="H13",
    citation="Cairn policy, programs 8",
    statement="A child leaves with an adult whom the program's record of the child lists.",
    steward="This adult is not on the child's list of who may pick the child up.",
    next_step=(
        "Keep the child with you, and call the parent or guardian at the number on record. If they "
        "agree, add the adult on the child's page, then sign the child out."
    ),
    met="The adult is on the child's list.",
    severity=RuleSource.POLICY,
)

PICK_UP_ORDER: Final = RuleCard(
    id="H14",
    citation="Cairn policy, programs 9",
    statement="A child does not leave with an adult whom an order on record names.",
    steward="An order on record says that this adult may not pick the child up.",
    next_step=(
        "Keep the child with you, call the parent or guardian and your supervisor, and 911 if "
        "anyone is in danger. If the order has ended, change the child's page first."
    ),
    met="No order on record names the adult.",
    severity=RuleSource.POLICY,
)

RECORD_PERIOD_CHOSEN: Final = RuleCard(
    id="H40",
    citation="Cairn policy, programs 20",
    statement="A program chooses how long it keeps records before it destroys any.",
    steward="Your organization has not chosen how long it keeps the records of its programs.",
    next_step="Choose the number of years, with your funders and your counsel.",
    met="Records are kept {years} years after the child's last day.",
    severity=RuleSource.POLICY,
)

RECORD_PERIOD: Final = RuleCard(
    id="H41",
    citation="Cairn policy, programs 21",
    statement="A record is destroyed after the period that its program chose, not before.",
    steward="{count} of these records are within the period that your organization chose.",
    next_step="Open the list again: it has the records whose period is over.",
    met="The period of these records is over.",
    severity=RuleSource.POLICY,
)

RECORD_HOLD: Final = RuleCard(
    id="H42",
    citation="2 CFR 200.334(a); 34 CFR 99.10(e)",
    statement=(
        "A record is kept while a claim, an audit, an order or a request to inspect concerns it."
    ),
    steward="{count} of these records are on hold.",
    next_step="End the hold when the matter is closed, then destroy the record.",
    met="None of these records is on hold.",
    severity=RuleSource.LAW,
)

FEDERAL_PERIOD: Final = RuleCard(
    id="H43",
    citation="2 CFR 200.334",
    statement=(
        "Records that a federal award pays for are kept three years after its financial report. "
        "Five years after a child's last day cover that."
    ),
    steward=(
        "With a federal award, records are kept three years after its financial report. {years} "
        "years after a child's last day may be too short."
    ),
    next_step="Enter 5 years or more, or clear the box if no federal award pays for a program.",
    met="The period is long enough.",
    severity=RuleSource.LAW,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
