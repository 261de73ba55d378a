"""State the rules of written consent (34 CFR 99.30) and its signers (99.3, 99.4, 99.5)."""

from cairn.policy.law.rule_card import SOME_LEFT_OUT, RuleCard, RuleSource, build_family_messages


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
    citation="34 CFR 99.30(a)",
    statement="Without a named exception, each disclosure needs a parent's or eligible student's "
    "signed and dated written consent.",
    steward="{agreement} rests on written consent, and no live consents are recorded here.",
    next_step="Name an exception that the text of the agreement supports, or record the consents "
    "and ask again.",
    met="{agreement} rests on written consent, child by child.",
    others=build_family_messages(
        "Nothing is shared about your child under this agreement without a yes in writing."
    ),
)

NO_CONSENT = _build_child_card(
    "R01.1",
    "34 CFR 99.30(a)",
    "Each child whose records are disclosed without an exception has a written consent.",
    "{n:child has|children have} no written consent, and no exception is named for them.",
    "Ask the families, or leave these children out.",
    "{n:child has|children have} a written consent.",
    "Nobody has said yes in writing for your child, so your child is left out.",
)

NOT_LIVE = _build_child_card(
    "R01.2",
    "34 CFR 99.30(a)",
    "A consent counts between its first and last day, both included, until it is revoked or "
    "replaced.",
    "For {n:child|children} the consent has not begun, has ended, was revoked or was "
    "replaced by {on}.",
    "Ask the families again, or leave these children out.",
    "For {n:child|children} a consent is live on {on}.",
    "The yes for your child is not in effect on this day, so your child is left out.",
)

RECORDS = _build_child_card(
    "R02",
    "34 CFR 99.30(b)(1)",
    "A consent says which records may be disclosed, and no others are.",
    "For {n:child|children} the consent does not cover {element}.",
    "Leave the element out, or ask the families for a consent that names it.",
    "For {n:child|children} the consent covers {element}.",
    "The yes for your child does not name these records, so they are not shared.",
)

PURPOSE = _build_child_card(
    "R03",
    "34 CFR 99.30(b)(2)",
    "A consent says what the disclosure is for, and records are used for nothing else.",
    "For {n:child|children} the consent is not for the purpose '{purpose}'.",
    "Use a purpose that the consent names, or ask the families again.",
    "For {n:child|children} the consent is for the purpose '{purpose}'.",
    "The yes for your child is for something else, so your child is left out.",
)

PARTY = _build_child_card(
    "R04",
    "34 CFR 99.30(b)(3)",
    "A consent names the party, or the class of parties, who may receive records.",
    "For {n:child|children} {organization} is neither a party nor in a class that the "
    "consent names.",
    "Ask the families for a consent that names {organization}.",
    "For {n:child|children} the consent names {organization}.",
    "The yes for your child is for someone else, so your child is left out.",
)

SIGNED = _build_child_card(
    "R05",
    "34 CFR 99.30(a)",
    "A consent is signed and dated before the disclosure.",
    "For {n:child|children} the consent is not signed and dated by {on}.",
    "Have the consent signed and dated, and record who signed and when.",
    "For {n:child|children} the consent is signed and dated.",
    "The form for your child is not signed and dated, so your child is left out.",
)

AUTHENTICATED = _build_child_card(
    "R05.1",
    "34 CFR 99.30(d)(1)",
    "An electronic consent identifies a person as its source and says how that was proved.",
    "For {n:child|children} the electronic consent has no record of how the signer was "
    "authenticated.",
    "Record how the signer was authenticated, or ask for a signature on paper.",
    "For {n:child|children} the signer of the electronic consent is authenticated.",
    "It is not on record who said yes for your child, so your child is left out.",
)

APPROVED = _build_child_card(
    "R05.2",
    "34 CFR 99.30(d)(2)",
    "An electronic consent shows that the signer approved what it says.",
    "For {n:child|children} the electronic consent has no record of the signer's approval.",
    "Ask the signers to confirm, or ask for a signature on paper.",
    "For {n:child|children} the signer's approval is on record.",
    "It is not on record that you agreed to this text, so your child is left out.",
)

ELIGIBLE = _build_child_card(
    "R06",
    "34 CFR 99.5(a)",
    "At 18, or when they attend a postsecondary institution, the right to consent is the "
    "student's own; a parent's consent then supports no new disclosure (the conservative reading, "
    "and a setting).",
    "{n:student is an eligible student|students are eligible students}: the right to "
    "consent passed from the parent.",
    "Ask the students themselves.",
    "For {n:student|students} the consent is from the one who holds the right.",
    "The right to say yes has passed to the student, who has not said yes.",
)

AGE_UNKNOWN = _build_child_card(
    "R06.1",
    "34 CFR 99.3",
    "Whoever has reached 18 is an eligible student, so a child's birth date must be known before "
    "a parent's consent is relied on.",
    "For {n:child|children} the birth date, or whether they attend a postsecondary "
    "institution, is not known.",
    "Ask the district for the birth date and enrollment of these children.",
    "For {n:child|children} the birth date is known.",
    "It is not on record how old the child is, so it is not known whose yes is needed.",
    verified=False,
)

SIGNER = _build_child_card(
    "R07",
    "34 CFR 99.3",
    "A consent is signed by a parent, a guardian, or someone who acts as a parent in the absence "
    "of one.",
    "For {n:child|children} the signer is not recorded as parent, guardian or acting parent.",
    "Ask the district whether the signer has the right, and record the relation.",
    "For {n:child|children} the signer had the right to sign.",
    "The form for your child was not signed by someone with the right to sign it.",
    verified=False,
)

COURT_ORDER = _build_child_card(
    "R07.1",
    "34 CFR 99.4",
    "Each parent has full rights, unless a court order or a binding document takes them away.",
    "For {n:child|children} a court order or binding document is on record.",
    "Have the district's counsel read it and record who may decide.",
    "For {n:child|children} no court order limits who may decide.",
    "A court paper is on record; the district has to say who decides.",
    verified=False,
)

CONFLICT = _build_child_card(
    "R07.2",
    "34 CFR 99.4",
    "Where two parents disagree, nothing is disclosed until the district decides.",
    "Two parents disagree for {n:child|children}; withheld until the district decides.",
    "Ask the district to decide, and record its decision.",
    "For {n:child|children} the parents agree, as far as is known.",
    "Nothing is shared until the district has decided.",
    verified=False,
)

VERIFIED = _build_child_card(
    "C01",
    "Cairn policy, consents 1",
    "A consent that a program collected counts once the district has verified it.",
    "For {n:child|children} the district has not verified the consent.",
    "Ask the district's steward to verify them.",
    "For {n:child|children} the district has verified the consent.",
    "The district has not checked the form for your child yet.",
)

HOLD = _build_child_card(
    "C02",
    "Cairn policy, consents 2",
    "The district may put a hold on a child's records for safety; nothing is disclosed meanwhile.",
    "On hold: the records of {n:child|children}.",
    "Ask the district's steward when the hold ends.",
    "For {n:child|children} there is no hold.",
    "The records are on hold. Ask the district.",
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
