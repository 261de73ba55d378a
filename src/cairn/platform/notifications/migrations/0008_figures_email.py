from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0007_figure_questions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="mailmessage",
            name="kind",
            field=models.CharField(
                choices=[
                    ("tasks", "Tasks"),
                    ("invitation", "Sign-in link"),
                    ("paper_signature", "Link to confirm a signature"),
                    ("file_request", "Link to send a file"),
                    ("place_offer", "Link to accept a place"),
                    ("registration", "Link to an unfinished registration"),
                    ("sign_in", "Notice of a change of a sign-in"),
                    ("figure_answer", "Answer about a figure"),
                    ("figures", "Published figures, once a week"),
                ],
                max_length=20,
            ),
        ),
    ]
