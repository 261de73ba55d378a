"""State the rules of record keeping: the disclosure log (34 CFR 99.32, 99.10) and destruction.

They say who may read the log, what must be destroyed by when, who certifies it, and the record that
owners request.
"""

from cairn.policy.law.rule_card import UNMET_CONDITION, RuleCard, RuleSource, build_family_messages

RECORD = RuleCard(
    id="R18",
    citation="34 CFR 99.32(a)(1)",
    statement=(
        "Each request for records and each disclosure must be recorded, with the recipients "
        "and their interests."
    ),
    steward="Record who received which records, and their legitimate interest.",
    next_step="",
    others=build_family_messages(
        "Each time we share something about your child, we write it down."
    ),
)

RECORDED = RuleCard(
    id="R18.1",
    citation="34 CFR 99.32(a)(3)",
    statement=(
        "The disclosure record must name the parties and their legitimate interests. It is "
        "written before any data are shared."
    ),
    steward="Missing from the record of this disclosure: {lacking}.",
    next_step=(
        "State who receives the data and why. No data can be shared until the record is complete."
    ),
    met="The disclosure is recorded: {parties}, for {interest}.",
    others=build_family_messages(
        "Nothing was shared, because the sharing could not be written down."
    ),
)

ONWARD_RECORD = RuleCard(
    id="R19",
    citation="34 CFR 99.32(b)(2)(iii)",
    statement="On request, the record of further disclosures must be provided within 30 days.",
    steward="The record of further disclosures was requested on {asked} and was due on {due}.",
    next_step="Provide the record of further disclosures to the person who requested it.",
    met="The record of further disclosures, requested on {asked}, is due on {due}.",
    others=build_family_messages("You may ask who else received these records."),
)

INSPECTION = RuleCard(
    id="R20",
    withheld=UNMET_CONDITION,
    citation="34 CFR 99.32(c)(1)",
    statement=(
        "A parent or eligible student may inspect the record of disclosures about their own "
        "child or themselves."
    ),
    steward=(
        "This is not the record of the requester's own child, or the right has passed to the "
        "student."
    ),
    next_step="Send a letter with a new code to the person who holds the right.",
    met="The requester has the right to see this child's record.",
    others=build_family_messages("This page shows only your own child."),
)

COPY = RuleCard(
    id="R30",
    citation="34 CFR 99.10(b)",
    statement="A request to inspect a child's records must be answered within 45 days.",
    steward="The inspection request of {asked} was due on {due} and has not been answered.",
    next_step="Answer the request now, and explain the delay.",
    met="The inspection request of {asked} is due on {due}.",
    others=build_family_messages("You will get an answer to your request within 45 days."),
)


OVERDUE_KNOWN = RuleCard(
    id="D01",
    citation="Cairn policy, destruction 1",
    statement="Overdue data destruction must be checked before a recipient gets more data.",
    steward="Overdue data destruction was not checked for this recipient.",
    next_step="Ask again on the page or with the command, which check this first.",
    severity=RuleSource.POLICY,
)

OVERDUE = RuleCard(
    id="D02",
    citation="34 CFR 99.31(a)(6)(iii)(C)(4), 99.35(b)(2), 99.67; Cairn policy, destruction 2",
    statement=(
        "A recipient must destroy data by the agreed date. Until then, it may not receive "
        "more data."
    ),
    steward=(
        "{holder} had to destroy the data of {owner} under {agreement} by {due}. Until a "
        "certificate of destruction is on record, {holder} may not receive more data."
    ),
    next_step=(
        "On the Destruction page, destroy the listed data and send the certificate to the owner."
    ),
    met="The recipient has destroyed all data that was due.",
    withheld="This recipient cannot receive data now.",
)

OWNER = RuleCard(
    id="D03",
    citation="34 CFR 99.31(a)(1)(i)(B)(2); Cairn policy, destruction 3",
    statement=(
        "A data owner may require the destruction of its own data at any time, for any reason."
    ),
    steward="{owner} does not provide data under {agreement}, so it has no data there to destroy.",
    next_step="Choose an agreement under which your organization provides data.",
    met="{owner} provides data under {agreement}.",
)

AHEAD = RuleCard(
    id="D04",
    citation="Cairn policy, destruction 4",
    statement="The due date for data destruction may not be in the past.",
    steward="{due} is before {on}.",
    next_step="Choose today or a later date.",
    met="The data must be destroyed by {due}.",
    severity=RuleSource.POLICY,
    withheld="Choose today or a later date.",
)

CERTIFIED = RuleCard(
    id="D05",
    citation="Cairn policy, destruction 5",
    statement="A data owner responds once to each certificate of destruction.",
    steward=(
        "No certificate is waiting for a response. The status of this data destruction is "
        "“{state}”."
    ),
    next_step="Check the status on the data destruction's page.",
    met="The certificate is waiting for the owner's response.",
    severity=RuleSource.POLICY,
)

ANSWERED_ONCE = RuleCard(
    id="D06",
    citation="Cairn policy, disclosures 1",
    statement="Each request for the record of disclosures is answered once.",
    steward="This request has already been answered.",
    next_step="If something is missing from the record, make a new request.",
    met="This request has not been answered yet.",
    severity=RuleSource.POLICY,
)

UNRECORDED = RuleCard(
    id="D07",
    citation="Cairn policy, destruction 6",
    statement="A file is destroyed outside of a data destruction only if no record names it.",
    steward="A record names this file.",
    next_step="Destroy the file with the data of its agreement, on the Data destruction page.",
    met="No record names this file.",
    severity=RuleSource.POLICY,
)

UNRECORDED_WAIT = RuleCard(
    id="D08",
    citation="Cairn policy, destruction 7",
    statement=(
        "A file that no record names is destroyed 7 days after it was found, last used by a step, "
        "or restored from a backup. Until then, repeating the step records it."
    ),
    steward="This file can be destroyed on {due} at the earliest.",
    next_step="Repeat the step that was cut short, or wait until that day.",
    met="The wait of 7 days is over.",
    severity=RuleSource.POLICY,
)

UNRECORDED_FEW = RuleCard(
    id="D09",
    citation="Cairn policy, destruction 8",
    statement=(
        "If more than 5 files are found that no record names, the database may be older than the "
        "files. Then a data manager confirms before any is destroyed."
    ),
    steward="{count} files are listed that no record names, and this one is not confirmed.",
    next_step=(
        "Check that the database is the newest. Then confirm the files on the page Files without "
        "a record."
    ),
    met="Few files are listed, or a data manager confirmed this one.",
    severity=RuleSource.POLICY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
