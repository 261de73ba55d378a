"""State what a release needs: disclosure check, two reviews, data-owner preview and context."""

from cairn.policy.law.rule_card import UNMET_CONDITION, RuleCard, RuleSource, build_family_messages
from cairn.policy.vocabulary import Audience

_KNOWN_FROM = "We do not publish anything that could identify your child."

STATE = RuleCard(
    id="P01",
    citation="Cairn policy, releases 1",
    statement="A release moves through its steps in a set order.",
    steward="You cannot take this step now. The status of the release is '{state}'.",
    next_step="You can take this step when the status is one of these: {allowed}.",
    met="The status of the release is '{state}'.",
    severity=RuleSource.POLICY,
)

AUTHOR = RuleCard(
    id="P02",
    citation="Cairn policy, releases 2",
    statement="The author of a release may not review it.",
    steward="This person is the author of the release, so another person must review it.",
    next_step="Ask another reviewer.",
    met="The reviewer is not the author.",
    severity=RuleSource.POLICY,
    withheld="You are the author of this release, so another person must review it.",
)

ONCE = RuleCard(
    id="P03",
    citation="Cairn policy, releases 3",
    statement="Two different people must review each release.",
    steward="This person has already reviewed the release.",
    next_step="Ask a second reviewer.",
    severity=RuleSource.POLICY,
    withheld="You have already reviewed this release.",
)

TWO_REVIEWS = RuleCard(
    id="P04",
    citation="Cairn policy, releases 3",
    statement="Two different people who are not the author must approve each release.",
    steward="{n} of 2 reviewers {n:~has|have} approved the release.",
    next_step="Wait for the review, or ask another reviewer.",
    met=(
        "{n:reviewer, not the author, has|reviewers, none of them the author, have} approved "
        "the release."
    ),
    severity=RuleSource.POLICY,
)

BOTH_IN = RuleCard(
    id="P16",
    citation="Cairn policy, releases 3",
    statement="Reviewers' decisions are shown only after two reviewers have decided.",
    steward="{n} of 2 reviewers {n:~has|have} decided.",
    next_step="Wait for the review, or ask another reviewer.",
    severity=RuleSource.POLICY,
)

BLIND = RuleCard(
    id="P17",
    citation="Cairn policy, releases 3",
    statement="Each reviewer decides without seeing the other's decision.",
    steward="Both reviewers have decided, and their decisions are now shown.",
    next_step="No action is needed in this round.",
    met="No decision on this release is shown yet.",
    severity=RuleSource.POLICY,
)

RETURNED = RuleCard(
    id="P05",
    citation="Cairn policy, releases 3",
    statement="A release that a reviewer returned must be changed before it moves forward.",
    steward="A reviewer returned this release for changes.",
    next_step="Make the changes, then check and submit the release again.",
    severity=RuleSource.POLICY,
)

SAFE = RuleCard(
    id="R23",
    citation="34 CFR 99.31(b)(1)",
    statement=(
        "Before a table is released, it must be determined and recorded that no one in it "
        "can be identified. Cairn tests each release with simulated attacks."
    ),
    steward="The disclosure check has not found this release safe.",
    next_step="Run the disclosure check. If it fails, use fewer or broader groups.",
    met="The disclosure check found this release safe.",
    others=build_family_messages(_KNOWN_FROM),
)

TELLS_OF_FEW = RuleCard(
    id="P18",
    citation="34 CFR 99.31(b)(1)",
    statement=(
        "It must not be possible to calculate a small group's numbers by comparing a new "
        "release with an earlier one."
    ),
    steward=(
        "{outcome}, {year}: comparing these figures with {earlier}, which is already "
        "published, would disclose a small group of children."
    ),
    next_step=(
        "Use the same tables as before, or fewer or less detailed ones. If records were "
        "added or changed since then, wait until more have."
    ),
    met="The check found no earlier release that discloses more when compared with this one.",
    others={
        **build_family_messages(_KNOWN_FROM),
        Audience.RECIPIENT: (
            "Compared with earlier releases, these figures would disclose too much."
        ),
    },
)

OTHER_CHILDREN = RuleCard(
    id="P19",
    citation="34 CFR 99.31(b)(1)",
    statement=(
        "Two releases about the same outcome and year must be checked together before the "
        "second is published."
    ),
    steward=(
        "{outcome}, {year}: {earlier} is already published and seems to count different "
        "children, so the two cannot be checked together."
    ),
    next_step=(
        "Choose other years, or try the tables of that release alone. Data submissions or "
        "families' opt-outs and consents changed since then. If the earlier release was "
        "wrong throughout, ask the data owners before you publish again."
    ),
    others={
        **build_family_messages(_KNOWN_FROM),
        Audience.RECIPIENT: "These figures cannot be checked together with earlier releases.",
    },
)

ANOTHER_FIGURE = RuleCard(
    id="P39",
    citation="34 CFR 99.31(b)(1)",
    statement=(
        "Only one measure of the same values may be published for a year. Two means, medians "
        "or sums of the same values could together disclose one child's value."
    ),
    steward=(
        "{outcome}, {year}: {earlier} already published another measure of these values, and "
        "the two were not checked together."
    ),
    next_step=(
        "Leave out this year, or choose another measure. If the published figure was wrong, "
        "withdraw it with a note. Anyone who saved it still has it."
    ),
    others={
        **build_family_messages(_KNOWN_FROM),
        Audience.RECIPIENT: (
            "For one of these years, another measure of the same values was already published."
        ),
    },
)

OVERLAPPING_GROUPS = RuleCard(
    id="P46",
    citation="34 CFR 99.31(b)(1)",
    statement=(
        "For a year, an outcome is published by ZIP code, city or county, by program or hours in "
        "programs, and by grade or graduation cohort, never by two of them. Everyone knows which "
        "ZIP codes are in a city, so the difference of two such figures could disclose a small "
        "group."
    ),
    steward=(
        "{outcome}, {year}: figures by almost the same groups are published in {earlier}. Two "
        "such figures can be subtracted from each other, which could disclose a small group, and "
        "they cannot be checked together."
    ),
    next_step=(
        "Choose other years, or the breakdown that is published. To withdraw figures does not "
        "help: anyone who saved them still has them."
    ),
    others={
        **build_family_messages(_KNOWN_FROM),
        Audience.RECIPIENT: (
            "For one of these years, another figure is published by almost the same groups."
        ),
    },
)

ANOTHER_VERSION = RuleCard(
    id="P45",
    citation="34 CFR 99.31(b)(1)",
    statement=(
        "For a year, only one version of an indicator may be published, and none of the "
        "community's own indicators beside another one about the same records. A number of "
        "children is published only beside figures about exactly these children. Other figures "
        "count almost the same children, so their difference could disclose a small group."
    ),
    steward=(
        "{outcome}, {year}: almost the same children are counted in {earlier}. Two such figures "
        "can be subtracted from each other, which could disclose a small group, and they cannot "
        "be checked together."
    ),
    next_step=(
        "Choose other years, or leave out this indicator. To withdraw or correct figures that are "
        "published does not help: anyone who saved them still has them."
    ),
    others={
        **build_family_messages(_KNOWN_FROM),
        Audience.RECIPIENT: (
            "For one of these years, another figure counts almost the same children."
        ),
    },
)

HIDES_PUBLIC = RuleCard(
    id="P44",
    citation="Cairn policy, public figures 1",
    statement=(
        "A new release may not hide a number that the public reads today. A published number "
        "leaves the public page only when its release is withdrawn or corrected."
    ),
    steward=(
        "{outcome}, {year}: to stay safe beside {earlier}, these tables would have to hide "
        "numbers that the public page shows today."
    ),
    next_step="{advice} Or leave out {year}.",
    met="This hides nothing that is public.",
    severity=RuleSource.POLICY,
    others={
        **build_family_messages(_KNOWN_FROM),
        Audience.RECIPIENT: "These figures would hide numbers that are public today.",
    },
)

CHECK_TOO_OLD = RuleCard(
    id="P20",
    citation="34 CFR 99.31(b)(1)",
    statement=(
        "The disclosure check must cover everything about the same outcome and year that is "
        "published on the day of release."
    ),
    steward=(
        "The check did not include {earlier}, which is published and covers the same outcome "
        "and year. The risk of comparing the two is unknown."
    ),
    next_step="Check this release again. Reviewers and data owners then review it again.",
    met="The check included all earlier releases about the same outcome and year.",
    others={
        **build_family_messages(_KNOWN_FROM),
        Audience.RECIPIENT: (
            "Figures for the same outcome and year were published that the check did not include."
        ),
    },
)

NOT_ASKED_ALL = RuleCard(
    id="P42",
    citation="34 CFR 99.31(b)(1)",
    statement="The disclosure check of a release must test all attacks that Cairn now tests.",
    steward="This release was checked before Cairn tested for this attacker: {attackers}.",
    next_step="Check this release again. Reviewers and data owners then review it again.",
    met="The check tested all current attacks.",
    others={
        **build_family_messages(_KNOWN_FROM),
        Audience.RECIPIENT: "The check of these figures did not test all current attacks.",
    },
)

STORY = RuleCard(
    id="P06",
    citation="Cairn policy, releases 4",
    statement=(
        "A figure must be published with the story behind it: context, denominator and causes."
    ),
    steward="This release has no story behind the curve.",
    next_step="Explain in a few sentences what is behind the figures and what they do not show.",
    met="The release explains its figures.",
    severity=RuleSource.POLICY,
)

OWNER_ASKED = RuleCard(
    id="P07",
    citation="Cairn policy, releases 5",
    statement="Each data owner sees a release before anyone else does.",
    steward="{owner} has not received the data-owner preview of this release.",
    next_step="Send the data-owner preview to {owner}.",
    severity=RuleSource.POLICY,
)

OWNER_CONFIRMED = RuleCard(
    id="P08",
    citation="Cairn policy, releases 5",
    statement="Each data owner confirms the release, or its review period ends.",
    steward="{owner} has until {due} to respond.",
    next_step="Wait for the response of {owner}.",
    met="{owner} confirmed the release.",
    severity=RuleSource.POLICY,
)

OWNER_SILENT = RuleCard(
    id="P09",
    citation="Cairn policy, releases 6",
    statement="Each agreement states what happens if an owner does not respond in time.",
    steward="{owner} did not respond by {due}, and {agreement} requires a response.",
    next_step="Contact {owner} and ask for a response.",
    met="{owner} did not respond by {due}, and {agreement} allows the release to continue.",
    severity=RuleSource.POLICY,
)

OWNER_CORRECTS = RuleCard(
    id="P10",
    citation="Cairn policy, releases 5",
    statement="Errors that a data owner reports must be corrected before anything is published.",
    steward="{owner} requested a correction.",
    next_step="Correct the release, check it again and submit it for review again.",
    severity=RuleSource.POLICY,
)

NOT_ASKED = RuleCard(
    id="P11",
    citation="Cairn policy, releases 5",
    statement="A data owner responds once, for its own data, after it has been asked.",
    steward="{owner} has not been asked, or has already responded.",
    next_step="The release's history shows the response of {owner}.",
    met="{owner} has been asked and has not responded.",
    severity=RuleSource.POLICY,
)

PUBLISHED = RuleCard(
    id="P12",
    citation="Cairn policy, releases 7",
    statement="The public sees only releases that are published and not withdrawn.",
    steward="This release is not published. Its status is '{state}'.",
    next_step="",
    met="This release is published.",
    severity=RuleSource.POLICY,
    withheld="This page is not available.",
    others={
        Audience.PUBLIC: "This page is not available. It may not be published yet, or it was "
        "withdrawn."
    },
)

OPT_OUTS_KNOWN = RuleCard(
    id="P13",
    citation="Cairn policy, families 1",
    statement="Opt-outs must be checked before data are used.",
    steward="Opt-outs have not been checked.",
    next_step="Check the opt-outs, then ask again.",
    severity=RuleSource.POLICY,
)

OPTED_OUT = RuleCard(
    id="P14",
    citation="Cairn policy, families 2",
    statement="Children whose families opted out of all discretionary sharing are left out.",
    steward="{n:child is|children are} left out because the {n:~family|families} opted out.",
    next_step="No action is needed. Cairn leaves these children out.",
    severity=RuleSource.POLICY,
    withheld="Some records may be left out.",
)

REPORTED = RuleCard(
    id="P15",
    citation="Cairn policy, releases 8",
    statement="A report of a release to a state is recorded after it was made.",
    steward="The date {reported} is after {on}.",
    next_step="Make the report first. Then enter its date.",
    met="The release was reported on {reported}.",
    severity=RuleSource.POLICY,
    withheld="Choose today or an earlier date.",
)

NATION_COUNTED = RuleCard(
    id="P30",
    withheld=UNMET_CONDITION,
    citation="Cairn policy, releases 9",
    statement="Figures may include children of a Tribal nation only while that nation approves.",
    steward="{nation} withdrew its approval, and these figures include its children.",
    next_step="Check the release again, which leaves out the nation's children.",
    met="{nation} approves.",
    severity=RuleSource.POLICY,
)

NATION_CONDITION = RuleCard(
    id="P31",
    withheld=UNMET_CONDITION,
    citation="Cairn policy, releases 9",
    statement=(
        "If a Tribal nation sets a condition, it must be met, and the nation must confirm "
        "it, before figures with its children are published."
    ),
    steward="{nation} approves on one condition: {condition}",
    next_step="Meet the condition, and ask {nation} to approve without it.",
    severity=RuleSource.POLICY,
)

NOT_A_NATION = RuleCard(
    id="P32",
    withheld=UNMET_CONDITION,
    citation="Cairn policy, releases 9",
    statement="Only a Tribal nation may decide about its own children.",
    steward="{organization} is not registered as a Tribal nation.",
    next_step="Ask the data manager to register it as a Tribal nation.",
    met="{organization} decides about its own children.",
    severity=RuleSource.POLICY,
)

NATION_TOO_LATE = RuleCard(
    id="P33",
    citation="Cairn policy, releases 9",
    statement="A withdrawn release needs no approval of a Tribal nation.",
    steward="This release is withdrawn.",
    next_step="",
    severity=RuleSource.POLICY,
    withheld="This release is withdrawn.",
)

SMALL_WITHHELD = RuleCard(
    id="P34",
    citation="34 CFR 99.31(b)(1)",
    statement=(
        "If a rule or agreement suppresses numbers below a minimum, no other number may be "
        "shown in their place."
    ),
    steward=(
        "{rule} suppresses all counts below {minimum}. Rounding or noise would show a number "
        "there, which the rule does not allow."
    ),
    next_step="Suppress small numbers, publish ranges, or merge small groups.",
    met=(
        "No rule or agreement for this release prohibits showing other values in place of "
        "small numbers."
    ),
    others={
        **build_family_messages(_KNOWN_FROM),
        Audience.RECIPIENT: (
            "The agreements for these figures require small numbers to be left blank. No "
            "other number may be shown in their place."
        ),
    },
)

PERCENTAGES_ALONE = RuleCard(
    id="P35",
    citation="34 CFR 99.31(b)(1)",
    statement=(
        "If a rule shows percentages instead of counts, ranges of the counts may not be "
        "shown with them."
    ),
    steward=(
        "{rule} shows percentages instead of counts. A range of the count could disclose "
        "what the percentage hides."
    ),
    next_step="Leave the suppressed cells blank.",
    others=build_family_messages(_KNOWN_FROM),
)

OWN_FIGURES = RuleCard(
    id="P36",
    citation="Cairn policy, releases 10",
    statement=(
        "A data owner that is asked about a release sees its own figures first. They are "
        "counted only from the rows it sent, and no one else sees them."
    ),
    steward="{owner} has not been asked about this release.",
    next_step="Its own figures are shown after the release is sent to the data owners.",
    met="{owner} has been asked, and these figures come only from its own rows.",
    severity=RuleSource.POLICY,
)

WRONG_FIGURE = RuleCard(
    id="P37",
    citation="Cairn policy, releases 5",
    statement=(
        "An owner's proposed correction of a figure is shown to that owner and, after the "
        "owner responds, to the analysts. Other owners and reviewers see that a correction "
        "was requested, but no number."
    ),
    steward="{owner} has not sent its response to this release.",
    next_step="Wait for the response of {owner}.",
    met="{owner} has sent its response.",
    severity=RuleSource.POLICY,
)

SOMETHING_TO_REPORT = RuleCard(
    id="P38",
    citation="Cairn policy, releases 11",
    statement="Each partner that submits data gets a report on how they were used.",
    steward="No rows of this data submission were kept, so there is nothing to report.",
    next_step="See the data submission's page for the errors in the file.",
    met="Rows of this data submission were kept.",
    severity=RuleSource.POLICY,
)

OWNER_NOTIFIED = RuleCard(
    id="P43",
    citation="Cairn policy, releases 6",
    statement=(
        "The review period of a data owner begins when a notice is delivered to it. Without a "
        "delivered notice, silence is no answer."
    ),
    steward="No notice of the preview reached {owner}, so its review period has not begun.",
    next_step=(
        "Contact {owner}, and correct the email address on the page of its data steward. The "
        "period begins when the email is sent, or when the steward opens Home."
    ),
    met="A notice of the preview was delivered to {owner}.",
    severity=RuleSource.POLICY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
