"""Elements that a law of their own protects beyond FERPA, and records that are no one's to give."""

from cairn.rules.citations import RuleCard, Severity

_SAME = "{element} is not covered."
_KEY = "Write the authority and its clause under {key}, or leave the column out."


def _own_authority(
    number: str, citation: str, statement: str, *, verified: bool = True
) -> RuleCard:
    """A card for a class of elements that needs an authority beside the agreement's basis."""
    return RuleCard(
        id=number,
        citation=citation,
        statement=statement,
        steward="{element} cannot ride on the basis '{basis}' of {agreement} alone.",
        next_step=_KEY,
        met="{element}: {said}",
        withheld=_SAME,
        verified=verified,
    )


MEAL_STATUS = _own_authority(
    "L01",
    "42 USC 1758(b)(6)",
    "Meal status is shared only with the programs the school lunch law names, or with consent.",
)
HOMELESSNESS = _own_authority(
    "L02",
    "42 USC 11432(g)(3)(G)",
    "A child's living situation is an education record and never directory information.",
)
DISABILITY = RuleCard(
    id="L03",
    citation="34 CFR 300.622",
    statement="Disability records need consent unless one of FERPA's exceptions applies.",
    steward="{element} needs a parent's consent: '{basis}' of {agreement} is no FERPA exception "
    "for it.",
    next_step="Leave the column out, or use a basis whose criteria the text meets.",
    met="{element} may be shared under '{basis}'; keep a record of each access.",
    withheld=_SAME,
)
ACCESS_RECORD = RuleCard(
    id="L03.1",
    citation="34 CFR 300.614",
    statement="Each access to disability records is recorded with party, date and purpose.",
    steward="Record each access to disability records: party, date and purpose.",
    next_step="",
)
HEALTH = _own_authority(
    "L07",
    "45 CFR 164.508",
    "Health records under HIPAA need an authorization, a business associate agreement, a "
    "limited-data-set agreement or de-identification.",
    verified=False,
)
SUBSTANCE_USE = _own_authority(
    "L08",
    "42 CFR 2.31",
    "Records of substance use treatment need a consent of their own kind.",
    verified=False,
)
WAGE = _own_authority(
    "L09",
    "20 CFR 603.5",
    "Wage records of unemployment insurance go only where that program's rules allow.",
    verified=False,
)
JUVENILE = _own_authority(
    "L10",
    "Cairn policy, agreements 15",
    "Juvenile justice records need the authority that the state's law names.",
    verified=False,
)
IMMIGRATION = _own_authority(
    "L13",
    "Cairn policy, agreements 16",
    "Immigration status is shared only on an authority that names it.",
)
NOT_ONES_OWN = RuleCard(
    id="G15",
    citation="34 CFR 99.30(a)",
    statement="Education records of a school or district are never a partner's 'own records'; "
    "they need consent or a named exception.",
    steward="{agreement} calls the records of {party} its own, and {party} is bound by FERPA.",
    next_step="Name the FERPA exception that the text of the agreement supports.",
    met="{agreement}: the providers are not bound by FERPA for these records.",
)
ABOUT_PEOPLE = RuleCard(
    id="G16",
    citation="Cairn policy, agreements 17",
    statement="Public data hold no row about a person.",
    steward="{element} is about a person, so it is not public data.",
    next_step="Name the legal basis for records about people.",
    met="{element} is about no person.",
    severity=Severity.POLICY,
    withheld=_SAME,
)

ALL = tuple(card for card in dict(globals()).values() if isinstance(card, RuleCard))
