"""The options of `talk`: what a person can ask of a dialogue, as the help has it."""

from typing import Annotated

import typer

Who = Annotated[
    list[str],
    typer.Argument(
        metavar="WHO…",
        help="Two or more: characters by name (Emeric, ashfall/Marit), sheets or cards as files, service agents, "
        "you. NAME=WHO has them speak as NAME.",
    ),
]
Topic = Annotated[str, typer.Option("--topic", "-t", metavar="TEXT", help="What they talk about.")]
Background = Annotated[str, typer.Option("--background", metavar="TEXT", help="What all of them know.")]
Models = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        metavar="[NAME=]MODEL",
        help="Give everyone, or NAME, a model: anthropic:…, ollama:llama3. A list a,b,rules falls back.",
    ),
]
Minds = Annotated[
    list[str] | None,
    typer.Option("--mind", metavar="NAME=MIND", help="Give NAME a mind: rules, mind:NAME, bus:NAME."),
]
Person = Annotated[str, typer.Option("--as", metavar="NAME", help="You speak for that one.")]
Turns = Annotated[int | None, typer.Option("--turns", metavar="N", help="Turns at most (default: 24); 0: no limit.")]
PolicyName = Annotated[
    str,
    typer.Option(
        "--policy",
        metavar="WHO-IS-NEXT",
        help="alternate (two), round_robin, bids (the keenest), moderator, free (whoever was addressed).",
    ),
]
First = Annotated[str, typer.Option("--first", metavar="NAME", help="Who begins (default: drawn by the seed).")]
Moderator = Annotated[str, typer.Option("--moderator", metavar="NAME", help="Who leads, and says who is next.")]
Decide = Annotated[
    str, typer.Option("--decide", metavar="HOW", help="Settle the question at the end: vote or consensus.")
]
Options = Annotated[
    list[str] | None,
    typer.Option("--option", metavar="TEXT", help="What can be voted for; give it for each (default: for, against)."),
]
Phrases = Annotated[
    list[str] | None, typer.Option("--end", metavar="PHRASE", help="Words that end it when somebody says them.")
]
OnFailures = Annotated[
    list[str] | None,
    typer.Option(
        "--on-failure",
        metavar="[NAME=]WHAT",
        help="When a mind cannot answer: substitute (rules speak), skip (the turn passes), end.",
    ),
]
Seed = Annotated[
    int | None, typer.Option("--seed", metavar="S", help="The same seed gives the same talk (default: a new one).")
]
