"""What can go wrong when a message leaves, and whether it may have arrived all the same."""


class NotSent(Exception):
    """The message did not leave. `is_final`: another attempt would fare no better."""

    is_final = False
    may_have_arrived = False
    # The way itself is closed: no other message is tried on it in this round.
    is_channel_down = False


class Refused(NotSent):
    """The other side refuses this message, and will refuse it again."""

    is_final = True


class ChannelDown(NotSent):
    """The other side does not answer at all."""

    is_channel_down = True


class Unsure(ChannelDown):
    """The connection ended before the other side said whether it took the message."""

    may_have_arrived = True
