from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.module_loading import import_string


class Command(BaseCommand):
    help = "Load the demo's invented people and their portfolios. Safe to run again; only in demo mode."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is not a demo: people are only invented where DEMO=1 is set.")
        call_command("load_data")
        for config in apps.get_app_configs():
            if path := getattr(config, "demo", None):
                with transaction.atomic():
                    import_string(path)()
