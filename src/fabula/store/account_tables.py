"""What the tables of calls and accounts mean: every statement about money, as plain functions of a connection.

Functions that write are called within a transaction, which their errors undo; functions that read leave none open.
"""

# ruff: noqa: S608 - what is put into statements as text are names of columns, from this module

import sqlite3
from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from fabula.store.accounts import NO_LIMITS, Account, AccountRow, CallRow, Limits, Refused, Scope, Settled
from fabula.store.protocol import Conflict
from fabula.store.tables import checked, fetch_run, iso

_CALL = ", ".join(CallRow.__struct_fields__)
_INSERT_CALL = f"INSERT INTO calls ({_CALL}) VALUES ({', '.join('?' * len(CallRow.__struct_fields__))})"
_ACCOUNT = ", ".join(AccountRow.__struct_fields__)
_THE_ACCOUNT = "scope = ? AND key = ? AND agent = ?"


def reserve(db: sqlite3.Connection, call: CallRow, *, day: Limits, now: float) -> int | Refused:
    """See Accounts.reserve."""
    at = iso(int(now))
    tokens, nano_usd = call.reserved_tokens, call.reserved_nano_usd
    if refused := _refused(db, call.run, call.agent, at, tokens=tokens, nano_usd=nano_usd, day=day):
        return refused
    _, *values = msgspec.structs.astuple(replace(call, at=at))
    number = db.execute(_INSERT_CALL, (None, *values)).lastrowid
    assert number is not None
    _add(db, call.run, call.agent, at, tokens=tokens, nano_usd=nano_usd or 0)
    return number


def reserve_again(db: sqlite3.Connection, call: int, *, day: Limits) -> Refused | None:
    """See Accounts.reserve_again. It counts in the accounts of the call, the day it began on among them."""
    row = db.execute(
        "SELECT run, agent, at, reserved_tokens / attempts, reserved_nano_usd / attempts FROM calls "
        "WHERE id = ? AND outcome = ''",
        (call,),
    ).fetchone()
    if row is None:
        raise Conflict(f"call {call} is settled already: nothing more can be set aside for it")
    run, agent, at, tokens, nano_usd = row
    if refused := _refused(db, run, agent, at, tokens=tokens, nano_usd=nano_usd, day=day):
        return refused
    db.execute(
        "UPDATE calls SET reserved_tokens = reserved_tokens + ?, reserved_nano_usd = reserved_nano_usd + ?, "
        "attempts = attempts + 1 WHERE id = ?",
        (tokens, nano_usd, call),
    )
    _add(db, run, agent, at, tokens=tokens, nano_usd=nano_usd or 0)
    return None


def settle(db: sqlite3.Connection, call: int, settled: Settled) -> None:
    """See Accounts.settle."""
    row = db.execute(
        "SELECT run, agent, at, reserved_tokens, reserved_nano_usd FROM calls WHERE id = ? AND outcome = ''", (call,)
    ).fetchone()
    if row is None:
        return
    run, agent, at, reserved_tokens, reserved_nano_usd = row
    db.execute(
        "UPDATE calls SET outcome = ?, input_tokens = ?, output_tokens = ?, cost_nano_usd = ?, latency_ms = ?, "
        "attempts = ? WHERE id = ?",
        (*msgspec.structs.astuple(settled), call),
    )
    tokens = settled.input_tokens + settled.output_tokens - reserved_tokens
    _add(db, run, agent, at, tokens=tokens, nano_usd=(settled.cost_nano_usd or 0) - (reserved_nano_usd or 0))


def set_limits(db: sqlite3.Connection, account: Account, limits: Limits) -> None:
    """See Accounts.set_limits."""
    db.execute(
        f"INSERT INTO accounts ({_ACCOUNT}) VALUES (?, ?, ?, 0, 0, ?, ?) ON CONFLICT DO UPDATE SET "
        "tokens_max = excluded.tokens_max, cost_nano_usd_max = excluded.cost_nano_usd_max",
        (*msgspec.structs.astuple(account), *msgspec.structs.astuple(limits)),
    )


def account(db: sqlite3.Connection, account: Account) -> AccountRow:
    """See Accounts.account."""
    row = _fetch(db, account)
    if account.scope is not Scope.AGENT:
        return row
    each = _fetch(db, replace(account, agent=""))
    return replace(
        row,
        tokens_max=each.tokens_max if row.tokens_max is None else row.tokens_max,
        cost_nano_usd_max=each.cost_nano_usd_max if row.cost_nano_usd_max is None else row.cost_nano_usd_max,
    )


def accounts(db: sqlite3.Connection, run: str) -> list[AccountRow]:
    """See Accounts.accounts."""
    rows = db.execute(
        f"SELECT {_ACCOUNT} FROM accounts WHERE scope IN (?, ?) AND key = ? ORDER BY scope, agent",
        (Scope.AGENT, Scope.RUN, run),
    ).fetchall()
    return [checked(AccountRow, row, f"run {run!r}, account {row[:3]}") for row in rows]


def calls(db: sqlite3.Connection, run: str) -> list[CallRow]:
    """See Accounts.calls."""
    try:
        rows = db.execute(f"SELECT {_CALL} FROM calls WHERE run = ? ORDER BY id", (run,)).fetchall()
    except UnicodeEncodeError:  # A name from a command line may be no text at all.
        rows = []
    if run and not rows:
        fetch_run(db, "number", run)
    return [checked(CallRow, row, f"run {run!r}, call {row[0]}") for row in rows]


def today(now: float) -> str:
    """The key of the account of the day (UTC)."""
    return _day(iso(int(now)))


def _day(at: str) -> str:
    return at[: len("2026-11-21")]


def _concerned(run: str, agent: str, at: str) -> Iterator[Account]:
    """The accounts in which a call counts, the narrowest first."""
    if run and agent:
        yield Account(scope=Scope.AGENT, key=run, agent=agent)
    if run:
        yield Account(scope=Scope.RUN, key=run)
    yield Account(scope=Scope.DAY, key=_day(at))


def _refused(
    db: sqlite3.Connection, run: str, agent: str, at: str, *, tokens: int, nano_usd: int | None, day: Limits
) -> Refused | None:
    """The first wall that so much more would go beyond."""
    for name in _concerned(run, agent, at):
        row = account(db, name)
        further = day if name.scope is Scope.DAY else NO_LIMITS
        walls = (
            (row.tokens_max, row.tokens, tokens, False),
            (further.tokens_max, row.tokens, tokens, False),
            (row.cost_nano_usd_max, row.cost_nano_usd, nano_usd, True),
            (further.cost_nano_usd_max, row.cost_nano_usd, nano_usd, True),
        )
        for maximum, stands_at, needed, in_money in walls:
            if maximum is not None and (needed is None or stands_at + needed > maximum):
                left = max(0, maximum - stands_at)
                return Refused(account=name, in_money=in_money, maximum=maximum, left=left, needed=needed)
    return None


def _add(db: sqlite3.Connection, run: str, agent: str, at: str, *, tokens: int, nano_usd: int) -> None:
    for name in _concerned(run, agent, at):
        db.execute(
            f"INSERT INTO accounts ({_ACCOUNT}) VALUES (?, ?, ?, ?, ?, NULL, NULL) ON CONFLICT DO UPDATE SET "
            "tokens = tokens + excluded.tokens, cost_nano_usd = cost_nano_usd + excluded.cost_nano_usd",
            (*msgspec.structs.astuple(name), tokens, nano_usd),
        )


def _fetch(db: sqlite3.Connection, account: Account) -> AccountRow:
    name = msgspec.structs.astuple(account)
    row = db.execute(f"SELECT {_ACCOUNT} FROM accounts WHERE {_THE_ACCOUNT}", name).fetchone()
    if row is None:
        return AccountRow(scope=account.scope, key=account.key, agent=account.agent)
    return checked(AccountRow, row, f"account {account.scope} {account.key!r} {account.agent!r}")
