from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "investcrm.core"
    label = "core"
