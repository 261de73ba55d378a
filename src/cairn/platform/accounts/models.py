"""Users who sign in; `partners` holds their affiliations, and policy decides what they may do."""

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Create and find users; addresses are in lower case, so that one person is one account."""

    def create_user(self, email: str, name: str, password: str | None = None) -> "User":
        """Create a user. Without a password they must first follow an invitation."""
        user = self.model(email=email.strip().lower(), name=name.strip())
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user with this address, in upper or lower case."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """One person with one email address. No username, no staff flag, no superuser."""

    email = models.EmailField(_("email"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(_("may sign in"), default=True)
    # An invented person of the demo community: they may go without a second factor,
    # but only while the server listens on this machine alone (see `facts`).
    is_invented = models.BooleanField(default=False)
    joined = models.DateTimeField(default=timezone.now, editable=False)
    # When they closed the tour on Home; until then Home shows it.
    tour_closed_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(Lower("email"), name="accounts_one_user_an_address"),
        )

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"

    @property
    def last_login(self) -> datetime | None:  # type: ignore[override]
        """When this person last signed in; a password link from before does not work any more.

        It is read where a password link is checked. It is not a column of this table, because
        every page rests on the people, and would be read again after each sign-in.
        """
        return SignInTime.objects.filter(user=self).values_list("at", flat=True).first()

    def clean(self) -> None:
        """Keep the address in lower case, the form in which it is looked up."""
        super().clean()
        self.email = self.email.strip().lower()

    def get_full_name(self) -> str:
        """Return the name, for libraries that ask."""
        return self.name

    def get_short_name(self) -> str:
        """Return the name, for libraries that ask."""
        return self.name


class SignInTime(models.Model):
    """When a person last signed in."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, primary_key=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.at}"


def get_display_name(user: User) -> str:
    """Return how messages of the sign-in pages call a person: by name, without the address."""
    return user.name


class SignInChange(models.Model):
    """What a data manager did with a person's sign-in, which the person reads at the next one."""

    class Kind(models.TextChoices):
        """The kinds of changes."""

        DEACTIVATED = "deactivated", _("Sign-in deactivated")
        REACTIVATED = "reactivated", _("Sign-in reactivated")
        SECOND_FACTOR_RESET = "second_factor_reset", _("Two-step sign-in reset")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sign_in_changes")
    kind = models.CharField(max_length=30, choices=Kind.choices)
    reason = models.TextField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    # When the person signed in and read it; None until then.
    shown_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ("-changed_at", "-pk")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.user.name}"
