"""State who may ask: a known, active, cleared person with a live role and a second factor.

The access requirements are the confidentiality agreement, the training and the organization's
safeguards.
"""

from typing import Final

from cairn.policy.law.rule_card import RuleCard, RuleSource, build_family_messages
from cairn.policy.vocabulary import Audience

__all__ = ["ROLE"]

_SIGN_IN = "Sign in first."

KNOWN = RuleCard(
    id="A01",
    citation="Cairn policy, access 1",
    statement="Only a person who has signed in may do this.",
    steward="Nobody is signed in.",
    next_step="Sign in with the account your organization gave you.",
    severity=RuleSource.POLICY,
    withheld=_SIGN_IN,
    others={Audience.PUBLIC: _SIGN_IN, Audience.FAMILY: _SIGN_IN},
)

ACTIVE = RuleCard(
    id="A02",
    citation="Cairn policy, access 2",
    statement="The account must be active on the day.",
    steward="This account has been closed.",
    next_step="If this is a mistake, ask the partnership's data manager to open it again.",
    severity=RuleSource.POLICY,
    withheld="This account has been closed.",
)

ROLE = RuleCard(
    id="A03",
    citation="Cairn policy, access 3",
    statement="The person needs a role for this, held in the right organization, on that date.",
    steward="This needs the role {roles} in {where}, live on {on}; this account has no such role.",
    next_step="Ask your data manager whether you should hold that role, and from which day.",
    met="{role} in {where}, live on {on}.",
    severity=RuleSource.POLICY,
    withheld="Your role does not include this.",
    others={
        Audience.FAMILY: "This page is for the staff of the partnership.",
        Audience.PUBLIC: "This page is for the staff of the partnership. If you are one of them, "
        "sign in.",
    },
)

OPEN = RuleCard(
    id="A04",
    citation="Cairn policy, access 4",
    statement="This is open to everyone.",
    steward="This is not open to everyone.",
    next_step="",
    severity=RuleSource.POLICY,
)

AUTHENTICATED = RuleCard(
    id="R25",
    citation="34 CFR 99.31(c)",
    statement="Whoever receives records about children must be identified and authenticated; here "
    "that takes a second factor beside the password.",
    steward="This session has not proved a second factor.",
    next_step="Set up an authenticator app under Account, Second factor, and sign in again.",
    met="The person is authenticated with a second factor ({factor}).",
    withheld="Set up a second factor, then sign in again.",
    others=build_family_messages(
        "Whoever sees records about your child proves who they are first."
    ),
)

OWN_CHILD = RuleCard(
    id="A05",
    citation="Cairn policy, access 5",
    statement="A family page shows one child, to whoever opened it with that child's letter.",
    steward="This is a family's own page; it opens with the code of the family's letter.",
    next_step="Staff use their own pages. A family opens the page with the code of its letter.",
    met="The page was opened for this child.",
    severity=RuleSource.POLICY,
    withheld="This page opens with the code of a family's letter.",
    others={
        Audience.FAMILY: "This page is about another child, or the code has run out. Open it "
        "again with the code of your letter.",
        Audience.PUBLIC: "This page opens with the code of your family's letter.",
    },
)


_OWN_CLEARANCE_MESSAGE = (
    "Your own clearance is not complete. The Training page shows what is missing."
)
_ORGANIZATION_CLEARANCE_MESSAGE = "Your organization is not cleared. Ask its data steward."


def _build_clearance_card(number: str, about: str, **texts: str) -> RuleCard:
    return RuleCard(
        id=number,
        citation=f"Cairn policy, clearance {number.removeprefix('T0')}: {about}",
        severity=RuleSource.POLICY,
        others={Audience.FAMILY: "This page is for the staff of the partnership."},
        **texts,  # type: ignore[arg-type]
    )


CONFIDENTIALITY: Final = _build_clearance_card(
    "T01",
    "confidentiality agreement",
    statement="Whoever can see a child has signed the confidentiality agreement in its current "
    "version.",
    steward="The confidentiality agreement, version {version}, is not signed by this person.",
    next_step="Read and sign it on the Training page, or with `cairn people sign EMAIL`.",
    met="The confidentiality agreement, version {version}, is signed.",
    withheld=_OWN_CLEARANCE_MESSAGE,
)

MODULES: Final = _build_clearance_card(
    "T02",
    "training modules",
    statement="Whoever can see a child has passed every training module, and none has expired.",
    steward="Training is not complete or has expired: {missing}.",
    next_step="Take the courses on the Training page. Training taken elsewhere is attested with "
    '`cairn people trained EMAIL --module all --on DATE --how "…"`.',
    met="Every training module is passed and none has expired.",
    withheld=_OWN_CLEARANCE_MESSAGE,
)

WORKSHOP: Final = _build_clearance_card(
    "T03",
    "workshop",
    statement="Whoever can see a child has taken part in the workshop that follows the modules.",
    steward="No workshop is recorded for this person, or it has expired.",
    next_step="Take part in the next workshop; whoever leads it records it on the Training page, "
    'or with `cairn people trained EMAIL --module workshop --on DATE --how "…"`.',
    met="The workshop is recorded and has not expired.",
    withheld=_OWN_CLEARANCE_MESSAGE,
)

PERSON_UNKNOWN: Final = _build_clearance_card(
    "T04",
    "nothing on record about a person",
    statement="What a person has signed and passed must be on record.",
    steward="Nothing is on record about this person's training, and unknown means no.",
    next_step="Begin on the Training page.",
    withheld=_OWN_CLEARANCE_MESSAGE,
)

ASSESSMENT: Final = _build_clearance_card(
    "T05",
    "security self-assessment",
    statement="An organization whose people can see a child has assessed its own security, and "
    "the assessment has not expired.",
    steward="{organization} has no current self-assessment of its security.",
    next_step="Answer it on the organization's Security page, or with "
    "`cairn secure assess {organization} ANSWERS.toml`.",
    met="{organization} has assessed its security; this counts until {until}.",
    withheld=_ORGANIZATION_CLEARANCE_MESSAGE,
)

PLAN: Final = _build_clearance_card(
    "T06",
    "privacy and security plan",
    statement="An organization whose people can see a child has a privacy and security plan on "
    "file.",
    steward="{organization} has no privacy and security plan on file.",
    next_step="Read and adopt the plan on the organization's Security page, or with "
    "`cairn secure plan {organization} --adopt`.",
    met="{organization} has had a privacy and security plan on file since {since}.",
    withheld=_ORGANIZATION_CLEARANCE_MESSAGE,
)

COLLEAGUES: Final = _build_clearance_card(
    "T07",
    "everyone with access is trained",
    statement="An organization is cleared when all who hold access there are; who joins a cleared "
    "organization has 30 days.",
    steward="{organization} is not cleared. People with access who have not finished the training: "
    "{count} of {people}.",
    next_step="See who on the organization's Clearance page. They finish, or their role ends.",
    met="All who hold access at {organization} are trained, or joined in the last 30 days.",
    withheld=_ORGANIZATION_CLEARANCE_MESSAGE,
)

ORGANIZATION_UNKNOWN: Final = _build_clearance_card(
    "T08",
    "nothing on record about an organization",
    statement="How an organization protects records must be on record.",
    steward="Nothing is on record about the security of {organization}, and unknown means no.",
    next_step="Begin on the organization's Security page.",
    withheld=_ORGANIZATION_CLEARANCE_MESSAGE,
)

ATTEST_OTHERS: Final = _build_clearance_card(
    "T09",
    "attested by somebody else",
    statement="Training taken elsewhere is attested by somebody else, except by the first person "
    "of an organization, beside whom nobody could.",
    steward="Nobody attests their own training while somebody else at {organization} could.",
    next_step="Ask another data manager or steward of {organization} to record it.",
    met="The training is attested by somebody who may.",
)

WORKSHOP_LAST: Final = _build_clearance_card(
    "T10",
    "workshop after the modules",
    statement="The workshop counts only after every module.",
    steward="The workshop comes after the modules; on {on} these were missing: {missing}.",
    next_step="Pass the missing modules first; then record the workshop.",
    met="Every module was passed by {on}.",
)

OWN_SIGNATURE: Final = _build_clearance_card(
    "T11",
    "one signs for oneself",
    statement="A confidentiality agreement is signed by the person it binds.",
    steward="Nobody signs the confidentiality agreement for somebody else.",
    next_step="Sign in as yourself, or at the shell name yourself with --as.",
    met="The person signs for themself.",
)

BARRED: Final = RuleCard(
    id="R29",
    citation="34 CFR 99.67(c)",
    statement="Who disclosed onward without leave, or did not destroy as agreed, can be shut out "
    "from education records for at least five years.",
    steward="{organization} is barred from education records until {until}.",
    next_step="Nothing can be shared with {organization} until then. If the finding was lifted, "
    "the partnership's data manager records that on the organization's Security page.",
    withheld=_ORGANIZATION_CLEARANCE_MESSAGE,
    verified=False,
    others=build_family_messages(
        "This organization may not see records about your child at present."
    ),
)


CLEARANCE_CARDS: Final = (
    CONFIDENTIALITY,
    MODULES,
    WORKSHOP,
    PERSON_UNKNOWN,
    ASSESSMENT,
    PLAN,
    COLLEAGUES,
    ORGANIZATION_UNKNOWN,
    ATTEST_OTHERS,
    WORKSHOP_LAST,
    OWN_SIGNATURE,
    BARRED,
)

PERSONAL_CARD_IDS: Final = frozenset(
    c.id for c in (CONFIDENTIALITY, MODULES, WORKSHOP, PERSON_UNKNOWN)
)
"""Ids of the cards that a person can satisfy alone, by training and signing."""

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
