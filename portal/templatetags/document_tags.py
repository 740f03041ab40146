"""What the templates of PDFs use besides the tags of every page."""

from typing import Any

from django import template

from portal.charts import Chart

register = template.Library()


@register.inclusion_tag("portal/pdf/parts/figure.html")
def pdf_figure(chart: Chart, caption: str = "", wide: bool = False) -> dict[str, Any]:
    """In a PDF: the drawing, then its table."""
    return {"chart": chart, "svg": chart.svg(), "table": chart.table(), "caption": caption, "wide": wide}


@register.filter
def sha(digest: Any) -> str:
    """A hash in groups of eight, as people compare it."""
    text = str(digest)
    return " ".join(text[start : start + 8] for start in range(0, len(text), 8))


@register.filter
def short_sha(digest: Any) -> str:
    """The first and the last eight: c27d 08e1 … 5fa3 b914."""
    text = str(digest)
    return f"{text[:4]} {text[4:8]} … {text[-8:-4]} {text[-4:]}" if text else ""
