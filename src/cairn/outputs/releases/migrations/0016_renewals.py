import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0005_funders"),
        ("releases", "0015_release_to_one_partner"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="release",
            name="missed_terms",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="release",
            name="renewed_term",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.CreateModel(
            name="ReleaseRenewal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "cadence",
                    models.CharField(
                        choices=[("term", "Each term"), ("year", "Each school year")],
                        max_length=10,
                        verbose_name="renew",
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ended_why", models.TextField(blank=True)),
                ("refused_term", models.CharField(blank=True, max_length=20)),
                ("refused_why", models.TextField(blank=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.AddField(
            model_name="release",
            name="renewal",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="releases",
                to="releases.releaserenewal",
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("corrects__isnull", True), models.Q(("renewed_term", ""), _negated=True)
                ),
                fields=("renewal", "renewed_term"),
                name="releases_one_draft_a_term",
            ),
        ),
        migrations.AddConstraint(
            model_name="releaserenewal",
            constraint=models.CheckConstraint(
                condition=models.Q(("cadence__in", ["term", "year"])), name="releases_known_cadence"
            ),
        ),
        migrations.AddConstraint(
            model_name="releaserenewal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("refused_term", ""),
                    models.Q(("refused_why", ""), _negated=True),
                    _connector="OR",
                ),
                name="releases_refused_renewal_says_why",
            ),
        ),
    ]
