"""When the demonstration team is made, and where it is not."""

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Team
from followup.models import SweepRun
from pathway.demonstration import build, people


class TestMaking:
    def test_in_the_first_hour_of_a_day_sweeps_on_the_morning_before(self, db):
        build.make_demonstration(at=datetime(2028, 3, 1, 0, 20, tzinfo=UTC))

        last = SweepRun.objects.order_by("-started_at").first()
        assert last.started_at == datetime(2028, 2, 29, 9, tzinfo=UTC)
        assert last.messages_gathered > 0

    def test_is_refused_in_production(self, db, settings):
        settings.IS_PRODUCTION = True

        with pytest.raises(CommandError, match="not made in production"):
            call_command("make_demonstration")
        assert not Team.objects.filter(name=people.TEAM_NAME).exists()
