"""Lesson files to `core.Lesson`: loading, form, and the checks. Starts and prints nothing."""
