"""What a setting has to hold to; what is wrong is told with its place, all of it at once."""

import msgspec
import pytest
from tests.environments.dialogue.tables import a_setting, with_speaker

from fabula.agents.persona import Persona
from fabula.environments.dialogue import Dialogue, DialogueSetting, Ends, Speaker
from fabula.environments.dialogue.setting import SPEAKERS_MAX, Decision, Policy
from fabula.errors import UsageError

THREE = ("Ada", "Ben", "Cara")


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        (DialogueSetting(speakers=()), "speakers: a dialogue needs two, and here is nobody"),
        (a_setting("Ada"), "speakers: a dialogue needs two, and here is only 'Ada'. Name another speaker."),
        (a_setting("Ada", "Ada"), r"speakers\[1\]: 'Ada' stands twice. Give each speaker a name of its own."),
        (a_setting("Ada", "ADA"), r"speakers\[1\]: 'ADA' cannot be told from 'Ada'"),
        (a_setting("Ada", "\uff21\uff44\uff41"), "cannot be told from 'Ada'"),
        (a_setting("Ada", "Keeper"), "'Keeper' means somebody else in a log"),
        (a_setting("Ada", "Ben=x"), "a '=' parts a name from a model"),
        (
            a_setting(*(f"N{number}" for number in range(SPEAKERS_MAX + 1)), policy=Policy.FREE),
            "speakers: 25 speakers are too many: 24 at most",
        ),
        (a_setting(topic="x" * 1_000_000), "topic: a topic of 1,000,000 characters is too long: 2,000 at most."),
        (a_setting(background="x" * 9_000), "background: a background of 9,000 characters"),
        (a_setting(greeting="x" * 9_000), "greeting: a greeting of 9,000 characters"),
        (a_setting(pack="no such/name"), "name: pack name"),
        (a_setting(first="Bem"), "first: 'Bem' is no speaker. Did you mean 'Ben'?"),
        (a_setting(policy=Policy.MODERATOR), "moderator: the policy 'moderator' needs one"),
        (a_setting(policy=Policy.MODERATOR, moderator="Zoe"), "moderator: 'Zoe' is no speaker"),
        (a_setting(*THREE), "policy: 'alternate' is for two, and here are 3. Say 'round_robin'"),
        (a_setting(decision=Decision.VOTE, options=("a",)), "options: a vote needs two options at least"),
        (a_setting(decision=Decision.VOTE, options=("a", "A ")), r"options\[1\]: 'A ' stands here already, as 'a'"),
        (a_setting(decision=Decision.VOTE, options=("a", " ")), r"options\[1\]: this option is empty"),
        (a_setting(options=("a", "b")), "options: options are for a vote. Say 'decision: vote'"),
        (a_setting(rounds=0), "rounds: a whole number from 1 to 20 is needed, not 0"),
        (a_setting(ends=Ends(turns=-1)), "ends.turns: a whole number from 0 to 10,000 is needed, not -1"),
        (a_setting(ends=Ends(similarity=101)), "ends.similarity: "),
        (a_setting(ends=Ends(window=1)), "ends.window: a whole number from 2 to 24"),
        (a_setting(ends=Ends(silence=-3)), "ends.silence: "),
        (a_setting(ends=Ends(phrases=("  ",))), r"ends.phrases\[0\]: this phrase is empty"),
        (with_speaker(a_setting(), "Ben", stance=500), r"speakers\[1\].stance: a whole number from -100 to 100"),
        (with_speaker(a_setting(), "Ben", points=("x" * 2_000,)), r"speakers\[1\].points\[0\]: a sentence of 2,000"),
        (with_speaker(a_setting(), "Ben", points=("x",) * 50), r"speakers\[1\].points: 50 entries"),
    ],
)
def test_what_is_wrong_with_a_setting_is_told_with_its_place(setting: DialogueSetting, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        Dialogue(setting)


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(UsageError) as wrong:
        Dialogue(a_setting("Ada", "ada", first="Zoe", rounds=99))
    assert len(str(wrong.value).splitlines()) == 3


def test_a_setup_gives_an_equal_dialogue_and_another_text_none() -> None:
    setting = a_setting(*THREE, policy=Policy.BIDS, decision=Decision.VOTE, options=("a", "b"), ends=Ends(turns=3))
    again = Dialogue.from_setup(Dialogue(setting).setup())
    assert again.setting == setting
    assert again.setup() == Dialogue(setting).setup()
    for wrong in (b"{}", b"[", b'{"speakers": 3}'):
        with pytest.raises(UsageError, match="the setup of the dialogue cannot be read"):
            Dialogue.from_setup(wrong)


def test_names_of_any_letters_will_do() -> None:
    setting = DialogueSetting(
        speakers=tuple(Speaker(persona=Persona(name=name)) for name in ("Żaneta Ó'Brien", "田中", "🦊 Rex", "R2-D2")),
        policy=Policy.FREE,
    )
    assert Dialogue(setting).setting.names == setting.names


def test_the_structs_encode_equal_values_alike() -> None:
    setting = a_setting(ends=Ends())
    assert msgspec.json.decode(msgspec.json.encode(setting), type=DialogueSetting) == setting
    assert b'"ends"' in msgspec.json.encode(msgspec.structs.replace(setting, ends=Ends(turns=1)))
