"""YAML as a tree of texts with places; everything else is refused."""

import pytest

from scenarios.documents import List, Map, Text, document
from scenarios.problems import ScenarioError


def _problems(text: str) -> list[str]:
    try:
        _, problems = document(text, "x.yaml")
    except ScenarioError as error:
        problems = list(error.problems)
    return [str(problem) for problem in problems]


def _text(text: str) -> str:
    """Return the text under the key `a`."""
    tree, _ = document(text, "x.yaml")
    node = tree.entries["a"]
    assert isinstance(node, Text)
    return node.value


@pytest.mark.parametrize(
    "value", ["12:30", "no", "yes", "1e3", "0x10", "1:20", "2022-04-01", "1_000", ".5"]
)
def test_every_scalar_stays_the_text_it_is(value: str) -> None:
    assert _text(f"a: {value}\n") == value


def test_every_piece_knows_its_line_and_column() -> None:
    tree, _ = document("a:\n  b: [x, {c: y}]\n", "x.yaml")
    a = tree.entries["a"]
    assert isinstance(a, Map)
    items = a.entries["b"]
    assert isinstance(items, List)
    assert [tuple(i.place) for i in items.items] == [
        ("x.yaml", 2, 7),
        ("x.yaml", 2, 10),
    ]
    assert tuple(a.keys["b"]) == ("x.yaml", 2, 3)


def test_places_count_characters_not_bytes() -> None:
    tree, _ = document("é£: {ü: 😀, a: x}\n", "x.yaml")
    node = tree.entries["é£"]
    assert isinstance(node, Map)
    assert tuple(node.keys["a"]) == ("x.yaml", 1, 12)


def test_hard_spaces_of_word_processors_count_as_spaces() -> None:
    assert _text("a: 45\u00a0min\n") == "45 min"


def test_windows_line_ends_change_no_place() -> None:
    tree, _ = document("a: 1\r\nb: 2\r\n", "x.yaml")
    assert tuple(tree.keys["b"]) == ("x.yaml", 2, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2\n", "x.yaml:2:1 a: 'a' is written twice; the first is on line 1."),
        (
            "s: {a: 1, b: 2, a: 3}\n",
            "x.yaml:1:17 s.a: 'a' is written twice; the first is on line 1.",
        ),
        ("a:\nb: 1\n", "x.yaml:1:3 a: nothing is written after 'a:'."),
        ("a: ~\n", "x.yaml:1:4 a: '~' is not part of the language."),
        ("a: null\n", "x.yaml:1:4 a: 'null' is not part of the language."),
        ("a:\n  - x\n  -\n", "x.yaml:3:4 a.1: nothing is written here."),
        ("a: &x 1\n", "x.yaml:1:4 a: anchors (&name) are not part of the language."),
        ("a: *x\n", "x.yaml:1:4 a: aliases (*name) are not part of the language."),
        ("a: !!str 5\n", "x.yaml:1:4 a: tags (!name) are not part of the language."),
        ("a: ! 5\n", "x.yaml:1:4 a: tags (!name) are not part of the language."),
        ("a: !x {b: 1}\n", "x.yaml:1:4 a: tags (!name) are not part of the language."),
        (
            "a: !!python/object:os.system [x]\n",
            "x.yaml:1:4 a: tags (!name) are not part of the language.",
        ),
        ("a:\n\tb: 1\n", "x.yaml:2:1 here is a tab; indent with spaces."),
        ("? [a]\n: 1\n", "x.yaml:1:3 a key is a text, not a list or a map."),
        ("'': 1\n", "x.yaml:1:1 a name is missing before the colon."),
        (
            "a: 1\n---\nb: 1\n",
            "x.yaml:2:1 a second document begins here; a file holds one scenario.",
        ),
        (
            "%YAML 1.1\n---\na: 1\n",
            "x.yaml:1:1 directives (%) are not part of the language.",
        ),
        ("", "x.yaml:1:1 the file is empty."),
        ("# only a comment\n", "x.yaml:1:1 the file is empty."),
        (
            "a: b: c\n",
            "x.yaml:1:5 this is not readable YAML: mapping values are not allowed "
            "here. "
            "A text with ': ' in it needs quotes, or a line above lacks its colon.",
        ),
        (
            "a: {b: 1\nc: 2\n",
            "x.yaml:1:4 this is not readable YAML: a bracket is opened here, and it is "
            "not closed or a comma is missing.",
        ),
        (
            "a: x\u202ey\n",
            "x.yaml:1:5 here is a character that nobody can see (U+202E); delete it.",
        ),
        (
            'a: "x\\u0007y"\n',
            "x.yaml:1:4 a: here is a character that nobody can see (U+0007); delete "
            "it.",
        ),
    ],
)
def test_what_is_not_part_of_the_language_is_refused(text: str, message: str) -> None:
    assert _problems(text) == [message]


def test_a_comma_in_braces_is_explained_once() -> None:
    assert _problems("a: {rate: 1,500 per day}\n") == [
        "x.yaml:1:24 a.500 per day: nothing is written after '500 per day:'. A comma "
        "inside { } begins a new entry: put the text in quotes (and write 1000, not "
        "1,000)."
    ]


def test_all_problems_of_form_are_told_at_once() -> None:
    said = _problems("a: &x 1\nb:\na: 2\n")
    assert [line.split(" ")[0] for line in said] == [
        "x.yaml:1:4",
        "x.yaml:2:3",
        "x.yaml:3:1",
    ]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_refused_before_it_can_do_harm(opening: str) -> None:
    (message,) = _problems("a:\n  " + opening * 100_000)
    assert message.endswith("this is nested more than 40 deep.")


def test_too_many_entries_are_refused() -> None:
    (message,) = _problems("a: [" + "x," * 200_001 + "]")
    assert "the file has more than 200,000 entries" in message
