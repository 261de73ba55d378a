"""State who may ask: a known, active person with a live role and a second factor."""

from cairn.policy.law.cards.audience_messages import build_family_messages
from cairn.policy.law.rule_card import RuleCard, RuleSource
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

ALL = (KNOWN, ACTIVE, ROLE, OPEN, AUTHENTICATED, OWN_CHILD)
