"""Where the two databases differ: sets as one parameter, rows in bulk, numbers that never repeat.

Nothing else in Nameplate asks which database it runs on, but `listings.search` and the migrations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import orjson
from django.db import connection

from nameplate.ledger import copying


def is_postgresql() -> bool:
    """Whether this connection speaks to PostgreSQL."""
    return connection.vendor == "postgresql"


def ids(values: Iterable[int]) -> Any:
    """A set of ids as one parameter, for `id_set()`."""
    chosen = list(values)
    return f"{{{','.join(map(str, chosen))}}}" if is_postgresql() else orjson.dumps(chosen).decode()


def texts(values: Iterable[str]) -> Any:
    """A set of texts as one parameter, for `text_set()`."""
    return orjson.dumps(list(values)).decode()


def id_set() -> str:
    """SQL for the members of an `ids` parameter."""
    return "(SELECT unnest(%s::bigint[]))" if is_postgresql() else "(SELECT value FROM json_each(%s))"


def among(column: str) -> str:
    """SQL for a column whose value is among an `ids` parameter: one condition beside others, never a join that a planner could misjudge."""
    return f"{column} = ANY(%s::bigint[])" if is_postgresql() else f"{column} IN (SELECT value FROM json_each(%s))"


def text_set() -> str:
    """SQL for the members of a `texts` parameter."""
    return "(SELECT jsonb_array_elements_text(%s::jsonb))" if is_postgresql() else "(SELECT value FROM json_each(%s))"


def among_texts(column: str) -> str:
    """As `among`, of a `texts` parameter: PostgreSQL then walks the index once, in its order, and not from the top for each text."""
    if is_postgresql():
        return f"{column} = ANY(ARRAY(SELECT jsonb_array_elements_text(%s::jsonb)))"
    return f"{column} IN (SELECT value FROM json_each(%s))"


def text_at(position: str) -> str:
    """SQL for the member of a `texts` parameter at a position, counted from 0, that an expression of integers names."""
    return f"(%s::jsonb ->> ({position})::int)" if is_postgresql() else f"json_extract(%s, '$[' || {position} || ']')"


def table(columns: Sequence[str]) -> str:
    """SQL for a table of integers of which each row is a list in one JSON parameter, as `given(columns…)`."""
    if is_postgresql():
        picks = ", ".join(f"(r.value->>{i})::bigint AS {name}" for i, name in enumerate(columns))
        return f"(SELECT {picks} FROM jsonb_array_elements(%s::jsonb) AS r(value)) AS given"
    picks = ", ".join(f"CAST(json_extract(r.value, '$[{i}]') AS INTEGER) AS {name}" for i, name in enumerate(columns))
    return f"(SELECT {picks} FROM json_each(%s) AS r) AS given"


def table_value(rows: Sequence[Sequence[int]]) -> str:
    """The parameter of `table`."""
    return orjson.dumps(rows).decode()


def query(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run one statement that answers rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def execute(sql: str, parameters: Sequence[Any] = ()) -> int:
    """Run one statement and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)


def reserve_ids(table_name: str, count: int) -> Sequence[int]:
    """`count` ids for new rows of a table. Gaps are left when the transaction fails on PostgreSQL."""
    if count == 0:
        return ()
    if is_postgresql():
        sequence = f"{table_name}_id_seq"
        return [row[0] for row in query("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count])]
    found = query("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s RETURNING seq", [count, table_name])
    if not found:
        execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table_name, count])
    last = found[0][0] if found else count
    return range(last - count + 1, last + 1)


def next_numbers(series: str, count: int = 1) -> list[int]:
    """The next `count` numbers of a series (lot, po, vendor, customer), which no other caller ever gets.

    PostgreSQL's sequences do not wait for other transactions and leave gaps on failure; SQLite has one writer at a time anyway.
    """
    if is_postgresql():
        return [row[0] for row in query("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [f"nameplate_number_{series}", count])]
    last = query("UPDATE nameplate_number SET last = last + %s WHERE series = %s RETURNING last", [count, series])[0][0]
    return list(range(last - count + 1, last + 1))


def last_number(series: str) -> int:
    """The last number that was taken of a series, by whomever; 0 for none."""
    sql = f"SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM nameplate_number_{series}"
    return int((query(sql) if is_postgresql() else query("SELECT last FROM nameplate_number WHERE series = %s", [series]))[0][0])


def next_of_counter(table_name: str, owner: str, owner_id: int, count: int) -> Sequence[int]:
    """`count` numbers of the owner's counter, a row of its own that is made by the first who asks and locked until the transaction ends."""
    sql = (
        f"INSERT INTO {table_name} ({owner}, last) VALUES (%s, %s) "
        f"ON CONFLICT ({owner}) DO UPDATE SET last = {table_name}.last + excluded.last RETURNING last"
    )
    last = int(query(sql, [owner_id, count])[0][0])
    return range(last - count + 1, last + 1)


def insert(table_name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows in bulk, in one statement: COPY on PostgreSQL, on SQLite rows out of one JSON parameter, or executemany."""
    names = [f'"{name}"' for name in columns]
    if is_postgresql():
        copying.copy(f"COPY {table_name} ({', '.join(names)}) FROM STDIN", rows, copying.lines)
        return
    given = [_plain_column(column) for column in zip(*rows, strict=True)]
    varying = [index for index, column in enumerate(given) if column.count(column[0]) != len(column)]
    if given and len(varying) * 2 <= len(given):
        _insert_alike(table_name, names, given, varying)
    elif given:
        marks = ", ".join(["%s"] * len(columns))
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table_name} ({', '.join(names)}) VALUES ({marks})", list(zip(*given, strict=True)))


def _insert_alike(table_name: str, names: Sequence[str], given: Sequence[Sequence[Any]], varying: Sequence[int]) -> None:
    """Rows that have most columns in common: those are said once. To bind each of them anew for each row took five times as long."""
    same = [index for index in range(len(given)) if index not in varying]
    picks = [f"json_extract(r.value, '$[{position}]')" for position in range(len(varying))]
    rows = zip(*(given[index] for index in varying), strict=True) if varying else [()] * len(given[0])
    execute(
        f"INSERT INTO {table_name} ({', '.join(names[index] for index in (*varying, *same))}) "
        f"SELECT {', '.join([*picks, *['%s'] * len(same)])} FROM json_each(%s) AS r",
        [*(given[index][0] for index in same), orjson.dumps(list(rows)).decode()],
    )


MOST_RESTS = 8
"""Rows that share one of so many rests are written as such; beyond that each is written whole."""
MOST_PARTS = 100
"""On SQLite the same of rests with the number before them: each is a part of the statement, of which it takes 500."""


_Sharing = tuple[int, int, tuple[Any, ...]]


def insert_sharing(table_name: str, columns: Sequence[str], rows: Sequence[_Sharing], third: int) -> None:
    """Insert rows of two numbers, `third`, and a rest that many of them share as one object: in one statement, each rest said once."""
    parts = {(row[1], id(row[2])): row for row in rows}
    rests = {id(row[2]): row[2] for row in parts.values()}
    if len(rests) > MOST_RESTS or (len(parts) > MOST_PARTS and not is_postgresql()):
        insert(table_name, columns, ((first, second, third, *rest) for first, second, rest in rows))
    elif is_postgresql():
        names = ", ".join(f'"{name}"' for name in columns)
        texts = {key: "\t".join(map(copying.field, (third, *rest))) + "\n" for key, rest in rests.items()}
        lines = (f"{first}\t{second}\t{texts[id(rest)]}" for first, second, rest in rows)
        copying.copy(f"COPY {table_name} ({names}) FROM STDIN", lines, "".join)
    elif rests:
        _insert_by_part(table_name, columns, rows, parts, third)


def _insert_by_part(
    table_name: str, columns: Sequence[str], rows: Sequence[_Sharing], parts: Mapping[tuple[int, int], _Sharing], third: int
) -> None:
    """On SQLite: of those that share all but the first number, that number alone is given for each."""
    firsts: dict[tuple[int, int], list[int]] = {key: [] for key in parts}
    if len(parts) == 1:
        firsts = {key: [row[0] for row in rows] for key in parts}
    else:
        for first, second, rest in rows:
            firsts[second, id(rest)].append(first)
    one = f"SELECT r.value, {', '.join(['%s'] * (len(columns) - 1))} FROM json_each(%s) AS r"
    shared = {key: (second, third, *map(_plain, rest)) for key, (_, second, rest) in parts.items()}
    execute(
        f"INSERT INTO {table_name} ({', '.join(columns)}) {' UNION ALL '.join([one] * len(parts))}",
        [value for key in parts for value in (*shared[key], orjson.dumps(firsts[key]).decode())],
    )


def update(table_name: str, types: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> int:
    """Set columns of many rows in one statement, and count those that it touched.

    `types` are the columns with what they hold: text, bigint, boolean or jsonb. Each row is an id, the version that the row must still
    have, and the values in the order of `types`; the version grows by one.
    """
    columns = {"id": "bigint", "seen": "bigint", **types}
    if is_postgresql():
        picks = ", ".join(f'(r.value->>{i})::{kind} AS "{name}"' for i, (name, kind) in enumerate(columns.items()))
        given = f"(SELECT {picks} FROM jsonb_array_elements(%s::jsonb) AS r(value)) AS given"
    else:
        picks = ", ".join(f"json_extract(r.value, '$[{i}]') AS \"{name}\"" for i, name in enumerate(columns))
        given = f"(SELECT {picks} FROM json_each(%s) AS r) AS given"
    sets = ", ".join(f'"{name}" = given."{name}"' for name in types)
    return execute(
        f"UPDATE {table_name} SET {sets}{', ' if sets else ''}version = given.seen + 1 FROM {given} "
        f"WHERE {table_name}.id = given.id AND {table_name}.version = given.seen",
        [orjson.dumps([[_document(value) for value in row] for row in rows]).decode()],
    )


def by_id(types: Mapping[str, str]) -> str:
    """SQL for a table of one JSON parameter, as `given(id, columns…)`: `types` are the columns with text, or jsonb as text."""
    columns = {"id": "bigint", **types}
    if is_postgresql():
        picks = ", ".join(f"(r.value->>{i})::{kind} AS {name}" for i, (name, kind) in enumerate(columns.items()))
        return f"(SELECT {picks} FROM jsonb_array_elements(%s::jsonb) AS r(value)) AS given"
    picks = ", ".join(f"json_extract(r.value, '$[{i}]') AS {name}" for i, name in enumerate(columns))
    return f"(SELECT {picks} FROM json_each(%s) AS r) AS given"


def by_id_value(columns: Iterable[Mapping[int, str | None]]) -> str:
    """The parameter of `by_id`. All columns have values for the same ids."""
    first, *others = columns
    return orjson.dumps([(key, first[key], *(column[key] for column in others)) for key in sorted(first)]).decode()


def assign(table_name: str, column: str, kind: str, values: Mapping[int, str | None]) -> None:
    """Give each of these rows its own value of one column, text or jsonb as text, in one statement."""
    execute(
        f"UPDATE {table_name} SET {column} = given.{column} FROM {by_id({column: kind})} WHERE {table_name}.id = given.id",
        [by_id_value([values])],
    )


def _document(value: Any) -> Any:
    """A value inside a JSON parameter: documents travel as text."""
    return orjson.dumps(value).decode() if isinstance(value, dict) else value


_PLAIN = {int, str, bool, type(None)}


def _plain_column(column: Sequence[Any]) -> Sequence[Any]:
    """A column's values as SQLite stores them: times and dates as Django writes them, documents as text. Most are so already."""
    return column if set(map(type, column)) <= _PLAIN else [_plain(value) for value in column]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return orjson.dumps(value).decode() if isinstance(value, dict) else value


def index_keys(first_id: int, last_id: int) -> None:
    """Make new units findable by substring. PostgreSQL's trigram index does so by itself."""
    if not is_postgresql():
        execute(
            "INSERT INTO nameplate_serial_trigram (rowid, key) SELECT id, key FROM nameplate_serial WHERE id BETWEEN %s AND %s",
            [first_id, last_id],
        )


def reindex_keys(renamed: Sequence[tuple[int, str]]) -> None:
    """Replace the substring index of units whose key was changed: (id, the key before). Their rows bear the new key already."""
    if is_postgresql() or not renamed:
        return
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO nameplate_serial_trigram (nameplate_serial_trigram, rowid, key) VALUES ('delete', %s, %s)", renamed)
        cursor.execute(
            f"INSERT INTO nameplate_serial_trigram (rowid, key) SELECT id, key FROM nameplate_serial WHERE id IN {id_set()}",
            [ids(unit for unit, _ in renamed)],
        )
