"""Lesson files to `core.Lesson`: loading, form, and the checks. Runs nothing itself, and prints nothing."""
