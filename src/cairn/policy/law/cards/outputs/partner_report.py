"""State when Cairn delivers a report to a partner by itself.

The report has published figures only, so it discloses nothing more. The rules decide whether the
agreement still promises it, and whether it meets the duty.
"""

from cairn.policy.law.rule_card import RuleCard, RuleSource

PROMISED = RuleCard(
    id="P47",
    citation="Cairn policy, reports to partners 1",
    statement="Cairn makes a report to a partner only where the agreement promises that report.",
    steward="{agreement} promises {organization} no report that Cairn can make.",
    next_step=(
        "Record a report that a person made on the page of the data submission, or agree on "
        'contents = "published tables" for the report.'
    ),
    met="{agreement} promises {organization} a report of published tables.",
    severity=RuleSource.POLICY,
)

DUE = RuleCard(
    id="P48",
    citation="Cairn policy, reports to partners 2",
    statement="A promised report is delivered once for each data submission or period.",
    steward="No report to {organization} is due under {agreement} at this time.",
    next_step="The calendar has the day of the next report.",
    met="A report to {organization} is due under {agreement}.",
    severity=RuleSource.POLICY,
)

FIGURES = RuleCard(
    id="P49",
    citation="Cairn policy, reports to partners 3",
    statement=(
        "A report of published tables meets the promise only if a published release counts what "
        "the partner submitted since the last report."
    ),
    steward=(
        "No published release counts the data that {organization} submitted under "
        "{agreement}{since}."
    ),
    next_step=(
        "The partnership publishes a release that counts these data. Cairn then delivers the "
        "report."
    ),
    met="A published release counts the data that {organization} submitted under {agreement}.",
    severity=RuleSource.POLICY,
)

READER = RuleCard(
    id="P50",
    citation="Cairn policy, reports to partners 4",
    statement="A report is delivered only if someone at the partner can open it.",
    steward="No data steward of {organization} can open the report.",
    next_step=(
        "Name a data steward for the organization, or complete the access requirements of the one "
        "it has."
    ),
    met="A data steward of {organization} can open the report.",
    severity=RuleSource.POLICY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
