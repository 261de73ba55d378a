"""State the rules of health records: HIPAA (45 CFR Part 164) and substance use (42 CFR Part 2)."""

from cairn.policy.law.cards.audience_messages import build_family_messages
from cairn.policy.law.cards.criterion_card import build_criterion_card
from cairn.policy.law.cards.protected_class_card import build_protected_class_card
from cairn.policy.law.rule_card import RuleCard

_FAMILY = "Health records are shared only in the ways that the health privacy laws allow."

HEALTH = build_protected_class_card(
    "L07",
    "45 CFR 164.508",
    "Health records under HIPAA need an authorization, a business associate agreement, a "
    "limited-data-set agreement or de-identification.",
    family=_FAMILY,
    verified=False,
)

EDUCATION_RECORDS = RuleCard(
    id="L07.1",
    citation="45 CFR 160.103",
    statement="Education records under FERPA are not protected health information, so HIPAA's "
    "ways of sharing are not for them.",
    steward="{agreement}: {party} is bound by FERPA, so its records are no health records under "
    "HIPAA.",
    next_step="Name the FERPA exception that the text supports, or use written consent.",
    met="{agreement}: the providers' records are not education records.",
    others=build_family_messages(_FAMILY),
    verified=False,
)

AUTHORIZATION_CORE = build_criterion_card(
    "L07.2",
    "45 CFR 164.508(c)(1)",
    "An authorization says what is disclosed, by whom, to whom, why and until when, and is signed "
    "and dated.",
    "no form is named that has the core elements of an authorization.",
    verified=False,
)

AUTHORIZATION_STATEMENTS = build_criterion_card(
    "L07.3",
    "45 CFR 164.508(c)(2)",
    "An authorization says that it may be revoked, whether treatment depends on it, and that "
    "records may be passed on.",
    "the form is not shown to have the statements that an authorization needs.",
    verified=False,
)

ASSOCIATE_USES = build_criterion_card(
    "L07.4",
    "45 CFR 164.504(e)(2)(i)",
    "A business associate agreement says which uses and disclosures are permitted and required.",
    "no clause says which uses and disclosures are permitted.",
)

ASSOCIATE_LIMIT = build_criterion_card(
    "L07.5",
    "45 CFR 164.504(e)(2)(ii)(A)",
    "A business associate uses and discloses nothing beyond its agreement or the law.",
    "no clause forbids other uses and disclosures.",
    verified=False,
)

ASSOCIATE_SAFEGUARDS = build_criterion_card(
    "L07.6",
    "45 CFR 164.504(e)(2)(ii)(B)",
    "A business associate uses appropriate safeguards.",
    "no clause requires safeguards.",
    verified=False,
)

ASSOCIATE_REPORT = build_criterion_card(
    "L07.7",
    "45 CFR 164.504(e)(2)(ii)(C)",
    "A business associate reports each use or disclosure outside its agreement.",
    "no clause requires a report of unauthorized use.",
    verified=False,
)

ASSOCIATE_OTHERS = build_criterion_card(
    "L07.8",
    "45 CFR 164.504(e)(2)(ii)(D)",
    "A business associate binds its subcontractors to the same limits.",
    "no clause binds subcontractors.",
    verified=False,
)

ASSOCIATE_RETURN = build_criterion_card(
    "L07.9",
    "45 CFR 164.504(e)(2)(ii)(J)",
    "A business associate returns or destroys the records when the agreement ends, where that is "
    "feasible; where not, the limits go on.",
    "no clause requires return or destruction.",
)

LIMITED_USES = build_criterion_card(
    "L07.10",
    "45 CFR 164.514(e)(4)(ii)(A)",
    "A limited-data-set agreement says which uses are permitted: research, public health or "
    "health care operations.",
    "no clause says which uses are permitted.",
    verified=False,
)

LIMITED_WHO = build_criterion_card(
    "L07.11",
    "45 CFR 164.514(e)(4)(ii)(B)",
    "A limited-data-set agreement says who may use or receive the data.",
    "no clause says who may use or receive the data.",
    verified=False,
)

LIMITED_DUTIES = build_criterion_card(
    "L07.12",
    "45 CFR 164.514(e)(4)(ii)(C)",
    "The recipient of a limited data set limits use, protects the data, reports, binds agents, "
    "and identifies or contacts nobody.",
    "no clause sets the duties of the recipient.",
    verified=False,
)

LIMITED_IDENTIFIERS = RuleCard(
    id="L07.13",
    citation="45 CFR 164.514(e)(2)",
    statement="A limited data set holds no direct identifiers.",
    steward="{element} is a direct identifier, so it is in no limited data set ({agreement}).",
    next_step="Leave {element} out, or use another basis.",
    withheld="{element} is not covered.",
    others=build_family_messages(_FAMILY),
    verified=False,
)

SUBSTANCE_USE = build_protected_class_card(
    "L08",
    "42 CFR 2.31",
    "Records of substance use treatment need a consent of their own kind.",
    family=_FAMILY,
    verified=False,
)

PART2_FORM = build_criterion_card(
    "L08.1",
    "42 CFR 2.31(a)",
    "A consent for substance use treatment records has the elements that Part 2 lists.",
    "no form is named that has the elements of a Part 2 consent.",
)

PART2_NOTICE = build_criterion_card(
    "L08.2",
    "42 CFR 2.32(a)",
    "A notice against redisclosure goes with records of substance use treatment.",
    "no clause sends the Part 2 notice with the records.",
    verified=False,
)

PART2_NOTICE_DUE = RuleCard(
    id="L08.3",
    citation="42 CFR 2.32(a)",
    statement="The Part 2 notice against redisclosure goes with each disclosure.",
    steward="Send the Part 2 notice against redisclosure with these records.",
    next_step="",
    others=build_family_messages(_FAMILY),
    verified=False,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
