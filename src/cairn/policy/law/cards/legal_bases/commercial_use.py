"""State who may not use student data for gain, and on which conditions a service may use them.

A state's own prohibition is in `state_law`.
"""

from cairn.policy.law.rule_card import UNMET_CONDITION, RuleCard, RuleSource, build_family_messages

_FAMILY = build_family_messages("Your child's records are not sold or used for advertising.")
_INSTEAD = (
    "Remove this purpose. A contracted service may be improved for the school that contracted for "
    "it, and other products with de-identified records."
)

FERPA_USE = RuleCard(
    id="U01",
    citation="34 CFR 99.33(a)(2)",
    statement=(
        "Whoever receives records under a FERPA exception may use them only for the purposes of "
        "the disclosure. Commercial use is not a purpose for which an exception discloses them."
    ),
    steward=(
        "{agreement}: {purpose} is not a purpose for which records are disclosed under the legal "
        "basis '{basis}'."
    ),
    next_step=_INSTEAD,
    others=_FAMILY,
)

HIPAA_USE = RuleCard(
    id="U02",
    withheld=UNMET_CONDITION,
    citation="45 CFR 164.504(e)(2)(ii)(A)",
    statement=(
        "A business associate may use or disclose health records only as its agreement permits or "
        "requires, or as the law requires."
    ),
    steward="{agreement}: {purpose} is not a use that a business associate may make of records.",
    next_step=_INSTEAD,
    others=_FAMILY,
)

POLICY_USE = RuleCard(
    id="U03",
    citation="Cairn policy, commercial use 1",
    statement=(
        "Student data may not be sold, or used for targeted advertising, for profiling beyond the "
        "service, or to train models beyond the contracted service."
    ),
    steward="{agreement}: student data may not be used for this purpose: {purpose}.",
    next_step=_INSTEAD,
    severity=RuleSource.POLICY,
    others=_FAMILY,
)

DEIDENTIFIED_ONLY = RuleCard(
    id="U04",
    citation="Cairn policy, commercial use 2",
    statement="Only de-identified records may be used to improve products.",
    steward="{agreement}: these are records of individual students.",
    next_step="Use de-identified records, or figures.",
    met="{agreement}: these are de-identified records or figures.",
    severity=RuleSource.POLICY,
    others=_FAMILY,
)

CONTRACTED_SERVICE = RuleCard(
    id="U05",
    citation="Cairn policy, commercial use 3",
    statement=(
        "Adaptive learning, and improving a service, belong to a service for which the school "
        "contracted: the agreement names the service."
    ),
    steward="{agreement} names no contracted service, so that it does not cover {purpose}.",
    next_step='Amend the agreement to add a clause of kind "services" that names the service.',
    met="{agreement} names the contracted service that {purpose} belongs to.",
    severity=RuleSource.POLICY,
    others=_FAMILY,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
