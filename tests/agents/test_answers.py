"""Answers: from what a model's reply says to an action. One rule each."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fabula.agents.minds.answers import ActionRead, Understood, read_action, shape_of
from fabula.engine.values import Action, AgentId, Observation, Option
from fabula.environments.campaign.actions import (
    Adjudicate,
    Aid,
    Attack,
    Attempt,
    CharacterAction,
    Direct,
    Give,
    Investigate,
    Move,
    Persuade,
    Rest,
    Sneak,
    Take,
    Talk,
    Use,
    Wait,
)
from fabula.llm.replies import read_reply

OPTIONS: tuple[Action, ...] = (
    Move(to="the Iron Gate", reason="the horn"),
    Talk(to="Edda", about="the lamp"),
    Talk(to="Edda"),
    Attack(target="the wolf"),
    Wait(),
)


def asked(accepts: Any = CharacterAction, options: tuple[Action, ...] = OPTIONS) -> Observation:
    return Observation(
        agent=AgentId("Mira"),
        step=1,
        due=1,
        perceives=None,
        accepts=accepts,
        reflex=Wait(),
        options=tuple(Option(action=action) for action in options),
    )


def read(reply: Any, observation: Observation | None = None) -> ActionRead:
    text = reply if isinstance(reply, str) else json.dumps(reply)
    return read_action(read_reply(text), observation or asked())


def action(reply: Any, observation: Observation | None = None) -> Action | None:
    return read(reply, observation).action


class TestOptions:
    @pytest.mark.parametrize(
        "reply",
        ['{"choice": 2}', '{"choice": "2"}', '{"choice": 2.0}', '{"choice": [2]}', '{"option": "option 2"}', "2", '"2"',
         "Option 2", "#2", "2. talk to Edda", "I choose option 2.", "second", '{"action": "2"}', "CHOICE: 2",
         '{"choice": 2, "action": "talk", "target": "Edda"}', '{"choice": 2, "action": "talk", "target": null}',
         '{"choice": "talk to Edda about the lamp"}', "Talk to Edda about the lamp."],
    )  # fmt: skip
    def test_a_number_or_the_words_are_the_option(self, reply: str) -> None:
        assert read(reply) == ActionRead(action=OPTIONS[1], how=Understood.OPTION)

    def test_what_the_reply_adds_is_merged_in(self) -> None:
        reply = {"choice": 2, "text": "Come!", "reason": "it is late", "thoughts": ["she is tired"]}
        assert action(reply) == Talk(
            to="Edda", about="the lamp", text="Come!", reason="it is late", thoughts=("she is tired",)
        )

    def test_words_are_left_out_of_a_kind_that_has_none(self) -> None:
        assert action({"choice": 5, "text": "Come!"}) == Wait()

    @pytest.mark.parametrize("number", [0, 6, -1, 999, 2.5, True, "all", None, [1, 2], {}])
    def test_there_is_no_other_number(self, number: Any) -> None:
        assert action({"choice": number}) is None

    @pytest.mark.parametrize("words", ["3 wolves are near", "1 or 2", "1.5", "between 2 and 4", "OK", "one of them"])
    def test_a_number_in_prose_is_no_choice(self, words: str) -> None:
        assert action(words) is None

    def test_a_deed_that_differs_from_the_number_goes_before_it(self) -> None:
        assert action({"choice": 4, "action": "talk", "target": "Tom"}) == Talk(to="Tom")

    def test_a_deed_that_lacks_something_leaves_the_number(self) -> None:
        assert action({"choice": 4, "action": "give"}) == OPTIONS[3]

    def test_a_number_out_of_range_leaves_the_deed(self) -> None:
        assert action({"choice": 99, "action": "wait"}) == Wait()


class TestKinds:
    @pytest.mark.parametrize(
        "reply",
        [
            {"action": "talk", "target": "Tom", "text": "Run!"},
            {"kind": "talk", "to": "Tom", "text": "Run!"},
            {"type": "TALK", "parameters": {"target": "Tom", "text": "Run!"}, "priority": 3},
            {"action": {"kind": "talk", "to": "Tom", "text": "Run!"}},
            {"action": {"type": "talk", "parameters": {"recipient": "Tom", "words": "Run!"}}},
            {"response": {"action": "talk", "target": "Tom", "text": "Run!"}},
            {"talk": {"to": "Tom", "text": "Run!"}},
            {"talk": "Tom", "text": "Run!"},
            {"name": "act", "arguments": json.dumps({"action": "say", "target": "Tom", "text": "Run!"})},
            {"action_type": "speak", "Target": "Tom", "Text": "Run!"},
            {"actionType": "Talk", "towhom": "Tom", "message": "Run!"},
            {"action": "talk to Tom", "text": "Run!"},
            {"action": " Talk ", "to": ["Tom"], "text": "Run!", "unknown": {"a": 1}},
            {"actions": [{"action": "tell", "who": "Tom", "say": "Run!"}]},
            "ACTION: talk TARGET: Tom TEXT: Run!",
            "**Action:** Speak\n**Target:** Tom\n**Words:** Run!",
            'Action: speak\nAction Input: {"target": "Tom", "text": "Run!"}\nObservation:',
        ],
    )
    def test_one_deed_is_told_in_many_ways(self, reply: Any) -> None:
        assert action(reply) == Talk(to="Tom", text="Run!")

    @pytest.mark.parametrize(
        ("word", "deed"),
        [
            ("go", Move(to="X")),
            ("Walk", Move(to="X")),
            ("say", Talk(to="X")),
            ("tells", Talk(to="X")),
            ("search", Investigate(what="X")),
            ("examining", Investigate(what="X")),
            ("fight", Attack(target="X")),
            ("heal", Aid(whom="X")),
            ("convince", Persuade(whom="X")),
            ("hide", Sneak(to="X")),
            ("grab", Take(object="X")),
            ("use", Use(object="X")),
            ("sleep", Rest()),
        ],
    )
    def test_a_synonym_names_its_kind(self, word: str, deed: Action) -> None:
        assert action({"action": word, "target": "X"}) == deed

    def test_a_synonym_of_a_kind_that_is_not_accepted_names_nothing(self) -> None:
        assert action({"action": "fight", "target": "X"}, asked(Move | Wait, ())) is None

    @pytest.mark.parametrize(
        ("reply", "deed"),
        [
            ({"action": "give", "object": "lamp", "target": "Tom"}, Give(object="lamp", to="Tom")),
            ({"action": "give", "target": "lamp", "to": "Tom"}, Give(object="lamp", to="Tom")),
            ({"action": "give", "item": "lamp", "recipient": "Tom"}, Give(object="lamp", to="Tom")),
            ({"action": "take", "target": "lamp"}, Take(object="lamp")),
            ({"action": "take", "object": "lamp", "target": "Tom"}, Take(object="lamp", from_whom="Tom")),
            ({"action": "take", "object": "lamp", "fromWhom": "Tom"}, Take(object="lamp", from_whom="Tom")),
            ({"action": "use", "object": "key", "target": "door"}, Use(object="key", on="door")),
            ({"action": "persuade", "target": "Tom", "goal": "to stay"}, Persuade(whom="Tom", to_what="to stay")),
            ({"action": "talk", "target": "Tom", "topic": "the lamp"}, Talk(to="Tom", about="the lamp")),
            ({"action": "talk", "target": "Tom", "aloud": "yes"}, Talk(to="Tom", aloud=True)),
        ],
    )
    def test_a_target_goes_where_it_belongs(self, reply: Any, deed: Action) -> None:
        assert action(reply) == deed

    @pytest.mark.parametrize(
        "reply",
        [{"action": "dance"}, {"action": "attack"}, {"action": "attack", "target": None}, {"action": ["wait", "rest"]},
         {"action": "talk", "target": {"name": "Tom"}}, {"action": "talk", "target": ["Tom", "Edda"]}, {}, [],
         "{}", "null", {"error": "no"}, {"type": "object", "properties": {"action": {}}}, {"a": 1}, [1, 2], [[]]],
    )  # fmt: skip
    def test_what_names_no_deed_is_none_and_says_why(self, reply: Any) -> None:
        assert read(reply).action is None
        assert read(reply).why.endswith(".")

    def test_null_is_the_default(self) -> None:
        assert action({"action": "investigate", "target": None, "reason": None, "thoughts": None}) == Investigate()

    def test_a_number_is_text_where_text_belongs(self) -> None:
        assert action({"action": "talk", "target": 5}) == Talk(to="5")

    def test_the_last_of_several_objects_that_is_a_deed_counts(self) -> None:
        assert action('{"action": "wait"}\n{"kind": "rest", "reason": "x"}\n{"done": true}') == Rest(reason="x")


class TestCut:
    @pytest.mark.parametrize("text", ['{"action": "talk", "target": "Ed', '{"choice": 1', '{"action": "wai'])
    def test_a_name_or_number_cut_short_is_not_trusted(self, text: str) -> None:
        assert action(text) is None

    @pytest.mark.parametrize("text", ['{"action": "talk", "target": "Tom"', '{"action": "talk", "target": "Tom", "tex'])
    def test_a_whole_name_is(self, text: str) -> None:
        assert action(text) == Talk(to="Tom")

    def test_words_may_break_off(self) -> None:
        assert action('{"action": "talk", "target": "Tom", "text": "Hold the') == Talk(to="Tom", text="Hold the")

    @given(st.integers(1, 90))
    def test_a_good_reply_cut_anywhere_never_names_another(self, end: int) -> None:
        text = json.dumps({"action": "talk", "target": "Edda", "text": "Hold the gate!", "reason": "late"})
        found = action(text[:end])
        assert found is None or (isinstance(found, Talk) and found.to == "Edda")


class TestDeeds:
    @pytest.mark.parametrize(
        "reply",
        [
            {"action": "climb the mast to look for sails"},
            {"action": "attempt", "text": "climb the mast to look for sails"},
            {"action": "attempt", "target": "climb the mast to look for sails"},
            {"action": "Attempt: climb the mast to look for sails"},
            {"kind": "attempt", "text": "climb the mast to look for sails"},
            "ACTION: climb the mast to look for sails",
        ],
    )
    def test_a_deed_in_words_is_attempted(self, reply: Any) -> None:
        assert read(reply) == ActionRead(action=Attempt(text="climb the mast to look for sails"), how=Understood.DEED)

    def test_its_reason_is_kept(self) -> None:
        assert action({"action": "sing to the wolves", "reason": "x"}) == Attempt(text="sing to the wolves", reason="x")

    @pytest.mark.parametrize(
        "deed",
        ["I'm sorry, I can't help with that", "as an AI I do not fight", "xyzzy", "…", "os.system('rm -rf /')",
         "<b>go now</b>", "{{deed of mine}}", ""],
    )  # fmt: skip
    def test_refusals_and_garbage_are_none(self, deed: str) -> None:
        assert action({"action": deed}) is None

    @pytest.mark.parametrize(
        "text", ["I climb the mast to look for sails.", "I'm sorry, but I can't continue this story.", "I will wait."]
    )
    def test_loose_prose_is_none(self, text: str) -> None:
        assert action(text) is None

    def test_where_no_deed_in_words_is_accepted_there_is_none(self) -> None:
        assert action({"action": "climb the mast to look for sails"}, asked(Move | Wait, ())) is None


class TestBounds:
    def test_texts_are_cut(self) -> None:
        long = "word " * 700
        reply = {"action": "talk", "target": long, "text": long, "reason": long, "thoughts": [long] * 9}
        deed = action(reply)
        assert isinstance(deed, Talk)
        assert len(deed.to) <= 200
        assert len(deed.text) <= 1_000
        assert len(deed.reason) <= 500
        assert len(deed.thoughts) == 5
        assert max(map(len, deed.thoughts)) <= 300

    def test_control_signs_become_blanks(self) -> None:
        reply = {"action": "talk", "target": "Tom", "text": "a\nb\x1b[31mc\x00d\u202ee\ud83d"}
        assert action(reply) == Talk(to="Tom", text="a b [31mc d e\ufffd")

    def test_a_single_thought_is_a_list_of_one(self) -> None:
        assert action({"action": "wait", "thoughts": "so tired"}) == Wait(thoughts=("so tired",))

    def test_thoughts_of_other_types_are_left_out(self) -> None:
        assert action({"action": "wait", "thoughts": ["a", {"b": 1}, None, ["c"], 4]}) == Wait(thoughts=("a", "c", "4"))


class TestDirector:
    def ask(self, kind: type[Action]) -> Observation:
        return asked(kind, ())

    @pytest.mark.parametrize(
        "reply",
        [
            {"difficulties": {"Mira": 15, "Tom": "10"}, "readings": {"Tom": "persuade"}, "targets": None},
            {
                "kind": "adjudicate",
                "difficulties": {"Mira": 15.0, "Tom": 10, "Ann": "hard"},
                "readings": {"Tom": "persuade"},
            },
            {
                "difficulties": [{"agent": "Mira", "dc": 15}, {"agent": "Tom", "dc": 10}],
                "readings": [{"Tom": "persuade"}],
            },
            {"response": {"difficulties": {"Mira": 15, "Tom": 10}, "readings": {"Tom": "persuade"}}},
            "DIFFICULTIES:\n- Mira: 15\n- Tom: 10\nREADINGS:\n- Tom: persuade\n- Nobody",
            "difficulties:\n  Mira: 15\n  Tom: 10\nreadings:\n  Tom: persuade",
        ],
    )
    def test_rulings_are_read(self, reply: Any) -> None:
        assert action(reply, self.ask(Adjudicate)) == Adjudicate(
            difficulties={"Mira": 15, "Tom": 10}, readings={"Tom": "persuade"}
        )

    def test_rulings_are_bounded(self) -> None:
        many = {f"agent {number}" + "x" * 500: number for number in range(100)}
        deed = action({"difficulties": many}, self.ask(Adjudicate))
        assert isinstance(deed, Adjudicate)
        assert len(deed.difficulties) == 64
        assert max(map(len, deed.difficulties)) <= 200

    def test_absurd_numbers_are_left_out(self) -> None:
        assert action({"difficulties": {"Mira": 10**30, "Tom": True, "Ann": 1.5}}, self.ask(Adjudicate)) == Adjudicate()

    def test_a_complication_is_read(self) -> None:
        assert action({"complication": "Fog", "place": "Gate"}, self.ask(Direct)) == Direct(
            complication="Fog", place="Gate"
        )

    def test_none_may_be_said(self) -> None:
        assert action({"complication": None, "place": None, "reason": "calm"}, self.ask(Direct)) == Direct(
            reason="calm"
        )

    @pytest.mark.parametrize("reply", ["{}", "null", "Fog rolls in.", '{"answer": 42}', '{"reason": "x"}'])
    def test_an_answer_to_nothing_is_none(self, reply: str) -> None:
        assert action(reply, self.ask(Direct)) is None


class TestShape:
    def test_a_decision_is_flat_and_strict(self) -> None:
        schema = shape_of(asked()).schema
        assert list(schema["properties"])[:3] == ["choice", "action", "target"]
        assert {"text", "reason", "thoughts"} <= set(schema["properties"])
        assert schema["required"] == list(schema["properties"])
        assert schema["additionalProperties"] is False
        assert all("null" in each["type"] for each in schema["properties"].values())

    def test_every_kind_can_be_named(self) -> None:
        kinds = shape_of(asked()).schema["properties"]["action"]["enum"]
        assert len(kinds) == len(CharacterAction.__args__) + 1

    def test_without_options_there_is_no_choice(self) -> None:
        assert "choice" not in shape_of(asked(options=())).schema["properties"]

    @pytest.mark.parametrize("kind", [Adjudicate, Direct])
    def test_the_only_kind_is_asked_for_by_its_own_fields(self, kind: type[Action]) -> None:
        schema = shape_of(asked(kind, ())).schema
        assert list(schema["properties"]) == list(kind.__struct_fields__)
        assert "$ref" not in json.dumps(schema)

    def test_filled_in_it_is_an_action(self) -> None:
        shape = shape_of(asked())
        filled = dict.fromkeys(shape.schema["properties"]) | {"action": "give", "object": "lamp", "to": "Tom"}
        reading = read_reply("", filled, shape=shape)
        assert reading.fault is None
        assert read_action(reading, asked()).action == Give(object="lamp", to="Tom")


NAMES = st.sampled_from(
    "action kind type choice option target to text reason thoughts object parameters arguments response talk move "
    "difficulties complication readings place about name message".split()
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["talk", "go", "Edda", "2", "give"]),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6), max_leaves=12
)


class TestHostile:
    def test_strings_of_json_in_json_are_not_opened_without_end(self) -> None:
        nest: Any = {"action": "wait"}
        for _ in range(12):
            nest = {"arguments": json.dumps(nest)}
        assert action(nest) is None

    def test_a_nested_number_that_is_none_does_no_harm(self) -> None:
        assert action({"arguments": '{"difficulties": {"a": NaN, "b": 1e999, "c": 7}}'}, asked(Adjudicate, ())) == (
            Adjudicate(difficulties={"c": 7})
        )

    @given(st.dictionaries(NAMES, VALUES, max_size=8) | VALUES, st.sampled_from([CharacterAction, Adjudicate, Direct]))
    @settings(max_examples=300, deadline=None)
    def test_any_object_is_an_accepted_action_or_none(self, data: Any, accepts: Any) -> None:
        observation = asked(accepts, OPTIONS if accepts is CharacterAction else ())
        found = read_action(read_reply("", data), observation)
        assert_acceptable(found, observation)

    @given(st.text(max_size=120))
    @settings(max_examples=150, deadline=None)
    def test_any_text_is_an_accepted_action_or_none(self, text: str) -> None:
        assert_acceptable(read(text), asked())


def assert_acceptable(found: ActionRead, observation: Observation) -> None:
    assert (found.action is None) == (found.how is Understood.NOTHING)
    if found.action is None:
        assert found.why
        return
    again = msgspec.json.decode(msgspec.json.encode(found.action), type=observation.accepts)
    assert again == found.action
