import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from portal import scale


class Command(BaseCommand):
    help = "Invent a national data set in bulk, to measure with. Only in demo mode."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--trainees", type=int, default=1000)
        parser.add_argument("--items", type=int, default=50, help="experiences of each trainee")
        parser.add_argument("--seed", type=int, default=1, help="another number adds other people to those there")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is not a demo: people are only invented where DEMO=1 is set.")
        if min(options["trainees"], options["items"]) < 1:
            raise CommandError("Ask for at least one trainee and one item.")
        call_command("load_data", verbosity=0)
        began = time.monotonic()
        made = scale.Scale(options["trainees"], options["items"], timezone.now(), seed=options["seed"])
        scale.build(made)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # or the database would plan for empty tables
        seconds = time.monotonic() - began
        self.stdout.write(f"{made.trainees} trainees, {made.trainees * made.items} items, {seconds:.0f} s")
