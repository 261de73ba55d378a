"""Public face of cairn.platform.actions: what other packages may import."""

from cairn.platform.actions.actors import (
    ActorLoader,
    NoActorLoaderError,
    load_current_actor,
    register_actor_loader,
)
from cairn.platform.actions.declaration import (
    ActionDeclaration,
    ActionDeclarationError,
    ActionResult,
    AuditDetail,
    action,
    get_action_declaration,
    long_action,
    system_action,
)
from cairn.platform.actions.page_questions import has_role_at, has_role_for
from cairn.platform.actions.refusals import (
    RefusalListener,
    record_refusal,
    register_refusal_listener,
)

__all__ = [
    "ActionDeclaration",
    "ActionDeclarationError",
    "ActionResult",
    "ActorLoader",
    "AuditDetail",
    "NoActorLoaderError",
    "RefusalListener",
    "action",
    "get_action_declaration",
    "has_role_at",
    "has_role_for",
    "load_current_actor",
    "long_action",
    "record_refusal",
    "register_actor_loader",
    "register_refusal_listener",
    "system_action",
]
