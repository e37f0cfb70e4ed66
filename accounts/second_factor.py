"""Whether a person has a second factor (a code at sign-in), and whether a team of theirs requires one."""

from allauth.mfa.models import Authenticator

from accounts.models import Membership, User


def is_set_up(person: User) -> bool:
    return Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()


def is_required_of(person: User) -> bool:
    return Membership.objects.filter(user=person, is_active=True, team__requires_second_factor=True).exists()


def people_with_one(people: list[User]) -> set[int]:
    """Return the keys of those who have one."""
    return set(
        Authenticator.objects.filter(user__in=people, type=Authenticator.Type.TOTP).values_list(
            "user_id", flat=True
        )
    )
