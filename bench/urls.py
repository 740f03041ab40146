from django.urls import include, path

from bench.floor import floor

urlpatterns = [path("floor/<slug:code>/", floor, name="floor"), path("", include("portal.urls"))]
