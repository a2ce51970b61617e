"""Packs of dialogues: read from YAML, with file, line and key of whatever is wrong; and casts that join them."""

import asyncio
from pathlib import Path

import pytest
from tests.environments.dialogue.tables import Table

from fabula.engine import Action, Chance, Mind, Observation
from fabula.environments.dialogue import Dialogue, Ends, load_dialogue
from fabula.environments.dialogue.events import Said, Voted
from fabula.environments.dialogue.setting import Decision, OnFailure, Policy
from fabula.errors import UsageError
from fabula.packs import find_pack, pack_names

PACK = """\
environment: dialogue
name: weir
title: The weir
topic: Whether to mend the weir
background: It rains.
policy: moderator
moderator: ada
decision: vote
options: [mend it, leave it]
ends:
  turns: 12
  phrases: [that is that]
  similarity: 80
speakers:
  - characters/ada.md
  - id: ben
    name: Ben
    role: Miller
    about: A man of few words.
    pronouns: he/him
    stance: -40
    points: [It leaks.]
    wants_to_know: ["Ada, who pays?"]
    on_failure: skip
  - service: technical_supporter
"""
ADA = "---\nname: Ada\n---\n\n# Ada\n\n- **Rank/Role**: Reeve\n"


def a_pack(folder: Path, text: str = PACK, **files: str) -> Path:
    (folder / "characters").mkdir(parents=True, exist_ok=True)
    (folder / "characters" / "ada.md").write_text(ADA, encoding="utf-8")
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_text(content, encoding="utf-8")
    (folder / "pack.yaml").write_text(text, encoding="utf-8")
    return folder / "pack.yaml"


def test_a_pack_is_read_into_a_setting(tmp_path: Path) -> None:
    setting = load_dialogue(a_pack(tmp_path)).setting
    assert (setting.pack, setting.title, setting.topic) == ("weir", "The weir", "Whether to mend the weir")
    assert (setting.policy, setting.moderator, setting.decision) == (Policy.MODERATOR, "Ada", Decision.VOTE)
    assert setting.ends == Ends(turns=12, phrases=("that is that",), similarity=80)
    ada, ben, agent = setting.speakers
    assert ben.persona.role == "Miller"
    assert ben.persona.identity[0].text == "he/him"
    assert (ben.stance, ben.points, ben.wants_to_know) == (-40, ("It leaks.",), ("Ada, who pays?",))
    assert (ada.on_failure, ben.on_failure) == (OnFailure.SUBSTITUTE, OnFailure.SKIP)
    assert agent.service is not None
    assert agent.service.name == "technical_supporter"


def test_speakers_may_stand_in_a_file_of_their_own(tmp_path: Path) -> None:
    head, _, _ = PACK.partition("speakers:\n")
    text = head.replace("policy: moderator\nmoderator: ada", "policy: free")
    pack = a_pack(tmp_path, text + "speakers: who.yaml\n", who_yaml="- characters/ada.md\n- {name: Ben}\n")
    assert load_dialogue(pack).setting.names == ("Ada", "Ben")


def test_a_pack_gives_a_dialogue_that_its_setup_gives_again(tmp_path: Path) -> None:
    dialogue, told = Dialogue.from_pack(a_pack(tmp_path), turns=3)
    assert [line.split(":")[0] for line in told] == ["characters/ada.md, line 1"]
    assert dialogue.turns == 3
    assert Dialogue.from_setup(dialogue.setup()).setting == dialogue.setting


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("environment: dialogue\n", "", "pack.yaml, line 1.*'environment' is missing"),
        ("environment: dialogue", "environment: world", "line 1, environment: 'world' is another environment"),
        ("environment: dialogue", "environment: tavern", "no environment 'tavern' is here. Known: .*: dialogue'"),
        ("policy: moderator", "policy: moderate", "line 6, policy: 'moderate' is none of the words.*'moderator'"),
        ("moderator: ada", "moderator: abel", "line 7, moderator: no speaker 'abel'"),
        ("moderator: ada\n", "", "moderator: the policy 'moderator' needs one"),
        ("topic:", "topik:", "line 4, topik: unknown key 'topik'. Did you mean 'topic'"),
        ("turns: 12", "turns: -1", r"line 11, ends.turns: a whole number from 0 to 10,000 is needed, not -1"),
        ("options: [mend it, leave it]", "options: [mend it, Mend it]", r"line 9, options\[1\]: 'Mend it' stands here"),
        ("similarity: 80", "similarity: much", "line 13, ends.similarity: a whole number is needed, not 'much'"),
        ("characters/ada.md", "characters/adda.md", r"line 15, speakers\[0\]\S*: .*Did you mean 'characters/ada.md'"),
        ("name: Ben", "name: ada", r"'ada' is taken: pack.yaml, line 15"),
        ("    name: Ben\n    role: Miller", "    role: Miller", r"line 16, speakers\[1\]: who is it\?"),
        ("stance: -40", "stance: -400", r"line 21, speakers\[1\].stance: a whole number from -100 to 100"),
        ("on_failure: skip", "on_failure: die", r"line 24, speakers\[1\].on_failure: 'die' is none of the words"),
        ("service: technical_supporter", "service: plumber", r"line 25, speakers\[2\].service: no service agent"),
        ("service: technical_supporter", "name: 12", r"line 25, speakers\[2\].name: a text is needed, not 12"),
        ("name: weir", "name: the weir", "line 2, name: pack name 'the weir'"),
    ],
)
def test_what_is_wrong_is_told_with_file_line_and_key(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in PACK
    with pytest.raises(UsageError, match=told):
        load_dialogue(a_pack(tmp_path, PACK.replace(old, new, 1)))


def test_one_speaker_is_none_too_few_to_be_told_so(tmp_path: Path) -> None:
    head, _, _ = PACK.partition("  - id: ben")
    with pytest.raises(UsageError, match="line 14, speakers: a dialogue needs two, and here is only 'Ada'"):
        load_dialogue(a_pack(tmp_path, head))


def test_a_topic_of_a_megabyte_is_refused(tmp_path: Path) -> None:
    text = PACK.replace("Whether to mend the weir", "w" * 1_000_000)
    with pytest.raises(UsageError, match="line 4, topic: a topic of 1,000,000 characters is too long: 2,000 at most"):
        load_dialogue(a_pack(tmp_path, text))


def test_whoever_is_cast_joins_or_takes_a_part(tmp_path: Path) -> None:
    pack, sheet = a_pack(tmp_path), tmp_path / "zoe.md"
    sheet.write_text("# Zoe\n\n- **Rank/Role**: Diver\n", encoding="utf-8")
    joined, told = Dialogue.from_pack(pack, cast=[str(sheet)])
    assert joined.setting.names == ("Ada", "Ben", "Support", "Zoe")
    assert told[-1] == "Zoe joins."
    taken, told = Dialogue.from_pack(pack, cast=[f"ada={sheet}"])
    assert (taken.setting.names, taken.setting.moderator) == (("Zoe", "Ben", "Support"), "Zoe")
    assert taken.setting.policy is Policy.MODERATOR
    assert taken.setting.speakers[1].wants_to_know == ("Zoe, who pays?",)
    assert told[-1] == "Zoe takes the place of Ada."
    with pytest.raises(UsageError, match=r"no speaker 'Adam' in weir to be replaced. Did you mean 'Ada'"):
        Dialogue.from_pack(pack, cast=[f"Adam={sheet}"])
    with pytest.raises(UsageError, match="'Ada' is a speaker of weir"):
        Dialogue.from_pack(pack, cast=[f"Ben={tmp_path / 'characters' / 'ada.md'}"])


@pytest.mark.parametrize("turns", [0, -1, 10**9])
def test_turns_that_nobody_can_take_are_refused(tmp_path: Path, turns: int) -> None:
    with pytest.raises(UsageError, match="turns: a whole number from 1 to 10,000"):
        Dialogue.from_pack(a_pack(tmp_path), turns=turns)


def test_a_pack_may_bring_templates_of_its_own(tmp_path: Path) -> None:
    pack = a_pack(tmp_path)
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "speakr.j2").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match=r"prompts/speakr.j2: no template is called so"):
        load_dialogue(pack)


def test_a_shipped_dialogue_is_decided_by_rules_alone() -> None:
    dialogue, _ = Dialogue.from_pack(find_pack("sluice"))
    casting = dialogue.casting(Chance(3))
    minds: dict[str, Mind] = {}

    def by_rules(observation: Observation) -> Action:
        mind = minds.setdefault(observation.agent, casting(observation.agent, table.state)[0])
        answered = asyncio.run(mind.decide(observation))
        assert isinstance(answered, Action)
        return answered

    table = Table(dialogue.setting, by_rules, seed=3)
    table.play()
    assert table.how in {"decided", "undecided"}
    assert {event.speaker for event in table.of(Said)} == set(dialogue.setting.names)
    assert {event.speaker for event in table.of(Voted)} == set(dialogue.setting.names)


def test_shipped_dialogues_can_be_played_as_they_stand() -> None:
    assert "sluice" in pack_names("dialogue")
    for name in pack_names("dialogue"):
        dialogue, warnings = Dialogue.from_pack(find_pack(name))
        assert warnings == []
        for speaker in dialogue.setting.speakers:
            assert speaker.points or speaker.service
            assert speaker.persona.role
