"""State what the definition of an indicator needs before figures are published by it."""

from cairn.policy.law.rule_card import RuleCard, RuleSource

IS_DRAFT = RuleCard(
    id="I01",
    citation="Cairn policy, indicators 1",
    statement=(
        "A version of an indicator is changed only while it is a draft. An approved version stays "
        "as it is, because published figures name it."
    ),
    steward="Version {version} of {indicator} is approved.",
    next_step="Write a new version.",
    met="Version {version} of {indicator} is a draft.",
    severity=RuleSource.POLICY,
)

PREVIEWED = RuleCard(
    id="I02",
    citation="Cairn policy, indicators 2",
    statement="A version of an indicator is counted in a preview before it is approved.",
    steward="Version {version} of {indicator} was not previewed on data as it reads now.",
    next_step="Ask its author to run the preview.",
    met="Version {version} of {indicator} was previewed on data.",
    severity=RuleSource.POLICY,
)

ANOTHER_APPROVES = RuleCard(
    id="I03",
    citation="Cairn policy, indicators 3",
    statement="A member of the data committee who wrote no part of a version approves it.",
    steward="You wrote a part of version {version} of {indicator}.",
    next_step="Ask another member of the data committee to approve it.",
    met="Other people wrote version {version} of {indicator}.",
    severity=RuleSource.POLICY,
)

PUBLISHED_UNIT = RuleCard(
    id="I04",
    citation="Cairn policy, indicators 4",
    statement="A release publishes percentages, means, medians and numbers of children.",
    steward="No release publishes a figure of this kind: “{indicator}”.",
    next_step="Define a percentage or a count of children.",
    met="The release counts children by the definitions that are in force.",
    severity=RuleSource.POLICY,
)

ALLOWED_BREAKDOWN = RuleCard(
    id="I05",
    citation="Cairn policy, indicators 5",
    statement="An indicator is shown only by the breakdowns that its definition allows.",
    steward="“{indicator}” may not be shown by {breakdowns}.",
    next_step="Leave out these tables.",
    severity=RuleSource.POLICY,
)

NEWEST_VERSION = RuleCard(
    id="I06",
    citation="Cairn policy, indicators 6",
    statement=(
        "A new release counts the newest approved version of an indicator. A correction may count "
        "the version that it corrects."
    ),
    steward="A newer version of “{indicator}” is approved.",
    next_step="Change the tables of the release, and choose the newest version.",
    severity=RuleSource.POLICY,
)

NAMED_PROGRAM = RuleCard(
    id="I07",
    citation="Cairn policy, indicators 7",
    statement=(
        "A table by program is about one program: the children in it, and all others. A child may "
        "be in several programs, so groups of one table by all programs would overlap, and the "
        "audit could not add them up."
    ),
    steward="A table by {breakdowns} does not say which {breakdowns}.",
    next_step="Choose each program by name.",
    severity=RuleSource.POLICY,
)

OVERLAPPING_BREAKDOWNS = RuleCard(
    id="I08",
    citation="Cairn policy, indicators 8",
    statement=(
        "A release shows an outcome by ZIP code, city or county, by program or hours in programs, "
        "and by grade or graduation cohort, never by two of them. Which ZIP codes are in a city "
        "is known, and the audit of two tables does not know it."
    ),
    steward="Figures by {breakdowns} could be subtracted from each other.",
    next_step="Choose one of these breakdowns.",
    severity=RuleSource.POLICY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
