"""State how consents and opt-outs are recorded (34 CFR 99.10, 99.30, 99.4)."""

from cairn.policy.law.rule_card import UNMET_CONDITION, RuleCard, RuleSource, build_family_messages

COLLECTOR = RuleCard(
    id="Y01",
    citation="34 CFR 99.30(b)(3)",
    statement=(
        "A consent is collected by the district that owns the form, or by a program that the "
        "form names."
    ),
    steward="{collector} does not own the form and is not named in it.",
    next_step=(
        "Record the consent under the organization that collected it, or publish a form that "
        "names {collector}."
    ),
    met="{collector} owns the form or is named in it.",
)

EVENT = RuleCard(
    id="Y02",
    citation="Cairn policy, consents 3",
    statement="A consent moves through its steps in order: given, verified, in effect, ended.",
    steward="You cannot take this step now. The status of the consent is “{state}”.",
    next_step="Reload the page. Another person may have changed the consent.",
    met="The status of the consent is “{state}”.",
    others=build_family_messages("This answer has changed. Please reload the page."),
    severity=RuleSource.POLICY,
)

FORM_OPEN = RuleCard(
    id="Y03",
    citation="34 CFR 99.30(b)",
    statement=(
        "Families may sign only a form that is currently offered, not one that was replaced "
        "or withdrawn."
    ),
    steward="This form is no longer offered.",
    next_step="Use the newest version of the form.",
    met="This form is offered.",
    others=build_family_messages(
        "This form is no longer used. Please ask the school for the new one."
    ),
)

RIGHTS_HOLDER = RuleCard(
    id="Y04",
    withheld=UNMET_CONDITION,
    citation="34 CFR 99.5(a)",
    statement=(
        "When a student turns 18 or attends college, the student decides instead of the parent."
    ),
    steward="The student now holds these rights and must sign.",
    next_step="Ask the student.",
    met="The person who answered has the right to decide.",
    others=build_family_messages(
        "Your child is 18 or in college now, and must answer for themselves."
    ),
)

DISAGREE = RuleCard(
    id="Y05",
    withheld=UNMET_CONDITION,
    citation="Cairn policy, consents 4",
    severity=RuleSource.POLICY,
    statement=(
        "The district decides between two people with the right to consent only while they "
        "disagree. If one signer withdrew their own consent, it stays withdrawn."
    ),
    steward="There is no disagreement about this form, or the district has already decided.",
    next_step="Reload the page. Another person may have recorded the decision.",
    met="Two people with the right to consent disagree about this form.",
)

TAX_YEAR = RuleCard(
    id="Y07",
    withheld=UNMET_CONDITION,
    citation="Cairn policy, consents 8",
    severity=RuleSource.POLICY,
    statement=(
        "Evidence that a parent claims a student as a dependent counts from the end of its tax "
        "year until the return for the next tax year is due. The law sets no term."
    ),
    steward="Evidence for the tax year {year} does not count on {today}.",
    next_step="Ask the parent for the return of the last tax year.",
    met="Evidence for the tax year {year} counts until {end}.",
)

DEPENDENT_ELIGIBLE = RuleCard(
    id="Y08",
    withheld=UNMET_CONDITION,
    citation="34 CFR 99.31(a)(8), 99.5(a)",
    statement=(
        "Evidence of tax dependency matters once the student holds the rights. Before that, the "
        "parents see the record in their own right."
    ),
    steward="The records do not show that this student holds the rights.",
    next_step="Record the birth date or the college attendance under Education rights.",
    met="The student holds the rights.",
)

OWN_WORD = RuleCard(
    id="Y06",
    withheld=UNMET_CONDITION,
    citation="Cairn policy, consents 5",
    severity=RuleSource.POLICY,
    statement=(
        "An opt-out may be ended by the person who made it, or by the student who now holds "
        "the rights. If another person with the right to consent wants to end it, or it is "
        "not on record who made it, the child stays opted out until the district decides."
    ),
    steward="Another person made this opt-out, or it is not on record who made it.",
    next_step=(
        "Read both statements on the page where families disagree. Then decide and give a reason."
    ),
    met="The person ending the opt-out made it, or is the student who now holds the rights.",
    others=build_family_messages(
        "Someone else opted your child out, so the district must decide. Until then, "
        "your child stays opted out."
    ),
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
