"""The record of requests and disclosures: what belongs on it, who may read it, what it owes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Final

from cairn.rules.access import may_open, who
from cairn.rules.actor import Actor
from cairn.rules.cards import retention as cards
from cairn.rules.cards import special
from cairn.rules.decide import Request, decide
from cairn.rules.decision import Decision, Reason
from cairn.rules.question import question
from cairn.rules.vocabulary import Action, LegalBasis, Outcome, SpecialClass

ANSWER_WITHIN: Final = timedelta(days=30)
"""In which a hub that holds the record of further disclosures hands it to the school or agency
whose record it is (34 CFR 99.32(b)(2)(iii))."""

ON_RECORD: Final = frozenset(
    {
        Action.RECEIVE,
        Action.CONFORM,
        Action.LINK,
        Action.BUILD_MART,
        Action.COUNT,
        Action.PROTECT,
        Action.PREPARE_EXTRACT,
        Action.READ_TEXT,
        Action.SEND_BACK_RELEASE,
        Action.PUBLISH_RELEASE,
        Action.VIEW,
        Action.LIST,
        Action.EXPORT,
        Action.DELIVER,
        Action.REFER,
        Action.MATCH,
        Action.AGGREGATE,
        Action.RELEASE,
        Action.PUBLISH,
        Action.PARENT_VIEW,
        Action.COMPARE_OWN_FIGURES,
        Action.EMERGENCY,
    }
)
"""Requests for data about children: each is on record, the refused ones too (34 CFR 99.32(a))."""

PUTS_OUT: Final = frozenset(
    {
        Action.SEND_BACK_RELEASE,
        Action.PUBLISH_RELEASE,
        Action.RELEASE,
        Action.PUBLISH,
    }
)
INSIDE: Final = frozenset(
    {
        Action.CONFORM,
        Action.LINK,
        Action.MATCH,
        Action.BUILD_MART,
        Action.COUNT,
        Action.PROTECT,
        Action.PREPARE_EXTRACT,
        Action.READ_TEXT,
        Action.AGGREGATE,
    }
)
_BACK_HOME: Final = {
    Action.PARENT_VIEW: (
        "99.32(d)(1)",
        "The family asked, whom the law does not require on the record.",
    ),
    Action.COMPARE_OWN_FIGURES: (
        "99.32(d)(2)",
        "It went to the organization whose own records it was counted from.",
    ),
}
_EXEMPT: Final = {
    LegalBasis.SCHOOL_OFFICIAL: (
        "99.32(d)(2)",
        "It went to a school official, whom the law does not require on the record.",
    ),
    LegalBasis.CONSENT: (
        "99.32(d)(3)",
        "It went to a party with written consent, whom the law does not require on the record.",
    ),
    LegalBasis.DIRECTORY: (
        "99.32(d)(4)",
        "It was a request for directory information, which the law does not require on the record.",
    ),
    LegalBasis.OWN_RECORDS: (
        "99.3",
        "The provider's own records are not education records.",
    ),
    LegalBasis.PUBLIC_DATA: ("99.3", "Public data are not education records."),
}
# A record of access that spares nobody but parents and the agency's own employees: neither a
# school official outside nor a party with consent.
_OF_CLASS: Final = {
    SpecialClass.DISABILITY: special.ACCESS_RECORD,
    SpecialClass.EARLY_INTERVENTION: special.EARLY_ACCESS_RECORD,
}


@dataclass(frozen=True, slots=True)
class OnwardFact:
    """A further recipient whom a data owner has on its record before anything goes to it.

    ``owner`` is the organization whose record it is, ``by`` the recipient that passes data on,
    ``recipient`` the party they go to, ``interest`` that party's legitimate interest
    (34 CFR 99.33(b)(1), 99.32(b)(1)).
    """

    agreement: str
    owner: str
    by: str
    recipient: str
    interest: str
    listed_on: date

    def stands(self, on: date) -> bool:
        """Whether it was listed by a date: what is listed afterwards allows nothing before."""
        return self.listed_on <= on


@dataclass(frozen=True, slots=True)
class Required:
    """Whether the law asks for a line in the record; Cairn keeps one in any case."""

    by_law: bool
    why: str
    citation: str


def required(
    action: Action, basis: LegalBasis | None, classes: Iterable[SpecialClass] = ()
) -> Required:
    """Whether the law requires this disclosure on the record, and why or why not.

    ``classes`` are those of the elements that really go: the record of access to special education
    or early intervention knows none of the exemptions of 34 CFR 99.32(d) but the family's. A use
    inside the hub is no further disclosure; what cannot identify anyone is none at all. What is
    not known to be exempt is required.
    """
    if action in _BACK_HOME:
        paragraph, why = _BACK_HOME[action]
        return Required(by_law=False, why=why, citation=f"34 CFR {paragraph}")
    if action in PUTS_OUT:
        why = "Figures that were made safe disclose no child's record."
        return Required(by_law=False, why=why, citation="34 CFR 99.31(b)(1)")
    if action in INSIDE:
        why = "The data stay with the recipient to whom they were disclosed."
        return Required(by_law=False, why=why, citation="34 CFR 99.33(a)(2)")
    for special_class in sorted(set(classes) & _OF_CLASS.keys()):
        card = _OF_CLASS[special_class]
        return Required(by_law=True, why=card.statement, citation=card.citation)
    if basis in _EXEMPT:
        paragraph, why = _EXEMPT[basis]
        return Required(by_law=False, why=why, citation=f"34 CFR {paragraph}")
    why = "The record names who received what, and in which legitimate interest."
    return Required(by_law=True, why=why, citation="34 CFR 99.32(a)(1), (a)(3)")


def listed(
    onward: Iterable[OnwardFact], agreement: str, owner: str, recipient: str, on: date
) -> bool:
    """Whether a further recipient stood in an owner's record on a date (R16)."""
    return any(
        fact.stands(on)
        and (fact.agreement, fact.owner, fact.recipient) == (agreement, owner, recipient)
        for fact in onward
    )


def answer_by(requested_on: date) -> date:
    """The last day on which an owner's request for its record may be answered."""
    return requested_on + ANSWER_WITHIN


@question
def may_view_disclosures(actor: Actor, on: date) -> Decision:
    """Whether this person may open the record; each line in it is asked for by itself."""
    return may_open(Action.VIEW_DISCLOSURES, actor, on=on)


@question
def may_view_disclosure(parties: Iterable[str], actor: Actor, on: date) -> Decision:
    """Whether this person may read one line: those who act for one of its parties.

    Nobody is a party of a line without any; then only the hub's own people may read it.
    """
    organizations = frozenset(parties)
    request = Request(
        action=Action.VIEW_DISCLOSURES,
        actor=actor,
        facts=(organizations,),
        who=who(Action.VIEW_DISCLOSURES, actor, organizations),
    )
    return decide(request, on)


@question
def may_ask_for_record(organization: str, actor: Actor, on: date) -> Decision:
    """Whether this person may ask for their organization's record of further disclosures."""
    return may_open(Action.VIEW_DISCLOSURES, actor, organization=organization, on=on)


@question
def may_answer_request(*, answered: bool, actor: Actor, on: date) -> Decision:
    """Whether this person may say that an owner's request for its record was answered, once."""
    request = Request(
        action=Action.VERIFY,
        actor=actor,
        facts=(answered,),
        who=who(Action.VERIFY, actor),
        outcome=(partial(_unanswered, answered),),
    )
    return decide(request, on)


def _unanswered(answered: bool, on: date) -> Iterator[Reason]:  # noqa: FBT001 - a fact, not a switch
    yield Reason(cards.ANSWERED_ONCE, Outcome.DENY if answered else Outcome.ALLOW)
