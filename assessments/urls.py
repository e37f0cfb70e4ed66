from django.urls import path

from assessments import views

app_name = "assessments"
urlpatterns = [
    path("guideline/", views.guideline, name="guideline"),
]
