"""Buttons, menus and forms: one module a feature, each with its ``HANDLERS``; `dispatch` has all.

No state is kept between presses, so every button works in whatever process it is pressed.
"""
