from django.urls import path

from selection.views import procedures, sheets

app_name = "selection"

urlpatterns = [
    path("", procedures.procedures, name="procedures"),
    path("<slug:code>/", procedures.procedure, name="procedure"),
    path("<slug:code>/reveal/", procedures.reveal, name="reveal"),
    path("<slug:code>/scores/", procedures.scores, name="scores"),
    path("candidates/<slug:code>/declare/", sheets.declare, name="declare"),
    path("sheets/<slug:code>/", sheets.sheet, name="sheet"),
    path("sheets/<slug:code>/submit/", sheets.sheet_submit, name="sheet_submit"),
    path("sheets/<slug:code>/questions/<int:number>/", sheets.question, name="question"),
    path("sheets/<slug:code>/questions/<int:number>/keep/", sheets.question_keep, name="question_keep"),
]
