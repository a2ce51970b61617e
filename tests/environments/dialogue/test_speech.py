"""What one mind's text says in one voice: cleaned, cut, and no further than its own part."""

import pytest
from tests.environments.dialogue.tables import Table, a_setting, always

from fabula.environments.dialogue import Ends
from fabula.environments.dialogue.actions import Say
from fabula.environments.dialogue.events import Passed, Said
from fabula.environments.dialogue.setting import TEXT_CHARACTERS_MAX
from fabula.environments.dialogue.speech import SENTENCE_CHARACTERS_MAX, heard, sentence

OTHERS = ("Ben Marsh", "Cara Voss")


def own(text: str) -> str:
    return heard(text, "Ada Lovell", OTHERS).text


@pytest.mark.parametrize(
    "prefixed",
    [
        "Ada Lovell: Good evening.",
        "ada: Good evening.",
        "**Ada:** Good evening.",
        "**Ada Lovell**: Good evening.",
        "__Ada__: Good evening.",
        "[Ada]: Good evening.",
        "Ada (quietly): Good evening.",
        "> Ada: Good evening.",
        "<b>Ada:</b> Good evening.",
        "\uff21\uff44\uff41\uff1aGood evening.",
        "\n\n  Ada:   Good evening.\n\n",
        "Ben Marsh: You first.\nAda: Good evening.",
        "Ada: Ada Lovell: Good evening.",
    ],
)
def test_its_own_name_in_front_is_taken_off(prefixed: str) -> None:
    assert own(prefixed) == "Good evening."


@pytest.mark.parametrize(
    "other",
    [
        "Ben: I hate this.",
        "**Ben Marsh:** I hate this.",
        "BEN MARSH : I hate this.",
        "Cara Voss (angrily): I hate this.",
        "<p><b>Cara:</b> I hate this.</p>",
        "* Ben: I hate this.",
        "\u200bBen: I hate this.",
        "B\u202een: I hate this.",
        "Ada: Ben: I hate this.",
        "1. Ben: I hate this.",
        "2) Ben Marsh: hate.",
        "| Ben: I hate this.",
        "## Ben\nI hate this.",
        "**Ben Marsh**\nI hate this.",
        "[Ben] I hate this.",
        "<Ben> I hate this.",
        "Dr. Ben: I hate this.",
        "Ben\ua789 I hate this.",
        "Ben\u2236 I hate this.",
        "Ben\u0589 I hate this.",
        "B\u0435n: I hate this.",
        "Ben: We hate this.\nCara: Who does not?",
        "Ben: yes.\nBen: no.",
    ],
)
def test_nobody_puts_words_into_anothers_mouth(other: str) -> None:
    said = heard(f"Good evening.\n{other}\nAnd so on.", "Ada Lovell", OTHERS)
    assert said.text == "Good evening."
    assert said.cut, "the record says that something was left out"


@pytest.mark.parametrize(
    "text",
    [
        "Good evening. Ben: I hate this.",
        "Good evening. **Cara Voss:** I hate this. And so on.",
        "Good evening.<br>Ben: I hate this.",
        "Good evening.\u2028Ben: I hate this.",
        "Ada: Good evening. Ben: I hate this.\nAda: And so on.",
    ],
)
def test_nor_behind_a_sentence_on_the_same_line(text: str) -> None:
    said = heard(text, "Ada Lovell", OTHERS)
    assert (said.text, said.cut) == ("Good evening.", True)


@pytest.mark.parametrize(
    "text",
    [
        "Let me sum up what was said.\nBen: for it, on two terms.\nCara: against it.\nSo I say we wait.",
        "Where we stand:\n\n1. **Ben Marsh:** for it.\n2. **Cara:** against it.\n\nI say we wait.",
        "Where we stand:\nAda: undecided.\nBen: for it.\nSo we wait.",
    ],
)
def test_a_report_of_what_the_others_hold_is_its_own(text: str) -> None:
    said = heard(text, "Ada Lovell", OTHERS)
    assert (said.text, said.cut) == (text, False)


@pytest.mark.parametrize(
    "text",
    [
        "Let me sum up.\nBen: for it.\nCara: against it.",
        "Let me sum up.\nBen: for it.\nSo we wait.",
        "Let me sum up.\nBen: for it.\nCara: I am against it.\nSo we wait.",
        "Let me sum up.\nBen: for it.\nCara: against it.\nBen: for it after all.\nSo we wait.",
    ],
)
def test_it_is_no_report_if_one_alone_speaks_or_in_the_first_person_or_nothing_of_its_own_follows(text: str) -> None:
    said = heard(text, "Ada Lovell", OTHERS)
    assert (said.text, said.cut) == ("Let me sum up.", True)


def test_a_report_ends_where_speech_begins() -> None:
    said = heard("So far:\nBen: for it.\nCara: against.\nI wait.\nBen: I do not.", "Ada Lovell", OTHERS)
    assert (said.text, said.cut) == ("So far:\nBen: for it.\nCara: against.\nI wait.", True)


def test_what_was_left_out_is_recorded() -> None:
    table = Table(a_setting(first="Ada", ends=Ends(turns=1)), always(Say(text="I go.\nBen: Then I stay."))).play()
    (said,) = table.of(Said)
    assert (said.text, said.cut) == ("I go.", True)


def test_what_it_goes_on_saying_under_its_own_name_is_its_own() -> None:
    assert own("Ada: One.\nAda: Two.\nThree.\nBen: Four.\nAda: Five.") == "One.\nTwo.\nThree."


def test_a_name_and_a_colon_alone_is_to_whom_it_is_said() -> None:
    said = heard("Ben: what do you say?", "Ada Lovell", OTHERS)
    assert (said.text, said.to) == ("what do you say?", "Ben Marsh")


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ("Ben, what do you say?", "Ben Marsh"),
        ("Well, Cara Voss, you were there.", "Cara Voss"),
        ("What do you say, Ben?", "Ben Marsh"),
        ("Ben and Cara, listen.", ""),
        ("Ben, you heard that, Cara?", ""),
        ("I saw Ben there.", ""),
    ],
)
def test_whom_the_words_call_by_name_is_addressed(text: str, to: str) -> None:
    assert heard(text, "Ada Lovell", OTHERS).to == to


@pytest.mark.parametrize(
    "text",
    [
        "Note: it rains.",
        "At 12:30 the gate opens: be there.",
        "<script>alert('x')</script> & <b>bold</b>",
        "Two things.\n\n- one: a thing\n- two: another",
        "1. First, Ben.\n2. Then: Cara.",
        'They wrote it down. "Ben: no." That was all.',
        "Ben says: it rains.",
        "Good. Ben, listen: it rains.",
        "# Ben's plan\n\nIt rains.",
    ],
)
def test_anything_else_stays_as_it_was_said(text: str) -> None:
    assert own(text) == text


def test_what_no_reader_sees_is_taken_out() -> None:
    assert own("\x1b[31mred\x1b[0m \x07bell \x1b]0;title\x07done\u202e\u2066\x00") == "red bell done"
    assert own("one\r\ntwo\u2028three\ufeff") == "one\ntwo three"
    assert own("\u200b\x1b[2J \u2060") == ""


def test_a_person_among_the_others_is_also_called_user() -> None:
    said = heard("Certainly.\nUser: thanks\nAda: bye", "Ada", ("You",), people=("You",))
    assert said.text == "Certainly."


def test_what_is_too_long_is_cut_and_the_record_says_so() -> None:
    table = Table(a_setting(first="Ada", ends=Ends(turns=2)), always(Say(text="x " * TEXT_CHARACTERS_MAX))).play()
    said = table.of(Said)[0]
    assert said.cut
    assert TEXT_CHARACTERS_MAX - 2 <= len(said.text) <= TEXT_CHARACTERS_MAX
    assert not heard("y" * TEXT_CHARACTERS_MAX, "Ada", ("Ben",)).cut


def test_a_turn_of_which_nothing_is_left_is_passed() -> None:
    table = Table(a_setting(first="Ada", ends=Ends(turns=1)), always(Say(text="\x1b[2J \u200b\n"))).play()
    assert not table.of(Said)
    assert table.of(Passed)


def test_sentences_are_one_line_of_bounded_length() -> None:
    assert sentence("  one\n two\x1b[1m ") == "one two"
    assert len(sentence("x" * 10**5)) == SENTENCE_CHARACTERS_MAX
