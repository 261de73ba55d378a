"""State the rules of coded, de-identified records for research (34 CFR 99.31(b)(2))."""

from cairn.policy.law.cards.audience_messages import NOT_COVERED, build_family_messages
from cairn.policy.law.cards.criterion_card import build_criterion_card
from cairn.policy.law.rule_card import RuleCard

_FAMILY = build_family_messages("Nothing is given out by which your child could be found.")

DETERMINATION = build_criterion_card(
    "R23.1",
    "34 CFR 99.31(b)(1)",
    "De-identified records are given out after a determination that nobody can be identified, "
    "alone or with other information.",
    "no clause or record says who determined that nobody can be identified, and how.",
)

DETERMINED = RuleCard(
    id="R23.2",
    citation="34 CFR 99.31(b)(1)",
    statement="The determination that nobody can be identified looks at all earlier releases of "
    "overlapping data.",
    steward="No determination is recorded that covers the earlier release {earlier}.",
    next_step="Check this release together with the earlier ones, and record the determination.",
    met="The determination covers the earlier releases.",
    others=_FAMILY,
)

NOBODY_NAMED = RuleCard(
    id="R23.3",
    citation="34 CFR 99.31(b)(1)",
    statement="De-identified records hold nothing by which a person is found.",
    steward="{element} names a person, so it is in no de-identified record ({agreement}).",
    next_step="Leave {element} out, or use another basis.",
    met="{element} names nobody by itself.",
    withheld=NOT_COVERED,
    others=_FAMILY,
)

METHOD_KEPT = RuleCard(
    id="R24",
    citation="34 CFR 99.31(b)(2)(i)",
    statement="How a record code is made and assigned is told to no recipient.",
    steward="{agreement}: no clause keeps from the recipient how the record code is made.",
    next_step="Write the clause under code_method_kept, or give no record code.",
    met="{agreement}: {said}",
    others=_FAMILY,
)

RESEARCH_ONLY = RuleCard(
    id="R24.1",
    citation="34 CFR 99.31(b)(2)(ii)",
    statement="A record code serves to match records for education research and nothing else.",
    steward="'{purpose}' is not education research, so no record code may be attached.",
    next_step="Give the table without a record code.",
    met="The record code serves education research.",
    others=_FAMILY,
)

RANDOM = RuleCard(
    id="R24.2",
    citation="34 CFR 99.31(b)(2)(iii)",
    statement="A record code is random; it is not made from a Social Security number or other "
    "personal information.",
    steward="{element} is made from personal information ({how}).",
    next_step="Replace it with a random code.",
    met="{element} is a random code.",
    others=_FAMILY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
