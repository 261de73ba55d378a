"""Run previews of indicators in the worker. A task carries ids only."""

from django.utils import timezone
from django_tasks import task

from cairn.outputs.indicators import actions
from cairn.outputs.indicators.models import IndicatorVersion
from cairn.platform.accounts.api import User
from cairn.platform.tasks.api import record_waiting_work, track_work


def enqueue_indicator_preview(version: IndicatorVersion, by: User) -> None:
    """Queue the preview of a draft. Its page shows from now on that the preview waits."""
    record_waiting_work("preview", f"indicator:{version.pk}", by=by)
    preview_indicator.enqueue(version.pk, by.pk)


@task()
def preview_indicator(version_id: int, by_id: int) -> None:
    """Preview one draft, and show the progress on its page."""
    by = User.objects.get(pk=by_id)
    with track_work("preview", f"indicator:{version_id}", by=by) as progress:
        try:
            actions.preview_indicator_version(
                version=IndicatorVersion.objects.get(pk=version_id),
                by=by,
                at=timezone.now(),
                progress=progress,
            )
        except IndicatorVersion.DoesNotExist:
            raise actions.IndicatorConflict(
                "The draft was discarded before it was counted."
            ) from None
