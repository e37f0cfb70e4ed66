"""Codes that stand for patients, rows, people and sites: the same in every export, and nobody's outside the house.

A code is an HMAC of a kind and a number with the team's secret key (`pathway.models.RegistryKey`): without the key no
code leads back, and with it a registry's question about a patient can be answered.
"""

import base64
import hashlib
import hmac

CODE_LENGTH = 12
# No day is moved further than this, nor left where it was.
MOST_DAYS_MOVED = 180


class Pseudonyms:
    """Makes the codes of one team."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def code(self, kind: str, number: int) -> str:
        """Return what stands for a row; 60 bits: no two rows of a team share one."""
        return base64.b32encode(self._digest(f"{kind}:{number}"))[:CODE_LENGTH].decode("ascii")

    def days_moved(self, patient_id: int) -> int:
        """Return by how many days a patient's dates move: -180 to -1 or 1 to 180, always the same for a patient."""
        number = int.from_bytes(self._digest(f"days:{patient_id}")[:8], "big") % (2 * MOST_DAYS_MOVED)
        return number - MOST_DAYS_MOVED if number < MOST_DAYS_MOVED else number - MOST_DAYS_MOVED + 1

    def _digest(self, named: str) -> bytes:
        return hmac.new(self._secret, named.encode(), hashlib.sha256).digest()
