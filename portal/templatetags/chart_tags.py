"""Drawings on a page and in a PDF: the same SVG, with its numbers beside it."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.charts import Chart, InRows, Levels, Table

register = template.Library()

RIGHT = SafeString(' class="n r"')


@register.inclusion_tag("components/charts/strips.html")
def chart_rows(chart: InRows) -> dict[str, Any]:
    """The drawing alone; the page has its numbers elsewhere."""
    return {"strips": chart.strips()}


@register.inclusion_tag("components/charts/figure.html")
def chart_figure(chart: Chart, caption: str = "") -> dict[str, Any]:
    """On a page: the drawing, in rows or panels where it has them, and its table, folded."""
    shown: dict[str, Any] = {"chart": chart, "table": chart.table(), "caption": caption}
    if isinstance(chart, InRows):
        return shown | {"strips": chart.strips()}
    if isinstance(chart, Levels):
        return shown | {"panels": chart.panels()}
    return shown | {"svg": chart.svg()}


@register.simple_tag
def cells(row: Sequence[str], table: Table) -> SafeString:
    """The name and the figures of one row of a table; a page of levels has hundreds."""
    name, *figures = row
    marked = ((RIGHT if column in table.numeric else "", words) for column, words in enumerate(figures, 1))
    return format_html('<th scope="row">{}</th>{}', name, format_html_join("", "<td{}>{}</td>", marked))


@register.filter
def is_numeric(counter: int, table: Any) -> bool:
    """Whether the column with this number, from 0, holds figures."""
    return counter in table.numeric
