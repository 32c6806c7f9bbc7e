from django.apps import AppConfig
from django.core.checks import register


class PrivacyConfig(AppConfig):
    name = "privacy"
    verbose_name = "個人情報の保護"

    def ready(self) -> None:
        """A missing key outside the database is a loud stop."""
        from privacy import keys

        register(keys.check_key_file)
