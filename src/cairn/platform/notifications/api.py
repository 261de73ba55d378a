"""Public face of cairn.platform.notifications: what other packages may import."""

from cairn.platform.deferred_imports import TYPE_CHECKING, load_exports_on_demand

if TYPE_CHECKING:
    from cairn.platform.notifications.actions import *
    from cairn.platform.notifications.bounces import *
    from cairn.platform.notifications.delivery import *
    from cairn.platform.notifications.demo_mailbox import *
    from cairn.platform.notifications.models import *
    from cairn.platform.notifications.queries import *
    from cairn.platform.notifications.tasks import *
else:
    __getattr__ = load_exports_on_demand(__name__)
