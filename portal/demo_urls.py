from django.urls import path

from portal.views import demo

urlpatterns = [
    path("", demo.demo, name="demo"),
    path("people.json", demo.demo_people, name="demo_people"),
    path("sign-in/", demo.demo_sign_in, name="demo_sign_in"),
    path("mail/", demo.demo_mail, name="demo_mail"),
    path("mail.json", demo.demo_mail_json, name="demo_mail_json"),
    path("mail/<str:name>/", demo.demo_mail_one, name="demo_mail_one"),
]
