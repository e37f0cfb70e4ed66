"""What the address of a text message gateway says of itself, and what a failed attempt means, in words.

Only what is written is looked at: no name is looked up, so that nobody can have this server ask around its network.
"""

import ipaddress
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

OWN_NAMES = ("localhost", ".localhost")
INSIDE = (".local", ".internal", ".intranet", ".lan", ".home.arpa")
# What a channel writes down of a failed attempt: the name of the error, where the other side did not answer.
PROBLEMS: dict[str, Promise] = {
    "gaierror": gettext_lazy("no server of that name is known"),
    "ConnectionRefusedError": gettext_lazy("nothing answers at that address"),
    "TimeoutError": gettext_lazy("no answer in time"),
    "OSError": gettext_lazy("the network does not lead there"),
    "SSLCertVerificationError": gettext_lazy("its certificate is not one that this server trusts"),
}


def why_refused(url: str) -> str:
    """Say why an address can be no gateway's: this server itself, or the network's own; empty where it can."""
    host = _host_of(url)
    address = _address_of(host)
    is_own = host.endswith(OWN_NAMES) or (address is not None and _is_no_server(address))
    return (
        _("This address leads to this server itself or to no server: write the gateway’s own.")
        if is_own
        else ""
    )


def note_of(url: str) -> str:
    """Say what to know of an address inside the hospital's network; empty for any other."""
    host = _host_of(url)
    address = _address_of(host)
    is_inside = address.is_private if address else bool(host) and ("." not in host or host.endswith(INSIDE))
    if not is_inside:
        return ""
    return _(
        "The gateway’s address is one inside a private network: messages arrive only where this server stands in that "
        "network too. Look at “Everything sent” after the first one."
    )


def problem_in_words(problem: str) -> str:
    """Say what a failed attempt met; a word that nobody explained stays as it is."""
    return str(PROBLEMS.get(problem, problem))


def _host_of(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def _address_of(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _is_no_server(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Link-local is where machines of a cloud tell their secrets to whoever asks."""
    return address.is_loopback or address.is_link_local or address.is_unspecified or address.is_multicast
