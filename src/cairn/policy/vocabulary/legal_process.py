"""Kinds and states of legal process and of public-records requests."""

from enum import StrEnum

__all__ = ["LegalProcessKind", "LegalProcessState", "PublicRequestLevel", "PublicRequestState"]


class LegalProcessKind(StrEnum):
    """What an organization was served with."""

    SUBPOENA = "subpoena"
    COURT_ORDER = "court_order"
    JUDICIAL_WARRANT = "judicial_warrant"
    ADMINISTRATIVE_SUBPOENA = "administrative_subpoena"
    ADMINISTRATIVE_WARRANT = "administrative_warrant"
    OTHER_DEMAND = "other_demand"


class LegalProcessState(StrEnum):
    """The states of legal process. It is on hold until counsel decides."""

    ON_HOLD = "on_hold"
    CLEARED = "cleared"
    CONTESTED = "contested"
    DISCLOSED = "disclosed"
    WITHDRAWN = "withdrawn"


class PublicRequestLevel(StrEnum):
    """What a public-records request asks for."""

    FIGURES = "figures"
    INDIVIDUAL = "individual"
    OTHER_RECORDS = "other_records"


class PublicRequestState(StrEnum):
    """The states of a public-records request."""

    OPEN = "open"
    RELEASED = "released"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
