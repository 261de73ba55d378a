"""Rows of what was given back: the day on which an owner got what its agreement promises."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cairn.intake.models import Delivery


class GiveBack(models.Model):
    """One thing that was given back for a delivery: ``what`` as the agreement names it, and how it
    went. None is changed."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="give_backs")
    what = models.CharField(_("what was given back"), max_length=400)
    how = models.TextField(_("how it went"), blank=True)
    given_on = models.DateField(_("given on"))
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("-given_on", "-pk")

    def __str__(self) -> str:
        return f"{self.delivery}: {self.what}"
