"""Who gets in where: written by hand from the design (portal.md G1-G4, G13, G15), never from the code.

A URL without a line here fails tests/site/test_access_matrix.py. Read a line as: `Line(gate, methods, cells)`.
The gate says who gets as far as the view; `cells` says, for each thing the address can name, who is
let in there and who may see but not act. Everybody else finds nothing: 404, as for what never was.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from tests.site import names as n
from tests.site.cells import (
    COMMITTEE,
    DEMO,
    FORM,
    GUEST,
    OPERATOR,
    PUBLIC,
    READ,
    SEND,
    SIGNED_IN,
    Cell,
    Line,
    agreements,
    candidates,
    drafts,
    files_of_pieces,
    frozen,
    invitations,
    keys,
    long_work,
    made_reports,
    meetups,
    named,
    one,
    people_there,
    periods,
    places,
    procedures,
    questionnaires,
    results,
    rooms,
    sheets,
    surveys,
    talks,
    texts_to_check,
    with_names,
    without_names,
)
from tests.site.policy_portfolios import PORTFOLIOS
from tests.site.rights import EVERYBODY, LINKS, NO_ONE, OPERATORS, SURVEYORS, WITHOUT_SECOND_FACTOR, WRITERS
from tests.site.sent import (
    a_draft,
    a_note,
    a_period,
    a_person,
    a_reason,
    a_report,
    a_talk,
    an_address,
    an_answer,
    an_end,
    nothing,
)
from tests.site.walk import ABSENT, FORBIDDEN, NOT_ALLOWED, OK, SECOND_FACTOR, SIGN_IN
from tests.site.world import World


def expected(line: Line, cell: Cell, actor: str, method: str) -> str:
    allowed = {*line.methods, "OPTIONS"} | ({"HEAD"} if "GET" in line.methods else set())
    if line.gate == OPERATOR and actor not in OPERATORS:
        return ABSENT
    if line.gate == DEMO:
        return ABSENT
    if line.gate == GUEST and actor != n.LINKED:
        return FORBIDDEN
    if line.gate == SIGNED_IN and actor in (n.ANONYMOUS, n.BLOCKED, n.LINKED):
        return SIGN_IN
    if method not in allowed:
        return NOT_ALLOWED
    if method == "OPTIONS":
        return OK  # the list of methods, whatever the address names
    if (line.gate in (SIGNED_IN, OPERATOR) or line.today) and line.second_factor and actor in WITHOUT_SECOND_FACTOR:
        return SECOND_FACTOR
    if method == "POST" and line.not_post:
        return NOT_ALLOWED
    inside = cell.by_post if method == "POST" and cell.by_post is not None else cell.inside
    if actor in inside:
        return cell.outcome
    return FORBIDDEN if actor in cell.refused else ABSENT


# --- The administration ---------------------------------------------------------------------

ADMINISTERED: dict[str, Callable[[World], Any]] = {
    "sector": lambda world: world.places["hospital"].sector_id,
    "organisation": lambda world: world.places["hospital"].pk,
    "membership": lambda world: world.memberships[f"membership of {n.OWNER}"].pk,
    "placement": lambda world: world.placements["placement"].pk,
    "relation": lambda world: world.relations["relation"].pk,
    "user": lambda world: world.people[n.OWNER].pk,
}


def _administration(model: str, row: Callable[[World], Any]) -> dict[str, Line]:
    def cell(inside: Iterable[str], refused: Iterable[str] = NO_ONE) -> tuple[Cell, ...]:
        return (Cell(f"a {model}", lambda world: (row(world),), inside, refused),)

    return {
        f"admin:portal_{model}_changelist": Line(OPERATOR, FORM),
        f"admin:portal_{model}_add": Line(OPERATOR, FORM),
        f"admin:portal_{model}_change": Line(OPERATOR, FORM, cell(EVERYBODY)),
        f"admin:portal_{model}_history": Line(OPERATOR, FORM, cell(EVERYBODY)),
        f"admin:portal_{model}_delete": Line(OPERATOR, FORM, cell(NO_ONE, EVERYBODY)),
        f"admin/portal/{model}/<path:object_id>/": Line(
            OPERATOR, FORM, (Cell(f"a {model}", lambda world: ("admin", "portal", model, row(world), "")),)
        ),
    }


def _published(model: str, row: Callable[[World], Any] | None = None) -> dict[str, Line]:
    """What is published: listed, imported, exported; there is no page that changes or deletes it."""
    rows = (Cell(f"a {model}", lambda world: (row(world),), EVERYBODY),) if row else ()
    export = (*rows, Cell("absent", lambda world: (32767,), NO_ONE))
    return {
        f"admin:portfolios_{model}_changelist": Line(OPERATOR, FORM),
        f"admin:portfolios_{model}_add": Line(OPERATOR, FORM),
        f"admin:portfolios_{model}_schema": Line(OPERATOR, FORM),
        f"admin:portfolios_{model}_export": Line(OPERATOR, FORM, export),
    }


# --- The table ------------------------------------------------------------------------------

TABLE: dict[str, Line] = {
    **PORTFOLIOS,
    # Open to all. What machines ask (healthz) may be 503: no worker beats in a test.
    "home": Line(PUBLIC, READ, today=True),
    "privacy": Line(PUBLIC, READ),
    "accessibility": Line(PUBLIC, READ),
    "set_language": Line(PUBLIC, FORM, one(lambda world: {"language": "en"})),
    "healthz": Line(PUBLIC, READ, also=frozenset({503})),
    "readyz": Line(PUBLIC, READ),
    # The demo: absent outside demo mode; what it is in demo mode, test_access_matrix asks.
    "styleguide": Line(DEMO, READ),
    "styleguide_job": Line(DEMO, SEND),
    "styleguide_document": Line(DEMO, READ, (Cell("an example", lambda world: (1,)),)),
    "demo": Line(DEMO, READ),
    "demo_people": Line(DEMO, READ),
    "demo_sign_in": Line(DEMO, SEND),
    "demo_mail": Line(DEMO, READ),
    "demo_mail_json": Line(DEMO, READ),
    "demo_mail_one": Line(DEMO, READ, (Cell("a mail", lambda world: ("20260101-000000-1.0",)),)),
    # Own things, for whoever is signed in.
    "search": Line(SIGNED_IN, READ),
    "notifications": Line(SIGNED_IN, READ),
    "notifications_see": Line(SIGNED_IN, SEND),
    "preferences": Line(SIGNED_IN, FORM),
    "drafts": Line(SIGNED_IN, READ),
    "draft_key": Line(SIGNED_IN, READ),
    # Asks for a fresh proof first; the address of a feed is a secret, and nobody's here.
    "my_calendar": Line(SIGNED_IN, FORM),
    "calendar_feed": Line(PUBLIC, READ, (Cell("no calendar", lambda world: (n.ABSENT_CODE, "geheim"), NO_ONE),)),
    "draft_keep": Line(SIGNED_IN, SEND, drafts(a_draft)),
    "draft_discard": Line(SIGNED_IN, SEND, drafts()),
    # Long work, for who asked for it; only what is ready has a result.
    "jobs": Line(SIGNED_IN, READ),
    "job": Line(SIGNED_IN, READ, long_work(n.WAITING_JOB, n.READY_JOB)),
    "job_result": Line(SIGNED_IN, READ, long_work(n.READY_JOB)),
    "job_stop": Line(SIGNED_IN, SEND, long_work(n.WAITING_JOB, n.READY_JOB)),
    # Files of pieces: seen through the piece; each GET may write the reading.
    "file": Line(SIGNED_IN, READ, files_of_pieces()),
    "file_report": Line(SIGNED_IN, FORM, files_of_pieces()),
    "file_remove": Line(SIGNED_IN, FORM, files_of_pieces(owning=True)),
    # By a link: anybody may open it and be asked for the code; behind it, only who came in that way.
    "guest_link": Line(
        PUBLIC, FORM, (Cell("a link", lambda world: (world.people[n.LINKED].guest_link.code, "wrong")),)
    ),
    "guest_code": Line(PUBLIC, FORM, one(nothing, NO_ONE, EVERYBODY)),
    "guest_leave": Line(PUBLIC, SEND),
    "guest_file": Line(GUEST, READ, files_of_pieces(readers_of=LINKS)),
    "mentoring:snapshot": Line(SIGNED_IN, READ, frozen(of_conversation=True)),
    "mentoring:snapshot_file": Line(SIGNED_IN, READ, frozen(of_conversation=True)),
    # Conversations, for the two who have them while the guidance lasts, and for the trainee after it.
    "mentoring:guidance": Line(SIGNED_IN, READ),
    "mentoring:agenda": Line(SIGNED_IN, FORM, one(lambda world: {"text": "Een punt"})),
    "mentoring:mentees": Line(SIGNED_IN, READ),
    "mentoring:conversation": Line(SIGNED_IN, READ, talks()),
    "mentoring:report": Line(SIGNED_IN, READ, talks()),
    "mentoring:sign": Line(SIGNED_IN, FORM, talks()),
    **dict.fromkeys(
        [
            f"mentoring:{verb}"
            for verb in ("propose", "pick", "cancel", "skip", "hold", "write", "agree", "reopen", "add")
        ],
        Line(SIGNED_IN, SEND, talks()),
    ),
    "mentoring:points": Line(SIGNED_IN, SEND, talks(leading=True)),
    "mentoring:keep": Line(SIGNED_IN, SEND, talks(a_talk)),
    "mentoring:drop_agreement": Line(SIGNED_IN, SEND, agreements()),
    "mentoring:finish_agreement": Line(SIGNED_IN, SEND, agreements(doing=True)),
    # Selection: what a committee does; before the scores are open there is no page of them.
    "selection:procedures": Line(SIGNED_IN, READ),
    "selection:procedure": Line(SIGNED_IN, READ, procedures()),
    "selection:reveal": Line(SIGNED_IN, SEND, procedures(NO_ONE, COMMITTEE)),
    "selection:scores": Line(SIGNED_IN, READ, procedures(NO_ONE)),
    "selection:declare": Line(SIGNED_IN, FORM, candidates()),
    "selection:sheet": Line(SIGNED_IN, READ, sheets()),
    "selection:sheet_submit": Line(SIGNED_IN, SEND, sheets()),
    "selection:question": Line(
        SIGNED_IN,
        FORM,
        tuple(
            replace(one, by_post=NO_ONE, refused={n.CHAIR}) if one.name == "sheet of the chair" else one
            for one in sheets(1, data=an_answer)
        ),
    ),
    "selection:question_keep": Line(SIGNED_IN, SEND, sheets(1, changing=True, data=an_answer)),
    # The people of an organisation, for its administrators.
    "organisations": Line(SIGNED_IN, READ),
    "people": Line(SIGNED_IN, READ, places()),
    "person_add": Line(SIGNED_IN, FORM, places(data=a_person)),
    "people_import": Line(SIGNED_IN, FORM, places()),
    "import_check": Line(SIGNED_IN, READ, places("nosuchlist")),
    "import_confirm": Line(SIGNED_IN, SEND, places("nosuchlist")),
    "person": Line(SIGNED_IN, READ, people_there()),
    "membership_add": Line(SIGNED_IN, SEND, people_there(a_period)),
    "placement_add": Line(SIGNED_IN, SEND, people_there(a_period)),
    "relation_add": Line(SIGNED_IN, SEND, people_there(a_period)),
    "period_end": Line(SIGNED_IN, SEND, periods(an_end)),
    # One's own account; reached without a second factor, to be able to set one up.
    "account": Line(SIGNED_IN, FORM, second_factor=False),
    "confirm_identity": Line(SIGNED_IN, FORM, second_factor=False),
    "second_factor": Line(SIGNED_IN, READ, second_factor=False),
    # A session is ended by a signed key; without one there is nothing to end.
    "session_end": Line(SIGNED_IN, SEND, one(nothing, NO_ONE), second_factor=False),
    "account_email": Line(SIGNED_IN, FORM, one(an_address), second_factor=False),
    "usersessions_list": Line(SIGNED_IN, FORM, second_factor=False),
    "socialaccount_connections": Line(SIGNED_IN, FORM, second_factor=False),
    "mfa_index": Line(SIGNED_IN, READ, second_factor=False),
    "mfa_reauthenticate": Line(
        SIGNED_IN, FORM, (Cell("", inside={n.OWNER, n.MENTOR}, refused=EVERYBODY),), second_factor=False
    ),
    "mfa_reauthenticate_webauthn": Line(
        SIGNED_IN, FORM, (Cell("", inside={n.OWNER, n.MENTOR}, refused=EVERYBODY),), second_factor=False
    ),
    "mfa_activate_totp": Line(SIGNED_IN, FORM, second_factor=False),
    "mfa_list_webauthn": Line(SIGNED_IN, READ, second_factor=False),
    "mfa_add_webauthn": Line(SIGNED_IN, FORM, second_factor=False),
    # Who is obliged to have a second factor and has one, is told that the last one stays, whatever the address names.
    "mfa_remove_webauthn": Line(
        SIGNED_IN, FORM, tuple(replace(one, by_post={*one.inside, n.MENTOR}) for one in keys()), second_factor=False
    ),
    "mfa_edit_webauthn": Line(SIGNED_IN, FORM, keys(), second_factor=False),
    # Only who has an authenticator app, or codes, finds these. That codes were looked at is kept with them.
    "mfa_deactivate_totp": Line(
        SIGNED_IN, FORM, (Cell("", inside={n.OWNER}, by_post={n.OWNER, n.MENTOR}),), second_factor=False
    ),
    **dict.fromkeys(
        ("mfa_view_recovery_codes", "mfa_download_recovery_codes"),
        Line(SIGNED_IN, READ, one(nothing, {n.OWNER}), second_factor=False, writes=frozenset({"mfa_authenticator"})),
    ),
    "mfa_generate_recovery_codes": Line(SIGNED_IN, FORM, second_factor=False),
    # Entrances.
    "account_login": Line(PUBLIC, FORM),
    "account_logout": Line(PUBLIC, FORM),
    "account_inactive": Line(PUBLIC, READ),
    "account_signup": Line(PUBLIC, FORM),
    "account_request_login_code": Line(PUBLIC, FORM),
    "account_confirm_login_code": Line(PUBLIC, FORM),
    "account_email_verification_sent": Line(PUBLIC, FORM),
    "mfa_authenticate": Line(PUBLIC, FORM),
    "mfa_login_webauthn": Line(PUBLIC, FORM),
    "socialaccount_login_cancelled": Line(PUBLIC, READ),
    "socialaccount_login_error": Line(PUBLIC, READ, also=frozenset({401})),
    "socialaccount_signup": Line(PUBLIC, FORM),
    "openid_connect_login": Line(PUBLIC, FORM, (Cell("absent institution", lambda world: ("nergens",), NO_ONE),)),
    "openid_connect_callback": Line(PUBLIC, FORM, (Cell("absent institution", lambda world: ("nergens",), NO_ONE),)),
    # Passwords exist only where a setting asks for them.
    **dict.fromkeys(
        ("account_reset_password", "account_reset_password_done", "account_reset_password_from_key_done"),
        Line(PUBLIC, FORM, one(nothing, NO_ONE)),
    ),
    "account_reset_password_from_key": Line(PUBLIC, FORM, (Cell("a key", lambda world: ("1", "abc-def"), NO_ONE),)),
    **dict.fromkeys(
        ("account_change_password", "account_set_password", "account_reauthenticate"),
        Line(SIGNED_IN, FORM, one(nothing, NO_ONE), second_factor=False),
    ),
    # Meet-ups: public once announced; the desk for organisers, notes for who writes or organises.
    "events:events": Line(PUBLIC, READ),
    "events:event": Line(PUBLIC, READ, meetups({n.MEETUP: EVERYBODY, n.DRAFT_MEETUP: WRITERS})),
    "events:desk": Line(SIGNED_IN, READ, meetups({n.MEETUP: {n.ORGANISER}, n.DRAFT_MEETUP: {n.ORGANISER}})),
    "events:event_announce": Line(SIGNED_IN, SEND, meetups({n.DRAFT_MEETUP: {n.ORGANISER}}, {n.MEETUP: {n.ORGANISER}})),
    "events:event_report": Line(SIGNED_IN, SEND, meetups({n.MEETUP: {n.ORGANISER}}, {n.DRAFT_MEETUP: {n.ORGANISER}})),
    "events:event_close": Line(SIGNED_IN, SEND, meetups({}, {n.MEETUP: {n.ORGANISER}, n.DRAFT_MEETUP: {n.ORGANISER}})),
    "events:event_cancel": Line(
        SIGNED_IN,
        SEND,
        meetups({n.MEETUP: {n.ORGANISER}, n.DRAFT_MEETUP: {n.ORGANISER}}, data=a_reason),
    ),
    "events:notes": Line(SIGNED_IN, READ, rooms(WRITERS)),
    "events:note_history": Line(
        SIGNED_IN, READ, (*rooms(WRITERS, tail=("discussed",)), *rooms(NO_ONE, tail=("secrets",)))
    ),
    "events:note_save": Line(SIGNED_IN, SEND, rooms({n.RAPPORTEUR}, {n.ORGANISER}, tail=("discussed",), data=a_note)),
    "events:note_restore": Line(
        SIGNED_IN,
        SEND,
        rooms(
            {n.RAPPORTEUR},
            {n.ORGANISER},
            tail=("discussed",),
            data=lambda world: {"number": "1"},
            only=(n.NOTED_ROOM, n.DRAFT_ROOM),
        ),
    ),
    "events:notes_reopen": Line(SIGNED_IN, FORM, rooms({n.ORGANISER}, {n.RAPPORTEUR}, data=a_reason)),
    "events:report_compose": Line(SIGNED_IN, SEND, rooms({n.ORGANISER})),
    "events:report_revise": Line(SIGNED_IN, FORM, rooms({n.ORGANISER}, data=a_reason)),
    # A report while it is made: organisers; the rapporteur from when the organiser asks to read along.
    "events:report_edit": Line(
        SIGNED_IN,
        FORM,
        (
            *made_reports({n.DRAFT_REPORT: {n.ORGANISER}, n.READ_REPORT: WRITERS}, data=a_report),
            *(
                Cell(name, named(name), WRITERS, WRITERS, a_report, NO_ONE)
                for name in (n.PUBLISHED_REPORT, n.WITHDRAWN_REPORT)
            ),
        ),
    ),
    **dict.fromkeys(
        ("events:report_send", "events:report_approve", "events:report_take_back", "events:report_publish"),
        Line(
            SIGNED_IN,
            SEND,
            made_reports(
                dict.fromkeys(n.REPORTS, {n.ORGANISER}),
                dict.fromkeys((n.READ_REPORT, n.PUBLISHED_REPORT, n.WITHDRAWN_REPORT), {n.RAPPORTEUR}),
            ),
        ),
    ),
    "events:report_withdraw": Line(
        SIGNED_IN,
        FORM,
        made_reports(
            {n.PUBLISHED_REPORT: {n.ORGANISER}},
            {
                n.PUBLISHED_REPORT: {n.RAPPORTEUR},
                n.DRAFT_REPORT: {n.ORGANISER},
                n.READ_REPORT: WRITERS,
                n.WITHDRAWN_REPORT: WRITERS,
            },
            lambda world: {"kind": "mistake"},
        ),
    ),
    # What was published once has a page for good; the file of what was withdrawn is gone (410).
    "events:report": Line(PUBLIC, READ, rooms(EVERYBODY, only=(n.PUBLISHED_ROOM, n.WITHDRAWN_ROOM))),
    "events:report_version": Line(
        PUBLIC,
        READ,
        (
            *rooms(EVERYBODY, tail=(1,), only=(n.PUBLISHED_ROOM, n.WITHDRAWN_ROOM)),
            *rooms(NO_ONE, tail=(2,)),
        ),
    ),
    "events:report_file": Line(
        PUBLIC,
        READ,
        rooms(EVERYBODY, tail=(1,), only=(n.PUBLISHED_ROOM, n.WITHDRAWN_ROOM)),
        also=frozenset({410}),
    ),
    # Surveys: filling in is for who has a link, an open code or a ballot; nobody is asked who they are.
    **dict.fromkeys(
        ("surveys:surveys", "surveys:questionnaires"), Line(SIGNED_IN, READ, (Cell("", inside=SURVEYORS),))
    ),
    **dict.fromkeys(
        ("surveys:survey_new", "surveys:questionnaire_new", "surveys:questionnaire_import"),
        Line(SIGNED_IN, FORM, (Cell("", inside=SURVEYORS),)),
    ),
    **dict.fromkeys(
        ("surveys:survey", "surveys:invitations"),
        Line(
            SIGNED_IN,
            READ,
            (
                *surveys(dict.fromkeys(n.SURVEYS, {n.ORGANISER})),
                Cell(n.NAMED_SURVEY, named(n.NAMED_SURVEY), {n.ORGANISER}),
            ),
        ),
    ),
    **dict.fromkeys(
        ("surveys:survey_edit", "surveys:invite"),
        Line(
            SIGNED_IN,
            FORM,
            surveys(
                dict.fromkeys((n.OPEN_SURVEY, n.DRAFT_SURVEY), {n.ORGANISER}),
                {n.CLOSED_SURVEY: {n.ORGANISER}},
            ),
        ),
    ),
    **dict.fromkeys(
        ("surveys:survey_launch", "surveys:survey_repeat"),
        Line(SIGNED_IN, SEND, surveys(dict.fromkeys(n.SURVEYS, {n.ORGANISER}))),
    ),
    "surveys:survey_close": Line(
        SIGNED_IN,
        SEND,
        surveys(
            {n.OPEN_SURVEY: {n.ORGANISER}},
            dict.fromkeys((n.DRAFT_SURVEY, n.CLOSED_SURVEY), {n.ORGANISER}),
        ),
    ),
    "surveys:survey_preview": Line(
        SIGNED_IN,
        FORM,
        (
            *surveys(dict.fromkeys(n.SURVEYS, {n.ORGANISER}), None, nothing, "guides"),
            Cell("a group that is not there", lambda world: (world.code(n.OPEN_SURVEY), "strangers"), NO_ONE),
        ),
    ),
    "surveys:invitation_withdraw": Line(
        SIGNED_IN,
        SEND,
        (
            Cell(
                "invited",
                lambda world: (world.code(n.OPEN_SURVEY), world.code(n.INVITATION)),
                {n.ORGANISER},
            ),
            Cell(
                "under another survey",
                lambda world: (world.code(n.DRAFT_SURVEY), world.code(n.INVITATION)),
                NO_ONE,
            ),
            Cell(n.ABSENT, lambda world: (world.code(n.OPEN_SURVEY), n.ABSENT_CODE), NO_ONE),
        ),
    ),
    # Questionnaires: what is published is frozen (403), for who makes them in its organisation.
    **dict.fromkeys(("surveys:questionnaire", "surveys:questionnaire_export"), Line(SIGNED_IN, READ, questionnaires())),
    "surveys:questionnaire_preview": Line(SIGNED_IN, FORM, questionnaires("guides")),
    "surveys:questionnaire_revise": Line(SIGNED_IN, SEND, questionnaires()),
    **dict.fromkeys(
        ("surveys:questionnaire_edit", "surveys:section_new"), Line(SIGNED_IN, FORM, questionnaires(frozen=True))
    ),
    "surveys:section_edit": Line(SIGNED_IN, FORM, questionnaires("first", frozen=True)),
    "surveys:question_edit": Line(SIGNED_IN, FORM, questionnaires("yes", frozen=True)),
    "surveys:question_new": Line(SIGNED_IN, FORM, questionnaires("first", "yes-no", frozen=True)),
    "surveys:part_move": Line(SIGNED_IN, SEND, questionnaires("first", frozen=True)),
    "surveys:questionnaire_publish": Line(SIGNED_IN, SEND, questionnaires(frozen=True)),
    "surveys:invitation": Line(
        PUBLIC,
        FORM,
        (
            Cell("the link of a mail", invitations),
            Cell("with another token", lambda world: invitations(world, "a" * 32), NO_ONE),
            Cell(n.NAMED_INVITATION, lambda world: invitations(world, of=n.NAMED_INVITATION), NO_ONE),
            Cell("absent", lambda world: (n.ABSENT_CODE, "a" * 32), NO_ONE),
        ),
    ),
    "surveys:invited": Line(
        SIGNED_IN,
        FORM,
        (
            Cell("invited", named(n.INVITATION), {n.OWNER}),
            Cell(n.NAMED_INVITATION, named(n.NAMED_INVITATION), NO_ONE),
            Cell(n.ABSENT, named(n.ABSENT), NO_ONE),
        ),
    ),
    # With names: for who is invited, signed in; what one person sent, for that person and who organises it.
    "surveys:named": Line(SIGNED_IN, READ, with_names()),
    "surveys:named_fill": Line(SIGNED_IN, FORM, with_names()),
    "surveys:answers": Line(
        SIGNED_IN,
        READ,
        (
            Cell(n.ANSWERS, named(n.ANSWERS), {n.OWNER, n.ORGANISER}),
            Cell(n.OTHER_ANSWERS, named(n.OTHER_ANSWERS), {n.LAB_TRAINEE, n.ORGANISER}),
            Cell(n.ABSENT, named(n.ABSENT), NO_ONE),
        ),
    ),
    "surveys:answers_take_along": Line(
        SIGNED_IN,
        SEND,
        (*surveys({}), Cell(n.NAMED_SURVEY, named(n.NAMED_SURVEY), {n.ORGANISER})),
    ),
    "surveys:open_survey": Line(
        PUBLIC,
        FORM,
        (
            Cell("an open code", lambda world: (world.surveys[n.OPEN_SURVEY].open_code,)),
            Cell(n.ABSENT, named(n.ABSENT), NO_ONE),
        ),
    ),
    "surveys:ballot": Line(
        PUBLIC, FORM, (Cell("a ballot", lambda world: (world.ballot,)), Cell(n.ABSENT, named(n.ABSENT), NO_ONE))
    ),
    # Without a ballot in this browser there is nothing to fill in; the page says so (409).
    "surveys:fill": Line(PUBLIC, FORM, without_names({n.OPEN_SURVEY: EVERYBODY, n.CLOSED_SURVEY: EVERYBODY})),
    "surveys:thanks": Line(PUBLIC, READ, without_names({n.OPEN_SURVEY: EVERYBODY, n.CLOSED_SURVEY: EVERYBODY})),
    # Results: for who made the survey, and for whom it says; texts before they are checked for the first alone.
    "surveys:results_list": Line(SIGNED_IN, READ),
    "surveys:results": Line(
        PUBLIC,
        READ,
        (
            Cell(n.RESULTS, named(n.RESULTS), {n.ORGANISER, n.OWNER}),
            Cell("not computed yet", named(n.CLOSED_SURVEY), {n.ORGANISER}),
            Cell("texts to check", named(n.TEXTS), {n.ORGANISER}),
            Cell(n.ABSENT, named(n.ABSENT), NO_ONE),
        ),
    ),
    "surveys:results_comparison": Line(PUBLIC, READ, results()),
    "surveys:results_section": Line(PUBLIC, READ, results("first")),
    "surveys:results_drawing": Line(PUBLIC, READ, results("yes")),
    "surveys:results_csv": Line(PUBLIC, READ, results()),
    "surveys:results_json": Line(PUBLIC, READ, results()),
    "surveys:results_paper": Line(PUBLIC, READ, results()),
    "surveys:texts": Line(SIGNED_IN, FORM, texts_to_check()),
    "surveys:results_freeze": Line(SIGNED_IN, SEND, texts_to_check()),
    # The administration, for operators: these six, the mails set aside, and nothing else; nothing is deleted there.
    "admin:index": Line(OPERATOR, FORM),
    "admin:portal_outboxrow_changelist": Line(OPERATOR, FORM),
    **_published("frameworkversion", lambda world: world.portfolios[n.OWNER].framework_version_id),
    **_published("sectiontemplate", lambda world: world.portfolios[n.OWNER].template_id),
    **_published("frameworkmapping"),
    **_published("profileset"),
    "admin:login": Line(OPERATOR, FORM, (Cell("", outcome=SIGN_IN),)),
    "admin:logout": Line(OPERATOR, FORM),
    "admin:jsi18n": Line(OPERATOR, FORM, not_post=True),
    "admin:app_list": Line(OPERATOR, FORM, (Cell("portal", lambda world: ("portal",)),)),
    "admin:autocomplete": Line(
        OPERATOR,
        FORM,
        (
            Cell("people for a role", query="app_label=portal&model_name=membership&field_name=person&term=van"),
            Cell("without saying of what", inside=NO_ONE, refused=EVERYBODY),
            Cell(
                "shareables for a grant",
                inside=NO_ONE,
                refused=EVERYBODY,
                query="app_label=portal&model_name=grant&field_name=content_object&term=",
            ),
        ),
        not_post=True,
    ),
    "admin/(?P<url>.*)$": Line(OPERATOR, FORM, (Cell("nothing", lambda world: ("admin", "nergens", ""), NO_ONE),)),
    **{key: line for model, row in ADMINISTERED.items() for key, line in _administration(model, row).items()},
}
