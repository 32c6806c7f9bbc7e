"""What every page and every rule shares: calendar, kana, telephone numbers, forms, the look."""

from django.apps import AppConfig


class SharedConfig(AppConfig):
    """The lowest storey of the house; it knows no domain."""

    name = "shared"
    verbose_name = "共通部品"

    def ready(self) -> None:
        """Speak to people in our own sentences."""
        from shared.wording import reword

        reword()
