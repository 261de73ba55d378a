"""A body that decides together: seats, quorum, stepping aside, one vote each."""

from typing import Final

from cairn.rules.citations import RuleCard, Severity


def _card(number: str, statement: str, steward: str, next_step: str, *, met: str = "") -> RuleCard:
    """A card of the partnership's own policy about bodies that vote."""
    return RuleCard(
        id=number,
        citation=f"Cairn policy, committees {number.removeprefix('V').lstrip('0')}",
        statement=statement,
        steward=steward,
        next_step=next_step,
        met=met,
        severity=Severity.POLICY,
        withheld=statement,
    )


SEAT = _card(
    "V01",
    "Only a member whose term runs on the day votes.",
    "This person has no seat in {body} on {on}.",
    "Ask the data manager whether your term should be renewed.",
    met="This person has a seat in {body}.",
)
OPEN = _card(
    "V02",
    "Votes are cast while the matter is open.",
    "The vote on this matter was closed on {closed}.",
    "Nothing can be changed now; a new version of the project is heard anew.",
    met="The matter is open.",
)
ASIDE = _card(
    "V03",
    "A member with a conflict of interest steps aside and does not vote.",
    "This member must step aside: {why}.",
    "Record that you step aside; it does not count against the quorum.",
    met="No conflict of interest by the rule of {body}.",
)
STEPPED_ASIDE = _card(
    "V04",
    "Whoever stepped aside has no vote on the matter.",
    "This member stepped aside on this matter.",
    "Nothing to do.",
)
QUORUM = _card(
    "V05",
    "A vote counts when enough members took part.",
    "{cast} of {seats:member|members} voted; {body} needs {quorum} percent.",
    "Wait for more votes, or hear the matter again at another meeting.",
    met="{cast} of {seats:member|members} voted, which is a quorum.",
)
FAMILY_SEAT = _card(
    "V06",
    "Families and young people have a seat where their data are decided about.",
    "No seat of {body} is held by a family member or a young person.",
    "Fill the seat first; then the vote can be closed.",
    met="A seat for families and young people is filled.",
)
ON_AGENDA = _card(
    "V07",
    "A body votes on what is on its agenda, and while the project waits for it.",
    "This version of the project does not wait for {body}.",
    "Put it on the agenda once its earlier steps are done.",
    met="The project waits for {body}.",
)
SAYS_WHAT = _card(
    "V08",
    "A vote for a project on conditions says what the conditions are.",
    "A member voted for it on conditions, and none is written down.",
    "Write each condition down, so that somebody can meet it.",
    met="The conditions are written down.",
)

ALL: Final = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
