"""A story is alive: nothing is said twice in it, little is said in two stories, and each style speaks for itself."""

import re
from collections import Counter
from itertools import combinations, pairwise

import pytest
from tests.chronicle.runs import HARBOUR, SIEGE, Where, a_run

from fabula.chronicle import STYLES, account_from_events, tell, to_markdown
from fabula.chronicle.story import Story
from fabula.environments.campaign.setting import Style

SEEDS = range(10)
PLACES = {"harbour": HARBOUR, "siege": SIEGE}
_ENDS = re.compile(r"(?<=[.!?…])[\"”’]?\s+")


def sentences(story: Story) -> Counter[str]:
    """The sentences as a reader would part them, without regard to case and space."""
    parts = (part for sentence in story.sentences() for part in _ENDS.split(sentence.text))
    return Counter(" ".join(part.casefold().split()) for part in parts if part.strip())


def stories(style: Style, where: Where) -> list[Story]:
    return [tell(account_from_events(a_run(seed, where=where, turns=16)), style=style) for seed in SEEDS]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("where", PLACES.values(), ids=PLACES.keys())
def test_no_sentence_stands_twice_and_under_one_in_fifty_in_two_stories(style: Style, where: Where) -> None:
    told = [sentences(story) for story in stories(style, where)]
    assert [text for story in told for text, count in story.items() if count > 1] == []
    shared = {
        pair: len(one.keys() & other.keys()) / min(len(one), len(other))
        for pair, (one, other) in zip(combinations(SEEDS, 2), combinations(told, 2), strict=True)
    }
    assert max(shared.values()) < 0.02, max(shared, key=lambda pair: shared[pair])


@pytest.mark.parametrize("style", STYLES)
def test_a_full_story_is_neither_a_note_nor_a_novel(style: Style) -> None:
    for turns in (12, 20):
        words = len(to_markdown(tell(account_from_events(a_run(2, turns=turns)), style=style)).split())
        assert 1_800 < words < 6_500, (turns, words)


def test_styles_are_different_voices_and_not_different_adjectives() -> None:
    account = account_from_events(a_run(4))
    told = {style: sentences(tell(account, style=style)) for style in STYLES}
    for one, other in combinations(STYLES, 2):
        assert len(told[one].keys() & told[other].keys()) <= 2, (one, other)
    lengths = {style: sum(len(text.split()) for text in told[style]) / len(told[style]) for style in STYLES}
    assert lengths["plain"] < lengths["grimdark_dramatic"]
    assert lengths["tactical"] < lengths["philosophical"]


def test_chapter_titles_vary_within_a_story_and_between_stories() -> None:
    for style in STYLES:
        titles = [[chapter.title for chapter in story.chapters if chapter.number] for story in stories(style, HARBOUR)]
        assert all(len(set(story)) == len(story) > 3 for story in titles), style
        assert len({title for story in titles for title in story}) > len(SEEDS) * 2


def test_a_settings_words_are_heard() -> None:
    own = {"any": {"smell": [f"own smell of {letter}" for letter in "abcdefgh"]}}
    account = account_from_events(a_run(1), lexicon=own)
    heard = [s.text for s in tell(account, style="grimdark_dramatic").sentences() if "own smell of" in s.text]
    assert len(heard) >= 4


def test_pronouns_stand_only_where_one_person_can_be_meant() -> None:
    pronoun = re.compile(r"^(She|He)\b")
    for seed in range(5):
        account = account_from_events(a_run(seed))
        for style in STYLES:
            for chapter in tell(account, style=style).chapters:
                for block in chapter.blocks:
                    texts = [s.text for s in getattr(block, "sentences", ())]
                    for before, text in pairwise(texts):
                        if (match := pronoun.match(text)) and not pronoun.match(before):
                            who = [name for name in account.people if account.names.short(name) in before]
                            same = [name for name in who if account.people[name].pronouns.startswith(match[1].lower())]
                            unknown = [name for name in who if not account.people[name].pronouns]
                            assert len(same) == 1, (before, text)
                            assert unknown == [], (before, text)
