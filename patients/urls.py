from django.urls import path

from patients import views

app_name = "patients"
urlpatterns = [
    path("patients/", views.find, name="find"),
    path("tasks/", views.my_tasks, name="my_tasks"),
    path("audit/", views.audit, name="audit"),
]
