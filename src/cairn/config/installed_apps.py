"""List the Django apps of Cairn and the paths of their pages, from the top layer down."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CairnApp:
    """One Django app.

    `name` is its package below `cairn`; `path` is where its pages begin, empty without pages.
    """

    name: str
    path: str = ""


CAIRN_APPS = (
    CairnApp("outputs.dashboards", "public/"),
    CairnApp("outputs.deadlines", "deadlines/"),
    CairnApp("outputs.registers", "register/"),
    CairnApp("outputs.indicators", "indicators/"),
    CairnApp("outputs.extracts"),
    CairnApp("outputs.survey_figures", "survey-figures/"),
    CairnApp("outputs.releases"),
    CairnApp("data.identity", "linkage/"),
    CairnApp("data.surveys", "surveys/"),
    CairnApp("data.records"),
    CairnApp("governance.retention", "destruction/"),
    CairnApp("services.families", "family/"),
    CairnApp("services.notes", "notes/"),
    CairnApp("services.programs", "programs/"),
    CairnApp("services.students", "students/"),
    CairnApp("governance.disclosure_log", "disclosures/"),
    CairnApp("governance.legal_process", "legal/"),
    CairnApp("governance.breaches", "breaches/"),
    CairnApp("governance.consents", "consents/"),
    CairnApp("governance.projects", "projects/"),
    CairnApp("governance.agreements", "agreements/"),
    CairnApp("governance.dictionaries", "dictionaries/"),
    CairnApp("governance.partners", "partners/"),
    CairnApp("governance.training", "training/"),
    CairnApp("data.intake", "intake/"),
    CairnApp("data.public_sources", "public-sources/"),
    CairnApp("platform.notifications"),
    CairnApp("platform.schedule"),
    CairnApp("platform.audit"),
)
