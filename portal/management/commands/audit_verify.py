from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal import audit, readings
from portal.models import AuditChain


class Command(BaseCommand):
    help = "Verify all audit chains and the sealed log of readings; prints the heads, fails on any fault."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = readings.faults()
        for chain in AuditChain.objects.order_by("name"):
            faults += audit.faults(chain)
            erased = chain.entries.filter(payload=None).count()
            self.stdout.write(
                f"{chain.name}: {chain.length} entries, {erased} erased under certificate, head {chain.head}"
            )
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults")
