from django.apps import AppConfig


class BookingConfig(AppConfig):
    name = "booking"
    verbose_name = "予約"

    def ready(self) -> None:
        """An opening's page leads to the closing of its day."""
        from booking import doorways as ours
        from venues import doorways

        doorways.register(ours.closing)
