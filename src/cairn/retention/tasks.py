"""Long work of this room, done by the worker. Tasks carry ids only."""

from django.utils import timezone
from django_tasks import task

from cairn.accounts.models import User
from cairn.audit.work import waiting
from cairn.disclosures.work import work
from cairn.retention import actions
from cairn.retention.models import DestructionRun


def ask_to_destroy(run: DestructionRun, by: User) -> None:
    """Hands a run to the worker; its page shows from now on that it waits."""
    waiting("destroy", f"destruction:{run.pk}", by=by)
    destroy_run.enqueue(run.pk, by.pk)


@task()
def destroy_run(run_id: int, by_id: int) -> None:
    """Destroy all that one run covers, with its progress on the page."""
    by = User.objects.get(pk=by_id)
    run = DestructionRun.objects.get(pk=run_id)
    with work("destroy", f"destruction:{run_id}", by=by) as progress:
        actions.destroy(run=run, by=by, at=timezone.now(), progress=progress)
