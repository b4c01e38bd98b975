"""PEP Speedrun: one Python Enhancement Proposal a day, told in 90 seconds, with a puzzle."""

__version__ = "0.1.0"
