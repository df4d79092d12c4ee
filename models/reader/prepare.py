"""Makes the reader's training pairs from the public reading sets and from policy documents.

    python prepare.py --human FOLDER --index INDEX --folders a,b,c [--written questions.jsonl.gz …] --output FOLDER

FOLDER holds cmrc2018.jsonl.gz, drcd.jsonl.gz and xquad-zh.jsonl.gz; INDEX is a generation folder written by `zhice index`
over the policy documents (only its passages and titles are read, so any embedding model will do, also a tiny one).

Output: train.jsonl and valid.jsonl, one *group* a line: a question in one or more wordings, the passage with its short
and its long answer, and passages (or question variants) that must not be answered. The same input gives the same bytes.
"""

import argparse
import collections
import gzip
import hashlib
import json
import math
import random
import re
from pathlib import Path

import jieba
import numpy as np
import opencc

import policy
from text import cut, long_span, pieces, trimmed
from written import written_groups

SEED = 7
KEPT_TRADITIONAL = 0.15
VALID_SHARE = 0.03
PER_RULE = 1300
PER_DOCUMENT = 14


def is_held_out(key: str) -> bool:
    return int(hashlib.sha256(key.encode()).hexdigest()[:8], 16) / 2**32 < VALID_SHARE


class Bm25:
    """Character-bigram BM25 over a fixed list of texts."""

    def __init__(self, texts: list[str]) -> None:
        postings = collections.defaultdict(lambda: ([], []))
        lengths = np.array([max(1, len(t)) for t in texts], dtype=np.float32)
        for i, text in enumerate(texts):
            for gram, count in collections.Counter(a + b for a, b in zip(text, text[1:])).items():
                ids, counts = postings[gram]
                ids.append(i)
                counts.append(count)
        norm = 1.2 * (0.25 + 0.75 * lengths / lengths.mean())
        self.size = len(texts)
        self.postings = {}
        for gram, (ids, counts) in postings.items():
            ids, counts = np.array(ids, dtype=np.int32), np.array(counts, dtype=np.float32)
            idf = math.log(1 + (self.size - len(ids) + 0.5) / (len(ids) + 0.5))
            self.postings[gram] = (ids, (idf * counts * 2.2 / (counts + norm[ids])).astype(np.float32))

    def top(self, query: str, count: int) -> list[int]:
        scores = np.zeros(self.size, dtype=np.float32)
        for gram in sorted({a + b for a, b in zip(query, query[1:])}):  # a fixed order, for a fixed rounding
            if gram in self.postings:
                ids, values = self.postings[gram]
                scores[ids] += values
        best = np.argpartition(-scores, count)[:count]  # ties fall as they fall, always alike
        return [int(i) for i in best[np.argsort(-scores[best])] if scores[i] > 0]


# The public reading sets


def human_title(context: str, rng: random.Random) -> str:
    """These passages have no title: none at all for a third, else the first clause, as zhice takes it for such texts."""
    if rng.random() < 0.35:
        return ""
    first = re.split(r"[，。（(：；,!！？]", context, maxsplit=1)[0].strip()
    return first[:30]


def human_groups(folder: Path, rng: random.Random) -> list[dict]:
    simplify = opencc.OpenCC("t2s").convert
    groups, pool = [], []
    for name in ("cmrc2018", "drcd", "xquad-zh"):
        contexts = collections.defaultdict(list)
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
            for line in file:
                row = json.loads(line)
                contexts[row["context"]].append(row)
        for original, rows in contexts.items():
            keep = name != "drcd" or rng.random() < KEPT_TRADITIONAL
            convert = (lambda s: s) if keep else simplify
            context = convert(original)
            if len(context) != len(original):
                continue  # a conversion that moves positions; does not happen with t2s by characters
            passages = cut(context, rng)
            title = human_title(context, rng)
            first = len(pool)
            pool += [(title, context[a:b]) for a, b in passages]
            for row in rows:
                answers = [convert(a) for a in row["answers"]]
                start = row["start"]
                if context[start : start + len(answers[0])] != answers[0]:
                    start = context.find(answers[0])
                if start < 0:
                    continue
                end = start + len(answers[0])
                inside = [i for i, (a, b) in enumerate(passages) if a <= start and end <= b]
                if not inside:
                    continue
                at = inside[0]
                offset = passages[at][0]
                body = context[slice(*passages[at])]
                short = trimmed(body, start - offset, end - offset)
                if short[0] >= short[1]:
                    continue
                groups.append({
                    "kind": name, "doc": hashlib.sha256(original.encode()).hexdigest()[:12],
                    "questions": [convert(row["question"])], "header": title, "body": body, "short": short,
                    "long": long_span(body, *short), "answers": answers,
                    "own": [first, first + len(passages)], "at": first + at, "place": False,
                })
    index = Bm25([t + b for t, b in pool])
    for group in groups:
        low, high = group["own"]
        negatives = []
        others = [i for i in range(low, high) if i != group["at"]]
        rng.shuffle(others)
        negatives += [("same document", i) for i in others[:2]]
        ranked = [i for i in index.top(group["questions"][0], 16) if not low <= i < high]
        negatives += [("bm25", i) for i in ranked[:4]]
        group["negatives"] = [
            {"why": why, "header": pool[i][0], "body": pool[i][1]}
            for why, i in negatives if not any(a in pool[i][1] for a in group["answers"])
        ]
        add_cut(group, rng)
        for key in ("answers", "own", "at"):
            del group[key]
    return groups


def add_cut(group: dict, rng: random.Random) -> None:
    """The nearly right passage: the same one without the sentences of the answer."""
    body, (start, end) = group["body"], group["long"]
    ranges = pieces(body, re.compile(r"[。！？；\n]+[”’」』）)]*"))
    kept = "".join(body[a:b] for a, b in ranges if b <= start or a >= end)
    answer = body[slice(*group["short"])]
    if len(kept) >= 40 and answer not in kept:
        group["negatives"].append({"why": "answer cut out", "header": group["header"], "body": kept})


# Policy documents

PLACE = re.compile(r"^(?:中共)?((?:[一-鿿]{2,4}?(?:省|自治区))?(?:[一-鿿]{2,7}?(?:省|自治区|自治州|自治县|市|新区|县|区)))")


def place_of(title: str) -> str:
    """The region at the head of a title: "杭州市", "广东省"; nothing where in doubt."""
    match = PLACE.match(re.sub(r"^关于(?:印发)?《?", "", title))
    name = match[1] if match else ""
    sure = re.fullmatch(r"(?:[一-鿿]{2,3}(?:省|自治区))?[一-鿿]{2,5}(?:省|自治区|自治州|自治县|市|新区|县|区)", name)
    return name if sure and not re.search(r"[本等的推]|取消|人力|商品|技术|城市|名胜|经济|国家|开发|[和与、]", name) else ""


def read_index(folder: Path, folders: set[str]) -> list[dict]:
    """The passages of the chosen folders with their headers: what the reader will see at run time."""
    documents = json.loads((folder / "documents.json").read_text(encoding="utf-8"))["documents"]
    texts = (folder / "texts.bin").read_bytes()
    passages = []
    with (folder / "passages.jsonl").open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            document = documents[row["document"]]
            if document["path"].split("/")[0] not in folders:
                continue
            base = document["text"][0]
            body = texts[base + row["bytes"][0] : base + row["bytes"][1]].decode("utf-8")
            title = re.sub(r"\s", "", document["title"] or "")
            place = place_of(title)
            passages.append({
                "doc": document["path"], "title": title, "section": row["section"], "body": body, "n": len(passages),
                "place": place, "header": " › ".join([title, *row["section"]]) if title else " › ".join(row["section"]),
            })
    return passages


def bare(place: str) -> str:
    name = re.sub(r"^.*(?:省|自治区)(?=.)", "", place)
    stripped = re.sub(r"(?:省|自治区|自治州|市|新区|县|区)$", "", name)
    return stripped if len(stripped) >= 2 else name


def wordings(found: policy.Found, passage: dict, rng: random.Random) -> tuple[list[str], bool]:
    """Up to three questions; and whether each of them names the region or the document."""
    questions, named = [], True
    title, place = passage["title"].strip("《》"), passage["place"]
    for core in rng.sample(found.cores, min(3, len(found.cores))):
        if found.about_document:
            questions.append(policy.vary(core, rng, jieba.cut))
            continue
        draw = rng.random()
        prefix = ""
        if place and draw < 0.5:
            prefix = rng.choice(["{p}", "{p}", "{b}", "在{p}，", "{p}的", "{p}"])
            prefix = prefix.format(p=place, b=bare(place))
        elif len(title) <= 30 and title and draw < 0.7:
            prefix = rng.choice(["《{t}》规定，", "根据《{t}》，", "《{t}》中", "{t}里", "按照《{t}》，"]).format(t=title)
        named = named and bool(prefix)
        if prefix.startswith(place) and core.startswith(place):
            prefix = ""
        questions.append(policy.vary(prefix + core, rng, jieba.cut))
    return list(dict.fromkeys(questions)), named


class Neighbours:
    """Passages that do not answer a question, to be set beside the one that does."""

    def __init__(self, passages: list[dict], rng: random.Random, alike: bool = False) -> None:
        """`alike`: of the same document also the passage whose words are nearest to the question."""
        self.rng, self.alike = rng, alike
        self.by_document = collections.defaultdict(list)
        for passage in passages:
            self.by_document[passage["doc"]].append(passage)
        self.pool = [p for p in passages if not p["doc"].startswith("local-regs") or rng.random() < 0.3]
        self.index = Bm25([p["header"] + p["body"] for p in self.pool])

    def __call__(self, passage: dict, question: str, answer: str, named: bool) -> list[dict]:
        """`named`: the question names the region or the document."""
        negatives = []
        others = [p for p in self.by_document[passage["doc"]] if p is not passage and answer not in p["body"]]
        near = [p for p in others if abs(p["n"] - passage["n"]) <= 3] or others
        for candidates in (near, others):
            if candidates:
                other = self.rng.choice(candidates)
                negatives.append({"why": "same document", "header": other["header"], "body": other["body"]})
        if self.alike and others:
            asked = set(zip(question, question[1:]))
            other = max(others, key=lambda p: len(asked & set(zip(p["body"], p["body"][1:]))) / len(p["body"]) ** 0.3)
            negatives.append({"why": "alike", "header": other["header"], "body": other["body"]})
        ranked = [self.pool[i] for i in self.index.top(question, 24)]
        ranked = [p for p in ranked if p["doc"] != passage["doc"] and answer not in p["body"]]
        if named:
            # The same thing somewhere else: right only for another region.
            ranked = [p for p in ranked if p["place"] != passage["place"] or not p["place"]][:4]
        else:
            ranked = ranked[8:11]  # a question without a place may be answered by the best of them
        return negatives + [{"why": "bm25", "header": p["header"], "body": p["body"]} for p in ranked]


def policy_questions(passages: list[dict], rng: random.Random) -> list[tuple[dict, policy.Found]]:
    """What the rules find, of every rule and document not too much."""
    by_rule = collections.defaultdict(list)
    for passage in passages:
        if not 30 <= len(passage["body"]) <= 700:
            continue
        for found in policy.rules(passage["body"], passage["section"], passage["title"]):
            (a, b), (c, d) = found.short, found.long
            if 0 <= c <= a < b <= d <= len(passage["body"]) and d - c <= 400:
                by_rule[found.rule].append((passage, found))
    chosen, per_document = [], collections.Counter()
    for rule in sorted(by_rule, key=lambda r: len(by_rule[r])):
        rows = by_rule[rule]
        rng.shuffle(rows)
        # Documents other than local regulations are fewer and nearer to the questions that people ask: they go first.
        rows.sort(key=lambda r: r[0]["doc"].startswith("local-regs"))
        taken, asked = 0, set()
        limit = {"heading": 2200, "effective": 700, "purpose": 400, "definition": 800, "growth": 500, "should": 450,
                 "principle": 400, "encourage": 600, "prohibit": 500, "includes": 700, "deadline": 800, "duty": 1000, "penalty": 1000}.get(rule, PER_RULE)
        for passage, found in rows:
            key = (passage["doc"], rule) if rule != "heading" else (passage["doc"], rule, passage["n"])
            if taken >= limit or per_document[passage["doc"]] >= PER_DOCUMENT * (4 if "local" not in passage["doc"] else 1):
                continue
            if per_document[key] >= (4 if "local" in passage["doc"] else 25) or (passage["n"], found.short) in asked:
                continue
            asked.add((passage["n"], found.short))
            per_document[key] += 1
            per_document[passage["doc"]] += 1
            taken += 1
            chosen.append((passage, found))
    return chosen


def policy_groups(
    chosen: list[tuple[dict, policy.Found]], passages: list[dict], neighbours: Neighbours, rng: random.Random
) -> list[dict]:
    jieba.setLogLevel(60)
    regions = sorted({p["place"] for p in passages if p["place"]})
    groups = []
    for passage, found in chosen:
        questions, named = wordings(found, passage, rng)
        body, header = passage["body"], passage["header"]
        draw = rng.random()
        if not named and not found.about_document:
            header = passage["title"] if draw < 0.1 else "" if draw < 0.16 else header
        negatives = neighbours(passage, questions[0], body[slice(*found.short)], named or found.about_document)
        place = passage["place"]
        if place and (named or found.about_document):
            other = rng.choice(regions)
            for question in questions:
                names = [n for n in (place, bare(place)) if n in question]
                if names and bare(other) not in header + body and bare(other) not in bare(place) and bare(place) not in other:
                    swapped = question.replace(names[0], other if names[0] == place else bare(other))
                    negatives.append({"why": "other region", "question": swapped})
        year = re.search(r"20[2-3]\d(?=年)", questions[0])
        if found.rule == "target" and year:
            wrong = str(int(year[0]) + rng.choice([-3, -2, -1, 1, 2, 3, 5]))
            if wrong not in body + header:
                negatives.append({"why": "other year", "question": questions[0].replace(year[0], wrong)})
        group = {
            "kind": f"policy:{found.rule}", "doc": passage["doc"], "questions": questions, "header": header, "body": body,
            "short": found.short, "long": found.long, "negatives": negatives,
        }
        if found.rule != "heading":
            add_cut(group, rng)
        groups.append(group)
    return groups


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--human", type=Path, required=True)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--folders", required=True, help="top folders of the index to use, by commas")
    parser.add_argument("--written", type=Path, nargs="*", default=[], help="questions.jsonl.gz and its like")
    parser.add_argument("--alike", action="store_true", help="negatives also from the passage of the document that is nearest in words")
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()

    groups = human_groups(arguments.human, random.Random(SEED))
    passages = read_index(arguments.index, set(arguments.folders.split(",")))
    rng = random.Random(SEED + 1)
    chosen = policy_questions(passages, rng)
    neighbours = Neighbours(passages, rng, arguments.alike)
    groups += policy_groups(chosen, passages, neighbours, rng)
    for file in arguments.written:
        groups += written_groups(file, passages, lambda *asked: neighbours(*asked, named=True), rng)

    arguments.output.mkdir(parents=True, exist_ok=True)
    counts = {"train": collections.Counter(), "valid": collections.Counter()}
    files = {name: (arguments.output / f"{name}.jsonl").open("w", encoding="utf-8") for name in counts}
    for group in groups:
        name = "valid" if is_held_out(group["doc"]) else "train"
        group.pop("place", None)
        counts[name][group["kind"]] += 1
        counts[name]["negative: none" if not group["negatives"] else "negative: some"] += 1
        for negative in group["negatives"]:
            counts[name]["negative: " + negative["why"]] += 1
        files[name].write(json.dumps(group, ensure_ascii=False) + "\n")
    for file in files.values():
        file.close()
    (arguments.output / "counts.json").write_text(json.dumps(counts, ensure_ascii=False, indent=1) + "\n")
    print(json.dumps(counts, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
