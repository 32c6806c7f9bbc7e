from django.apps import AppConfig


class BookingConfig(AppConfig):
    name = "booking"
    verbose_name = "予約"

    def ready(self) -> None:
        """An opening's page leads to the closing of its day; freed places to the waiting list."""
        from booking import doorways as ours
        from booking.waiting_list import _offering
        from venues import doorways, freed

        doorways.register(ours.closing)
        freed.register(_offering.freed)
