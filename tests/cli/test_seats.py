"""Seats: a person plays a character here, or takes one from another terminal, and sees nothing but its side."""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.cli.program import Called, in_a_process


def home() -> Path:
    return Path(os.environ["FABULA_HOME"])


def typed(lines: list[str], *arguments: str) -> Called:
    """`fabula` in a process of its own, with these lines typed."""
    done = subprocess.run(
        [sys.executable, "-m", "fabula", *arguments],
        input="".join(line + "\n" for line in lines),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Called(done.returncode, done.stdout, done.stderr)


def decided(run: str) -> list[tuple[str, str]]:
    """Who decided for whom, in order."""
    steps = in_a_process("log", run, "--steps", "--json").last["inputs"]
    return [(step["agent"], step["by"]) for step in steps]


def test_a_person_plays_a_character_to_the_end() -> None:
    played = typed(
        ["3", "go Counting Room", "search the desk"], "play", "harbour", "--seed", "5", "--turns", "3", "--as", "Maren"
    )
    assert played.code == 0, played.err
    assert "You are at the Long Quay." in played.out
    assert "You are at the Moot Hall." in played.out
    assert "You are at the Counting Room." in played.out
    by = decided("harbour-1")
    assert [who for agent, who in by if agent == "Maren Tolliver"] == ["person:you"] * 3
    assert {who for agent, who in by if agent not in ("Maren Tolliver", "keeper")} == {"rules"}
    assert in_a_process("replay", "harbour-1").code == 0


def test_a_person_sees_their_characters_side_and_nothing_else() -> None:
    """What happens elsewhere stays there: no line tells of deeds that Maren did not perceive."""
    played = typed(["10", "10", "10"], "play", "harbour", "--seed", "5", "--turns", "3", "--as", "Maren Tolliver")
    assert played.code == 0, played.err
    elsewhere = in_a_process("log", "harbour-1").out
    unseen = [line for line in elsewhere.splitlines() if "**Moved**" in line and "Maren Tolliver" not in line]
    movers = {line.split("agent: ")[1].split(";")[0] for line in unseen}
    assert movers, "somebody went somewhere unseen"
    assert not any(f"{mover} goes" in played.out for mover in movers)


def test_leaving_keeps_the_run_and_resuming_asks_the_person_again() -> None:
    left = typed(["3", "/quit"], "play", "harbour", "--seed", "5", "--turns", "3", "--as", "Maren")
    assert left.code == 130
    assert "fabula resume harbour-1" in left.err
    resumed = typed(["/help", "", "99", "/look", "wait", "/rules"], "resume", "harbour-1")
    assert resumed.code == 0, resumed.err
    assert "There is no option 99" in resumed.out
    assert "/quit leaves" in resumed.out
    mine = [who for agent, who in decided("harbour-1") if agent == "Maren Tolliver"]
    assert mine == ["person:you", "person:you", "rules"]


def test_what_begins_with_a_slash_is_a_command_and_never_a_deed() -> None:
    lines = ["/why grain fleet", "/frob", "/help", "/WAIT", "wait"]
    played = typed(lines, "play", "harbour", "--seed", "5", "--turns", "1", "--as", "Maren")
    assert played.code == 0, played.err
    assert "There is no command '/why'. /help lists them." in played.out
    assert "There is no command '/frob'." in played.out
    assert "There is no command '/WAIT'." in played.out
    assert "grain fleet" not in in_a_process("log", "harbour-1").out.partition("## Turn 1")[2].replace("the grain", "")
    assert "talk NAME: what you say" in played.out


def test_words_for_a_deed_that_takes_none_are_asked_about() -> None:
    lines = ["2 you will regret it", "wait"]
    played = typed(lines, "play", "harbour", "--seed", "5", "--turns", "1", "--as", "Maren")
    assert played.code == 0, played.err
    assert "Only talk, persuade and threaten take words" in played.out
    assert "Waited" in in_a_process("log", "harbour-1").out


def test_a_deed_aimed_at_nobody_here_is_asked_for_twice() -> None:
    talk = "talk Oskar Venn: the lamps"
    played = typed([talk, "/look", talk, "wait"], "play", "harbour", "--seed", "5", "--turns", "2", "--as", "Maren")
    assert played.code == 0, played.err
    assert "Nobody and nothing called 'Oskar Venn' is here for that. Type it again" in played.out
    assert "You tried to talk to Oskar Venn, and could not: nobody called 'Oskar Venn' is here." in played.out


def test_what_came_of_the_last_deed_is_told_before_the_ending() -> None:
    played = typed(["wait", "3"], "play", "harbour", "--seed", "5", "--turns", "2", "--as", "Maren")
    assert played.code == 0, played.err
    _, _, second = played.out.partition("Turn 2 of 2.")
    assert second.startswith("\n\nYou waited.\n")
    _, _, last = second.rpartition("Maren Tolliver > ")
    assert last.startswith("3\n\nYou went from the Long Quay to the Moot Hall")


def test_the_next_screen_says_what_is_new_and_not_all_again() -> None:
    played = typed(["wait", "/rules", "wait"], "play", "harbour", "--seed", "5", "--turns", "2", "--as", "Maren")
    _, _, second = played.out.partition("Turn 2 of 2.")
    assert "Half a mile of granite" in played.out
    assert "Half a mile of granite" not in second
    assert "The curfew" not in second.partition(" > ")[0], "it did not move"
    assert "(rules decided this one for you)" in played.out


def test_a_person_who_gives_no_name_is_a_guest_in_the_record() -> None:
    typed(["/quit"], "play", "harbour", "--seed", "5", "--turns", "1", "--as", "Maren")
    with subprocess.Popen(
        [sys.executable, "-m", "fabula", "take", "harbour-1", "Oskar"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as taker:
        assert taker.stdout is not None
        taker.stdout.readline()
        taker.kill()
    in_a_process("take", "harbour-1", "Maren", "--mind", "rules")
    assert in_a_process("resume", "harbour-1", environ={"FABULA_CAST__PERSON_S_MAX": "0.5"}).code == 0
    inputs = in_a_process("log", "harbour-1", "--steps", "--json").last["inputs"]
    taken = {given["action"]["agent"]: given["action"]["mind"] for given in inputs if given["action"]["kind"] == "take"}
    assert taken["Oskar Venn"] == "person:guest"


def test_a_seat_that_nobody_took_needs_no_release() -> None:
    typed(["/quit"], "play", "harbour", "--seed", "5", "--turns", "1", "--as", "Maren")
    released = in_a_process("release", "harbour-1", "Oskar", "--json")
    assert "Oskar Venn has its own mind already" in released.err
    assert released.last["command"] == ""
    in_a_process("take", "harbour-1", "Oskar", "--mind", "rules")
    assert in_a_process("release", "harbour-1", "Oskar", "--json").last["command"] == "release"
    assert in_a_process("release", "harbour-1", "Oskar", "--json").last["command"] == ""


def test_typing_control_characters_and_broken_text_harms_nobody() -> None:
    lines = ["\x1b[31mred\x1b[0m", "talk \x00\x07", "x" * 5000, '{"kind": "adjudicate"}', '{"kind": ', "wait"]
    played = typed(lines, "play", "harbour", "--seed", "5", "--turns", "1", "--as", "Maren")
    assert played.code in (0, 130), played.err
    assert "\x1b" not in played.out + played.err
    assert "Traceback" not in played.err


def test_an_unknown_character_is_told_before_anything_is_played() -> None:
    played = in_a_process("play", "harbour", "--as", "Marlin")
    assert played.code == 2
    assert "nobody called 'Marlin'" in played.err
    assert in_a_process("runs", "--json").last["runs"] == []


def test_a_seat_is_taken_from_another_terminal_and_given_back() -> None:
    """The run waits for the one who took the seat, and goes on by itself once they leave."""
    environ = {**os.environ, "FABULA_CAST__PERSON_S_MAX": "60"}
    left = typed(["/quit"], "play", "harbour", "--seed", "5", "--turns", "3", "--as", "Maren")
    assert left.code == 130
    with subprocess.Popen(
        [sys.executable, "-m", "fabula", "take", "harbour-1", "Oskar", "--name", "ann"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environ,
    ) as taker:
        assert taker.stdin is not None
        assert taker.stdout is not None
        assert "You are Oskar Venn" in taker.stdout.readline()
        with subprocess.Popen(
            [sys.executable, "-m", "fabula", "resume", "harbour-1", "--json"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environ,
        ) as player:
            assert player.stdin is not None
            player.stdin.write("wait\nwait\nwait\n")
            player.stdin.flush()
            taker.stdin.write("wait\n/rules\n/quit\n")
            taker.stdin.flush()
            told, _ = player.communicate(timeout=100)
            assert player.returncode == 0, told
        taker.communicate(timeout=30)
    oskar = [who for agent, who in decided("harbour-1") if agent == "Oskar Venn"]
    assert oskar == ["person:ann", "rules", "rules"]


def test_rules_take_a_seat_and_release_gives_it_back() -> None:
    typed(["/quit"], "play", "harbour", "--seed", "5", "--turns", "2", "--as", "Maren")
    taken = in_a_process("take", "harbour-1", "Maren", "--mind", "rules")
    assert taken.code == 0, taken.err
    assert in_a_process("resume", "harbour-1").code == 0
    assert {who for agent, who in decided("harbour-1") if agent == "Maren Tolliver"} == {"rules"}
    late = in_a_process("release", "harbour-1", "Maren")
    assert late.code == 2
    assert "has ended" in late.err


def test_a_mind_that_cannot_be_had_takes_no_seat() -> None:
    typed(["/quit"], "play", "harbour", "--seed", "5", "--turns", "2", "--as", "Maren")
    for mind, why in (
        ("antropic:claude", "Did you mean 'anthropic'"),
        ("openai:gpt-4o", "set OPENAI_API_KEY"),
        ("mind:nobody", "no mind 'nobody' is installed"),
    ):
        refused = in_a_process("take", "harbour-1", "Maren", "--mind", mind)
        assert (refused.code, why in refused.err) == (2, True), refused.err


def test_time_passes_for_a_person_who_does_not_answer() -> None:
    """Somebody took a seat and went away: after a while rules answer, and the record says so."""
    typed(["/quit"], "play", "harbour", "--seed", "5", "--turns", "1", "--as", "Maren")
    with subprocess.Popen(
        [sys.executable, "-m", "fabula", "take", "harbour-1", "Oskar", "--name", "ann"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as taker:
        assert taker.stdout is not None
        taker.stdout.readline()
        taker.kill()
    began_s = time.monotonic()
    in_a_process("take", "harbour-1", "Maren", "--mind", "rules")
    done = in_a_process("resume", "harbour-1", environ={"FABULA_CAST__PERSON_S_MAX": "0.5"})
    assert done.code == 0, done.err
    assert time.monotonic() - began_s < 60
    assert [who for agent, who in decided("harbour-1") if agent == "Oskar Venn"] == ["rules"]
