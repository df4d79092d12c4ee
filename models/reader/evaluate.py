"""Reads the gold passages of a question set: how good are the spans, and does the reader know where nothing is?

    python evaluate.py --model MODEL.gguf --tokenizer TOKENIZER.json --checkpoint C.pt --questions Q.jsonl --index INDEX

INDEX is a generation folder of `zhice index` over the set's documents. For each question the passage that overlaps its
gold quote most is read (so a quote that goes over two passages cannot be had whole: `ceiling` is the F1 of the gold's part
in it). Figures are span F1 as in score.py. Negatives for the AUC are the BM25-best other passage of the same document, the
BM25-best of the other documents, and the gold passage without the sentences of the answer.
"""

import argparse
import json
import os
import random
from pathlib import Path

os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "16384")
os.environ.setdefault("LRU_CACHE_CAPACITY", "16384")

import torch  # noqa: E402

from data import Encoder, auc, best_span, run, span_f1  # noqa: E402
from model import load_backbone  # noqa: E402
from prepare import Bm25  # noqa: E402
from text import SENTENCE_END, pieces  # noqa: E402

SHORT_TOKENS, LONG_TOKENS = 60, 256


def read_passages(index: Path) -> tuple[list[dict], dict[str, bytes]]:
    documents = json.loads((index / "documents.json").read_text(encoding="utf-8"))["documents"]
    texts = (index / "texts.bin").read_bytes()
    passages = []
    with (index / "passages.jsonl").open(encoding="utf-8") as file:
        for row in map(json.loads, file):
            document = documents[row["document"]]
            base = document["text"][0]
            passages.append({
                "doc": os.path.basename(document["path"]), "bytes": row["bytes"],
                "header": " › ".join(x for x in ["".join((document["title"] or "").split()), *row["section"]] if x),
                "body": texts[base + row["bytes"][0] : base + row["bytes"][1]].decode(),
            })
    return passages, {os.path.basename(d["path"]): texts[d["text"][0] : d["text"][1]] for d in documents}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("model", "tokenizer", "checkpoint", "questions", "index"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--sample", type=int, help="only so many questions")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--bfloat16", action="store_true", help="faster, slightly other figures")
    parser.add_argument("--no-header", action="store_true", help="ablation: no title and section before the passage")
    parser.add_argument("--show", type=int, default=0, help="print so many answers")
    a = parser.parse_args()
    torch.set_num_threads(a.threads)

    passages, texts = read_passages(a.index)
    with a.questions.open(encoding="utf-8") as file:
        questions = [q for q in map(json.loads, file) if q.get("gold")]
    if a.sample:
        questions = random.Random(1).sample(questions, min(a.sample, len(questions)))
    bm25 = Bm25([p["header"] + p["body"] for p in passages])
    encoder = Encoder(a.tokenizer)
    model = load_backbone(a.model)
    model.load_state_dict(torch.load(a.checkpoint, weights_only=True)["model"], strict=False)
    model.eval()

    rows = []  # (question, kind of passage, passage body, pair)
    ceilings = []
    for q in questions:
        gold = q["gold"][0]
        quote = gold["quote"].encode()
        start = texts[gold["doc"]].find(quote)
        shared = lambda p: min(start + len(quote), p["bytes"][1]) - max(start, p["bytes"][0])
        here = [p for p in passages if p["doc"] == gold["doc"]]
        if start < 0 or not here:
            continue
        best = max(here, key=shared)
        part = texts[gold["doc"]][max(start, best["bytes"][0]) : min(start + len(quote), best["bytes"][1])].decode(errors="ignore")
        ceilings.append(max(span_f1(part, x) for x in q["answers"]))
        chosen = [("gold", best)]
        ranked = [passages[i] for i in bm25.top(q["question"], min(200, len(passages) - 1))]
        same = [p for p in ranked if p["doc"] == gold["doc"] and shared(p) <= 0]
        other = [p for p in ranked if p["doc"] != gold["doc"] and not any(x in p["body"] for x in q["answers"])]
        chosen += [("same document", p) for p in same[:1]] + [("other document", p) for p in other[:1]]
        low = len(texts[gold["doc"]][best["bytes"][0] : max(start, best["bytes"][0])].decode(errors="ignore"))
        kept = "".join(best["body"][x:y] for x, y in pieces(best["body"], SENTENCE_END) if y <= low or x >= low + len(part))
        if len(kept) >= 40 and not any(x in kept for x in q["answers"]):
            chosen.append(("answer cut out", {**best, "body": kept}))
        for kind, p in chosen:
            rows.append((q, kind, p["body"], encoder.pair(q["question"], "" if a.no_header else p["header"], p["body"])))

    results = run(model, encoder, [r[3] for r in rows], autocast=a.bfloat16)
    f1: dict[str, list[float]] = {"short": [], "long": [], "better": [], "either": [], "passage": []}
    by_length: dict[str, list[tuple[float, float, float]]] = {}
    relevance: dict[str, list[float]] = {}
    null: dict[str, list[float]] = {}
    for (q, kind, body, pair), (spans, score) in zip(rows, results):
        logs = torch.where(spans > -9e3, spans, torch.tensor(-1e9)).log_softmax(-1)
        over_short, short = best_span(logs[0], logs[1], pair, SHORT_TOKENS)
        over_long, long = best_span(logs[2], logs[3], pair, LONG_TOKENS)
        relevance.setdefault(kind, []).append(score)
        null.setdefault(kind, []).append(max(over_short, over_long))
        if kind != "gold":
            continue
        sure = [over + float(logs[i, 0] + logs[i + 1, 0]) for over, i in ((over_short, 0), (over_long, 2))]
        got = {"short": short, "long": long, "better": short if sure[0] >= sure[1] else long}
        scores = {k: max(span_f1(body[slice(*s)], x) for x in q["answers"]) for k, s in got.items()}
        scores["either"] = max(scores["short"], scores["long"])
        scores["passage"] = max(span_f1(body, x) for x in q["answers"])
        for key, value in scores.items():
            f1[key].append(value)
        size = min(len(x) for x in q["answers"])
        band = "1-9" if size < 10 else "10-39" if size < 40 else "40-79" if size < 80 else "80-"
        by_length.setdefault(band, []).append((scores["short"], scores["long"], scores["better"]))
        if len(f1["short"]) <= a.show:
            print(q["question"], "=>", q["answers"][0][:80], "| S", body[slice(*short)][:80], "| L", body[slice(*long)][:80], "|", round(score, 2))
    mean = lambda v: round(sum(v) / len(v), 4)
    report = {"questions": len(f1["short"]), **{f"f1_{k}": mean(v) for k, v in f1.items()}, "ceiling": mean(ceilings)}
    report["f1 short/long/better by answer length"] = {
        k: [len(v), *(mean(column) for column in zip(*v))] for k, v in sorted(by_length.items())
    }
    for kind in sorted(relevance):
        if kind != "gold":
            report[f"auc {kind}"] = round(auc(relevance["gold"], relevance[kind]), 4)
            report[f"null auc {kind}"] = round(auc(null["gold"], null[kind]), 4)
    print(json.dumps(report, ensure_ascii=False))


if __name__ == "__main__":
    main()
