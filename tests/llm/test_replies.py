"""Reading replies: one rule each."""

import json
import sys
import time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fabula.llm.replies import Fault, How, Reading, ask_again, is_refusal, read_reply
from fabula.llm.values import Finish, Shape

GOOD = {
    "action": "talk",
    "target": "Edda",
    "text": "Hold the gate, {friend}!",
    "reason": "she asked",
    "thoughts": ["a"],
}
TEXT = json.dumps(GOOD)
SHAPE = Shape(
    name="decision",
    schema={
        "type": "object",
        "properties": {
            "choice": {"type": ["integer", "null"]},
            "action": {"type": ["string", "null"]},
            "target": {"type": ["string", "null"]},
        },
    },
)


def value(text: str) -> Any:
    return read_reply(text).value


class TestOrder:
    def test_structured_output_goes_before_the_text(self) -> None:
        reading = read_reply('{"action": "flee"}', {"action": "wait"})
        assert (reading.value, reading.how) == ({"action": "wait"}, How.NATIVE)

    def test_structured_output_that_is_text_is_read_as_text(self) -> None:
        assert read_reply("", TEXT).value == GOOD

    def test_no_structured_output_leaves_the_text(self) -> None:
        assert read_reply(TEXT, None).how is How.JSON

    def test_structured_output_is_made_plain(self) -> None:
        reading = read_reply("", {"a": (1, float("nan")), 2: "\ud83d", "o": object()})
        assert reading.value == {"a": [1, None], "2": "\ufffd", "o": None}
        assert reading.fault is Fault.WRONG_TYPE

    def test_structured_output_too_deep_is_none(self) -> None:
        deep: Any = "x"
        for _ in range(100):
            deep = {"a": deep}
        assert read_reply("", deep).fault is Fault.TOO_DEEP

    def test_a_circle_is_too_deep(self) -> None:
        circle: list[Any] = []
        circle.append(circle)
        assert read_reply("", circle).fault is Fault.TOO_DEEP

    def test_json_goes_before_labels(self) -> None:
        reading = read_reply('ACTION: flee\n{"action": "wait"}')
        assert (reading.value, reading.labels) == ({"action": "wait"}, {"action": "flee"})


class TestWrapping:
    @pytest.mark.parametrize(
        "wrapped",
        [
            "\ufeff{}",
            "```json\n{}\n```",
            "~~~\n{}\n~~~",
            "Here is my decision:\n\n{}\n\nI hope this helps!",
            '<think>Should I {{flee}}? No: {{"action": "flee"}}</think>{}',
            "The template opened it, I think.</think>\n{}",
            "<|im_start|>assistant\n{}<|im_end|>",
            "<|channel|>analysis<|message|>Hm, {{}}<|end|><|start|>assistant<|channel|>final<|message|>{}<|return|>",
            "{}</s>",
            "[INST] {} [/INST]",
            "> {}",
            "data: {}\n\ndata: [DONE]\n",
            "He [sighs] and {{smiling}} says: {}",
            '{}\nPlayer: I attack!\nDM: {{"hit": 99}}',
            '{}\n{{"action": "tal',
        ],
    )
    def test_what_stands_around_an_answer_does_not_count(self, wrapped: str) -> None:
        text = wrapped.replace("{}", TEXT).replace("{{", "{").replace("}}", "}")
        reading = read_reply(text)
        assert (reading.value, reading.how, reading.fault) == (GOOD, How.JSON, None)

    def test_reasoning_without_an_answer_is_truncated(self) -> None:
        reading = read_reply('<think>{"action": "wait"} or not')
        assert (reading.value, reading.fault) == (None, Fault.TRUNCATED)

    def test_marks_within_a_valid_answer_are_its_own(self) -> None:
        said = {"text": "<think>```</s><|im_end|>\n\nUser: hi"}
        assert value(json.dumps(said)) == said


class TestSeveral:
    def test_of_the_same_form_the_last_counts(self) -> None:
        assert value('{"action": "wait"} No, better: {"action": "flee"}') == {"action": "flee"}

    def test_of_different_forms_all_count(self) -> None:
        assert value('{"thoughts": ["x"]}\n{"action": "flee"}') == [{"thoughts": ["x"]}, {"action": "flee"}]

    def test_an_empty_one_does_not_count(self) -> None:
        assert value('{}\n{"action": "flee"}\n{}') == {"action": "flee"}

    def test_of_equal_keys_the_last_counts(self) -> None:
        assert value('{"action": "wait", "action": "flee"}') == {"action": "flee"}


class TestMending:
    @pytest.mark.parametrize(
        "text",
        [
            "{'a': True, 'b': None, 'c': 'it\\'s'}",
            '{"a": true, "b": null, "c": "it\'s",}',
            '{a: true, b: null, c: "it\'s"}',
            "{“a”: true, “b”: null, “c”: “it's”}",
            '{"a": true, // yes\n "b": null, /* no */ "c": "it\'s"}',
            '{"a": true, "b": null, "c": "it\'s"',
            '"a": true, "b": null, "c": "it\'s"}',
            "{&quot;a&quot;: true, &quot;b&quot;: null, &quot;c&quot;: &quot;it's&quot;}",
            '{"a": true, "b": null, "c": "it" + "\'s"}',
        ],
    )
    def test_broken_json_is_mended(self, text: str) -> None:
        reading = read_reply(text)
        assert (reading.value, reading.how) == ({"a": True, "b": None, "c": "it's"}, How.REPAIRED)

    def test_an_end_cut_off_is_told(self) -> None:
        reading = read_reply('{"action": "talk", "target": "Ed')
        assert (reading.fault, reading.cut) == (Fault.TRUNCATED, True)

    def test_a_last_value_that_is_whole_is_not_cut(self) -> None:
        reading = read_reply('{"action": "talk", "target": "Edda"')
        assert (reading.fault, reading.cut) == (Fault.TRUNCATED, False)

    def test_a_long_text_cut_off_is_closed(self) -> None:
        long = {"a": ["word " * 10] * 400}
        assert value(json.dumps(long)[:-2]) == long

    def test_what_is_too_tangled_is_broken(self) -> None:
        assert read_reply('{"' * 4_000).fault in (Fault.BROKEN, Fault.TOO_DEEP)

    def test_line_breaks_in_text_are_kept(self) -> None:
        assert value('{"text": "one\ntwo\tthree"}') == {"text": "one\ntwo\tthree"}


class TestNumbers:
    def test_what_is_no_number_is_none(self) -> None:
        reading = read_reply('{"a": NaN, "b": -Infinity, "c": 1e999}')
        assert (reading.value, reading.fault) == ({"a": None, "b": None, "c": None}, Fault.WRONG_TYPE)

    def test_too_many_digits_are_no_number(self) -> None:
        assert value('{"n": ' + "9" * 5_000 + "}") == {"n": None}

    def test_lone_surrogates_are_replaced_and_pairs_joined(self) -> None:
        assert value('{"a": "\\ud83d", "b": "\\ud83d\\ude00"}') == {"a": "\ufffd", "b": "\U0001f600"}

    @pytest.mark.parametrize(("text", "said"), [("3", 3), ('"3"', "3"), ("true", True), ("2.5", 2.5)])
    def test_a_scalar_is_a_value(self, text: str, said: object) -> None:
        assert value(text) == said

    @pytest.mark.parametrize("text", ["", " \n", "null", '""', "\ufeff", "\u200b \u200b"])
    def test_nothing_is_empty(self, text: str) -> None:
        reading = read_reply(text)
        assert (reading.value, reading.fault) == (None, Fault.EMPTY)


class TestLabels:
    @pytest.mark.parametrize(
        "text",
        [
            "ACTION: talk TARGET: Edda TEXT: Hold!",
            "ACTION: talk\nTARGET: Edda\nTEXT: Hold!",
            "**Action:** talk\n**Target:** Edda\n**Text:** Hold!",
            "**Action**: `talk`\n**Target**: *Edda*\n**Text**: “Hold!”",
            "- Action = talk\n- Target = Edda\n- Text = Hold!",
            "1. action: talk\n2. target: Edda\n3. text: 'Hold!'",
            "## Action: talk\n## Target: Edda\n## Text: Hold!",
            "Very well.\n\nAction: talk; Target: Edda; Text: Hold!",
            "```yaml\naction: talk\ntarget: Edda\ntext: Hold!\n```",
            "> Action: talk\n> Target: Edda\n> Text: Hold!",
            "ACTION:\ntalk\nTARGET:\nEdda\nTEXT:\nHold!",
        ],
    )
    def test_labelled_prose_is_an_object(self, text: str) -> None:
        reading = read_reply(text)
        assert (reading.value, reading.how) == ({"action": "talk", "target": "Edda", "text": "Hold!"}, How.LABELLED)

    def test_words_go_on_over_lines(self) -> None:
        assert value("ACTION: talk\nTEXT: Hear me:\nTom, run!\nTARGET: Tom") == {
            "action": "talk",
            "text": "Hear me:\nTom, run!",
            "target": "Tom",
        }

    def test_bullets_are_a_list(self) -> None:
        assert value("ACTION: wait\nTHOUGHTS:\n- one\n- two") == {"action": "wait", "thoughts": ["one", "two"]}

    def test_a_name_is_one_line(self) -> None:
        assert value("ACTION: talk\nTARGET: Edda\nShe is near.") == {"action": "talk", "target": "Edda"}

    def test_the_names_of_the_shape_are_labels(self) -> None:
        shape = Shape(name="x", schema={"type": "object", "properties": {"verdict": {"type": "string"}}})
        assert read_reply("Verdict: hard", shape=shape).value == {"verdict": "hard"}

    @pytest.mark.parametrize("text", ["Note: I wait.", "See https://example.org/a:b", "At 10:30 Tom said: run!"])
    def test_prose_with_a_colon_is_prose(self, text: str) -> None:
        assert value(text) is None


class TestRefusals:
    @pytest.mark.parametrize(
        "text",
        [
            "I'm sorry, but I can’t help with that.",
            "I cannot roleplay violent content. Would you like a different scene?",
            "I apologize, but I'm unable to continue this story.",
            "As an AI language model, I don't take part in fights.",
            "This goes against my content guidelines.",
            "I must respectfully decline.",
            "Unfortunately I won't be able to assist with this request.",
            "Lo siento, pero no puedo ayudar con eso.",
            "Es tut mir leid, dabei kann ich nicht helfen.",
            "\"I'm sorry, I can't assist with that.\"",
        ],
    )
    def test_a_model_that_would_not_answer_refuses(self, text: str) -> None:
        reading = read_reply(text)
        assert (reading.value, reading.fault) == (None, Fault.REFUSAL)

    def test_a_refusal_in_an_object_is_one(self) -> None:
        assert read_reply('{"refusal": "I can\'t help with that."}').fault is Fault.REFUSAL

    def test_a_refusing_character_is_none(self) -> None:
        said = {"action": "talk", "target": "Edda", "text": "I'm sorry, but I can't help you with that."}
        assert read_reply(json.dumps(said)).fault is None

    def test_a_refusing_character_in_labels_is_none(self) -> None:
        reading = read_reply("ACTION: talk\nTEXT: I'm sorry, I cannot help you.")
        assert reading.value == {"action": "talk", "text": "I'm sorry, I cannot help you."}
        assert reading.fault is not Fault.REFUSAL

    def test_a_deed_that_speaks_of_being_unable_is_none(self) -> None:
        assert not is_refusal("I can't hold the gate alone, so I run to Tom.")

    def test_the_provider_says_refused(self) -> None:
        assert read_reply("", finish=Finish.REFUSED).fault is Fault.REFUSAL

    def test_an_object_is_an_answer_whatever_the_provider_says(self) -> None:
        assert read_reply(TEXT, finish=Finish.REFUSED).value == GOOD


class TestFaults:
    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("OK", Fault.PROSE),
            ("I walk to the gate and wait there.", Fault.PROSE),
            ("<action>wait</action>", Fault.OTHER_FORMAT),
            ("```python\nact('wait')\n```", Fault.OTHER_FORMAT),
            ('speak("Mira", "Hold!")', Fault.OTHER_FORMAT),
            ("eyJhY3Rpb24iOiJ3YWl0In0=", Fault.OTHER_FORMAT),
            ("Я подожду у ворот.", Fault.WRONG_LANGUAGE),
            ("我在门口等。", Fault.WRONG_LANGUAGE),
            ('{"действие": "ждать"}', Fault.WRONG_LANGUAGE),
            ('{"aktion": "warten", "grund": "müde"}', Fault.WRONG_LANGUAGE),
            ("[" * 5_000, Fault.TOO_DEEP),
            ('{"a":' * 60 + "1" + "}" * 60, Fault.TOO_DEEP),
            ("word " * 100_000, Fault.TOO_LARGE),
            ('{"type": "object", "properties": {"action": {}}}', Fault.WRONG_TYPE),
            ("{}", Fault.EMPTY),
        ],
    )
    def test_each_has_its_class_and_a_reason(self, text: str, fault: Fault) -> None:
        reading = read_reply(text)
        assert reading.fault is fault
        assert reading.why.endswith(".")

    def test_values_are_held_to_the_shape(self) -> None:
        reading = read_reply('{"choice": "three"}', shape=SHAPE)
        assert (reading.value, reading.fault) == ({"choice": "three"}, Fault.WRONG_TYPE)
        assert reading.why == "The field `choice` should be a whole number or null."

    def test_true_is_no_number(self) -> None:
        assert read_reply('{"choice": true}', shape=SHAPE).fault is Fault.WRONG_TYPE

    def test_what_keeps_the_shape_has_no_fault(self) -> None:
        assert read_reply('{"choice": 3, "action": null, "more": []}', shape=SHAPE).fault is None

    def test_prose_that_ran_out_of_tokens_is_truncated(self) -> None:
        assert read_reply("I walk to the", finish=Finish.LENGTH).fault is Fault.TRUNCATED

    def test_an_answer_followed_by_endless_junk_counts(self) -> None:
        reading = read_reply(TEXT + " la" * 100_000)
        assert (reading.value, reading.fault) == (GOOD, Fault.TOO_LARGE)

    def test_an_answer_followed_by_endless_blanks_has_no_fault(self) -> None:
        assert read_reply(TEXT + " \n" * 500_000).fault is None


class TestAskingAgain:
    @pytest.mark.parametrize("fault", [*Fault, None])
    def test_it_says_what_form_is_wanted(self, fault: Fault | None) -> None:
        assert "one JSON object" in ask_again(Reading(fault=fault))

    @given(st.text(alphabet="<>{}xyzq!", min_size=4, max_size=60))
    def test_it_quotes_nothing_of_the_reply(self, text: str) -> None:
        assert text.strip() not in ask_again(read_reply(text)) or not text.strip()

    def test_the_problem_is_told(self) -> None:
        assert "The action `talk` needs `to`." in ask_again(read_reply(TEXT), "The action `talk` needs `to`.")


class TestMutations:
    @pytest.mark.parametrize("end", range(len(TEXT)))
    def test_a_good_reply_cut_anywhere_says_nothing_that_was_not_in_it(self, end: int) -> None:
        reading = read_reply(TEXT[:end])
        assert reading.fault in (Fault.TRUNCATED, Fault.EMPTY)
        for name, said in reading.value.items() if isinstance(reading.value, dict) else ():
            whole = GOOD.get(name)
            assert whole is None or said in ("", [], None) or str(whole).startswith(str(said).rstrip("]}'"))

    @pytest.mark.parametrize(
        "frame", ["{0}{0}", "{0}\n\n{0}", "```json\n{0}\n```\n```json\n{0}\n```", "Well: {0}", "{0} Done."]
    )
    def test_a_good_reply_doubled_fenced_or_prefixed_is_itself(self, frame: str) -> None:
        assert value(frame.format(TEXT)) == GOOD

    @given(
        st.integers(0, len(TEXT)), st.sampled_from(['"', "{", "}", "[", "\\", "\n", ",", ":", "'", "`", "\x00", "<"])
    )
    @settings(max_examples=150, deadline=None)
    def test_a_sign_too_many_never_raises(self, at: int, sign: str) -> None:
        assert_bounded(TEXT[:at] + sign + TEXT[at:])


PIECES = st.sampled_from(
    [
        *"{}[]()\"'\\,:#- 1\n<>\x00\u2028é😀«»“",
        *"``` /* */ // ... 1e999 NaN null <think> </think> <|im_end|> &quot; word".split(),
        *("```json\n", '{"a":', '{"a":1}', '"""', '" + "', "ACTION: ", "- a: b\n", "**a**: ", "data: ", "> ", "\ud83d"),
        "I can't help ",
    ]
)


class TestHostile:
    @given(st.text(max_size=300))
    @settings(max_examples=200, deadline=None)
    def test_any_text_is_read(self, text: str) -> None:
        assert_bounded(text)

    @given(st.lists(PIECES, max_size=40).map("".join))
    @settings(max_examples=400, deadline=None)
    @example('{"""a""" "b":')
    def test_any_jumble_of_json_is_read(self, text: str) -> None:
        assert_bounded(text)

    @given(st.lists(PIECES, min_size=1, max_size=4).map("".join), st.sampled_from([2_900, 7_900, 65_000]))
    @settings(max_examples=60, deadline=None)
    def test_endless_repetition_is_read_in_time(self, unit: str, length: int) -> None:
        assert_bounded((unit * (length // len(unit) + 1))[:length])

    @pytest.mark.parametrize(
        "unit", ["[", "{", '"', "'", '{"', "<think>", "</think>", "`", ">\n", "data:\n", "\\", "a:\n"]
    )
    def test_a_million_signs_are_read_in_time(self, unit: str) -> None:
        assert_bounded(unit * (1_000_000 // len(unit)))

    @pytest.mark.parametrize(
        "text",
        [
            '{"a": __import__("os").system("true")}',
            '{"__class__": "os.system", "py/object": "os.system", "!!python/object/apply:os.system": ["true"]}',
            "!!python/object/apply:os.system ['true']",
            "{'a': open('/etc/hostname').read()}",
            '{"$ref": "file:///etc/hostname"}',
            "exec('import antigravity')",
        ],
    )
    def test_nothing_is_run_opened_or_imported(self, text: str) -> None:
        read_reply("{'warm': up")
        with Watch() as watch:
            read_reply(text)
        assert watch.seen == []


class Watch:
    """Everything the interpreter does beyond computing, while it is entered."""

    _watching: "Watch | None" = None
    _hooked = False

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __enter__(self) -> "Watch":
        if not Watch._hooked:
            sys.addaudithook(Watch._heard)
            Watch._hooked = True
        Watch._watching = self
        return self

    def __exit__(self, *_: object) -> None:
        Watch._watching = None

    @staticmethod
    def _heard(event: str, _: tuple[object, ...]) -> None:
        if Watch._watching is not None and event.split(".", maxsplit=1)[0] in {
            "open",
            "import",
            "exec",
            "compile",
            "os",
            "subprocess",
        }:
            Watch._watching.seen.append(event)


def assert_bounded(text: str) -> None:
    before = time.process_time()
    reading = read_reply(text)
    spent_s = time.process_time() - before
    json.dumps(reading.value, allow_nan=False, ensure_ascii=False).encode()
    json.dumps([reading.labels, reading.words], allow_nan=False, ensure_ascii=False).encode()
    assert (reading.how is How.NONE) == (reading.value is None)
    assert spent_s < 0.05 or best_again_s(text) < 0.05


def best_again_s(text: str) -> float:
    spent = []
    for _ in range(3):
        before = time.process_time()
        read_reply(text)
        spent.append(time.process_time() - before)
    return min(spent)
