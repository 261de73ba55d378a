"""State how a school or district records its annual notice to families (34 CFR 99.7, 99.37)."""

from cairn.policy.law.rule_card import UNMET_CONDITION, RuleCard, RuleSource

NOTICE_INSTITUTION = RuleCard(
    id="R22.6",
    citation="34 CFR 99.37(a)",
    statement=(
        "An educational agency or institution designates directory information and gives the "
        "notice. FERPA does not apply to other organizations."
    ),
    steward="{organization} is not on record as a school, district or college under FERPA.",
    next_step=(
        "Ask the data manager to correct the partner's record, or use an agreement with another "
        "legal basis."
    ),
    met="{organization} is a school, district or college under FERPA.",
)

NOTICE_PUBLISHED = RuleCard(
    id="R22.7",
    citation="34 CFR 99.37(a)",
    statement="A notice counts from the day on which it was published.",
    steward="The notice would be published on {published}, which is in the future.",
    next_step="Record the notice on or after the day on which it was published.",
    met="The notice was published on {published}.",
)

NOTICE_PERIOD = RuleCard(
    id="R22.8",
    citation="34 CFR 99.37(a)(3)",
    statement=(
        "A notice that designates directory information must state how long families have to opt "
        "out."
    ),
    steward="The notice for {season} gives no last day to opt out after its publication.",
    next_step="Enter the last day to opt out that the notice states.",
    met="The notice for {season} gives families time to opt out.",
)

NOTICE_VERSION = RuleCard(
    id="R22.9",
    citation="Cairn policy, consents 8",
    statement=(
        "A school year has one annual notice in effect. It is corrected by a new version, and "
        "every earlier version stays readable."
    ),
    steward="The annual notice on record has changed since you opened it.",
    next_step="Open the notice of the school year that is on record, and correct that version.",
    met="The version of the annual notice that you opened is on record.",
    severity=RuleSource.POLICY,
)

OPT_OUTS_COMPARABLE = RuleCard(
    id="R22.10",
    citation="Cairn policy, consents 9",
    statement=(
        "Directory information of families that opted out is left out by the student IDs in the "
        "file. A file without them is accepted only if no family opted out."
    ),
    steward=(
        "{n:family|families} of {organization} opted out, and the file gives no student ID by "
        "which their rows could be left out."
    ),
    next_step=(
        "Add the column of student IDs to the file. The annual notice and the agreement must "
        "include it."
    ),
    met="The rows of families that opted out can be left out.",
    withheld="A file of directory information needs a column of student IDs.",
    severity=RuleSource.POLICY,
)

OFFICIALS_STATED = RuleCard(
    id="R22.11",
    citation="34 CFR 99.7(a)(3)(iii)",
    statement=(
        "A school that gives records to school officials says in its annual notice who they are "
        "and what a legitimate educational interest is."
    ),
    steward=(
        "The annual notice of {organization} for {season} does not say who is a school official."
    ),
    next_step=(
        "Ask {organization} to correct its annual notice, or use an agreement with another legal "
        "basis."
    ),
    met="The annual notice of {organization} for {season} says who is a school official.",
    withheld=UNMET_CONDITION,
)

ALL: tuple[RuleCard, ...] = tuple(v for v in globals().values() if isinstance(v, RuleCard))
