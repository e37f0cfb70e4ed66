"""The second factor as a phone would show it."""

import time

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def set_up(person, secret: str = SECRET) -> RecoveryCodes:
    totp.TOTP.activate(person, secret)
    return RecoveryCodes.activate(person)


def code_now(secret: str = SECRET, *, steps: int = 0) -> str:
    """The code of this half minute, or of one before or after."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + steps))


def wrong_code(secret: str = SECRET) -> str:
    """A code that is none of the three which are accepted about now."""
    near = {code_now(secret, steps=steps) for steps in range(-3, 4)}
    return next(
        code
        for code in ("000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777")
        if code not in near
    )
