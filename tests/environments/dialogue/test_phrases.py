"""Where a phrase stands in what is said: whole words in scripts that have them, whatever the case and the emphasis."""

import pytest
from tests.environments.dialogue.tables import Table, a_setting, says

from fabula.environments.dialogue import Ends
from fabula.environments.dialogue.words import phrase_in, pieces_of, runs_of, sets_blanks, words_of


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("So THAT  settles it, then.", "that settles it"),
        ("_That settles it_, friends.", "that settles it"),
        ("That **settles** it!", "that settles it"),
        ("`That` ~~settles~~ it", "that settles it"),
        ("That settles it!", "that settles it."),
        ("That’s it.", "that's it"),
        ("これで終わりです。", "終わり"),
        ("これはOKです。", "ok"),
        ("今天就到这里吧", "到这里"),
        ("วันนี้จบแล้วครับ", "จบแล้ว"),
        ("बस करो", "बस"),
        ("go to [end]now", "[end]"),
        ("and ***", "***"),
        ("bookend, end", "end"),
    ],
)
def test_a_phrase_is_found(text: str, phrase: str) -> None:
    assert phrase_in(text, ("nowhere", phrase)) == phrase


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("bookend", "end"),
        ("endless", "end"),
        ("Is that's settledness a word?", "that's settled"),
        ("बसें", "बस"),
        ("これで始まりです。", "終わり"),
        ("anything", ""),
        ("That unsettles it", "that settles it"),
    ],
)
def test_part_of_a_word_is_no_phrase(text: str, phrase: str) -> None:
    assert phrase_in(text, (phrase,)) == ""


def test_a_phrase_ends_a_talk_in_a_script_without_blanks() -> None:
    setting = a_setting(first="Ada", ends=Ends(phrases=("終わり",)))
    table = Table(setting, {"Ada": says("始めましょう。", "これで終わりです。")}).play()
    assert (table.how, table.why) == ("phrase", "Ada said '終わり'.")


def test_in_scripts_without_blanks_letters_stand_for_words() -> None:
    assert pieces_of("Das Café, 塔は高い") == ["das", "cafe", "塔", "は", "高", "い"]
    assert runs_of("塔は高い, tower") == {"塔は", "は高", "高い"}
    assert runs_of("a 塔") == {"塔"}
    assert sets_blanks("A tower, 塔")
    assert not sets_blanks("これはOKです")
    assert words_of("You’re HERE, naïve") == ["youre", "here", "naive"]
