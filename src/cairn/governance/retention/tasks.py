"""Background tasks of destruction; a task's arguments are ids only."""

from django.utils import timezone
from django_tasks import task

from cairn.governance.retention import actions
from cairn.governance.retention.models import DestructionRun
from cairn.platform.accounts.api import User
from cairn.platform.tasks.api import record_waiting_work, track_work


def enqueue_destruction(run: DestructionRun, by: User) -> None:
    """Enqueue a destruction run; its page shows from now on that it waits.

    Args:
        run: the destruction run's row.
        by: the user who acts.
    """
    record_waiting_work("destroy", f"destruction:{run.pk}", by=by)
    destroy_run.enqueue(run.pk, by.pk)


@task()
def destroy_run(run_id: int, by_id: int) -> None:
    """Destroy all that one run covers, and show the progress on its page.

    Args:
        run_id: primary key of the run.
        by_id: primary key of the user who acts.
    """
    by = User.objects.get(pk=by_id)
    run = DestructionRun.objects.get(pk=run_id)
    with track_work("destroy", f"destruction:{run_id}", by=by) as progress:
        actions.destroy_run_holdings(run=run, by=by, at=timezone.now(), progress=progress)
