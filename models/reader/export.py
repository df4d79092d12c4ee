"""Writes a trained reader as zhice embeds it, and what it computes of a few pairs.

    python export.py --model MODEL.gguf --tokenizer TOKENIZER.json --checkpoint CHECKPOINT.pt [CHECKPOINT.pt] [--output FILE]

MODEL and TOKENIZER are the embedding model's. Of several checkpoints the mean of the weights is taken. The output
holds what training changed, layers 4 to 11 and the heads: matrices of the layers in Q8_0, all else in f32, under the
names that the embedding model's file uses. golden.json beside this script gets the outputs for pairs.json in f32,
computed from the weights as they were written. The same checkpoints give the same bytes.
"""

import argparse
import hashlib
import json
from pathlib import Path

import gguf
import numpy as np
import torch

from data import Encoder, run
from model import FROZEN, HEADS, HIDDEN, LAYERS, Reader, is_trained, load_backbone, mean_of

HERE = Path(__file__).resolve().parent
NAME = "reader-zh-q8_0"
Q8_0 = gguf.GGMLQuantizationType.Q8_0
PARTS = {
    "attention_output": "attention.output.dense",
    "attention_norm": "attention.output.LayerNorm",
    "intermediate": "intermediate.dense",
    "output": "output.dense",
    "output_norm": "output.LayerNorm",
}


def named(model: Reader) -> dict[str, torch.Tensor]:
    """The trained tensors under the names of the file."""
    tensors = {}
    for name, value in model.state_dict().items():
        if not is_trained(name):
            continue
        if not name.startswith("layers."):
            tensors[name.replace("_", ".", 1)] = value
            continue
        _, layer, part, kind = name.split(".")
        at = f"encoder.layer.{layer}"
        if part == "qkv":
            for own, piece in zip(("query", "key", "value"), value.split(HIDDEN)):
                tensors[f"{at}.attention.self.{own}.{kind}"] = piece
        else:
            tensors[f"{at}.{PARTS[part]}.{kind}"] = value
    return tensors


def is_quantised(name: str, value: torch.Tensor) -> bool:
    return name.startswith("encoder.") and value.ndim == 2


def round_trip(model: Reader) -> None:
    """Puts the values that the file will hold into `model`."""
    with torch.no_grad():
        for value in named(model).items():
            if is_quantised(*value):
                packed = gguf.quants.quantize(value[1].numpy(), Q8_0)
                value[1].copy_(torch.from_numpy(gguf.quants.dequantize(packed, Q8_0)))


def write(model: Reader, pairs_seen: int, path: Path) -> None:
    writer = gguf.GGUFWriter(str(path), "bert")
    writer.add_name(NAME)
    writer.add_license("MIT")
    writer.add_uint32("zhice.reader.first_layer", FROZEN)
    writer.add_uint32("zhice.reader.pairs", pairs_seen)
    writer.add_block_count(LAYERS)
    writer.add_embedding_length(HIDDEN)
    writer.add_head_count(HEADS)
    for name, value in named(model).items():
        array = np.ascontiguousarray(value.numpy(), dtype=np.float32)
        if is_quantised(name, value):
            packed = gguf.quants.quantize(array, Q8_0)
            writer.add_tensor(name, packed, raw_dtype=Q8_0)
        else:
            writer.add_tensor(name, array)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def golden(model: Reader, encoder: Encoder) -> list[dict]:
    """Each pair with its token ids and its outputs; of the span logits those of position 0 and of the body."""
    rows = json.loads((HERE / "pairs.json").read_text(encoding="utf-8"))
    pairs = [encoder.pair(row["question"], row["header"], row["body"]) for row in rows]
    short = lambda values: [round(float(v), 5) for v in values]
    result = []
    for row, pair in zip(rows, pairs):
        # One at a time: padding changes nothing but the order of sums.
        (spans, relevance), = run(model, encoder, [pair], autocast=False)
        seen = [0, *range(pair.body, pair.body + len(pair.offsets))]
        result.append({
            **row, "ids": pair.ids, "body_at": pair.body, "relevance": round(relevance, 5),
            **{name: short(spans[i][seen]) for i, name in enumerate(("short_start", "short_end", "long_start", "long_end"))},
        })
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("model", "tokenizer"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path, required=True, nargs="+")
    parser.add_argument("--output", type=Path, default=HERE.parent / f"{NAME}.gguf")
    parser.add_argument("--threads", type=int, default=2)
    a = parser.parse_args()
    torch.set_num_threads(a.threads)

    weights, pairs_seen = mean_of(a.checkpoint)
    model = load_backbone(a.model)
    wrong = model.load_state_dict(weights, strict=False).unexpected_keys
    if wrong or set(weights) != {name for name in model.state_dict() if is_trained(name)}:
        raise ValueError("these checkpoints are not of this network")
    model.eval()
    encoder = Encoder(a.tokenizer)
    before = golden(model, encoder)
    round_trip(model)
    write(model, pairs_seen, a.output)
    after = golden(model, encoder)
    (HERE / "golden.json").write_text(
        "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in after) + "\n]\n",
        encoding="utf-8",
    )
    logits = ("short_start", "short_end", "long_start", "long_end")
    moved = max(abs(x - y) for a_, b_ in zip(before, after) for k in logits for x, y in zip(a_[k], b_[k]) if x > -9e3)
    content = a.output.read_bytes()
    print(f"{hashlib.sha256(content).hexdigest()}  {len(content):>10,}  {a.output.name}")
    print(f"{pairs_seen} pairs; quantising moved no span logit of {len(after)} pairs by more than {moved:.3f}")


if __name__ == "__main__":
    main()
