from django.apps import AppConfig


class FrontDoorConfig(AppConfig):
    name = "frontdoor"
    verbose_name = "玄関"
