"""State the access requirements: an active account, role, training and multi-factor sign-in.

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
    statement="You must sign in to do this.",
    steward="You are not signed in.",
    next_step="Sign in with the account your organization gave you.",
    severity=RuleSource.POLICY,
    withheld=_SIGN_IN,
    others={Audience.PUBLIC: _SIGN_IN, Audience.FAMILY: _SIGN_IN},
)

ACTIVE = RuleCard(
    id="A02",
    citation="Cairn policy, access 2",
    statement="The account must be active on the date of the request.",
    steward="This account is closed.",
    next_step="If this is a mistake, ask the partnership's data manager to reopen the account.",
    severity=RuleSource.POLICY,
    withheld="This account is closed.",
)

ROLE = RuleCard(
    id="A03",
    citation="Cairn policy, access 3",
    statement=(
        "The person must hold the required role at the right organization on the date of the "
        "request."
    ),
    steward=(
        "This requires the role {roles} at {where}, active on {on}. This account does not "
        "have that role."
    ),
    next_step="If you need this for your work, ask your data manager to change your role.",
    met="{role} at {where}, active on {on}.",
    severity=RuleSource.POLICY,
    withheld="Your role does not allow this.",
    others={
        Audience.FAMILY: "This page is for partnership staff.",
        Audience.PUBLIC: "This page is for partnership staff. If you are on staff, sign in.",
    },
)

OPEN = RuleCard(
    id="A04",
    citation="Cairn policy, access 4",
    statement="Anyone may do this.",
    steward="This is not open to the public.",
    next_step="",
    severity=RuleSource.POLICY,
)

AUTHENTICATED = RuleCard(
    id="R25",
    citation="34 CFR 99.31(c)",
    statement=(
        "Anyone who receives records about children must be identified and authenticated. "
        "Cairn requires multi-factor authentication."
    ),
    steward="This session was not verified with multi-factor authentication.",
    next_step="Add a passkey or an authenticator app under Your account, Two-step sign-in.",
    met="The person used two-step sign-in ({factor}).",
    withheld="Set up multi-factor authentication, then sign in again.",
    others=build_family_messages(
        "Staff must prove who they are before they see records about your child."
    ),
)

OWN_CHILD = RuleCard(
    id="A05",
    citation="Cairn policy, access 5",
    statement="A family page shows one child. It opens with the code in that child's letter.",
    steward="This page is for one family. It opens with the code in the family's letter.",
    next_step=(
        "If you are on staff, use the staff pages. Families open this page with the code in "
        "their letter."
    ),
    met="The page was opened for this child.",
    severity=RuleSource.POLICY,
    withheld="This page opens with the code in a family's letter.",
    others={
        Audience.FAMILY: (
            "This page is for another child, or your code has expired. Enter the code from "
            "your letter again."
        ),
        Audience.PUBLIC: "This page opens with the code in your family's letter.",
    },
)

OTHER_SIGN_IN = RuleCard(
    id="A06",
    citation="Cairn policy, access 6",
    statement=(
        "Another person must deactivate or reactivate a person's sign-in, or reset their second "
        "factor."
    ),
    steward="You cannot deactivate your own sign-in, or reset your own second factor.",
    next_step="Ask another data manager to do it.",
    met="The sign-in belongs to another person.",
    severity=RuleSource.POLICY,
    withheld="You cannot change your own sign-in.",
    others={Audience.FAMILY: "This page is for partnership staff."},
)


_OWN_CLEARANCE_MESSAGE = (
    "You have not met all access requirements. The Training page shows what is missing."
)
_ORGANIZATION_CLEARANCE_MESSAGE = (
    "Your organization has not met all access requirements. Ask its data steward."
)


def _build_clearance_card(number: str, about: str, **texts: str) -> RuleCard:
    return RuleCard(
        id=number,
        citation=f"Cairn policy, access requirements {number.lstrip('T0')}: {about}",
        severity=RuleSource.POLICY,
        others={Audience.FAMILY: "This page is for partnership staff."},
        **texts,  # type: ignore[arg-type]
    )


CONFIDENTIALITY: Final = _build_clearance_card(
    "T01",
    "confidentiality agreement",
    statement=(
        "Anyone who can see children's records must sign the current confidentiality agreement."
    ),
    steward="This person has not signed the confidentiality agreement, version {version}.",
    next_step="Read and sign it on the Training page, or run `cairn people sign EMAIL`.",
    met="The person signed the confidentiality agreement, version {version}.",
    withheld=_OWN_CLEARANCE_MESSAGE,
)

MODULES: Final = _build_clearance_card(
    "T02",
    "training modules",
    statement=(
        "Anyone who can see children's records must have passed all training modules, and "
        "none may have expired."
    ),
    steward="Training is incomplete or has expired: {missing}.",
    next_step=(
        "Take the courses on the Training page. To record training taken elsewhere, run "
        '`cairn people trained EMAIL --module all --on DATE --how "…"`.'
    ),
    met="The person passed all courses, and none has expired.",
    withheld=_OWN_CLEARANCE_MESSAGE,
)

WORKSHOP: Final = _build_clearance_card(
    "T03",
    "workshop",
    statement=(
        "Anyone who can see children's records must have attended the workshop that follows "
        "the training modules."
    ),
    steward="This person has no workshop on record, or it has expired.",
    next_step=(
        "Attend the next workshop. Its leader records your attendance on the Training page, "
        'or with `cairn people trained EMAIL --module workshop --on DATE --how "…"`.'
    ),
    met="The person attended the workshop, and it has not expired.",
    withheld=_OWN_CLEARANCE_MESSAGE,
)

PERSON_UNKNOWN: Final = _build_clearance_card(
    "T04",
    "no training record for a person",
    statement="A person's training and signatures must be on record.",
    steward="This person has no training record. Without one, access is denied.",
    next_step="Start on the Training page.",
    withheld=_OWN_CLEARANCE_MESSAGE,
)

ASSESSMENT: Final = _build_clearance_card(
    "T05",
    "security self-assessment",
    statement=(
        "An organization whose staff can see children's records must have a current security "
        "self-assessment."
    ),
    steward="{organization} has no current security self-assessment.",
    next_step=(
        "Complete it on the organization's Security page, or run `cairn secure assess "
        "{organization} ANSWERS.toml`."
    ),
    met="The self-assessment of {organization} is valid through {until}.",
    withheld=_ORGANIZATION_CLEARANCE_MESSAGE,
)

PLAN: Final = _build_clearance_card(
    "T06",
    "privacy and security plan",
    statement=(
        "An organization whose staff can see children's records must have a privacy and "
        "security plan on file."
    ),
    steward="{organization} has no privacy and security plan on file.",
    next_step=(
        "Review and adopt the plan on the organization's Security page, or run `cairn secure "
        "plan {organization} --adopt`."
    ),
    met="The security plan of {organization} has been on file since {since}.",
    withheld=_ORGANIZATION_CLEARANCE_MESSAGE,
)

COLLEAGUES: Final = _build_clearance_card(
    "T07",
    "everyone with access is trained",
    statement=(
        "An organization meets the access requirements when everyone with access there has "
        "finished the training. New staff have 30 days."
    ),
    steward=(
        "{organization} does not meet the access requirements. People with access who have "
        "not finished the training: {count} of {people}."
    ),
    next_step=(
        "The organization's Access requirements page lists these people. They must finish "
        "the training, or their roles must end."
    ),
    met=(
        "Everyone with access at {organization} has finished the training, or started in the "
        "last 30 days."
    ),
    withheld=_ORGANIZATION_CLEARANCE_MESSAGE,
)

ORGANIZATION_UNKNOWN: Final = _build_clearance_card(
    "T08",
    "no security record for an organization",
    statement="An organization's security measures must be on record.",
    steward="{organization} has no security record. Without one, access is denied.",
    next_step="Start on the organization's Security page.",
    withheld=_ORGANIZATION_CLEARANCE_MESSAGE,
)

ATTEST_OTHERS: Final = _build_clearance_card(
    "T09",
    "recorded by another person",
    statement=(
        "Another person must record training taken elsewhere. The only exception is the "
        "first person at an organization, when no one else is there to do it."
    ),
    steward=(
        "You cannot record your own training while another person at {organization} can do it."
    ),
    next_step="Ask another data manager or data steward of {organization} to record it.",
    met="The person who recorded the training is allowed to.",
)

WORKSHOP_LAST: Final = _build_clearance_card(
    "T10",
    "workshop after the modules",
    statement="The workshop comes after all training modules.",
    steward="The workshop requires all training modules first. Missing on {on}: {missing}.",
    next_step="Pass the missing modules first. Then record the workshop.",
    met="The person had passed all modules by {on}.",
)

OWN_SIGNATURE: Final = _build_clearance_card(
    "T11",
    "own signature only",
    statement="Each person must sign their own confidentiality agreement.",
    steward="You cannot sign the confidentiality agreement for another person.",
    next_step="Sign in as yourself. On the command line, give your own account with --as.",
    met="The person is signing for themselves.",
)

SAFEGUARDS: Final = _build_clearance_card(
    "T12",
    "safeguards that the agreement requires",
    statement=(
        "An organization that receives data must have each safeguard that the agreement requires."
    ),
    steward=(
        "{agreement} requires safeguards that the security record of {organization} does not "
        "confirm: {missing}."
    ),
    next_step=(
        "{organization} confirms them in its self-assessment on its Security page. A safeguard "
        "that it cannot have must leave the agreement by amendment."
    ),
    met="The security record of {organization} confirms the safeguards that {agreement} requires.",
    withheld=_ORGANIZATION_CLEARANCE_MESSAGE,
)

RECEIVERS_UNKNOWN: Final = _build_clearance_card(
    "T13",
    "organizations that receive a data submission",
    statement="Before a data submission is received, Cairn looks up who receives it.",
    steward="The security records of the receiving organizations were not looked up.",
    next_step="Ask again. If this happens again, report it to whoever runs Cairn for you.",
    withheld=_ORGANIZATION_CLEARANCE_MESSAGE,
)

BARRED: Final = RuleCard(
    id="R29",
    citation="34 CFR 99.67(c), 99.67(d), 99.67(e)",
    statement=(
        "If the U.S. Department of Education finds that an organization improperly redisclosed "
        "education records, or did not destroy those of a study, the school or district that the "
        "records came from may not give it access to education records for at least five years. A "
        "bar from the records of others is the partnership's own decision."
    ),
    steward="{organization} is barred from education records until {until}.",
    next_step=(
        "Do not share anything with {organization} until then. If the bar was lifted, the "
        "partnership's data manager records that on the organization's Security page."
    ),
    withheld=_ORGANIZATION_CLEARANCE_MESSAGE,
    others=build_family_messages(
        "This organization may not see records about your child right now."
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
    SAFEGUARDS,
    RECEIVERS_UNKNOWN,
    BARRED,
)

PERSONAL_CARD_IDS: Final = frozenset(
    c.id for c in (CONFIDENTIALITY, MODULES, WORKSHOP, PERSON_UNKNOWN)
)
"""Ids of the cards that a person can satisfy alone, by training and signing."""

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
