"""A page of a list that nearly always fits on one."""

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet, Window


def page_of(rows: QuerySet, per_page: int, number: str | None = None) -> Page:
    """The rows and how many there are in one query when the first page is asked.

    For lists of tens: the database reads all of a list to count it so. Of thousands, a Paginator counts by an index.
    """
    pages = Paginator(rows, per_page)
    if number:
        return pages.get_page(number)
    first = list(rows.annotate(total=Window(Count("pk")))[:per_page])
    pages.count = first[0].total if first else 0  # type: ignore[misc]
    return Page(first, 1, pages)
