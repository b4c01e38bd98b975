"""How large a picture's text is on a phone, after Discord has scaled it. Arithmetic only."""

from __future__ import annotations

SCREEN_POINTS = 360
"""The narrowest phones in wide use, and a picture's width there once it is tapped."""

MESSAGE_POINTS = 256
"""A picture's width inside a container on such a phone: the screen less 72 points beside the
avatar, 12 at the right edge and 10 at each side within the container."""

DENSITY = 2
"""Device pixels a point on the least sharp phones in use."""


def shown_points(pixels: float, picture_width: int, shown_width: int = MESSAGE_POINTS) -> float:
    """The size in points of ``pixels`` of a picture that is shown ``shown_width`` points wide."""
    return pixels * shown_width / picture_width
