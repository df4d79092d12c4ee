"""From prepared groups to batches of token ids."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer

QUESTION_TOKENS, TOTAL_TOKENS = 48, 384
HEADER_HEAD, HEADER_TAIL = 40, 24  # of a longer header the first and the last tokens are kept
ROUND = 8  # batch lengths are multiples of this, which spares the matrix library most of its set-up work

NEGATIVE_SHARE = 0.75
NEGATIVE_WEIGHT = {
    "same document": 1.0, "alike": 2.0, "bm25": 0.8, "answer cut out": 1.0, "other region": 1.6, "other year": 2.0, "near miss": 1.6,
}


@dataclass
class Pair:
    ids: list[int]
    types: list[int]
    body: int  # position of the first body token
    offsets: list[tuple[int, int]]  # characters of the body that each body token stands for
    short: tuple[int, int] = (0, 0)  # first and last token; (0, 0) is "no answer"
    long: tuple[int, int] = (0, 0)
    relevant: bool = False


class Encoder:
    """`<s> question </s> header body </s>`; question, header and body are tokenised one by one."""

    def __init__(self, tokenizer: Path) -> None:
        self.tokenizer = Tokenizer.from_file(str(tokenizer))
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        self.bos, self.eos = self.tokenizer.token_to_id("<s>"), self.tokenizer.token_to_id("</s>")
        self.pad, self.blank = self.tokenizer.token_to_id("<pad>"), self.tokenizer.token_to_id("▁")

    def pair(self, question: str, header: str, body: str) -> Pair:
        encode = lambda text: self.tokenizer.encode(text, add_special_tokens=False)
        asked = encode(question).ids[:QUESTION_TOKENS]
        head = encode(header).ids if header else []
        if len(head) > HEADER_HEAD + HEADER_TAIL:
            head = head[:HEADER_HEAD] + head[-HEADER_TAIL:]
        room = TOTAL_TOKENS - 3 - len(asked) - len(head)
        encoded = encode(body)
        read, offsets = encoded.ids[:room], encoded.offsets[:room]
        ids = [self.bos, *asked, self.eos, *head, *read, self.eos]
        types = [0] * (len(asked) + 2) + [1] * (len(head) + len(read) + 1)
        return Pair(ids, types, len(asked) + 2 + len(head), offsets)

    def tokens(self, pair: Pair, span: tuple[int, int]) -> tuple[int, int] | None:
        """The tokens that cover the characters `span` of the body; None where it was cut off."""
        start, end = span
        if not pair.offsets or pair.offsets[-1][1] < end:
            return None
        inside = [
            i for i, (a, b) in enumerate(pair.offsets)
            if a < end and b > start and pair.ids[pair.body + i] != self.blank
        ]
        return (pair.body + inside[0], pair.body + inside[-1]) if inside else None

    def answered(self, group: dict, question: str) -> Pair | None:
        pair = self.pair(question, group["header"], group["body"])
        short, long = self.tokens(pair, group["short"]), self.tokens(pair, group["long"])
        if short is None or long is None:
            return None
        pair.short, pair.long, pair.relevant = short, long, True
        return pair

    def unanswered(self, group: dict, question: str, negative: dict) -> Pair:
        if "question" in negative:
            return self.pair(negative["question"], group["header"], group["body"])
        return self.pair(question, negative["header"], negative["body"])


def read_groups(path: Path) -> list[dict]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def round_of(groups: list[dict], number: int, seed: int, repeats: dict[str, float]) -> list[tuple[dict, str, dict | None]]:
    """One round over the data in random order: group, wording, and the negative to set beside it (three of four).
    `repeats` tells by kind how often a group comes in a round, policy:… by its first part; 0.4 is two in five."""
    rng = random.Random(f"{seed} round {number}")
    units = []
    for group in groups:
        times = repeats.get(group["kind"].split(":")[0], 1)
        for _ in range(int(times) + (times % 1 > 0 and rng.random() < times % 1)):
            negative = None
            if group["negatives"] and rng.random() < NEGATIVE_SHARE:
                weights = [NEGATIVE_WEIGHT[n["why"]] for n in group["negatives"]]
                # Of two draws the one nearer in length: less padding, and length gives nothing away.
                size = len(group["body"])
                draws = rng.choices(group["negatives"], weights, k=2)
                negative = min(draws, key=lambda n: abs(len(n.get("body", group["body"])) - size)) if rng.random() < 0.5 else draws[0]
            units.append((group, rng.choice(group["questions"]), negative))
    rng.shuffle(units)
    return units


def batches(units: list, encoder: Encoder, budget: int, seed: str, bucket: int = 768):
    """Batches of pairs, an answered one before its negative, within `budget` padded tokens; near lengths together."""
    rng = random.Random(seed)
    for first in range(0, len(units), bucket):
        made: list[list[Pair]] = []
        for group, question, negative in units[first : first + bucket]:
            positive = encoder.answered(group, question)
            if positive is None:
                continue
            made.append([positive] + ([encoder.unanswered(group, question, negative)] if negative else []))
        made.sort(key=lambda pairs: max(len(p.ids) for p in pairs))
        ready, batch, width = [], [], 0
        for pairs in made:
            wider = max(width, padded_length(max(len(p.ids) for p in pairs)))
            if batch and wider * (len(batch) + len(pairs)) > budget:
                ready.append(batch)
                batch, wider = [], padded_length(max(len(p.ids) for p in pairs))
            batch, width = batch + pairs, wider
        if batch:
            ready.append(batch)
        rng.shuffle(ready)
        yield from ready


def padded_length(length: int) -> int:
    return min(-(-length // ROUND) * ROUND, TOTAL_TOKENS)


def tensors(batch: list[Pair], pad: int) -> dict[str, torch.Tensor]:
    width = padded_length(max(len(p.ids) for p in batch))
    ids = torch.full((len(batch), width), pad)
    types = torch.zeros((len(batch), width), dtype=torch.long)
    allowed = torch.zeros((len(batch), width), dtype=torch.bool)
    allowed[:, 0] = True
    for row, pair in enumerate(batch):
        ids[row, : len(pair.ids)] = torch.tensor(pair.ids)
        types[row, : len(pair.types)] = torch.tensor(pair.types)
        allowed[row, pair.body : pair.body + len(pair.offsets)] = True
    return {
        "ids": ids, "types": types, "allowed": allowed,
        "lengths": torch.tensor([len(p.ids) for p in batch]),
        "targets": torch.tensor([[*p.short, *p.long] for p in batch]),
        "relevant": torch.tensor([float(p.relevant) for p in batch]),
    }


def best_span(start: torch.Tensor, end: torch.Tensor, pair: Pair, most: int) -> tuple[float, tuple[int, int]]:
    """The best span of at most `most` body tokens: how far its score lies above "no answer", and its characters."""
    low, high = pair.body, pair.body + len(pair.offsets)
    scores = start[low:high, None] + end[None, low:high]
    n = high - low
    scores = scores.masked_fill(~torch.ones(n, n, dtype=torch.bool).triu().tril(most - 1), -1e9)
    at = int(scores.argmax())
    first, last = divmod(at, n)
    return float(scores.flatten()[at] - start[0] - end[0]), (pair.offsets[first][0], pair.offsets[last][1])


def run(model, encoder: Encoder, pairs: list[Pair], autocast: bool, budget: int = 4096) -> list[tuple[torch.Tensor, float]]:
    """Span logits [4, length] and relevance of each pair, in the order given."""
    order = sorted(range(len(pairs)), key=lambda i: len(pairs[i].ids))
    results: list = [None] * len(pairs)
    while order:
        take = 1
        while take < len(order) and (take + 1) * padded_length(len(pairs[order[take]].ids)) <= budget:
            take += 1
        chosen, order = order[:take], order[take:]
        t = tensors([pairs[i] for i in chosen], encoder.pad)
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=autocast):
            spans, relevance = model(t["ids"], t["types"], t["lengths"], t["allowed"])
        for i, s, r in zip(chosen, spans.float(), relevance.float()):
            results[i] = (s, float(r))
    return results


def units_of(text: str) -> list[str]:
    import re

    return [u.lower() for u in re.findall(r"[A-Za-z0-9]+|[一-鿿㐀-䶿]", text)]


def span_f1(answer: str, gold: str) -> float:
    """F1 of the longest common subsequence over characters, as score.py computes span_f1."""
    a, b = units_of(answer), units_of(gold)
    if not a or not b:
        return 0.0
    row = [0] * (len(b) + 1)
    for x in a:
        previous = 0
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], previous + 1 if x == y else max(row[j], row[j - 1])
    common = row[-1]
    return 2 * common / (len(a) + len(b)) if common else 0.0


def auc(positive: list[float], negative: list[float]) -> float:
    wins = sum((p > n) + 0.5 * (p == n) for p in positive for n in negative)
    return wins / max(1, len(positive) * len(negative))


Log = Callable[[dict], None]
