"""A story told: from the events to the account of them, the telling in a style, and its two forms, Markdown and HTML.

The events are those of a campaign of the pack `harbour`, told with the pack's own words; first as many as the mark
speaks of, then a whole campaign. Beside it stands the barest telling there is, one fixed sentence for each event.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

from benchmarks.measuring import MS, Beside, Figure, Sample, Scale, in_turns, timed
from benchmarks.plays import events_of, pack_campaign

from fabula.chronicle import account_from_events, feed_line, tell, to_html, to_markdown
from fabula.engine import Event
from fabula.environments.campaign import Setting
from fabula.environments.campaign.setting import Style

MARK_MS = 50.0
PACK = "harbour"


def measure(scale: Scale, _folder: Path) -> Iterator[Figure]:
    """See Benchmark.measure."""
    setting = pack_campaign(PACK).setting
    everything = events_of(PACK, turns=scale.campaign_turns)
    some = everything[: scale.events]
    for style in get_args(Style):
        yield _figure(f"a story, {style}", some, setting, style, scale, mark=MARK_MS)
    yield _figure(f"the story of a whole campaign, {setting.style}", everything, setting, setting.style, scale)


def _figure(
    what: str, events: Sequence[Event], setting: Setting, style: Style, scale: Scale, *, mark: float | None = None
) -> Figure:
    story_s, lines_s = in_turns(scale.rounds, timed(_told, events, setting, style), timed(_lines, events))
    markdown, _ = _told(events, setting, style)
    return Figure(
        what=what,
        unit="ms",
        sample=Sample.of(story_s, per_s=MS),
        mark=mark,
        beside=(Beside(what="one fixed sentence an event", sample=Sample.of(lines_s, per_s=MS)),),
        note=f"{len(events)} events, {len(markdown.split()):,} words",
    )


def _told(events: Sequence[Event], setting: Setting, style: Style) -> tuple[str, str]:
    """Markdown and HTML."""
    places = {place.name: place.description for place in setting.places}
    story = tell(account_from_events(events, lexicon=setting.lexicon, places=places), style=style)
    return to_markdown(story), to_html(story)


def _lines(events: Sequence[Event]) -> str:
    return "\n".join(line for event in events if (line := feed_line(event)))
