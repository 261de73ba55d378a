"""State what may be left out of the copy of a record for a family (34 CFR 99.12, 99.4)."""

from cairn.policy.law.rule_card import RuleCard, RuleSource

POSTSECONDARY_ONLY = RuleCard(
    id="R35",
    citation="34 CFR 99.12(b)",
    statement=(
        "Only a college may leave parents' financial records and confidential letters out of what "
        "a student inspects."
    ),
    steward="{organization} is not a college, so its copy may not leave out: {excluded}.",
    next_step="Include these records in the copy.",
    met="{organization} is a college. It may leave out: {excluded}.",
)

ORDER_ON_RECORD = RuleCard(
    id="R35.1",
    citation="34 CFR 99.4",
    statement=(
        "Each parent may inspect the record unless a court order or another binding document on "
        "record says otherwise."
    ),
    steward="No court order that limits a parent of this student is on record.",
    next_step="Record the order on the page about this student's rights, or include the records.",
    met="A court order that limits a parent of this student is on record.",
)

COUNSEL_FIRST = RuleCard(
    id="R35.2",
    citation="Cairn policy, families 1",
    statement=(
        "Counsel reviews a copy before records are left out because of a court order or another "
        "law."
    ),
    steward="It is not on record which counsel reviewed what is left out.",
    next_step="Ask counsel to review the copy, and enter the name.",
    met="{counsel} reviewed what is left out.",
    severity=RuleSource.POLICY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
