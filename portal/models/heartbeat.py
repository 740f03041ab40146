from django.db import models


class Heartbeat(models.Model):
    """When a background part last showed that it lives; /healthz reads it."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)  # in a row, of a part that is tried
    error = models.CharField(max_length=60, blank=True)  # a class name

    def __str__(self) -> str:
        return self.name
