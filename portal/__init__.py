"""The ground: project and what all apps share. Imports no app."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
