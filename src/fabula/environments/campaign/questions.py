"""The questions to the characters: what each perceives, what newly happened before its eyes, and what it may think
of doing.
"""

from fabula.engine.values import AgentId, Observation
from fabula.environments.campaign.actions import CharacterAction, Wait
from fabula.environments.campaign.attention import attend
from fabula.environments.campaign.board import Board
from fabula.environments.campaign.options import Agendas, Interests, Viewpoint, options
from fabula.environments.campaign.outlook import Outlooks
from fabula.environments.campaign.roles import Role


class Questions:
    """Asks the agents of one campaign; remembers what follows from the setting alone."""

    def __init__(self) -> None:
        self._interests: dict[str, Interests] = {}

    def ask(self, board: Board) -> tuple[Observation, ...]:
        """One question to every active agent, by name."""
        step, news = board.state.step, attend(board.state.news)
        outlooks, agendas = Outlooks(board), Agendas(board)
        asked = []
        for name in board.everyone():
            interests = self._interests_of(board, board.role(name))
            view = Viewpoint(board, board.state.agents[name], interests, agendas.of(interests))
            asked.append(
                Observation(
                    agent=AgentId(name),
                    step=step,
                    due=step,
                    perceives=outlooks.of(view.agent, view.company),
                    accepts=CharacterAction,
                    reflex=Wait(),
                    options=options(view),
                    events=news.get(name, ()),
                )
            )
        return tuple(asked)

    def _interests_of(self, board: Board, role: Role) -> Interests:
        interests = self._interests.get(role.name)
        if interests is None or interests.role is not role:
            interests = self._interests[role.name] = Interests(board.ground, role)
        return interests
