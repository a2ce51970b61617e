"""The account of what a person has cause to think about, until their mind is asked."""

from fabula.environments.world.state import Person

OCCASIONS_MAX = 8
"""The oldest fall out."""


def add_occasion(person: Person, clause: str) -> None:
    """Keep a clause; one that is there already is not repeated."""
    if clause not in person.occasions:
        person.occasions = [*person.occasions, clause][-OCCASIONS_MAX:]
