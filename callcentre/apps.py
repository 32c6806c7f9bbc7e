from django.apps import AppConfig


class CallcentreConfig(AppConfig):
    name = "callcentre"
    verbose_name = "コールセンター"

    def ready(self) -> None:
        """Whoever signs out has left their desk."""
        from django.contrib.auth.signals import user_logged_out

        from callcentre.views.calls import on_signed_out

        user_logged_out.connect(on_signed_out, dispatch_uid="callcentre.signed_out")
