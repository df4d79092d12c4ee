"""Chinese text helpers shared by the preparation steps: sentences, clauses, passages."""

import random
import re

SENTENCE_END = re.compile(r"[。！？!?；;\n]+[”’」』）)]*")
CLAUSE_END = re.compile(r"[，,。！？!?；;：:\n]+[”’」』）)]*")


def pieces(text: str, end: re.Pattern) -> list[tuple[int, int]]:
    """Ranges that cover the text, each up to and including its closing mark."""
    ranges, start = [], 0
    for match in end.finditer(text):
        ranges.append((start, match.end()))
        start = match.end()
    if start < len(text):
        ranges.append((start, len(text)))
    return ranges


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The range without blanks and separators at its ends."""
    while start < end and text[start] in " \t\n\u3000，,。；;：:、":
        start += 1
    while end > start and text[end - 1] in " \t\n\u3000，,。；;：:、":
        end -= 1
    return start, end


def long_span(text: str, start: int, end: int, limit: int = 40) -> tuple[int, int]:
    """What a person would quote around a short answer: its sentence, or as many of its clauses as fit in `limit`
    characters, first to the right, then to the left; never less than the clauses that the answer touches."""
    sentence = [r for r in pieces(text, SENTENCE_END) if r[0] < end and r[1] > start]
    first, last = sentence[0][0], sentence[-1][1]
    if last - first <= limit:
        return trimmed(text, first, last)
    clauses = [(first + a, first + b) for a, b in pieces(text[first:last], CLAUSE_END)]
    touched = [i for i, (a, b) in enumerate(clauses) if a < end and b > start]
    low, high = touched[0], touched[-1]
    while high + 1 < len(clauses) and clauses[high + 1][1] - clauses[low][0] <= limit:
        high += 1
    while low > 0 and clauses[high][1] - clauses[low - 1][0] <= limit:
        low -= 1
    return trimmed(text, clauses[low][0], clauses[high][1])


def cut(text: str, rng: random.Random) -> list[tuple[int, int]]:
    """Passages of whole sentences, each of a length drawn between 120 and 400 characters."""
    passages, start, target = [], 0, rng.randint(120, 400)
    for a, b in pieces(text, re.compile(r"[。！？\n]+[”’」』）)]*")):
        if a > start and b - start > target:
            passages.append((start, a))
            start, target = a, rng.randint(120, 400)
    passages.append((start, len(text)))
    return passages
