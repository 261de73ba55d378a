"""State what a recipient of records may do with them and pass on (34 CFR 99.33 and 99.32(b))."""

from cairn.policy.law.rule_card import RuleCard, build_family_messages

_FAMILY = build_family_messages("Nothing is passed on to them about your child.")

RECIPIENT = RuleCard(
    id="R15",
    citation="34 CFR 99.33(a)(1)",
    statement="Records are used by those they were disclosed to, for the purpose of disclosure.",
    steward="This person acts for no recipient of {agreement}.",
    next_step="Have someone of {recipients} do it, or amend the agreement.",
    met="This person acts for a recipient of {agreement}.",
    others=_FAMILY,
)

USED_FOR = RuleCard(
    id="R15.1",
    citation="34 CFR 99.33(a)(2)",
    statement="Those who received records use them only for the purposes for which they were "
    "disclosed.",
    steward="{agreement} was not made for the purpose '{purpose}'.",
    next_step="Use the records for a purpose of {agreement}, or amend it.",
    met="{agreement} was made for the purpose '{purpose}'.",
    others=_FAMILY,
)

ONWARD = RuleCard(
    id="R16",
    citation="34 CFR 99.33(b)(1)(i)",
    statement="A recipient passes records on only on behalf of the school or district, to a party "
    "that an exception of its own covers.",
    steward="{organization} is not an onward recipient that {agreement} names with a basis of its "
    "own.",
    next_step="Add {organization} by amendment, with its interest and clause, before passing "
    "anything on.",
    met="{agreement} names {organization} as onward recipient.",
    others=_FAMILY,
)

ONWARD_LISTED = RuleCard(
    id="R16.1",
    citation="34 CFR 99.32(b)(1)(i)",
    statement="The names of those to whom records may be passed on stand in the record of "
    "disclosure before they are.",
    steward="{organization} does not stand in the disclosure record of {agreement}.",
    next_step="Record {organization} as onward recipient first.",
    met="{organization} stands in the disclosure record of {agreement}.",
    others=_FAMILY,
)

ONWARD_INTEREST = RuleCard(
    id="R16.2",
    citation="34 CFR 99.32(b)(1)(ii)",
    statement="The record of disclosure says which legitimate interest each onward recipient has.",
    steward="No legitimate interest of {organization} is recorded under {agreement}.",
    next_step="Record the legitimate interest of {organization}.",
    met="The interest of {organization} is recorded: {said}.",
    others=_FAMILY,
)

REDISCLOSURE_NOTICE = RuleCard(
    id="R17",
    citation="34 CFR 99.33(d)",
    statement="Whoever receives records is told of the limits on passing them on.",
    steward="Keep the notice on redisclosure with the delivery.",
    next_step="Store the notice with the delivery, and ask again.",
    met="The notice on redisclosure goes with the records.",
    others=build_family_messages(
        "Whoever receives something about your child is told not to pass it on."
    ),
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
