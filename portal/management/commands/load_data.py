from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string


class Command(BaseCommand):
    help = "Load what ships as data: sectors, competency frameworks, section templates. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        for config in apps.get_app_configs():
            if path := getattr(config, "data", None):
                import_string(path)()
