"""Ways to spoil a good lesson: each takes the lesson as plain data and spoils it in place.

A mutation that does not apply to a lesson returns False and is not counted for it. All but the
running ones are seen without running anything.
"""

from __future__ import annotations

import copy
import re

# Where a snippet looks at its own names, none can be called unused.
INSPECTS = re.compile(r"\b(locals|globals|vars|dir|eval|exec|__dict__|__annotations__)\b")


def puzzle(lesson):
    return lesson["puzzles"][0]


def right(item):
    return next(option for option in item["options"] if "misconception" not in option)


def wrong(item):
    return next(option for option in item["options"] if "misconception" in option)


def shown(option):
    return option.get("stdout") or option["raises"]


def swap(lines, one, other):
    lines[one], lines[other] = lines[other], lines[one]
    return "".join(lines)


def spoil_true_output(lesson):
    option = right(puzzle(lesson))
    if "raises" in option:
        option["raises"] = "OSError"
    else:
        option["stdout"] = option["stdout"] + "and more\n"


def drop_a_newline(lesson):
    option = right(puzzle(lesson))
    if "raises" in option:
        return False
    option["stdout"] = option["stdout"].rstrip("\n")
    return True


def add_a_space(lesson):
    lesson["after"]["stdout"] = lesson["after"]["stdout"].replace("\n", " \n", 1)
    lesson["before"]["stdout"] = lesson["after"]["stdout"]


def exchange_right_and_wrong(lesson):
    good, bad = right(puzzle(lesson)), wrong(puzzle(lesson))
    good["misconception"] = bad.pop("misconception")


def remove_the_true_option(lesson):
    puzzle(lesson)["options"].remove(right(puzzle(lesson)))


def add_a_second_true_option(lesson):
    truth, other = right(puzzle(lesson)), wrong(puzzle(lesson))
    other.pop("stdout", None)
    other.pop("raises", None)
    other.update({key: truth[key] for key in ("stdout", "raises") if key in truth})


def swap_first_and_last_line(lesson):
    lines = puzzle(lesson)["code"].splitlines(keepends=True)
    puzzle(lesson)["code"] = swap(lines, 0, len(lines) - 1)


def swap_last_two_lines(lesson):
    lines = lesson["after"]["code"].splitlines(keepends=True)
    lesson["after"]["code"] = swap(lines, -2, -1)


def lower_max(lesson):
    lesson["after"]["python"]["max"] = "3.13"


def raise_min(lesson):
    return _raise_min(lesson["after"])


def raise_min_of_puzzle(lesson):
    return _raise_min(puzzle(lesson))


def _raise_min(snippet):
    # One that says why it works below its minimum may set it where it likes.
    if "works_below" in snippet:
        return False
    snippet["python"]["min"] = "3.11"
    return True


def lower_min(lesson):
    bounds = puzzle(lesson)["python"]
    if bounds["min"].startswith("2."):
        return False
    bounds["min"] = "2.7"
    return True


def drop_max(lesson):
    bounded = [s for s in (lesson["before"], *lesson["puzzles"]) if "max" in s["python"]]
    for snippet in bounded:
        del snippet["python"]["max"]
        snippet.pop("fails_after", None)
    return bool(bounded)


def wrong_fails_after(lesson):
    if "fails_after" not in lesson["before"]:
        return False
    lesson["before"]["fails_after"] = "ZeroDivisionError"
    return True


def forget_the_warning(lesson):
    warned = [s for s in (lesson["before"], *lesson["puzzles"]) if s.pop("warns", None)]
    return bool(warned)


def name_another_warning(lesson):
    warned = [s for s in (lesson["before"], *lesson["puzzles"]) if "warns" in s]
    for snippet in warned:
        snippet["warns"] = "BytesWarning"
    return bool(warned)


def spoil_the_twist(lesson):
    twisted = [p["version_twist"] for p in lesson["puzzles"] if "version_twist" in p]
    for twist in twisted:
        twist["stdout"] = "something else\n"
    return bool(twisted)


def print_an_address(lesson):
    puzzle(lesson)["code"] += "print(object())\n"


def print_the_time(lesson):
    lesson["after"]["code"] = "import time\n" + lesson["after"]["code"] + "print(time.time())\n"


def print_a_hash(lesson):
    lesson["after"]["code"] += "print(hash('tea'))\n"


def print_the_folder(lesson):
    lesson["after"]["code"] = "import os\n" + lesson["after"]["code"] + "print(os.getcwd())\n"


def complain_on_stderr(lesson):
    lesson["after"]["code"] = (
        "import sys\n" + lesson["after"]["code"] + 'print("psst", file=sys.stderr)\n'
    )


def print_before_dying(lesson):
    puzzle(lesson)["code"] += "print(undefined)\n"


def loop_for_ever(lesson):
    lesson["after"]["code"] += "while True:\n    pass\n"


def drop_a_why(lesson):
    del wrong(puzzle(lesson))["why"]


def drop_a_misconception(lesson):
    del wrong(puzzle(lesson))["misconception"]


def mark_the_right_option(lesson):
    right(puzzle(lesson))["misconception"] = wrong(puzzle(lesson))["misconception"]


def invent_a_misconception(lesson):
    wrong(puzzle(lesson))["misconception"] = "nobody-listed-this"


def leak_into_prompt(lesson):
    puzzle(lesson)["prompt"] = f"Is it {shown(right(puzzle(lesson)))}?".replace("\n", " ")


def leak_into_hint(lesson):
    puzzle(lesson)["hint"] = f"Not far from {shown(right(puzzle(lesson)))}!".replace("\n", " ")


def copy_an_option_with_spaces(lesson):
    twin = copy.deepcopy(next(o for o in puzzle(lesson)["options"] if "stdout" in o))
    twin["stdout"] = twin["stdout"].replace("\n", " \n")
    twin["misconception"] = wrong(puzzle(lesson))["misconception"]
    puzzle(lesson)["options"] = [*puzzle(lesson)["options"][:3], twin]


def copy_a_puzzle(lesson):
    twin = copy.deepcopy(puzzle(lesson))
    twin["id"] += "-again"
    lesson["puzzles"].append(twin)


def reuse_an_id(lesson):
    lesson["puzzles"][1]["id"] = puzzle(lesson)["id"]


def ask_the_after_code(lesson):
    puzzle(lesson)["code"] = lesson["after"]["code"]


def widen_a_line(lesson):
    puzzle(lesson)["code"] += "#" * 61 + "\n"


def leave_a_name_unused(lesson):
    code = puzzle(lesson)["code"]
    if INSPECTS.search(code):
        return False
    puzzle(lesson)["code"] = "spare = 0\n" + code
    return True


def import_a_socket(lesson):
    puzzle(lesson)["code"] = "import socket\n" + puzzle(lesson)["code"]


def start_a_thread(lesson):
    lesson["after"]["code"] = (
        "from threading import Thread\n" + lesson["after"]["code"] + "Thread()\n"
    )


def open_a_file(lesson):
    # In one lesson a box has an open() of its own.
    if "def open" in lesson["after"]["code"]:
        return False
    lesson["after"]["code"] += "open\n"
    return True


def throw_dice(lesson):
    lesson["after"]["code"] = "import random\n" + lesson["after"]["code"] + "random.random()\n"


def forget_a_field(lesson):
    del puzzle(lesson)["explanation"]


def misspell_a_field(lesson):
    lesson["tag_line"] = lesson.pop("tagline")


def forget_the_quotes(lesson):
    lesson["python"]["version"] = float(lesson["python"]["version"])


def wrong_year(lesson):
    lesson["python"]["year"] += 1


def wrong_version(lesson):
    lesson["python"]["version"] = "3.1"


def wrong_status(lesson):
    lesson["status"] = "Draft"


def link_a_superseded_pep(lesson):
    lesson["related"][0]["pep"] = 622


def link_to_nowhere(lesson):
    lesson["related"][0]["pep"] = 3131


def link_to_itself(lesson):
    lesson["related"][0]["pep"] = lesson["pep"]


def link_by_http(lesson):
    lesson["sources"][0]["url"] = lesson["sources"][0]["url"].replace("https", "http")


def link_to_a_stranger(lesson):
    lesson["track"]["url"] = "https://docs.python.org.example/3/"


def say_less(lesson):
    lesson["prose"] = ["Too little.", "By far."]


def say_more(lesson):
    lesson["prose"] = [paragraph + " " + paragraph for paragraph in lesson["prose"]]


def explain_at_length(lesson):
    puzzle(lesson)["explanation"] = "so " * 61


def call_everyone(lesson):
    lesson["tagline"] = "Hello @everyone"


def break_out_of_the_block(lesson):
    puzzle(lesson)["code"] += "# ```\n"


def turn_the_text_around(lesson):
    puzzle(lesson)["hint"] += " \u202e"


def leave_a_todo(lesson):
    puzzle(lesson)["explanation"] = "TODO"


def declare_what_is_not_used(lesson):
    puzzle(lesson)["needs"] = ["threads"]


def excuse_what_needs_none(lesson):
    if lesson.get("same_output") is False:
        return False
    lesson["same_output"] = False
    lesson["why_different"] = "Because."
    return True


RUNNING = (
    spoil_true_output,
    drop_a_newline,
    add_a_space,
    exchange_right_and_wrong,
    remove_the_true_option,
    add_a_second_true_option,
    swap_first_and_last_line,
    swap_last_two_lines,
    lower_max,
    raise_min,
    raise_min_of_puzzle,
    lower_min,
    drop_max,
    wrong_fails_after,
    forget_the_warning,
    name_another_warning,
    spoil_the_twist,
    print_an_address,
    print_the_time,
    print_a_hash,
    print_the_folder,
    complain_on_stderr,
    print_before_dying,
)
# One run of each snippet is enough to see these.
SEEN_AT_A_GLANCE = (
    spoil_true_output,
    drop_a_newline,
    add_a_space,
    exchange_right_and_wrong,
    remove_the_true_option,
    add_a_second_true_option,
    swap_first_and_last_line,
    swap_last_two_lines,
    complain_on_stderr,
    print_before_dying,
    loop_for_ever,
)
SLOW = (*RUNNING, loop_for_ever)
READING = (
    drop_a_why,
    drop_a_misconception,
    mark_the_right_option,
    invent_a_misconception,
    leak_into_prompt,
    leak_into_hint,
    copy_an_option_with_spaces,
    copy_a_puzzle,
    reuse_an_id,
    ask_the_after_code,
    widen_a_line,
    leave_a_name_unused,
    import_a_socket,
    start_a_thread,
    open_a_file,
    throw_dice,
    forget_a_field,
    misspell_a_field,
    forget_the_quotes,
    wrong_year,
    wrong_version,
    wrong_status,
    link_a_superseded_pep,
    link_to_nowhere,
    link_to_itself,
    link_by_http,
    link_to_a_stranger,
    say_less,
    say_more,
    explain_at_length,
    call_everyone,
    break_out_of_the_block,
    turn_the_text_around,
    leave_a_todo,
    declare_what_is_not_used,
    excuse_what_needs_none,
)
