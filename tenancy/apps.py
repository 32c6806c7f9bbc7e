"""The app's place in the house."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.core.signals import request_finished, request_started
from django.db.models.signals import post_migrate


class TenancyConfig(AppConfig):
    name = "tenancy"
    verbose_name = "自治体"

    def ready(self) -> None:
        """Forget the municipality at both ends of a request; keep content types out of schemas."""
        from tenancy import current, sessions
        from tenancy.entrances import celery

        request_started.connect(current.forget, dispatch_uid="tenancy.forget.started")
        request_finished.connect(current.forget, dispatch_uid="tenancy.forget.finished")
        celery.connect()
        user_logged_in.connect(sessions.on_signed_in, dispatch_uid="tenancy.signed_in")
        user_logged_out.connect(sessions.on_signed_out, dispatch_uid="tenancy.signed_out")
        # Django's cache of content types crosses schemas, so no permission rows are made.
        post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
        from django.contrib.contenttypes.management import create_contenttypes

        post_migrate.disconnect(create_contenttypes)
