from django.apps import AppConfig


class CallcentreConfig(AppConfig):
    name = "callcentre"
    verbose_name = "コールセンター"
