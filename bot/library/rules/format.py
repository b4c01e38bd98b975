"""The rules of form: what makes a file readable as a lesson. `nodes` and `schema` check them."""

from __future__ import annotations

from bot.library.rules.base import Rule

YAML_SIZE = Rule(
    "yaml-size",
    "A lesson is short; a huge file is a mistake or an attack.",
    "keep the file below 64 KB and 4,000 values",
    essential=True,
)
YAML_ENCODING = Rule(
    "yaml-encoding",
    "Every reader has to see the same characters.",
    "save the file as UTF-8",
    essential=True,
)
YAML_SYNTAX = Rule(
    "yaml-syntax",
    "What can't be parsed can't be taught.",
    "mend the YAML; quote texts that hold ': ' or ' #', or use a block (| or >-)",
    essential=True,
)
YAML_NESTING = Rule(
    "yaml-nesting",
    "The format needs six levels; deeper nesting is a slip of indentation or an attack.",
    "check the indentation",
    essential=True,
)
YAML_ALIAS = Rule(
    "yaml-alias",
    "A few aliases can unfold to gigabytes, and a puzzle should be readable in one place.",
    "write the value out; quote a text that begins with & or *",
    essential=True,
)
YAML_TAG = Rule(
    "yaml-tag",
    "Tags make Python objects in some loaders; the format has no use for them.",
    "remove the tag; quote a text that begins with !",
    essential=True,
)
YAML_DUPLICATE_KEY = Rule(
    "yaml-duplicate-key",
    "YAML keeps the last of two and drops the first without a word.",
    "remove one of them",
    essential=True,
)
FIELD_MISSING = Rule(
    "field-missing",
    "Every part of the page comes from a field.",
    "add it; docs/lessons.md has the whole format",
    essential=True,
)
FIELD_UNKNOWN = Rule(
    "field-unknown",
    "A misspelt field would be ignored in silence.",
    "mend the name or remove it",
    essential=True,
)
FIELD_TYPE = Rule(
    "field-type",
    "A version 3.10 without quotes is the number 3.1, and a bare yes is a truth value.",
    "write the kind of value that is asked for; quote texts",
    essential=True,
)
FIELD_VALUE = Rule(
    "field-value",
    "Only these values mean something.",
    "choose one of the allowed values",
    essential=True,
)
FIELD_LENGTH = Rule(
    "field-length",
    "The text has a place of a fixed size in the messages.",
    "make it shorter",
    essential=True,
)
LIST_LENGTH = Rule(
    "list-length",
    "The page has room for so many, and needs at least so many.",
    "add or remove entries",
    essential=True,
)
OPTION_FORM = Rule(
    "option-form",
    "An answer is either what is printed or the exception that ends the run.",
    "give exactly one of stdout and raises",
    essential=True,
)
FILE_NAME = Rule(
    "file-name",
    "One file a PEP, named so that a listing sorts and the right one is found.",
    "call it pep-NNNN.yaml with the PEP's number in four digits",
)
DUPLICATE_PEP = Rule(
    "duplicate-pep",
    "Two lessons on one PEP would overwrite each other.",
    "merge the puzzles into one file",
    essential=True,
)
DUPLICATE_PUZZLE_ID = Rule(
    "duplicate-puzzle-id",
    "Rounds and guesses are stored under the puzzle's id, for ever.",
    "choose another id",
    essential=True,
)

FORMAT_RULES = (
    YAML_SIZE,
    YAML_ENCODING,
    YAML_SYNTAX,
    YAML_NESTING,
    YAML_ALIAS,
    YAML_TAG,
    YAML_DUPLICATE_KEY,
    FIELD_MISSING,
    FIELD_UNKNOWN,
    FIELD_TYPE,
    FIELD_VALUE,
    FIELD_LENGTH,
    LIST_LENGTH,
    OPTION_FORM,
    FILE_NAME,
    DUPLICATE_PEP,
    DUPLICATE_PUZZLE_ID,
)
