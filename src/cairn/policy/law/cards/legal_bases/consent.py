"""State the rules of written consent (34 CFR 99.30) and its signers (99.3, 99.4, 99.5)."""

from cairn.policy.law.rule_card import (
    SOME_LEFT_OUT,
    UNMET_CONDITION,
    RuleCard,
    RuleSource,
    build_family_messages,
)


def _build_child_card(
    number: str, citation: str, statement: str, *texts: str, verified: bool = True
) -> RuleCard:
    """Build a card about some of the children; ``texts`` is steward, next step, met, family."""
    steward, next_step, met, family = texts
    return RuleCard(
        id=number,
        citation=citation,
        statement=statement,
        steward=steward,
        next_step=next_step,
        met=met,
        withheld=SOME_LEFT_OUT,
        others=build_family_messages(family),
        severity=RuleSource.POLICY if citation.startswith("Cairn") else RuleSource.LAW,
        verified=verified,
    )


CONSENT = RuleCard(
    id="R01",
    withheld=UNMET_CONDITION,
    citation="34 CFR 99.30(a)",
    statement=(
        "Unless a named exception applies, each disclosure requires a signed and dated "
        "written consent of the parent or eligible student."
    ),
    steward="{agreement} relies on written consent, and no current consents are recorded.",
    next_step=(
        "Name an exception that the agreement's text supports, or record the consents and "
        "ask again."
    ),
    met="{agreement} relies on written consent for each child.",
    others=build_family_messages(
        "Nothing about your child is shared under this agreement unless you say yes in writing."
    ),
)

NO_CONSENT = _build_child_card(
    "R01.1",
    "34 CFR 99.30(a)",
    ("Each child's records may be disclosed without an exception only with written consent."),
    "{n:child has|children have} no written consent, and no exception is named.",
    "Ask the families for consent, or leave out these children.",
    "{n:child has|children have} a written consent.",
    "We do not have a written yes for your child, so your child is left out.",
)

NOT_LIVE = _build_child_card(
    "R01.2",
    "34 CFR 99.30(a)",
    ("A consent is valid from its first through its last day, unless it is revoked or replaced."),
    (
        "On {on}, the consent for {n:child|children} had not started, had ended, or had been "
        "revoked or replaced."
    ),
    "Ask the families for a new consent, or leave out these children.",
    "The consent for {n:child|children} is valid on {on}.",
    "The yes for your child does not count on this day, so your child is left out.",
)

RECORDS = _build_child_card(
    "R02",
    "34 CFR 99.30(b)(1)",
    ("A consent must state which records may be disclosed. No other records may be disclosed."),
    "The consent for {n:child|children} does not cover {element}.",
    "Leave out the element, or ask the families for a consent that includes it.",
    "The consent for {n:child|children} covers {element}.",
    "The yes for your child does not name these records, so we do not share them.",
)

PURPOSE = _build_child_card(
    "R03",
    "34 CFR 99.30(b)(2)",
    (
        "A consent must state the purpose of the disclosure. Records may not be used for "
        "another purpose."
    ),
    "The consent for {n:child|children} does not cover the purpose '{purpose}'.",
    "Choose a purpose that the consent names, or ask the families for a new consent.",
    "The consent for {n:child|children} covers the purpose '{purpose}'.",
    "The yes for your child is for a different use, so your child is left out.",
)

PARTY = _build_child_card(
    "R04",
    "34 CFR 99.30(b)(3)",
    "A consent must name the party or class of parties that may receive the records.",
    (
        "The consent for {n:child|children} does not name {organization} or a class that "
        "includes it."
    ),
    "Ask the families for a consent that names {organization}.",
    "The consent for {n:child|children} names {organization} or its class.",
    "The yes for your child is for a different organization, so your child is left out.",
)

SIGNED = _build_child_card(
    "R05",
    "34 CFR 99.30(a)",
    "A consent must be signed and dated before the disclosure.",
    "The consent for {n:child|children} was not signed and dated by {on}.",
    "Have the consent signed and dated, and record who signed it and when.",
    "The consent for {n:child|children} is signed and dated.",
    "The form for your child is not signed and dated, so your child is left out.",
)

AUTHENTICATED = _build_child_card(
    "R05.1",
    "34 CFR 99.30(d)(1)",
    (
        "An electronic consent must identify the person who gave it and show how they were "
        "authenticated."
    ),
    (
        "The electronic consent for {n:child|children} does not show how the signer was "
        "authenticated."
    ),
    "Record how the signer was authenticated, or ask for a paper signature.",
    "The signer of the electronic consent for {n:child|children} was authenticated.",
    "We have no record of who said yes for your child, so your child is left out.",
)

APPROVED = _build_child_card(
    "R05.2",
    "34 CFR 99.30(d)(2)",
    "An electronic consent must show that the signer approved its content.",
    (
        "The electronic consent for {n:child|children} does not show that the signer "
        "approved its content."
    ),
    "Ask the signers to confirm, or ask for a paper signature.",
    "The signer approved the consent for {n:child|children}.",
    "We have no record that you agreed to this form, so your child is left out.",
)

ELIGIBLE = _build_child_card(
    "R06",
    "34 CFR 99.5(a)",
    (
        "When a student turns 18 or attends a postsecondary institution, the right to "
        "consent transfers to the student. A parent's consent then no longer supports new "
        "disclosures. This is the conservative reading, which an installation can change."
    ),
    (
        "{n:child is an eligible student|children are eligible students}. The right to "
        "consent has transferred from the parent."
    ),
    "Ask the students for consent.",
    "The consent for {n:student|students} is from the person who holds the right.",
    "The right to say yes now belongs to the student, who has not said yes.",
)

AGE_UNKNOWN = _build_child_card(
    "R06.1",
    "34 CFR 99.3; Cairn policy, consents 6",
    (
        "A person who is 18, or attends a postsecondary institution, is an eligible student. So a "
        "child's birth date must be known before a parent's consent can be used. By Cairn's own "
        "rule, college attendance must be known from the age of 14; below that age, a child whose "
        "attendance is not recorded counts as not attending."
    ),
    "The birth date or postsecondary enrollment of {n:child|children} is not known.",
    "Ask the district for the birth date and enrollment of these children.",
    "The birth date of {n:child|children} is known.",
    "We do not know how old your child is, so we do not know who must say yes.",
)

PARENTS_VIEW = _build_child_card(
    "R06.2",
    "34 CFR 99.31(a)(8)",
    (
        "A parent may see the records of an eligible student without the student's consent only "
        "if a parent claims the student as a dependent for income tax."
    ),
    (
        "{n:child is an eligible student|children are eligible students}, and no evidence that a "
        "parent claims the student as a tax dependent is on record."
    ),
    "Ask the student for consent, or record the evidence that a parent gave the school.",
    "{n:child's|children's} records may be seen by this person.",
    "These records now belong to the student. Ask the student, or ask the school.",
)

SIGNER = _build_child_card(
    "R07",
    "34 CFR 99.3",
    (
        "A consent must be signed by a parent, by a guardian, or by a person who acts as a parent "
        "where there is no parent or guardian."
    ),
    (
        "The signer for {n:child|children} is not recorded as a parent, guardian or person "
        "acting as a parent."
    ),
    ("Ask the district whether the signer has the right to sign, and record the relationship."),
    "The signer for {n:child|children} had the right to sign.",
    "The person who signed the form for your child did not have the right to sign it.",
)

COURT_ORDER = _build_child_card(
    "R07.1",
    "34 CFR 99.4",
    (
        "Each parent has full rights under FERPA unless a court order, a state statute or another "
        "legally binding document specifically revokes them."
    ),
    "A court order or legally binding document is on record for {n:child|children}.",
    "Ask the district's counsel to review it and record who may decide.",
    "No court order limits who may decide for {n:child|children}.",
    "There is a court order on record. The district must say who decides.",
)

CONFLICT = _build_child_card(
    "R07.2",
    "Cairn policy, consents 4",
    (
        "Each parent has full rights, and the law does not say whose answer counts. If two "
        "parents disagree, no records are disclosed until the district decides."
    ),
    (
        "Two parents disagree for {n:child|children}. Their records are withheld until the "
        "district decides."
    ),
    "Ask the district to decide, and record its decision.",
    "No disagreement between parents is on record for {n:child|children}.",
    "Nothing is shared until the district decides.",
)

VERIFIED = _build_child_card(
    "C01",
    "Cairn policy, consents 1",
    "A consent that a program collected is valid after the district verifies it.",
    "The district has not verified the consent for {n:child|children}.",
    "Ask the district's data steward to verify it.",
    "The district has verified the consent for {n:child|children}.",
    "The district has not checked the form for your child yet.",
)

HOLD = _build_child_card(
    "C02",
    "Cairn policy, consents 2",
    (
        "The district may place a safety hold on a child's records. No records are disclosed "
        "during a hold."
    ),
    "A hold is in place for {n:child|children}.",
    "Ask the district's data steward when the hold ends.",
    "No hold is in place for {n:child|children}.",
    "The records are on hold. Ask the district.",
)

ROSTER = _build_child_card(
    "C03",
    "Cairn policy, consents 3",
    "A program sees only the students on its own roster.",
    "{n:child is|children are} not on a current roster of {organization}.",
    "Add the students to the roster, or leave them out.",
    "{n:child is|children are} on a current roster of {organization}.",
    "Our records do not show that this program works with your child.",
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
