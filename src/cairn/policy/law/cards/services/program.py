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
    statement="A group takes 30 registrations a minute at most, so that no machine fills its list.",
    steward="Too many registrations arrived in the last minute.",
    next_step="Wait a minute.",
    met="Few registrations arrived in the last minute.",
    severity=RuleSource.POLICY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
