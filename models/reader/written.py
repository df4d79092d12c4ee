"""Groups from the questions that were written over policy passages: `questions.jsonl.gz` (kind "written"), `questions-long.jsonl.gz`
("long": most answers are) and `questions-sized.jsonl.gz` ("sized": the wording tells how much is asked for).

One question a line: `document` and `passage` (the first characters of its text without blanks) tell the passage, `answer`
is a part of it, blanks apart, or empty where the passage does not answer.
"""

import collections
import gzip
import json
import random
import re
from collections.abc import Callable
from pathlib import Path

from text import long_span, trimmed


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def span_of(body: str, answer: str) -> tuple[int, int] | None:
    """Where the answer stands in the passage; blanks do not count."""
    places = [i for i, c in enumerate(body) if not c.isspace()]
    answer = squeezed(answer)
    at = squeezed(body).find(answer)
    return trimmed(body, places[at], places[at + len(answer) - 1] + 1) if answer and at >= 0 else None


def written_groups(file: Path, passages: list[dict], others: Callable[[dict, str, str], list[dict]], rng: random.Random) -> list[dict]:
    """`others` gives passages that do not answer: of the same document and of others, as negatives."""
    by_document = collections.defaultdict(list)
    for passage in passages:
        by_document[passage["doc"]].append((squeezed(passage["body"]), passage))
    asked = collections.defaultdict(list)
    missed = 0
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            found = [p for text, p in by_document[row["document"]] if text.startswith(row["passage"])]
            if not found:
                missed += 1
                continue
            asked[found[0]["n"]].append((found[0], row))
    kind = file.name.removesuffix(".jsonl.gz").removeprefix("questions").removeprefix("-") or "written"
    groups = []
    for rows in asked.values():
        near = [{"why": "near miss", "question": row["question"]} for _, row in rows if not row["answer"]]
        for passage, row in rows:
            short = span_of(passage["body"], row["answer"])
            if short is None or short[0] >= short[1]:
                missed += bool(row["answer"])
                continue
            draw = rng.random()
            header = passage["title"] if draw < 0.06 else passage["header"]
            groups.append({
                "kind": kind, "doc": passage["doc"], "questions": [row["question"]], "header": header, "body": passage["body"],
                "short": short, "long": long_span(passage["body"], *short),
                "negatives": others(passage, row["question"], passage["body"][slice(*short)]) + near,
            })
    print(f"{kind}: {len(groups)} groups; {missed} questions whose passage or answer was not found")
    return groups
