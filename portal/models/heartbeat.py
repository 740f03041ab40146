from django.db import models


class Heartbeat(models.Model):
    """When a background part last showed that it lives; /healthz reads it."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
