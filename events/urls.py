from django.urls import path

from events.views import notes, reports, series

app_name = "events"

_series = [
    path("", series.events, name="events"),
    path("<slug:code>/", series.event, name="event"),
    path("<slug:code>/desk/", series.desk, name="desk"),
    path("<slug:code>/announce/", series.event_announce, name="event_announce"),
    path("<slug:code>/report/", series.event_report, name="event_report"),
    path("<slug:code>/close/", series.event_close, name="event_close"),
    path("<slug:code>/cancel/", series.event_cancel, name="event_cancel"),
]
_notes = [
    path("<slug:code>/rooms/<slug:room>/notes/", notes.notes, name="notes"),
    path("<slug:code>/rooms/<slug:room>/notes/reopen/", notes.notes_reopen, name="notes_reopen"),
    path("<slug:code>/rooms/<slug:room>/notes/<slug:section>/", notes.note_history, name="note_history"),
    path("<slug:code>/rooms/<slug:room>/notes/<slug:section>/save/", notes.note_save, name="note_save"),
    path("<slug:code>/rooms/<slug:room>/notes/<slug:section>/restore/", notes.note_restore, name="note_restore"),
]
_making = [
    path("<slug:code>/rooms/<slug:room>/compose/", reports.report_compose, name="report_compose"),
    path("<slug:code>/rooms/<slug:room>/revise/", reports.report_revise, name="report_revise"),
    path("reports/<slug:code>/edit/", reports.report_edit, name="report_edit"),
    path("reports/<slug:code>/send/", reports.report_send, name="report_send"),
    path("reports/<slug:code>/approve/", reports.report_approve, name="report_approve"),
    path("reports/<slug:code>/take-back/", reports.report_take_back, name="report_take_back"),
    path("reports/<slug:code>/publish/", reports.report_publish, name="report_publish"),
    path("reports/<slug:code>/withdraw/", reports.report_withdraw, name="report_withdraw"),
]
_published = [
    path("<slug:code>/rooms/<slug:room>/report/", reports.report, name="report"),
    path("<slug:code>/rooms/<slug:room>/report/<int:number>/", reports.report_version, name="report_version"),
    path("<slug:code>/rooms/<slug:room>/report/<int:number>/file/", reports.report_file, name="report_file"),
]
urlpatterns = _series + _notes + _making + _published
