"""State the rules of notes about a participant, contacts with the family and appointments.

They are the program's own records. Where the program acts for a school, what its staff share in
them is an education record, which parents may inspect (34 CFR 99.3, 99.10).
"""

from typing import Final

from cairn.policy.law.rule_card import RuleCard, RuleSource

NOTE_PERIOD: Final = RuleCard(
    id="H30",
    citation="Cairn policy, notes 1",
    statement=(
        "Notes, contacts and appointments are recorded from the day on which a child is enrolled "
        "to 90 days after the last enrollment ends."
    ),
    steward="The enrollment of this child covers no record of {day}. It counts {period}.",
    next_step="Check the day. If the child is back, enroll the child first.",
    met="The child's enrollment, with 90 days after it, covers {day}.",
    severity=RuleSource.POLICY,
)

NOTE_DAY: Final = RuleCard(
    id="H31",
    citation="Cairn policy, notes 2",
    statement="A note or a contact is about a day that has come.",
    steward="{day} has not come.",
    next_step="Enter today or an earlier day. Plan an appointment for a day to come.",
    met="The day has come.",
    severity=RuleSource.POLICY,
)

TREATMENT_RECORD: Final = RuleCard(
    id="H32",
    citation="45 CFR 164.501; 42 CFR 2.11",
    statement=(
        "Psychotherapy notes and records of substance use treatment are kept apart from all other "
        "records, so no note about a participant holds them."
    ),
    steward="The author of this note about health does not state that it holds no such record.",
    next_step=(
        "If it holds none, state so. Otherwise keep it in the record of the treating professional, "
        "and write here only what staff must know to keep the child safe."
    ),
    met="The note holds no psychotherapy note and no record of substance use treatment.",
)

NOTE_READER: Final = RuleCard(
    id="H33",
    citation="Cairn policy, notes 3",
    statement="A sensitive note is read by the data steward of the organization only.",
    steward="This note is for the data steward of the organization.",
    next_step="Ask the data steward.",
    met="The reader is among those for whom the note was written.",
    severity=RuleSource.POLICY,
)

NOTE_AUTHOR: Final = RuleCard(
    id="H34",
    citation="Cairn policy, notes 4",
    statement="A note or a contact is corrected or taken back by its author or the data steward.",
    steward="Another person wrote this.",
    next_step="Ask the author or the data steward, or write a note of your own.",
    met="The author or the data steward acts.",
    severity=RuleSource.POLICY,
)

APPOINTMENT_AHEAD: Final = RuleCard(
    id="H35",
    citation="Cairn policy, notes 5",
    statement="An appointment is planned for today or a day to come.",
    steward="{day} is past.",
    next_step="Choose another day, or record a contact with the family for a day that is past.",
    met="The day is today or to come.",
    severity=RuleSource.POLICY,
)

APPOINTMENT_STAFF: Final = RuleCard(
    id="H36",
    citation="Cairn policy, notes 6",
    statement="An appointment about a child is held by a person who may see the child's record.",
    steward="This person may not see the program's records on that day.",
    next_step="Choose another person, or ask the data manager about that person's access.",
    met="The person may see the program's records.",
    severity=RuleSource.POLICY,
)

APPOINTMENT_DAY: Final = RuleCard(
    id="H37",
    citation="Cairn policy, notes 7",
    statement="Whether an appointment was held is recorded on its day or later.",
    steward="The appointment is on {day}, which has not come.",
    next_step="Cancel or reschedule it, or come back on that day.",
    met="The day of the appointment has come.",
    severity=RuleSource.POLICY,
)

NOTE_IN_COPY: Final = RuleCard(
    id="H60",
    citation="34 CFR 99.10(a); Cairn policy, notes 8",
    statement=(
        "A family that asks a program for its child's record gets the times and attendance, the "
        "notes for staff and family, and the contacts with the family."
    ),
    steward="This is not part of the copy.",
    next_step="Read which rule leaves it out.",
    met="Part of the copy.",
)

STAFF_NOTE: Final = RuleCard(
    id="H61",
    citation="34 CFR 99.3; Cairn policy, notes 9",
    statement=(
        "Notes for program staff are education records, and part of a family's copy, where the "
        "program belongs to a school or acts for one as its official. Elsewhere they are the "
        "program's working record and stay out."
    ),
    steward="This note is for program staff, and the program does not act for a school.",
    next_step="To give it to the family, correct it so that it is for staff and family.",
    met="This note is part of an education record.",
)

SENSITIVE_NOTE: Final = RuleCard(
    id="H62",
    citation="34 CFR 99.12(a); 42 USC 5106a(b)(2)(B)(viii)",
    statement=(
        "A note for the data steward only can name a reporter, another child or an address that "
        "must stay private, so it is never part of a copy from this page."
    ),
    steward="This note is for the data steward only.",
    next_step=(
        "Ask counsel what of it belongs to an education record, and give that outside of Cairn."
    ),
    met="This note is not sensitive.",
)

COPY_CARDS: Final = (NOTE_IN_COPY, STAFF_NOTE, SENSITIVE_NOTE)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
