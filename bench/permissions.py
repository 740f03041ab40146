"""Whether somebody may see something, asked with few grants and with many: one query, flat (promises.md)."""

from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.measure import Row, interleaved
from portal import scale, sharing
from portal.models import Grant, Shareable, User
from portal.scale import DAY, Scale

PER_READER = 20


def run(*, small: int, large: int, rounds: int) -> list[Row]:
    right = Permission.objects.get(codename=sharing.READ, content_type__app_label="portal")
    rows, before = [], {}
    for number, many in enumerate((small, large), 1):
        _fill(many, right, seed=900 + number)
        found = _measured(rounds)
        count = Grant.objects.count()
        for name, (median, queries) in found.items():
            ratio = median / before[name] if name in before else None
            limits = {"must": 1.3, "aim": 1.1} if ratio else {}
            facts = {"grants": f"{count:,}", "queries": queries}
            rows.append(Row(f"{name} ({'few' if number == 1 else 'many'})", median, ratio, facts=facts, **limits))
            before.setdefault(name, median)
    return rows


def _fill(many: int, right: Permission, *, seed: int) -> None:
    made = Scale(max(10, many // PER_READER), 1, timezone.now(), seed=seed)
    first = User.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    made.people = scale.people(made, made.trainees, first)
    for chunk in scale.chunks(made.people, 1000):
        pieces = scale.insert(
            Shareable(code=made.code(), kind=Shareable.Kind.SECTION, owner_id=owner, title="Deel")
            for owner in chunk
            for _ in range(4)
        )
        given = [(pieces[n % len(pieces)], made.dice.choice(made.people)) for n in range(len(chunk) * PER_READER)]
        scale.grants(made, [(piece, reader) for piece, reader in given if piece.owner_id != reader], right=right)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _measured(rounds: int) -> dict[str, tuple[float, int]]:
    at = timezone.now()
    grant = Grant.objects.live(at).filter(expires_at__gt=at + DAY).select_related("user", "content_object").first()
    assert grant is not None
    reader, piece = grant.user, grant.content_object

    def probe() -> bool:
        live = Grant.objects.live(at).filter(user=reader)
        return live.filter(Q(content_object=piece.pk)).exists()

    works = {
        "bare probe of the index": probe,
        "may read": lambda: sharing.may(reader, sharing.READ, piece, at),
        "list of what others share": lambda: list(
            Shareable.objects.filter(sharing.reach(reader, at, own=False)).order_by("pk")[:20]
        ),
    }
    queries = {}
    for name, work in works.items():
        with CaptureQueriesContext(connection) as asked:
            assert work()
        queries[name] = len(asked)
    times = interleaved(works, rounds=rounds)
    return {name: (times[name], queries[name]) for name in works}
