"""SQLite overwrites what it deletes, so that the file itself keeps no order (docs/surveys.md)."""

from django.db import connection


def test_what_is_deleted_is_overwritten_in_the_file(db):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete")
        assert cursor.fetchone() == (1,)
