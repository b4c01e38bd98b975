"""Which intent lets which events through, by Discord's values."""

GUILDS = CHANNELS = 1 << 0
MEMBERS = 1 << 1
PRESENCES = 1 << 8
MESSAGES = 1 << 9
DM_MESSAGES = 1 << 12
MESSAGE_CONTENT = 1 << 15

PRIVILEGED = MEMBERS | PRESENCES | MESSAGE_CONTENT
KNOWN = (1 << 26) - 1
"""Above the highest published intent: anything beyond is close code 4013."""
