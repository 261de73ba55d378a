"""State the rules of committees that vote: seats, quorum, recusal, one vote each."""

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
    "Only members whose term includes the date of the vote may vote.",
    "This person is not a member of {body} on {on}.",
    "Ask the data manager whether your term should be renewed.",
    met="This person is a member of {body}.",
)

OPEN = _build_committee_card(
    "V02",
    "Members may vote until the vote is closed.",
    "The vote on this item closed on {closed}.",
    (
        "This vote can no longer be changed. To request another vote, propose a new version "
        "of the project."
    ),
    met="The vote on this item is open.",
)

ASIDE = _build_committee_card(
    "V03",
    "A member with a conflict of interest must recuse and may not vote.",
    "This member must recuse: {why}.",
    "Record your recusal. It does not count against the quorum.",
    met="Under the rules of {body}, this member has no conflict of interest.",
)

STEPPED_ASIDE = _build_committee_card(
    "V04",
    "A member who recused may not vote on this item.",
    "This member recused on this item.",
    "No action is needed.",
)

QUORUM = _build_committee_card(
    "V05",
    "A vote is valid when a quorum of members takes part.",
    "{cast} of {seats:member|members} voted. The quorum of {body} is {quorum} percent.",
    "Wait for more votes, or put the item on the agenda of another meeting.",
    met="{cast} of {seats:member|members} voted, which is a quorum.",
)

FAMILY_SEAT = _build_committee_card(
    "V06",
    ("A family member or young person must have a seat where decisions about their data are made."),
    "{body} has no family member or young person in a voting seat.",
    "Fill the seat first. Then you can close the vote.",
    met="A family member or young person holds a seat.",
)

ON_AGENDA = _build_committee_card(
    "V07",
    (
        "A committee votes on an item when it is on the agenda and the project has reached "
        "that step."
    ),
    "This version of the project is not ready for a vote by {body}.",
    "Put it on the agenda after its earlier steps are complete.",
    met="The project is ready for a vote by {body}.",
)

SAYS_WHAT = _build_committee_card(
    "V08",
    "A vote for conditional approval must state the conditions.",
    "A member voted for conditional approval, but no condition is stated.",
    "State each condition, so that someone can meet it.",
    met="The conditions are stated.",
)

QUORUM_PRESENT = _build_committee_card(
    "V09",
    "Where a body's rules say so, a quorum is counted by the members present.",
    (
        "Present or represented: {present} of {seats:member|members}. Votes: {cast}. The quorum of "
        "{body} is {quorum} percent of its members."
    ),
    "Record who is present, or put the item on the agenda of another meeting.",
    met="Present or represented: {present} of {seats:member|members}, which is a quorum.",
)

PROXIES = _build_committee_card(
    "V10",
    "A member may vote for an absent member only where the body's own rules allow proxies.",
    "The rules of {body} allow no proxies.",
    "Vote in person, or change the rules of the body.",
    met="The rules of {body} allow proxies.",
)

PROXY_HOLDER = _build_committee_card(
    "V11",
    "A proxy is another member who may vote on the item, and who is the proxy of no one else.",
    "This person may not be the proxy.",
    "Choose another member of {body}.",
    met="This member may be the proxy.",
)

PROXY_GIVEN = _build_committee_card(
    "V12",
    "A member votes for an absent member only if the absent member chose them.",
    "The absent member did not choose you as proxy for this item, or may not vote on it.",
    "Ask the absent member to record their choice.",
    met="The absent member chose you as proxy.",
)

ALL: Final = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
