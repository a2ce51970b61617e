"""The digest of a request: the same for the same question, another for any other."""

from msgspec.structs import replace
from tests.llm.money import TINY, a_request

from fabula.llm.digest import digest_of
from fabula.llm.values import Message, ModelName, Role, Shape


def test_who_asks_makes_no_difference() -> None:
    digests = {
        digest_of(a_request()),
        digest_of(a_request(run="other", agent="tom", step=7, number=2, role=Role.DIRECTOR)),
    }
    assert len(digests) == 1


def test_everything_else_does() -> None:
    request = a_request()
    shape = Shape(name="action", schema={"type": "object", "required": ["a"]})
    requests = [
        request,
        replace(request, messages=(Message("user", "What then?"),)),
        replace(request, messages=(Message("system", "What now?"),)),
        replace(request, messages=(Message("user", "What"), Message("user", " now?"))),
        replace(request, messages=(Message("user", "half \ud83d"),)),
        replace(request, messages=(Message("user", "half \ud83e"),)),
        replace(request, shape=shape),
        replace(request, shape=replace(shape, name="deed")),
        replace(request, shape=replace(shape, schema={"type": "object", "required": ["b"]})),
        replace(request, tokens_max=99),
        replace(request, temperature=0.0),
    ]
    models = [None, TINY, ModelName("openai", "tiny")]
    digests = {digest_of(one, model) for one in requests for model in models}
    assert len(digests) == len(requests) * len(models)


def test_the_order_of_a_schemas_keys_makes_none() -> None:
    def asked(schema: dict[str, object]) -> str:
        return digest_of(replace(a_request(), shape=Shape(name="action", schema=schema)))

    assert asked({"type": "object", "title": "Action"}) == asked({"title": "Action", "type": "object"})


def test_it_stays_the_same_from_one_version_to_the_next() -> None:
    """What was kept yesterday is found today."""
    assert digest_of(a_request("What now?"))[:16] == "9fafcaa13b6d1597"
