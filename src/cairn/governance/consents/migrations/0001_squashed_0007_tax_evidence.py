"""The tables of a new installation in one step; an older one takes the steps that this replaces."""

import cairn.platform.tables.table_creation
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('consents', '0001_initial'), ('consents', '0002_plain_labels'), ('consents', '0003_form_basis'), ('consents', '0004_dual_enrollment'), ('consents', '0005_family_statement'), ('consents', '0006_annual_notices'), ('consents', '0007_tax_evidence')]

    initial = True

    dependencies = [
        ('partners', '0004_data_tools'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        cairn.platform.tables.table_creation.CreateTables(
            models=[
                migrations.CreateModel(
                    name='AnnualNoticeVersion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='annual_notices', to='partners.organization')),
                        ('season', models.CharField(max_length=7, verbose_name='school year')),
                        ('version', models.PositiveIntegerField(verbose_name='version')),
                        ('published_on', models.DateField(verbose_name='published')),
                        ('directory', models.JSONField(default=list, verbose_name='directory information')),
                        ('opt_out_until', models.DateField(blank=True, null=True, verbose_name='last day to opt out')),
                        ('limited_to', models.JSONField(default=list, verbose_name='only recipients')),
                        ('official_criteria', models.BooleanField(verbose_name='says who is a school official')),
                        ('forwarding', models.BooleanField(verbose_name='says that records follow a student who transfers')),
                        ('web_address', models.URLField(blank=True, verbose_name='web address')),
                        ('correction', models.CharField(blank=True, max_length=400, verbose_name='what was corrected')),
                        ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                        ('replaced_at', models.DateTimeField(blank=True, null=True, verbose_name='replaced')),
                        ('withdrawal_reason', models.CharField(blank=True, max_length=400, verbose_name='reason')),
                        ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                    ],
                    options={
                        'ordering': ('-season', 'organization__name', '-version'),
                        'constraints': [models.UniqueConstraint(fields=('organization', 'season', 'version'), name='consents_one_notice_a_version'), models.UniqueConstraint(condition=models.Q(('replaced_at__isnull', True), ('withdrawn_at__isnull', True)), fields=('organization', 'season'), name='consents_one_notice_in_effect')],
                    },
                ),
                migrations.CreateModel(
                    name='ConsentForm',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('slug', models.SlugField(max_length=60, verbose_name='short name')),
                        ('version', models.PositiveIntegerField(default=1, verbose_name='version')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consent_forms', to='partners.organization')),
                        ('texts', models.JSONField(verbose_name='texts')),
                        ('records', models.JSONField(verbose_name='records')),
                        ('purposes', models.JSONField(verbose_name='purposes')),
                        ('classes', models.JSONField(default=list)),
                        ('agreement', models.CharField(blank=True, max_length=80, verbose_name='agreement')),
                        ('clause', models.CharField(blank=True, max_length=80, verbose_name='clause')),
                        ('ends', models.DateField(blank=True, null=True, verbose_name='counts through')),
                        ('basis', models.CharField(choices=[('consent', 'Consent for education and program records (34 CFR 99.30)'), ('hipaa_authorization', 'Authorization for health records (45 CFR 164.508)'), ('part2_consent', 'Consent for substance use treatment records (42 CFR 2.31)')], default='consent', max_length=30, verbose_name='kind of form')),
                        ('says_revocable', models.BooleanField(default=True, verbose_name='says that it can be taken back')),
                        ('published_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('published_at', models.DateTimeField(verbose_name='published')),
                        ('retired_at', models.DateTimeField(blank=True, null=True, verbose_name='no longer offered')),
                        ('parties', models.ManyToManyField(blank=True, related_name='named_in_forms', to='partners.organization')),
                    ],
                    options={
                        'ordering': ('organization__name', 'slug', '-version'),
                        'constraints': [models.UniqueConstraint(fields=('organization', 'slug', 'version'), name='consents_one_form_a_version')],
                    },
                ),
                migrations.CreateModel(
                    name='Child',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='children_with_consents', to='partners.organization')),
                        ('key', models.CharField(max_length=64, unique=True, verbose_name="keyed hash of the child's id")),
                        ('sealed', models.BinaryField(verbose_name='label, sealed')),
                        ('postsecondary', models.BooleanField(blank=True, null=True, verbose_name='attends a college')),
                        ('dual_enrolled', models.BooleanField(default=False, verbose_name='also enrolled here')),
                        ('postsecondary_since', models.DateField(blank=True, null=True, verbose_name='known to attend one since')),
                        ('court_order', models.BooleanField(default=False, verbose_name='a court order limits a parent')),
                        ('placement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='placements', to='partners.organization')),
                        ('placement_since', models.DateField(blank=True, null=True, verbose_name='placed since')),
                        ('placement_until', models.DateField(blank=True, null=True, verbose_name='placed until')),
                        ('statement_on', models.DateField(blank=True, null=True, verbose_name="family's statement since")),
                        ('hold', models.CharField(blank=True, max_length=200, verbose_name='why nothing is shared for now')),
                        ('nations', models.JSONField(blank=True, null=True, verbose_name='tribal nations')),
                        ('withheld', models.JSONField(blank=True, null=True, verbose_name='elements kept back')),
                    ],
                    options={
                        'verbose_name_plural': 'children',
                        'ordering': ('pk',),
                    },
                ),
                migrations.CreateModel(
                    name='RosterEntry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('child', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rosters', to='consents.child')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='roster', to='partners.organization')),
                        ('starts', models.DateField(verbose_name='from')),
                        ('ends', models.DateField(blank=True, null=True, verbose_name='to')),
                        ('confirmed_on', models.DateField(blank=True, null=True, verbose_name='confirmed by the school')),
                        ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name_plural': 'roster entries',
                        'ordering': ('pk',),
                        'constraints': [models.UniqueConstraint(condition=models.Q(('ends__isnull', True)), fields=('child', 'organization'), name='consents_once_on_a_roster')],
                    },
                ),
                migrations.CreateModel(
                    name='ConflictAnswer',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('child', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conflict_answers', to='consents.child')),
                        ('form', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='consents.consentform')),
                        ('shares', models.BooleanField(verbose_name='the consent stands')),
                        ('reason', models.CharField(max_length=400, verbose_name='reason')),
                        ('answered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('answered_at', models.DateTimeField(verbose_name='decided')),
                    ],
                    options={
                        'ordering': ('-answered_at', '-pk'),
                    },
                ),
                migrations.CreateModel(
                    name='TaxEvidence',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('child', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tax_evidence', to='consents.child')),
                        ('tax_year', models.PositiveSmallIntegerField(verbose_name='tax year')),
                        ('document', models.CharField(max_length=120, verbose_name='document seen')),
                        ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                        ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                    ],
                    options={
                        'verbose_name_plural': 'tax evidence',
                        'ordering': ('-tax_year', '-pk'),
                        'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('child', 'tax_year'), name='consents_one_tax_evidence_a_year')],
                    },
                ),
                migrations.CreateModel(
                    name='Statement',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='partners.organization')),
                        ('subject', models.CharField(choices=[('nations', 'Tribal nations of students'), ('withheld', 'Data withheld for a student')], max_length=12, verbose_name='about')),
                        ('says', models.CharField(choices=[('listed', 'Recorded in Cairn for every student concerned'), ('no_record', 'Our records show none for any student'), ('not_known', 'We do not know')], max_length=12, verbose_name='says')),
                        ('said_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('said_at', models.DateTimeField(verbose_name='said')),
                    ],
                    options={
                        'ordering': ('-said_at', '-pk'),
                    },
                ),
                migrations.CreateModel(
                    name='Sitting',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('form', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sittings', to='consents.consentform')),
                        ('collected_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consent_sittings', to='partners.organization')),
                        ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                        ('scan', models.CharField(blank=True, max_length=64, verbose_name='scan')),
                        ('scan_key', models.CharField(blank=True, max_length=120, verbose_name='key of the scan, wrapped')),
                        ('scan_type', models.CharField(blank=True, max_length=40, verbose_name='kind of file')),
                        ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='undone')),
                    ],
                    options={
                        'ordering': ('-recorded_at', '-pk'),
                    },
                ),
                migrations.CreateModel(
                    name='Consent',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('reference', models.CharField(max_length=24, unique=True, verbose_name='reference')),
                        ('child', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='consents.child')),
                        ('form', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='consents.consentform')),
                        ('sitting', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='consents.sitting')),
                        ('state', models.CharField(choices=[('granted', 'Not yet verified'), ('verified', 'Verified'), ('returned', 'Returned by the district'), ('refused', 'Declined'), ('revoked', 'Revoked'), ('superseded', 'Replaced by a newer answer'), ('undone', 'Undone')], max_length=12, verbose_name='state')),
                        ('records', models.JSONField(verbose_name='records')),
                        ('signer', models.CharField(max_length=64, verbose_name='keyed hash of the signer')),
                        ('sealed', models.BinaryField(verbose_name='signer, sealed')),
                        ('relation', models.CharField(choices=[('parent', 'Parent'), ('guardian', 'Guardian'), ('acting_parent', 'Acting as a parent'), ('foster_parent', 'Foster parent'), ('student', 'The student'), ('agency', 'Child welfare agency'), ('other', 'Someone else')], max_length=16, verbose_name='relation')),
                        ('signed_on', models.DateField(blank=True, null=True, verbose_name='signed')),
                        ('method', models.CharField(choices=[('paper', 'On paper'), ('electronic', 'On the family page')], max_length=12, verbose_name='how')),
                        ('authenticated', models.CharField(blank=True, max_length=200, verbose_name='how the signer was known')),
                        ('approved', models.CharField(blank=True, max_length=200, verbose_name='approval event')),
                        ('language', models.CharField(blank=True, max_length=8, verbose_name='language')),
                        ('collected_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='collected', to='partners.organization')),
                        ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                        ('verified_on', models.DateField(blank=True, null=True, verbose_name='verified')),
                        ('verified_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('returned_because', models.CharField(blank=True, choices=[('signer', 'Our records do not show that the signer has the right to sign'), ('identity', 'The student ID and the name do not match'), ('paper', 'The form is incomplete'), ('form', 'The wrong form was used')], max_length=12, verbose_name='why it was sent back')),
                        ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back')),
                        ('revoker', models.CharField(blank=True, max_length=64, verbose_name='keyed hash of who took it back')),
                        ('superseded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='consents.consent')),
                        ('state_before', models.CharField(blank=True, choices=[('granted', 'Not yet verified'), ('verified', 'Verified'), ('returned', 'Returned by the district'), ('refused', 'Declined'), ('revoked', 'Revoked'), ('superseded', 'Replaced by a newer answer'), ('undone', 'Undone')], max_length=12)),
                    ],
                    options={
                        'ordering': ('-recorded_at', '-pk'),
                        'indexes': [models.Index(fields=['form', 'state'], name='consents_by_state')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['granted', 'verified', 'returned', 'refused', 'revoked', 'superseded', 'undone'])), name='consents_known_state'), models.CheckConstraint(condition=models.Q(('relation__in', ['parent', 'guardian', 'acting_parent', 'foster_parent', 'student', 'agency', 'other'])), name='consents_known_relation'), models.CheckConstraint(condition=models.Q(('method__in', ['paper', 'electronic'])), name='consents_known_method')],
                    },
                ),
                migrations.CreateModel(
                    name='Recording',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opt_out_recordings', to='partners.organization')),
                        ('scope', models.CharField(choices=[('all_discretionary', 'All optional sharing'), ('directory', 'Directory information only')], max_length=20, verbose_name='what is declined')),
                        ('season', models.CharField(max_length=7, verbose_name='school year')),
                        ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                    ],
                    options={
                        'ordering': ('-recorded_at', '-pk'),
                        'constraints': [models.CheckConstraint(condition=models.Q(('scope__in', ['all_discretionary', 'directory'])), name='consents_known_scope')],
                    },
                ),
                migrations.CreateModel(
                    name='OptOut',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('signer', models.CharField(blank=True, max_length=64, verbose_name='keyed hash of who said it')),
                        ('sealed', models.BinaryField(default=bytes, verbose_name='who said it, sealed')),
                        ('relation', models.CharField(blank=True, choices=[('parent', 'Parent'), ('guardian', 'Guardian'), ('acting_parent', 'Acting as a parent'), ('foster_parent', 'Foster parent'), ('student', 'The student'), ('agency', 'Child welfare agency'), ('other', 'Someone else')], max_length=16, verbose_name='relation')),
                        ('said_on', models.DateField(blank=True, null=True, verbose_name='said')),
                        ('method', models.CharField(blank=True, choices=[('paper', 'On paper'), ('electronic', 'On the family page')], max_length=12, verbose_name='how')),
                        ('authenticated', models.CharField(blank=True, max_length=200, verbose_name='how the signer was known')),
                        ('recording', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opt_outs', to='consents.recording')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opt_outs', to='partners.organization')),
                        ('scope', models.CharField(choices=[('all_discretionary', 'All optional sharing'), ('directory', 'Directory information only')], max_length=20, verbose_name='what is declined')),
                        ('child_key', models.CharField(max_length=64, verbose_name="keyed hash of the child's id")),
                        ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('withdrawn_at', models.DateTimeField(null=True, verbose_name='withdrawn')),
                    ],
                    options={
                        'ordering': ('pk',),
                        'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('organization', 'child_key', 'scope', 'signer'), name='consents_one_standing_opt_out')],
                    },
                ),
                migrations.CreateModel(
                    name='Objection',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('signer', models.CharField(blank=True, max_length=64, verbose_name='keyed hash of who said it')),
                        ('sealed', models.BinaryField(default=bytes, verbose_name='who said it, sealed')),
                        ('relation', models.CharField(blank=True, choices=[('parent', 'Parent'), ('guardian', 'Guardian'), ('acting_parent', 'Acting as a parent'), ('foster_parent', 'Foster parent'), ('student', 'The student'), ('agency', 'Child welfare agency'), ('other', 'Someone else')], max_length=16, verbose_name='relation')),
                        ('said_on', models.DateField(blank=True, null=True, verbose_name='said')),
                        ('method', models.CharField(blank=True, choices=[('paper', 'On paper'), ('electronic', 'On the family page')], max_length=12, verbose_name='how')),
                        ('authenticated', models.CharField(blank=True, max_length=200, verbose_name='how the signer was known')),
                        ('opt_out', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='consents.optout')),
                        ('asked_at', models.DateTimeField(verbose_name='asked')),
                        ('ends', models.BooleanField(blank=True, null=True, verbose_name='the opt-out ends')),
                        ('reason', models.CharField(blank=True, max_length=400, verbose_name='reason')),
                        ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                    ],
                    options={
                        'ordering': ('asked_at', 'pk'),
                        'constraints': [models.UniqueConstraint(condition=models.Q(('answered_at__isnull', True)), fields=('opt_out', 'signer'), name='consents_one_open_objection')],
                    },
                ),
            ],
        ),
    ]
