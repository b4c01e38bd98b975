"""The pictures that people see: plain values in, PNG bytes and alt text out. Never Discord.

`code_picture.draw_lesson`, `chart.draw_reveal`, `profile.draw_profile` and `share.draw_share` are
pure; `cache.Studio` draws them off the event loop and keeps them on disk.
"""
