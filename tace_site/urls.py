"""Every address of the site, room by room."""

from django.contrib import admin
from django.urls import include, path

from tace_site import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("sign-in/", include("accounts.sign_in_urls")),
    path("site-admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("patients.urls")),
    path("", include("assessments.urls")),
    path("", include("procedures.urls")),
    path("", include("followup.urls")),
    path("", include("pathway.urls")),
]
