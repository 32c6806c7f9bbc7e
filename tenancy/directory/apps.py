from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "tenancy.directory"
    label = "directory"
    verbose_name = "自治体一覧"
