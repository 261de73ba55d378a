"""Give queued tasks that were renamed their path of today.

A row of the queue holds the Python path of its task, and of the exception that a failed task ended
with. An installation that was updated with tasks in its queue has rows with paths of the version
before; a worker that still runs that version may add more. Such a row is translated whenever it is
loaded, so it runs like any other. The row itself keeps its path, which the older worker needs.
"""

from django.db.models import Model
from django.db.models.signals import post_init

from cairn.policy.engine import StoredNameKind, find_current_name

_KIND_BY_FIELD = {
    "task_path": StoredNameKind.TASK,
    "exception_class_path": StoredNameKind.TASK_EXCEPTION,
}


def register_path_translation() -> None:
    """Translate paths in every row of the queue that is loaded from now on."""
    post_init.connect(
        _translate_paths,
        sender="django_tasks_database.DBTaskResult",
        dispatch_uid="cairn.task_paths",
    )


def _translate_paths(instance: Model, **_: object) -> None:
    for field, kind in _KIND_BY_FIELD.items():
        # A deferred field is not loaded yet: reading it here would query the database.
        if field not in instance.get_deferred_fields():
            setattr(instance, field, find_current_name(kind, getattr(instance, field)))
