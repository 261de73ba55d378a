"""Which pages show data and say where they come from, and which are kept on paper."""

from typing import Final

_DATA_PAGES: Final = (
    "consents:claims consents:conflict consents:conflicts consents:detail consents:keeping",
    "consents:kept_back consents:list consents:nations consents:of_child consents:program",
    "consents:queue consents:rights consents:state dashboards:apart dashboards:index",
    "dashboards:outcome deadlines:list deadlines:month dictionaries:detail disclosures:detail",
    "disclosures:list families:copies families:home families:letters families:run",
    "figures:agreement figures:factors figures:gaps figures:overview figures:own",
    "figures:own_outcome figures:places",
    "figures:partner_releases figures:report figures:reports figures:targets",
    "intake:deliveries intake:delivery",
    "linkage:decisions linkage:matches linkage:participants linkage:question linkage:summary",
    "notices:detail",
    "notices:list opt_outs:list",
    "projects:detail public_sources:detail published_tables:detail registers:agreement",
    "registers:project",
    "releases:detail releases:extract indicators:detail",
    "releases:extract_review releases:give_back releases:nation releases:review",
    "releases:send_back releases:wrong_figure retention:duty retention:list",
    "programs:attendance programs:attendance_grid programs:delivery programs:dosage",
    "programs:group programs:participant families:program_copy",
    "programs:child_incident programs:funder_report programs:incident programs:incidents",
    "programs:meal_month programs:meals programs:pick_up programs:portfolio",
    "notes:notes notes:note notes:contacts notes:group_contacts",
    "notes:own_appointments notes:child_appointments notes:appointment",
    "programs:queue programs:registration programs:results programs:sheet programs:records",
    "programs:destroy_records programs:certificate students:caseload",
    "students:programs students:program_results students:search students:student",
    "survey_figures:figures survey_figures:public survey_figures:public_list surveys:survey",
)
DATA_PAGES: Final = frozenset(route for line in _DATA_PAGES for route in line.split())
"""Pages that name their legal basis, their date, and what the reader does not see."""
_PRINTED_PAGES: Final = (
    "agreements:detail audit:log consents:list dashboards:index dashboards:outcome",
    "figures:gaps figures:places figures:report programs:portfolio",
    "deadlines:list deadlines:month disclosures:list families:home intake:delivery",
    "linkage:summary projects:detail projects:request registers:agreement releases:detail",
    "programs:certificate programs:sheet releases:extract students:programs",
    "training:certificate web:home",
)
PRINTED_PAGES: Final = frozenset(route for line in _PRINTED_PAGES for route in line.split())
"""Pages that somebody takes to a meeting or a file."""
