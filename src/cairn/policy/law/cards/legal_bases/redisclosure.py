"""State how a recipient may use and redisclose records (34 CFR 99.33 and 99.32(b))."""

from cairn.policy.law.rule_card import RuleCard, build_family_messages

_FAMILY = build_family_messages("Nothing about your child is shared with them.")

RECIPIENT = RuleCard(
    id="R15",
    citation="34 CFR 99.33(a)(1)",
    statement=(
        "Only recipients of the records, and people who act for them, may use them for the "
        "purpose of the disclosure."
    ),
    steward="This person does not act for a recipient under {agreement}.",
    next_step="Ask someone at {recipients} to do this, or amend the agreement.",
    met="This person acts for a recipient under {agreement}.",
    others=_FAMILY,
)

USED_FOR = RuleCard(
    id="R15.1",
    citation="34 CFR 99.33(a)(2)",
    statement="Recipients may use records only for the purposes for which they were disclosed.",
    steward="{agreement} does not disclose records for the purpose '{purpose}'.",
    next_step="Use the records for a purpose that {agreement} allows, or amend it.",
    met="{agreement} discloses records for the purpose '{purpose}'.",
    others=_FAMILY,
)

ONWARD = RuleCard(
    id="R16",
    citation="34 CFR 99.33(b)(1)(i)",
    statement=(
        "A recipient may redisclose records only on behalf of the school or district, and "
        "only to a party that qualifies under an exception itself."
    ),
    steward=(
        "{agreement} does not name {organization} as an onward recipient with its own legal basis."
    ),
    next_step=(
        "Before you redisclose anything, amend the agreement to add {organization}, with its "
        "interest and clause."
    ),
    met="{agreement} names {organization} as an onward recipient.",
    others=_FAMILY,
)

ONWARD_LISTED = RuleCard(
    id="R16.1",
    citation="34 CFR 99.32(b)(1)(i)",
    statement=(
        "The disclosure record must name each onward recipient before records are redisclosed."
    ),
    steward="The disclosure record of {agreement} does not name {organization}.",
    next_step="Record {organization} as an onward recipient first.",
    met="The disclosure record of {agreement} names {organization}.",
    others=_FAMILY,
)

ONWARD_INTEREST = RuleCard(
    id="R16.2",
    citation="34 CFR 99.32(b)(1)(ii)",
    statement="The disclosure record must state each onward recipient's legitimate interest.",
    steward="The legitimate interest of {organization} is not recorded under {agreement}.",
    next_step="Record the legitimate interest of {organization}.",
    met="The legitimate interest of {organization} is recorded: {said}.",
    others=_FAMILY,
)

REDISCLOSURE_NOTICE = RuleCard(
    id="R17",
    citation="34 CFR 99.33(d)",
    statement="Each recipient of records must be informed of the limits on redisclosure.",
    steward="Keep the redisclosure notice with the data.",
    next_step="Store the redisclosure notice with the data, and ask again.",
    met="The redisclosure notice is sent with the records.",
    others=build_family_messages(
        "Anyone who gets records about your child learns that they may not share them with others."
    ),
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
