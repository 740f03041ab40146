from django.urls import include, path

from portal import admin
from portal.views import calendar, drafts, errors, files, guests, health, home, jobs, notices, styleguide, today

urlpatterns = [
    path("", home.home, name="home"),
    path("notifications/", today.notifications, name="notifications"),
    path("notifications/see/", today.notifications_see, name="notifications_see"),
    path("search/", home.search, name="search"),
    path("drafts/", drafts.draft_list, name="drafts"),
    path("drafts/key/", drafts.draft_key, name="draft_key"),
    path("drafts/<slug:kind>/<slug:code>/keep/", drafts.draft_keep, name="draft_keep"),
    path("drafts/<slug:kind>/<slug:code>/discard/", drafts.draft_discard, name="draft_discard"),
    path("files/<slug:code>/", files.file, name="file"),
    path("files/<slug:code>/report/", files.file_report, name="file_report"),
    path("files/<slug:code>/remove/", files.file_remove, name="file_remove"),
    path("links/<slug:code>/<str:token>/", guests.guest_link, name="guest_link"),
    path("guest/code/", guests.guest_code, name="guest_code"),
    path("guest/leave/", guests.guest_leave, name="guest_leave"),
    path("guest/files/<slug:code>/", files.guest_file, name="guest_file"),
    path("account/calendar/", calendar.my_calendar, name="my_calendar"),
    path("calendar/<slug:code>/<str:token>.ics", calendar.calendar_feed, name="calendar_feed"),
    path("privacy/", notices.privacy, name="privacy"),
    path("accessibility/", notices.accessibility, name="accessibility"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("styleguide/documents/<int:number>.pdf", styleguide.styleguide_document, name="styleguide_document"),
    path("styleguide/job/", styleguide.styleguide_job, name="styleguide_job"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<str:code>/", jobs.job, name="job"),
    path("jobs/<str:code>/result/", jobs.job_result, name="job_result"),
    path("jobs/<str:code>/stop/", jobs.job_stop, name="job_stop"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("demo/", include("portal.demo_urls")),
    path("admin/", admin.site.urls),
    path("surveys/", include("surveys.urls")),
    path("portfolio/", include("portfolios.urls")),
    path("meet-ups/", include("events.urls")),
    path("mentoring/", include("mentoring.urls")),
    path("selection/", include("selection.urls")),
    path("", include("portal.people_urls")),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error
