"""The tables of a new installation in one step; an older one takes the steps that this replaces."""

import cairn.platform.tables.table_creation
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('agreements', '0001_initial'), ('agreements', '0002_an_agreement_of_a_pilot'), ('agreements', '0003_plain_state_labels'), ('agreements', '0004_how_a_signer_was_identified'), ('agreements', '0005_criterion_confirmation'), ('agreements', '0006_scan_of_a_signed_page'), ('agreements', '0007_paper_signature'), ('agreements', '0008_parts_of_an_agreement'), ('agreements', '0009_dictionary_request')]

    initial = True

    dependencies = [
        ('partners', '0004_data_tools'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        cairn.platform.tables.table_creation.CreateTables(
            models=[
                migrations.CreateModel(
                    name='Agreement',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('reference', models.CharField(max_length=80, unique=True, verbose_name='reference')),
                        ('title', models.CharField(max_length=240, verbose_name='title')),
                        ('text', models.TextField(verbose_name='text (TOML)')),
                        ('version', models.PositiveIntegerField(default=1, verbose_name='version')),
                        ('state', models.CharField(choices=[('draft', 'Draft'), ('counsel_review', 'In counsel review'), ('out_for_signature', 'Out for signature'), ('signed', 'Signed'), ('terminated', 'Terminated'), ('closing', 'Closing'), ('closed', 'Closed')], default='signed', max_length=20, verbose_name='state')),
                        ('whole', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='agreements.agreement', verbose_name='agreement of which this is a part')),
                        ('part', models.CharField(blank=True, max_length=1, verbose_name='letter of the part')),
                        ('joins', models.CharField(blank=True, db_index=True, max_length=80, verbose_name='joins')),
                        ('pilot', models.BooleanField(default=False, verbose_name='of a pilot, on synthetic data')),
                        ('notice_on', models.DateField(blank=True, null=True, verbose_name='notice of termination given')),
                        ('notice_by', models.CharField(blank=True, max_length=60, verbose_name='party that gave notice')),
                        ('terminated_on', models.DateField(blank=True, null=True, verbose_name='terminated from')),
                        ('terminated_why', models.TextField(blank=True, verbose_name='why it was terminated')),
                        ('parties', models.ManyToManyField(related_name='agreements', to='partners.organization')),
                    ],
                    options={
                        'ordering': ('reference',),
                        'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'counsel_review', 'out_for_signature', 'signed', 'terminated', 'closing', 'closed'])), name='agreements_known_state')],
                    },
                ),
                migrations.CreateModel(
                    name='AgreementVersion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='agreements.agreement')),
                        ('version', models.PositiveIntegerField(verbose_name='version')),
                        ('text', models.TextField(verbose_name='text (TOML)')),
                        ('digest', models.CharField(max_length=64, verbose_name='sha256 of the text')),
                        ('loaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('loaded_at', models.DateTimeField(verbose_name='loaded')),
                    ],
                    options={
                        'ordering': ('agreement__reference', '-version'),
                        'constraints': [models.UniqueConstraint(fields=('agreement', 'version'), name='agreements_one_text_a_version')],
                    },
                ),
                migrations.CreateModel(
                    name='Draft',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('reference', models.CharField(max_length=80, verbose_name='reference')),
                        ('title', models.CharField(max_length=240, verbose_name='title')),
                        ('text', models.TextField(verbose_name='text (TOML)')),
                        ('version', models.PositiveIntegerField(default=1, verbose_name='version')),
                        ('state', models.CharField(choices=[('draft', 'Draft'), ('counsel_review', 'In counsel review'), ('out_for_signature', 'Out for signature'), ('signed', 'Signed'), ('terminated', 'Terminated'), ('closing', 'Closing'), ('closed', 'Closed')], default='draft', max_length=20, verbose_name='state')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organization')),
                        ('agreement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='agreements.agreement')),
                        ('based_on', models.CharField(blank=True, max_length=120, verbose_name='based on')),
                        ('base_text', models.TextField(blank=True, verbose_name='the text it began as')),
                        ('batch', models.CharField(blank=True, max_length=60, verbose_name='batch')),
                        ('began_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('began_at', models.DateTimeField(verbose_name='begun')),
                        ('moved_at', models.DateTimeField(verbose_name='in this state since')),
                        ('returned_why', models.TextField(blank=True, verbose_name='what to change')),
                        ('parties', models.ManyToManyField(related_name='drafts', to='partners.organization')),
                    ],
                    options={
                        'ordering': ('reference', '-began_at'),
                        'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'counsel_review', 'out_for_signature', 'signed', 'terminated', 'closing', 'closed'])), name='agreements_known_draft_state'), models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'counsel_review', 'out_for_signature'])), fields=('reference',), name='agreements_one_open_draft')],
                    },
                ),
                migrations.CreateModel(
                    name='DraftVersion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('draft', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='agreements.draft')),
                        ('version', models.PositiveIntegerField(verbose_name='version')),
                        ('text', models.TextField(verbose_name='text (TOML)')),
                        ('digest', models.CharField(max_length=64, verbose_name='sha256 of the text')),
                        ('note', models.CharField(blank=True, max_length=120, verbose_name='what was changed')),
                        ('saved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('saved_at', models.DateTimeField(verbose_name='saved')),
                    ],
                    options={
                        'ordering': ('draft_id', '-version'),
                        'constraints': [models.UniqueConstraint(fields=('draft', 'version'), name='agreements_one_text_a_draft_version')],
                    },
                ),
                migrations.CreateModel(
                    name='CounselReview',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('draft', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='agreements.draft')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organization')),
                        ('digest', models.CharField(max_length=64, verbose_name='sha256 of the text read')),
                        ('counsel', models.CharField(max_length=160, verbose_name='counsel')),
                        ('on', models.DateField(verbose_name='on')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField(verbose_name='recorded')),
                    ],
                    options={
                        'ordering': ('at',),
                        'constraints': [models.UniqueConstraint(fields=('draft', 'organization', 'digest'), name='agreements_one_review_a_text')],
                    },
                ),
                migrations.CreateModel(
                    name='FindingOverride',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('draft', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='overrides', to='agreements.draft')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organization')),
                        ('finding', models.CharField(max_length=160, verbose_name='finding')),
                        ('digest', models.CharField(max_length=64, verbose_name='sha256 of the text')),
                        ('reason', models.TextField(verbose_name='reason')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField(verbose_name='recorded')),
                    ],
                    options={
                        'ordering': ('at',),
                        'constraints': [models.UniqueConstraint(fields=('draft', 'finding', 'digest'), name='agreements_one_override')],
                    },
                ),
                migrations.CreateModel(
                    name='CriterionConfirmation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('draft', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='agreements.draft')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organization')),
                        ('criterion', models.CharField(max_length=80, verbose_name='criterion')),
                        ('digest', models.CharField(max_length=64, verbose_name='sha256 of the text')),
                        ('counsel', models.CharField(max_length=160, verbose_name='counsel')),
                        ('on', models.DateField(verbose_name='on')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField(verbose_name='recorded')),
                    ],
                    options={
                        'ordering': ('at',),
                        'constraints': [models.UniqueConstraint(fields=('draft', 'criterion', 'digest'), name='agreements_one_confirmation')],
                    },
                ),
                migrations.CreateModel(
                    name='Signature',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('draft', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='agreements.draft')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organization')),
                        ('digest', models.CharField(max_length=64, verbose_name='sha256 of the text signed')),
                        ('name', models.CharField(max_length=160, verbose_name='name')),
                        ('capacity', models.CharField(max_length=160, verbose_name='capacity')),
                        ('method', models.CharField(choices=[('session', 'Signed in Cairn with two-step sign-in'), ('demonstration', 'Signed in a demonstration, without two-step sign-in'), ('command', 'Signed with a command on the server'), ('paper', 'Signed on paper')], max_length=20, verbose_name='how')),
                        ('on', models.DateField(verbose_name='on')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField(verbose_name='recorded')),
                    ],
                    options={
                        'ordering': ('at',),
                        'constraints': [models.CheckConstraint(condition=models.Q(('method__in', ['session', 'demonstration', 'command', 'paper'])), name='agreements_known_method'), models.UniqueConstraint(fields=('draft', 'organization', 'digest'), name='agreements_one_signature_a_text')],
                    },
                ),
                migrations.CreateModel(
                    name='PaperSignature',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='paper_signatures', to='agreements.draft')),
                        ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organization')),
                        ('digest', models.CharField(max_length=64, verbose_name='sha256 of the text signed')),
                        ('name', models.CharField(max_length=160, verbose_name='name')),
                        ('capacity', models.CharField(max_length=160, verbose_name='capacity')),
                        ('on', models.DateField(verbose_name='on')),
                        ('media_type', models.CharField(max_length=20)),
                        ('page', models.BinaryField(verbose_name='scan of the signed page')),
                        ('key', models.CharField(max_length=64, unique=True)),
                        ('expires_on', models.DateField()),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField(verbose_name='recorded')),
                    ],
                    options={
                        'ordering': ('at',),
                        'constraints': [models.UniqueConstraint(fields=('draft', 'organization'), name='agreements_one_paper_for_a_party')],
                    },
                ),
                migrations.CreateModel(
                    name='SignedPage',
                    fields=[
                        ('signature', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='page', serialize=False, to='agreements.signature')),
                        ('media_type', models.CharField(max_length=20)),
                        ('content', models.BinaryField()),
                        ('digest', models.CharField(max_length=64, verbose_name='sha256 of the scan')),
                    ],
                ),
                migrations.CreateModel(
                    name='DictionaryRequest',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('draft', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='element_requests', to='agreements.draft')),
                        ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.organization')),
                        ('element', models.CharField(max_length=120, verbose_name='data element')),
                        ('element_key', models.CharField(max_length=120, verbose_name='data element, to compare')),
                        ('description', models.TextField(blank=True, verbose_name='description')),
                        ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('asked_at', models.DateTimeField(verbose_name='asked')),
                        ('answer', models.CharField(blank=True, choices=[('added', 'Added to the data dictionary'), ('served', 'Another data element serves'), ('declined', 'Declined')], max_length=10, verbose_name='answer')),
                        ('reason', models.TextField(blank=True, verbose_name='reason')),
                        ('serves', models.CharField(blank=True, max_length=200, verbose_name='element that serves')),
                        ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('answered_at', models.DateTimeField(null=True, verbose_name='answered')),
                        ('read_at', models.DateTimeField(null=True, verbose_name='answer read by the writer')),
                    ],
                    options={
                        'ordering': ('asked_at', 'pk'),
                        'constraints': [models.UniqueConstraint(fields=('draft', 'owner', 'element_key'), name='agreements_one_element_request'), models.CheckConstraint(condition=models.Q(('answer__in', ['', 'added', 'served', 'declined'])), name='agreements_known_element_answer')],
                    },
                ),
            ],
        ),
    ]
