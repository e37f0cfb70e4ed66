"""What is kept of a second factor."""

from allauth.mfa.models import Authenticator

from accounts import vault
from tests.accounts import codes


class TestStoredSecret:
    def test_is_not_readable_in_the_database(self, clinician):
        codes.set_up(clinician)

        stored = [str(row.data) for row in Authenticator.objects.filter(user=clinician)]
        assert len(stored) == 2
        assert not any(codes.SECRET in data for data in stored)

    def test_opens_with_the_key_that_it_was_stored_with(self, settings):
        stored = vault.encrypt("the secret")

        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "a new key"
        assert vault.decrypt(stored) == "the secret"

    def test_gives_something_that_nobody_knows_when_no_key_opens_it(self, settings):
        stored = vault.encrypt("the secret")

        settings.SECRET_KEY = "a new key"
        first, second = vault.decrypt(stored), vault.decrypt(stored)
        assert "the secret" not in {first, second}
        assert first != second
