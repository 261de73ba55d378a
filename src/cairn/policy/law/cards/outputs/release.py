"""State what a publication needs: audit, review by others, owner preview, and context."""

from cairn.policy.law.rule_card import RuleCard, RuleSource, build_family_messages
from cairn.policy.vocabulary import Audience

_KNOWN_FROM = "Nothing is put out from which your child could be known."

STATE = RuleCard(
    id="P01",
    citation="Cairn policy, releases 1",
    statement="A release goes from state to state in one order.",
    steward="A release that is {state} cannot be changed in this way ({event}).",
    next_step="This is possible when the release is {allowed}.",
    met="The release is {state}.",
    severity=RuleSource.POLICY,
)

AUTHOR = RuleCard(
    id="P02",
    citation="Cairn policy, releases 2",
    statement="Nobody reviews a release that they made.",
    steward="This person made the release, so someone else must review it.",
    next_step="Ask another reviewer.",
    met="Someone other than the author does this.",
    severity=RuleSource.POLICY,
    withheld="You made this release, so someone else must review it.",
)

ONCE = RuleCard(
    id="P03",
    citation="Cairn policy, releases 3",
    statement="Two different people review each release.",
    steward="This person has reviewed the release already.",
    next_step="Ask a second reviewer.",
    severity=RuleSource.POLICY,
    withheld="You have reviewed this release already.",
)

TWO_REVIEWS = RuleCard(
    id="P04",
    citation="Cairn policy, releases 3",
    statement="Two different people, neither of them the author, approve each release.",
    steward="{n} of 2 reviewers {n:~has|have} approved.",
    next_step="Wait for the review, or ask another reviewer.",
    met="{n:reviewer, not the author, has|reviewers, none of them the author, have} approved.",
    severity=RuleSource.POLICY,
)

BOTH_IN = RuleCard(
    id="P16",
    citation="Cairn policy, releases 3",
    statement="Nobody reads a reviewer's verdict before two are in.",
    steward="{n} of 2 reviewers {n:~has|have} given a verdict.",
    next_step="Wait for the review, or ask another reviewer.",
    severity=RuleSource.POLICY,
)

BLIND = RuleCard(
    id="P17",
    citation="Cairn policy, releases 3",
    statement="Reviewers judge without knowing what another said.",
    steward="Two reviewers have given their verdicts, which are open now.",
    next_step="Nothing more is needed in this round.",
    met="No verdict on this release is open yet.",
    severity=RuleSource.POLICY,
)

RETURNED = RuleCard(
    id="P05",
    citation="Cairn policy, releases 3",
    statement="A release that a reviewer returned is changed before it goes on.",
    steward="A reviewer returned this release.",
    next_step="Make the change, check it again and submit it again.",
    severity=RuleSource.POLICY,
)

SAFE = RuleCard(
    id="R23",
    citation="34 CFR 99.31(b)(1)",
    statement="Before a table leaves, someone determines and records that nobody in it can be "
    "identified; here an attacker's audit proves it for each release.",
    steward="The disclosure check has not found this release safe.",
    next_step="Run the disclosure check; if it fails, use fewer or broader groups.",
    met="The disclosure check found this release safe.",
    others=build_family_messages(_KNOWN_FROM),
)

TELLS_OF_FEW = RuleCard(
    id="P18",
    citation="34 CFR 99.31(b)(1)",
    statement="Nobody who keeps an earlier release can work out the number of a few children from "
    "it and a new one.",
    steward="{outcome}, {year}: together with {earlier}, which is out already, these figures would "
    "tell of a few children.",
    next_step="Ask for the same tables as then, or for fewer or coarser ones. If records came or "
    "changed since, wait until more have.",
    met="The check met no earlier release that tells more together with this one.",
    others={
        **build_family_messages(_KNOWN_FROM),
        Audience.RECIPIENT: "Together with what is out already, these figures would tell too much.",
    },
)

OTHER_CHILDREN = RuleCard(
    id="P19",
    citation="34 CFR 99.31(b)(1)",
    statement="What two releases of the same outcome and year tell together is examined before the "
    "second one leaves.",
    steward="{outcome}, {year}: {earlier} is out already and seems to count other children, so "
    "what the two tell together cannot be examined.",
    next_step="Look which deliveries changed since. If the earlier release was wrong throughout, "
    "ask the data owners before anything is published again.",
    others={
        **build_family_messages(_KNOWN_FROM),
        Audience.RECIPIENT: "What these figures tell together with what is out already cannot be "
        "examined.",
    },
)

ANOTHER_FIGURE = RuleCard(
    id="P39",
    citation="34 CFR 99.31(b)(1)",
    statement="Of what children have in a year, one figure leaves: two means, medians or sums of "
    "the same values together can tell what one child has.",
    steward="{outcome}, {year}: another figure of what these children have was published in "
    "{earlier}, and nobody has examined what the two tell together.",
    next_step="Leave this year out, or choose another measure. If the figure that is out was "
    "wrong, withdraw it with a note; whoever kept it still has it.",
    others={
        **build_family_messages(_KNOWN_FROM),
        Audience.RECIPIENT: "Of one of these years another figure of what these children have was "
        "published before.",
    },
)

CHECK_TOO_OLD = RuleCard(
    id="P20",
    citation="34 CFR 99.31(b)(1)",
    statement="Whether anybody can be identified is determined with everything of the same outcome "
    "and year that is out on the day a release leaves.",
    steward="The check did not see {earlier}, which is out and tells of the same outcome and year. "
    "What a reader learns from both was not examined.",
    next_step="Check this release again. Reviewers and owners then look at it anew.",
    met="The check saw every earlier release of the same outcome and year.",
    others={
        **build_family_messages(_KNOWN_FROM),
        Audience.RECIPIENT: "Figures of the same outcome and year came out that the check did not "
        "see.",
    },
)

NOT_ASKED_ALL = RuleCard(
    id="P42",
    citation="34 CFR 99.31(b)(1)",
    statement="Before a release goes on, its check has asked everyone who is now taken to try "
    "whether they can find out about a few children.",
    steward="This release was checked before the attack thought of: {attackers}.",
    next_step="Check this release again. Reviewers and owners then look at it anew.",
    met="The check asked everyone who is taken to try.",
    others={
        **build_family_messages(_KNOWN_FROM),
        Audience.RECIPIENT: "The check of these figures did not ask everyone who is now taken to "
        "try.",
    },
)

STORY = RuleCard(
    id="P06",
    citation="Cairn policy, releases 4",
    statement="A figure is published with the story behind it: context, denominator, cause.",
    steward="This release has no story behind the curve.",
    next_step="Write in a few sentences what is behind the figures and what they do not show.",
    met="The release says what is behind its figures.",
    severity=RuleSource.POLICY,
)

OWNER_ASKED = RuleCard(
    id="P07",
    citation="Cairn policy, releases 5",
    statement="Each owner of the data sees a release before anyone else does.",
    steward="{owner} has not been shown this release.",
    next_step="Send it back to {owner}.",
    severity=RuleSource.POLICY,
)

OWNER_CONFIRMED = RuleCard(
    id="P08",
    citation="Cairn policy, releases 5",
    statement="Each owner of the data confirms, or lets the days agreed go by.",
    steward="{owner} has until {due} to answer.",
    next_step="Wait for the answer of {owner}.",
    met="{owner} confirmed.",
    severity=RuleSource.POLICY,
)

OWNER_SILENT = RuleCard(
    id="P09",
    citation="Cairn policy, releases 6",
    statement="What silence past the agreed days means is said in each agreement.",
    steward="{owner} did not answer by {due}, and {agreement} waits for an answer.",
    next_step="Call {owner} and ask for an answer.",
    met="{owner} did not answer by {due}; {agreement} lets the release go on.",
    severity=RuleSource.POLICY,
)

OWNER_CORRECTS = RuleCard(
    id="P10",
    citation="Cairn policy, releases 5",
    statement="What an owner finds wrong is corrected before anything is published.",
    steward="{owner} asked for a correction.",
    next_step="Correct it, check it again and send it through review again.",
    severity=RuleSource.POLICY,
)

NOT_ASKED = RuleCard(
    id="P11",
    citation="Cairn policy, releases 5",
    statement="An owner answers once, for its own data, when it has been asked.",
    steward="{owner} has not been asked, or has answered already.",
    next_step="Look at the release's history for the answer of {owner}.",
    met="{owner} has been asked and has not answered.",
    severity=RuleSource.POLICY,
)

PUBLISHED = RuleCard(
    id="P12",
    citation="Cairn policy, releases 7",
    statement="The public sees what is published and has not been withdrawn.",
    steward="This release is {state}, not published.",
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
    statement="Nobody's data are used until it is known who opted out.",
    steward="It is not known who opted out.",
    next_step="Read the opt-outs before asking.",
    severity=RuleSource.POLICY,
)

OPTED_OUT = RuleCard(
    id="P14",
    citation="Cairn policy, families 2",
    statement="A family that opted out of all discretionary sharing is left out.",
    steward="{n:child is|children are} left out because the {n:~family|families} opted out.",
    next_step="Nothing to do: they are left out of what is made.",
    severity=RuleSource.POLICY,
    withheld="Some records may be left out.",
)

REPORTED = RuleCard(
    id="P15",
    citation="Cairn policy, releases 8",
    statement="That a release was reported to a state is put on record once it was.",
    steward="The day {reported} lies after {on}.",
    next_step="Report it first, then write the day on which you did.",
    met="It was reported on {reported}.",
    severity=RuleSource.POLICY,
    withheld="Choose today or an earlier day.",
)

NATION_COUNTED = RuleCard(
    id="P30",
    citation="Cairn policy, releases 9",
    statement="Figures count a tribal nation's children while that nation approves.",
    steward="{nation} has taken its approval back, and these figures were made with it.",
    next_step="Check the release again: the nation's children are left out then.",
    met="{nation} approves.",
    severity=RuleSource.POLICY,
)

NATION_CONDITION = RuleCard(
    id="P31",
    citation="Cairn policy, releases 9",
    statement="What a tribal nation asks for is done before figures with its children are "
    "published, and the nation says that it is.",
    steward="{nation} approves on a condition: {condition}",
    next_step="Do what {nation} asks for, and have it approve without the condition.",
    severity=RuleSource.POLICY,
)

NOT_A_NATION = RuleCard(
    id="P32",
    citation="Cairn policy, releases 9",
    statement="A tribal nation answers for its own children, and nobody for it.",
    steward="{organization} is not on record as a tribal nation.",
    next_step="Have the data manager register the nation as one.",
    met="{organization} answers for its own children.",
    severity=RuleSource.POLICY,
)

NATION_TOO_LATE = RuleCard(
    id="P33",
    citation="Cairn policy, releases 9",
    statement="A withdrawn release counts nobody, so that no nation is asked.",
    steward="This release is withdrawn.",
    next_step="",
    severity=RuleSource.POLICY,
    withheld="This release is withdrawn.",
)

SMALL_WITHHELD = RuleCard(
    id="P34",
    citation="34 CFR 99.31(b)(1)",
    statement="Where a rule or an agreement withholds numbers under a minimum, no other number is "
    "put in their place.",
    steward="{rule} withholds every number of fewer than {minimum} people. Rounding and noise show "
    "a number there, if another one, and do not take its place.",
    next_step="Withhold small numbers, publish ranges, or merge groups that are too small.",
    met="No rule or agreement named here is against what stands in the place of a small number.",
    others={
        **build_family_messages(_KNOWN_FROM),
        Audience.RECIPIENT: "The agreements behind these figures leave small numbers blank, and no "
        "other number is put in their place.",
    },
)

PERCENTAGES_ALONE = RuleCard(
    id="P35",
    citation="34 CFR 99.31(b)(1)",
    statement="Where a rule puts percentages in the place of numbers, no range of a number stands "
    "beside them.",
    steward="{rule} shows percentages in the place of numbers, and a range of the number could "
    "undo what the percentage leaves open.",
    next_step="Leave the blanks as they are.",
    others=build_family_messages(_KNOWN_FROM),
)

OWN_FIGURES = RuleCard(
    id="P36",
    citation="Cairn policy, releases 10",
    statement="An owner who is asked about a release reads its own figures first, counted from the "
    "rows that it sent and from no others. Nobody else does.",
    steward="{owner} has not been asked about this release.",
    next_step="Its own figures are shown once the release is sent to the owners of its data.",
    met="{owner} has been asked, and these figures are of its own rows alone.",
    severity=RuleSource.POLICY,
)

WRONG_FIGURE = RuleCard(
    id="P37",
    citation="Cairn policy, releases 5",
    statement="What an owner says a figure should be is read by that owner and, once it has "
    "answered, by those who count. Other owners and reviewers read that a correction was asked "
    "for, and no number.",
    steward="{owner} has not sent its answer about this release.",
    next_step="Wait for the answer of {owner}.",
    met="{owner} has sent its answer.",
    severity=RuleSource.POLICY,
)

SOMETHING_TO_REPORT = RuleCard(
    id="P38",
    citation="Cairn policy, releases 11",
    statement="Whoever sent data gets a report of what became of them.",
    steward="No row of this delivery was kept, so there is nothing to report.",
    next_step="Look at the delivery's own page for what was wrong with the file.",
    met="Rows of this delivery were kept.",
    severity=RuleSource.POLICY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
