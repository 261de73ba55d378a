"""State the rules of a body that votes: seats, quorum, recusal, one vote each."""

from typing import Final

from cairn.policy.law.rule_card import RuleCard, RuleSource


def _build_committee_card(
    number: str, statement: str, steward: str, next_step: str, *, met: str = ""
) -> RuleCard:
    """Build a card of the partnership's own policy about bodies that vote."""
    return RuleCard(
        id=number,
        citation=f"Cairn policy, committees {number.removeprefix('V').lstrip('0')}",
        statement=statement,
        steward=steward,
        next_step=next_step,
        met=met,
        severity=RuleSource.POLICY,
        withheld=statement,
    )


SEAT = _build_committee_card(
    "V01",
    "Only a member whose term runs on the day votes.",
    "This person has no seat in {body} on {on}.",
    "Ask the data manager whether your term should be renewed.",
    met="This person has a seat in {body}.",
)

OPEN = _build_committee_card(
    "V02",
    "Votes are cast while the matter is open.",
    "The vote on this matter was closed on {closed}.",
    "Nothing can be changed now; a new version of the project is heard anew.",
    met="The matter is open.",
)

ASIDE = _build_committee_card(
    "V03",
    "A member with a conflict of interest steps aside and does not vote.",
    "This member must step aside: {why}.",
    "Record that you step aside; it does not count against the quorum.",
    met="No conflict of interest by the rule of {body}.",
)

STEPPED_ASIDE = _build_committee_card(
    "V04",
    "Whoever stepped aside has no vote on the matter.",
    "This member stepped aside on this matter.",
    "Nothing to do.",
)

QUORUM = _build_committee_card(
    "V05",
    "A vote counts when enough members took part.",
    "{cast} of {seats:member|members} voted; {body} needs {quorum} percent.",
    "Wait for more votes, or hear the matter again at another meeting.",
    met="{cast} of {seats:member|members} voted, which is a quorum.",
)

FAMILY_SEAT = _build_committee_card(
    "V06",
    "Families and young people have a seat where their data are decided about.",
    "No seat of {body} is held by a family member or a young person.",
    "Fill the seat first; then the vote can be closed.",
    met="A seat for families and young people is filled.",
)

ON_AGENDA = _build_committee_card(
    "V07",
    "A body votes on what is on its agenda, and while the project waits for it.",
    "This version of the project does not wait for {body}.",
    "Put it on the agenda once its earlier steps are done.",
    met="The project waits for {body}.",
)

SAYS_WHAT = _build_committee_card(
    "V08",
    "A vote for a project on conditions says what the conditions are.",
    "A member voted for it on conditions, and none is written down.",
    "Write each condition down, so that somebody can meet it.",
    met="The conditions are written down.",
)

ALL: Final = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
