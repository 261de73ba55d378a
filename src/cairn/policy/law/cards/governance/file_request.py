"""State the rules of a file request: a one-time link by which a partner sends one file."""

from typing import Final

from cairn.policy.law.rule_card import RuleCard, RuleSource

REQUEST_WITHDRAWN: Final = RuleCard(
    id="Q01",
    citation="Cairn policy, file requests 1",
    statement="A file request can be withdrawn. Its link then takes no file.",
    steward="{asker} withdrew this request for a file. Nothing needs to be sent.",
    next_step="If you still have a file to send, ask {asker} for a new link.",
    met="The request for a file was not withdrawn.",
    severity=RuleSource.POLICY,
    withheld="This request for a file was withdrawn. Nothing needs to be sent.",
)

REQUEST_ANSWERED: Final = RuleCard(
    id="Q02",
    citation="Cairn policy, file requests 2",
    statement="The link of a file request works for one file that is accepted.",
    steward="A file was sent with this link already. It works for one file.",
    next_step="To send a correction or another file, ask {asker} for a new link.",
    met="No file was sent with this link yet.",
    severity=RuleSource.POLICY,
    withheld="A file was sent with this link already. It works for one file.",
)

REQUEST_ENDED: Final = RuleCard(
    id="Q03",
    citation="Cairn policy, file requests 3",
    statement="The link of a file request ends after 14 days.",
    steward="This link ended on {ended}.",
    next_step="Ask {asker} for a new link.",
    met="The link has not ended.",
    severity=RuleSource.POLICY,
    withheld="This link has ended.",
)

REQUEST_TRIES: Final = RuleCard(
    id="Q04",
    citation="Cairn policy, file requests 4",
    statement="The link of a file request can be tried 20 times.",
    steward="Too many files were tried with this link.",
    next_step="Ask {asker} for a new link, and send the file's column names along.",
    met="The link can still be used.",
    severity=RuleSource.POLICY,
    withheld="Too many files were tried with this link.",
)

NAMED_SENDER: Final = RuleCard(
    id="Q05",
    citation="Cairn policy, file requests 5",
    statement=(
        "A file that was sent by a link waits for a person to confirm it. It is imported at once "
        "only if the agreement names its sender, and a person confirmed its layout before."
    ),
    steward="{agreement} does not name the person who sent this file by a link.",
    next_step="Look at the file's preview and confirm it, or amend the agreement to name them.",
    met="{agreement} names the person who sent this file by a link.",
    severity=RuleSource.POLICY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
