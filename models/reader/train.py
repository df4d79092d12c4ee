"""Trains the reader.

    python train.py --model MODEL.gguf --tokenizer TOKENIZER.json --data FOLDER --output FOLDER --pairs 80000 [--resume]
        [--start CHECKPOINT … --rate 0.6 --repeats policy=0.4,written=4]

Writes to the output folder log.jsonl, checkpoint.pt (everything that `--resume` needs; every ten minutes, and when
stopped by SIGTERM or SIGINT) and snapshots of the trained weights. On Linux, start it with

    MALLOC_TRIM_THRESHOLD_=-1 MALLOC_TOP_PAD_=268435456 MALLOC_MMAP_THRESHOLD_=4294967296 \
    GLIBC_TUNABLES=glibc.malloc.hugetlb=1

so that memory is kept and lies on large pages.
"""

import argparse
import json
import os
import random
import signal
import time
from pathlib import Path

# Lengths vary, and each shape has a kernel of its own: without room for all of them they are made anew all the time.
os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "16384")
os.environ.setdefault("LRU_CACHE_CAPACITY", "16384")

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

from data import Encoder, auc, batches, best_span, read_groups, round_of, run, span_f1, tensors  # noqa: E402
from model import load_backbone, mean_of, trained_state  # noqa: E402

SEED = 7
RATE, HEAD_RATE, WARM_UP, CLIP, DECAY = 1e-4, 5e-4, 0.06, 1.0, 0.01
SPAN_WEIGHT, NULL_WEIGHT, RELEVANCE_WEIGHT, ORDER_WEIGHT = 0.75, 0.5, 0.5, 0.5


def losses(spans: torch.Tensor, relevance: torch.Tensor, t: dict) -> dict[str, torch.Tensor]:
    """The parts of the loss; in a batch an answered pair stands before its negative."""
    relevant = t["relevant"]
    weights = torch.where(relevant > 0, 1.0, NULL_WEIGHT)
    each = F.cross_entropy(spans.reshape(-1, spans.shape[-1]), t["targets"].reshape(-1), reduction="none").view(-1, 4)
    each = (each * weights[:, None]).sum(0) / weights.sum()
    parts = {
        "short": each[:2].mean(), "long": each[2:].mean(),
        "relevance": F.binary_cross_entropy_with_logits(relevance, relevant),
    }
    negatives = (relevant == 0).nonzero().flatten()
    parts["order"] = F.softplus(relevance[negatives] - relevance[negatives - 1]).mean() if len(negatives) else relevance.sum() * 0
    parts["loss"] = (
        SPAN_WEIGHT * (parts["short"] + parts["long"])
        + RELEVANCE_WEIGHT * parts["relevance"] + ORDER_WEIGHT * parts["order"]
    )
    return parts


class Validation:
    """A small fixed set: human questions, policy questions, and for each question all kinds of negatives once."""

    def __init__(self, groups: list[dict], encoder: Encoder) -> None:
        rng = random.Random(SEED)
        of_kind: dict[str, list[dict]] = {"human": [], "policy": [], "written": [], "long": [], "sized": []}
        for group in groups:
            of_kind.get(group["kind"].split(":")[0], of_kind["human"]).append(group)
        self.encoder, self.rows = encoder, []
        for name, most in (("human", 100), ("policy", 120), ("written", 120), ("long", 120), ("sized", 120)):
            for group in rng.sample(of_kind[name], min(most, len(of_kind[name]))):
                pair = encoder.answered(group, group["questions"][0])
                if pair is None:
                    continue
                self.rows.append((name, "", group, pair))
                for why in sorted({n["why"] for n in group["negatives"]}):
                    negative = next(n for n in group["negatives"] if n["why"] == why)
                    self.rows.append((name, why, group, encoder.unanswered(group, group["questions"][0], negative)))

    def __call__(self, model) -> dict:
        model.eval()
        results = run(model, self.encoder, [row[3] for row in self.rows], autocast=True)
        f1: dict[str, list[float]] = {}
        relevance: dict[tuple[str, str], list[float]] = {}
        null: dict[tuple[str, str], list[float]] = {}
        for (name, why, group, pair), (spans, score) in zip(self.rows, results):
            over, short = best_span(spans[0], spans[1], pair, 60)
            relevance.setdefault((name, why), []).append(score)
            null.setdefault((name, why), []).append(over)
            if not why:
                long = best_span(spans[2], spans[3], pair, 256)[1]
                for kind, got in (("short", short), ("long", long)):
                    gold = group["body"][slice(*group[kind])]
                    f1.setdefault(f"{name}_{kind}_f1", []).append(span_f1(group["body"][slice(*got)], gold))
        report = {key: round(sum(v) / len(v), 4) for key, v in f1.items()}
        for name in sorted({name for name, _ in relevance}):
            wrong = [s for (n, why), v in relevance.items() if n == name and why for s in v]
            report[f"{name}_auc"] = round(auc(relevance[name, ""], wrong), 4)
            wrong = [s for (n, why), v in null.items() if n == name and why for s in v]
            report[f"{name}_null_auc"] = round(auc(null[name, ""], wrong), 4)
            for (n, why), v in sorted(relevance.items()):
                if n == name and why:
                    report[f"{name}_auc {why}"] = round(auc(relevance[name, ""], v), 4)
        model.train()
        return report


def rate_at(progress: float) -> float:
    return progress / WARM_UP if progress < WARM_UP else max(0.0, (1 - progress) / (1 - WARM_UP))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--pairs", type=int, required=True, help="the plan: where the learning rate reaches zero")
    parser.add_argument("--budget", type=int, default=2304, help="tokens of a batch")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--validate-every", type=int, default=6000, help="pairs; more often at the start")
    parser.add_argument("--snapshot-every", type=int, default=16000, help="pairs")
    parser.add_argument("--checkpoint-minutes", type=float, default=10)
    parser.add_argument("--start", type=Path, nargs="*", default=[], help="checkpoints or snapshots whose weights, or the mean of them, to begin with")
    parser.add_argument("--rate", type=float, default=1.0, help="times the learning rates")
    parser.add_argument("--repeats", default="cmrc2018=2,drcd=2,xquad-zh=2", help="how often groups of a kind come in a round, if not once")
    parser.add_argument("--f32", action="store_true", help="no bfloat16")
    parser.add_argument("--resume", action="store_true")
    a = parser.parse_args()

    torch.manual_seed(SEED)
    torch.set_num_threads(a.threads)
    a.output.mkdir(parents=True, exist_ok=True)
    (a.output / "pid").write_text(f"{os.getpid()}\n")
    log_file = (a.output / "log.jsonl").open("a", encoding="utf-8")

    def log(**fields) -> None:
        log_file.write(json.dumps(fields, ensure_ascii=False) + "\n")
        log_file.flush()

    repeats = {kind: float(times) for kind, times in (entry.split("=") for entry in a.repeats.split(","))}
    encoder = Encoder(a.tokenizer)
    groups = read_groups(a.data / "train.jsonl")
    validation = Validation(read_groups(a.data / "valid.jsonl"), encoder)
    model = load_backbone(a.model)
    heads = [p for head in model.heads() for p in head.parameters()]
    body = [p for p in model.parameters() if p.requires_grad and not any(p is h for h in heads)]
    optimizer = torch.optim.AdamW(
        [{"params": body, "base": a.rate * RATE}, {"params": heads, "base": a.rate * HEAD_RATE}], lr=RATE, weight_decay=DECAY, fused=True
    )
    at = {"step": 0, "pairs": 0, "round": 0, "batch": 0, "seconds": 0.0, "snapshot": 0, "validated": 0}
    if a.start:
        model.load_state_dict(mean_of(a.start)[0], strict=False)
    if a.resume and (a.output / "checkpoint.pt").exists():
        saved = torch.load(a.output / "checkpoint.pt", weights_only=True)
        model.load_state_dict(saved["model"], strict=False)
        optimizer.load_state_dict(saved["optimizer"])
        at.update(saved["at"])
    log(event="resume" if at["step"] else "start", at=at, plan=a.pairs, start=" ".join(map(str, a.start)), rate=a.rate, repeats=repeats, groups=len(groups), budget=a.budget, seed=SEED,
        bfloat16=not a.f32, torch=torch.__version__, time=time.strftime("%F %T"))

    stop = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.append(1))

    def save(state: dict, name: str) -> None:
        torch.save(state, a.output / (name + ".new"))
        os.replace(a.output / (name + ".new"), a.output / name)

    def checkpoint() -> None:
        save({"model": trained_state(model), "optimizer": optimizer.state_dict(), "at": at}, "checkpoint.pt")

    model.train()
    window = {"since": time.time(), "pairs": 0, "steps": 0, "tokens": 0, "padded": 0}
    sums: dict[str, float] = {}
    saved_at = time.time()
    while at["pairs"] < a.pairs and not stop:
        units = round_of(groups, at["round"], SEED, repeats)
        skip, position = at["batch"], 0
        for batch in batches(units, encoder, a.budget, f"{SEED} batches {at['round']}"):
            position += 1
            if position <= skip:
                continue
            began = time.time()
            t = tensors(batch, encoder.pad)
            for group in optimizer.param_groups:
                group["lr"] = group["base"] * rate_at((at["pairs"] + len(batch) / 2) / a.pairs)
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=not a.f32):
                spans, relevance = model(t["ids"], t["types"], t["lengths"], t["allowed"])
            parts = losses(spans.float(), relevance.float(), t)
            parts["loss"].backward()
            norm = torch.nn.utils.clip_grad_norm_([*body, *heads], CLIP)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)

            at["step"] += 1
            at["batch"] = position
            at["pairs"] += len(batch)
            at["seconds"] += time.time() - began
            window["pairs"] += len(batch)
            window["steps"] += 1
            window["tokens"] += int(t["lengths"].sum())
            window["padded"] += t["ids"].numel()
            for key, value in (*parts.items(), ("norm", norm)):
                sums[key] = sums.get(key, 0.0) + value.item()
            if at["step"] % 10 == 0 or stop:
                speed = window["pairs"] / (time.time() - window["since"])
                log(step=at["step"], pairs=at["pairs"], round=at["round"], rate=round(optimizer.param_groups[0]["lr"], 8),
                    **{k: round(v / window["steps"], 4) for k, v in sums.items()}, pairs_per_second=round(speed, 2),
                    padding=round(1 - window["tokens"] / window["padded"], 3), hours_left=round((a.pairs - at["pairs"]) / speed / 3600, 2))
                window, sums = {"since": time.time(), "pairs": 0, "steps": 0, "tokens": 0, "padded": 0}, {}
            every = a.validate_every / 3 if at["pairs"] < a.validate_every else a.validate_every
            if at["pairs"] - at["validated"] >= every or at["pairs"] >= a.pairs:
                at["validated"] = at["pairs"]
                log(event="validation", pairs=at["pairs"], **validation(model), time=time.strftime("%F %T"))
                window["since"] = time.time()
                window.update(pairs=0, steps=window["steps"])
            if at["pairs"] - at["snapshot"] >= a.snapshot_every:
                at["snapshot"] = at["pairs"]
                save({"model": trained_state(model), "at": at}, f"snapshot-{at['pairs']:06d}.pt")
            if time.time() - saved_at > 60 * a.checkpoint_minutes:
                checkpoint()
                saved_at = time.time()
            if at["pairs"] >= a.pairs or stop:
                break
        else:
            at["round"], at["batch"] = at["round"] + 1, 0
    checkpoint()
    if at["pairs"] >= a.pairs:
        save({"model": trained_state(model), "at": at}, "final.pt")
    log(event="stopped" if stop else "done", at=at, time=time.strftime("%F %T"))


if __name__ == "__main__":
    main()
