"""Public face of cairn.governance.projects: what other packages may import."""

from cairn.platform.deferred_imports import TYPE_CHECKING, load_exports_on_demand

if TYPE_CHECKING:
    from cairn.governance.projects.action_inputs import *
    from cairn.governance.projects.actions.bodies import *
    from cairn.governance.projects.actions.pilots import *
    from cairn.governance.projects.actions.policies import *
    from cairn.governance.projects.actions.proposals import *
    from cairn.governance.projects.actions.reviews import *
    from cairn.governance.projects.facts import *
    from cairn.governance.projects.flow_files import *
    from cairn.governance.projects.labels import *
    from cairn.governance.projects.models.body import *
    from cairn.governance.projects.models.project import *
    from cairn.governance.projects.queries.inbox import *
    from cairn.governance.projects.queries.versions import *
else:
    __getattr__ = load_exports_on_demand(__name__)
