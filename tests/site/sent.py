"""What is sent: forms that would work, so that a missing check would change something."""

import datetime
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from tests.site import names as n
from tests.site.world import World

Data = Callable[[World], dict[str, Any]]


def nothing(world: World) -> dict[str, Any]:
    return {}


def a_lesson(world: World) -> dict[str, Any]:
    return {"title": "Les", "kind": "theme", "followed_on": "2026-01-02", "learned": "Veel."}


def a_week(world: World) -> dict[str, Any]:
    return {"day": "2026-01-02", "work": "36", "growth": "4"}


def a_certificate(world: World) -> dict[str, Any]:
    return {"title": "BLS", "issuer": "Duinhof", "issued_on": "2026-01-02", "is_minded": "on"}


def a_product(world: World) -> dict[str, Any]:
    return {"title": "Een les", "made_on": "2026-01-02", "contribution": "Ik gaf hem.", "version": 1}


def a_goal(world: World) -> dict[str, Any]:
    return {"what": "Eerder bellen", "why": "Rust", "version": 1}


def a_level(world: World) -> dict[str, Any]:
    return {f"c{one.pk}": "2" for one in world.portfolios[n.OWNER].framework_version.competencies.all()}


def a_line(world: World) -> dict[str, Any]:
    return {"list": "strength", "text": "Ik blijf rustig"}


def an_experience(world: World) -> dict[str, Any]:
    return {"title": "Veranderd", "happened_on": "2026-01-05", "situation": "Anders.", "version": 1}


def into(section: str) -> Data:
    return lambda world: {"section": world.code(section)}


def a_text(world: World) -> dict[str, Any]:
    return {"text": "Veranderd.", "version": 1}


def a_share(world: World) -> dict[str, Any]:
    until = timezone.localdate() + datetime.timedelta(days=3)
    what = [world.code(n.SHARED_SECTION), world.code(n.FOREIGN_SECTION)]
    return {
        "what": what,
        "who": world.code(n.UNSHARED),
        "purpose": "guidance",
        "until": until.isoformat(),
        "confirm": "",
    }


def an_answer(world: World) -> dict[str, Any]:
    return {"version": 2, "score": "1", "evidence": "Veranderd.", "autosave_base": '{"score": "4"}'}


def a_comment(world: World) -> dict[str, Any]:
    return {"text": "Een reactie."}


def a_draft(world: World) -> dict[str, Any]:
    return {"text": "Getypt.", "autosave_base": '{"text": ""}', "autosave_revision": "0"}


def a_talk(world: World) -> dict[str, Any]:
    return {"notes": "Getypt.", "autosave_base": '{"notes": ""}', "autosave_revision": "0"}


def a_last_day(world: World) -> dict[str, Any]:
    return {"until": (timezone.localdate() + datetime.timedelta(days=3)).isoformat()}


def an_end(world: World) -> dict[str, Any]:
    return {"on": timezone.localdate().isoformat()}


def a_period(world: World) -> dict[str, Any]:
    return {
        "starts_on": timezone.localdate().isoformat(),
        "last_on": "",
        "role": "coach",
        "kind": "supervisor",
        "email": world.people[n.MENTOR].email,
    }


def a_person(world: World) -> dict[str, Any]:
    return a_period(world) | {"email": "nieuw@example.org", "given_name": "Nieuw", "family_name": "Mens"}


def an_address(world: World) -> dict[str, Any]:
    return {"email": "elders@example.org", "action_add": ""}


def a_note(world: World) -> dict[str, Any]:
    return {"text": "Getypt.", "autosave_base": '{"text": ""}', "autosave_revision": "1"}


def a_report(world: World) -> dict[str, Any]:
    return {"conclusions": "Veranderd.", "version": "2"}


def a_reason(world: World) -> dict[str, Any]:
    return {"reason": "Er ontbrak iets."}
