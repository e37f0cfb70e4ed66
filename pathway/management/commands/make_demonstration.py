"""`manage.py make_demonstration`: make the demonstration team with one complete patient for every answer."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from pathway.demonstration import people
from pathway.demonstration.build import make_demonstration


class Command(BaseCommand):
    help = "Make the demonstration team, its people and its invented patients. Refused in production."

    def handle(self, *args, **options) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("The demonstration team has known passwords: it is not made in production.")
        team = make_demonstration(at=timezone.now())
        self.stdout.write(f"{team}: {team.patients.count()} patients.")
        for person in people.PEOPLE:
            role = "site admin" if person.is_site_admin else "lead" if person.is_lead else person.role.label
            self.stdout.write(f"  {role:<12} {person.email}  {people.PASSWORD}")
