from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial")]

    operations = [migrations.RenameField(model_name="job", old_name="lease_until", new_name="beat_at")]
