"""Checks the embedding model against the published one it was made from.

    python models/recipe/verify.py PACKAGES [--texts FILE ...] [--candidate FILE] [--write-golden FILE]

Always checks that each tensor of the GGUF equals its source bit for bit, that both tokenizers split the sentences (and
the lines of --texts) alike, and that the GGUF gives the embeddings of the original. Exits with 1 when a check fails.

The forward pass here is written from the architecture alone, in double precision, one text at a time and without
padding. It reads the original weights by the original token ids; nothing of build.py is used, and its GGUF is read with
the `gguf` package, so that a mistake of the one is not repeated by the other.
"""

import argparse
import hashlib
import json
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path

import gguf
import numpy as np
from tokenizers import Tokenizer

from source import TOKENIZER, WEIGHTS, Config, Tensor, parse_checkpoint

RECIPE = Path(__file__).resolve().parent
MODEL = RECIPE.parent / "multilingual-e5-small-zh-en-q4_0.gguf"
PRUNED_TOKENIZER = RECIPE.parent / "multilingual-e5-small-zh-en.tokenizer.json"
SENTENCES = RECIPE / "sentences.txt"

REQUIRED_COSINE = 0.9999

# A weight or bias by the short name that the original file gives it.
Weights = Callable[[str], np.ndarray]


def main() -> None:
    arguments = parse_arguments()
    checkpoint = parse_checkpoint(WEIGHTS.read(arguments.packages))
    original = Tokenizer.from_str(TOKENIZER.read(arguments.packages).decode())
    pruned = load_timed(PRUNED_TOKENIZER)
    sentences = SENTENCES.read_text(encoding="utf-8").splitlines()
    old_ids = np.array([original.token_to_id(pruned.id_to_token(i)) for i in range(pruned.get_vocab_size())])
    model = gguf.GGUFReader(MODEL)
    stored = dequantised_tensors(model)

    passed = [report_fingerprint(model), report_tokenizers(original, pruned, sentences, SENTENCES.name)]
    for path in arguments.texts:
        passed.append(report_tokenizers(original, pruned, path.read_text(encoding="utf-8").splitlines(), path.name))
    passed.append(report_tensors(checkpoint.tensors, stored, old_ids))

    config = checkpoint.config
    reference = embed_all(sentences, original, original_weights(checkpoint.tensors, config), config)
    converted = embed_all(sentences, pruned, lambda name: stored[hugging_face_name(name)], config)
    passed.append(report_cosines("GGUF, dequantised", reference, converted))
    if arguments.candidate:
        candidate = read_candidate(arguments.candidate, sentences)
        passed.append(report_cosines(arguments.candidate.name, reference, candidate))
    if arguments.write_golden:
        write_golden(arguments.write_golden, sentences, pruned, reference)
    sys.exit(0 if all(passed) else 1)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", type=Path, metavar="PACKAGES", help="folder with the two wheels")
    parser.add_argument("--texts", type=Path, nargs="+", default=[], metavar="FILE", help="more texts to split")
    parser.add_argument(
        "--candidate",
        type=Path,
        metavar="FILE",
        help='another program\'s embeddings of sentences.txt: a line {"text": …, "embedding": […]} for each',
    )
    parser.add_argument("--write-golden", type=Path, metavar="FILE", help="write the expected embeddings as JSON")
    return parser.parse_args()


def load_timed(path: Path) -> Tokenizer:
    start = time.perf_counter()
    tokenizer = Tokenizer.from_file(str(path))
    print(f"tokenizer  {tokenizer.get_vocab_size():,} pieces, loaded in {time.perf_counter() - start:.2f} s")
    return tokenizer


# Tokenizers


def report_tokenizers(original: Tokenizer, pruned: Tokenizer, lines: list[str], name: str) -> bool:
    """Pieces are compared by the vocabulary's own name, so that a piece lost to <unk> counts as a difference."""
    differing = [line for line in lines if pieces(original, line) != pieces(pruned, line)]
    count = sum(len(pieces(original, line)) for line in lines)
    print(f"pieces     {name}: {count:,} pieces on {len(lines)} lines, {len(differing)} lines differ")
    return not differing


def pieces(tokenizer: Tokenizer, line: str) -> list[tuple[str, tuple[int, int]]]:
    encoding = tokenizer.encode(line)
    return [(tokenizer.id_to_token(i), span) for i, span in zip(encoding.ids, encoding.offsets)]


def report_fingerprint(model: gguf.GGUFReader) -> bool:
    """The GGUF names the tokenizer that its rows were gathered for."""
    recorded = model.get_field("zhice.tokenizer.sha256").contents()
    matches = recorded == hashlib.sha256(PRUNED_TOKENIZER.read_bytes()).hexdigest()
    print(f"tokenizer  {'is' if matches else 'is NOT'} the one that the GGUF names")
    return matches


# Tensors


def dequantised_tensors(model: gguf.GGUFReader) -> dict[str, np.ndarray]:
    """All tensors of the GGUF by name, as f32 in row-major order."""
    return {
        tensor.name: gguf.quants.dequantize(tensor.data, tensor.tensor_type).reshape(tensor.shape[::-1])
        for tensor in model.tensors
    }


def dequantised(tensor: Tensor) -> np.ndarray:
    """The values as f32 in one row: of a 4-bit block first the 16 low nibbles, then the 16 high ones."""
    if not tensor.is_q4:
        return np.frombuffer(tensor.data, "<f4")
    blocks = np.frombuffer(tensor.data, [("scale", "<f2"), ("nibbles", "u1", 16)])
    steps = np.hstack([blocks["nibbles"] & 15, blocks["nibbles"] >> 4]).astype(np.int8) - 8
    return (steps * blocks["scale"].astype(np.float32)[:, None]).ravel()


def report_tensors(source: dict[str, Tensor], stored: dict[str, np.ndarray], old_ids: np.ndarray) -> bool:
    """Compares bit patterns, so that even the sign of a zero counts."""
    equal = 0
    for short_name, tensor in source.items():
        expected = dequantised(tensor)
        actual = stored.get(hugging_face_name(short_name), np.empty((0, 1), np.float32))
        if short_name == "emb.word":
            expected = expected.reshape(-1, actual.shape[1])[old_ids].ravel()
        equal += np.array_equal(expected.view("u4"), actual.ravel().view("u4"))
    print(f"tensors    {equal} of {len(source)} equal bit for bit, {len(stored)} in the GGUF")
    return equal == len(source) == len(stored)


def hugging_face_name(short_name: str) -> str:
    """Written again rather than taken from build.py: a slip there must not go unseen here."""
    names = {
        "emb.word": "embeddings.word_embeddings.weight",
        "emb.pos": "embeddings.position_embeddings.weight",
        "emb.type": "embeddings.token_type_embeddings.weight",
        "emb.ln": "embeddings.LayerNorm",
        "q": "attention.self.query",
        "k": "attention.self.key",
        "v": "attention.self.value",
        "ao": "attention.output.dense",
        "aln": "attention.output.LayerNorm",
        "fi": "intermediate.dense",
        "fo": "output.dense",
        "oln": "output.LayerNorm",
    }
    if short_name in names:
        return names[short_name]
    owner, _, kind = short_name.rpartition(".")
    suffix = {"w": "weight", "b": "bias"}[kind]
    if owner in names:
        return f"{names[owner]}.{suffix}"
    layer, part = owner.split(".")
    return f"encoder.layer.{layer.removeprefix('l')}.{names[part]}.{suffix}"


# The forward pass


def original_weights(tensors: dict[str, Tensor], config: Config) -> Weights:
    arrays = {name: dequantised(tensor).reshape(row_shape(name, config)) for name, tensor in tensors.items()}
    return arrays.__getitem__


def row_shape(short_name: str, config: Config) -> tuple[int, ...]:
    """Matrices are stored row by row, one row a token, a position or an output."""
    if short_name.endswith(".b") or "ln." in short_name:
        return (-1,)
    return (-1, config.feed_forward if short_name.endswith(".fo.w") else config.hidden)


def embed_all(sentences: list[str], tokenizer: Tokenizer, weights: Weights, config: Config) -> np.ndarray:
    return np.stack([embed(tokenizer.encode(sentence).ids, weights, config) for sentence in sentences])


def embed(ids: list[int], weights: Weights, config: Config) -> np.ndarray:
    """The mean of the last hidden states over all tokens, `<s>` and `</s>` included, scaled to length 1."""
    states = weights("emb.word")[ids].astype(np.float64)
    states = states + weights("emb.pos")[: len(ids)] + weights("emb.type")[0]
    states = layer_norm(states, "emb.ln", weights, config)
    for layer in range(config.layers):
        states = encoder_layer(states, f"l{layer}", weights, config)
    mean = states.mean(axis=0)
    return mean / np.linalg.norm(mean)


def encoder_layer(states: np.ndarray, layer: str, weights: Weights, config: Config) -> np.ndarray:
    attended = dense(attention(states, layer, weights, config), f"{layer}.ao", weights)
    states = layer_norm(states + attended, f"{layer}.aln", weights, config)
    widened = gelu(dense(states, f"{layer}.fi", weights))
    return layer_norm(states + dense(widened, f"{layer}.fo", weights), f"{layer}.oln", weights, config)


def attention(states: np.ndarray, layer: str, weights: Weights, config: Config) -> np.ndarray:
    query, key, value = (
        dense(states, f"{layer}.{part}", weights).reshape(len(states), config.heads, -1).swapaxes(0, 1)
        for part in "qkv"
    )
    scores = query @ key.swapaxes(1, 2) / math.sqrt(config.hidden // config.heads)
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    mixed = exponentials / exponentials.sum(axis=-1, keepdims=True) @ value
    return mixed.swapaxes(0, 1).reshape(len(states), -1)


def dense(states: np.ndarray, name: str, weights: Weights) -> np.ndarray:
    return states @ weights(f"{name}.w").astype(np.float64).T + weights(f"{name}.b")


def layer_norm(states: np.ndarray, name: str, weights: Weights, config: Config) -> np.ndarray:
    centred = states - states.mean(axis=-1, keepdims=True)
    deviation = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + config.layer_norm_eps)
    return centred / deviation * weights(f"{name}.w") + weights(f"{name}.b")


def gelu(states: np.ndarray) -> np.ndarray:
    """The exact form with erf, which numpy lacks."""
    erf = np.fromiter(map(math.erf, (states / math.sqrt(2)).flat), np.float64, states.size)
    return states * (1 + erf.reshape(states.shape)) / 2


# Embeddings, compared and kept


def report_cosines(name: str, reference: np.ndarray, other: np.ndarray) -> bool:
    cosines = (reference * other).sum(axis=1) / np.linalg.norm(other, axis=1)
    print(f"cosine     {name}: min {cosines.min():.7f}, mean {cosines.mean():.7f}")
    return bool(cosines.min() >= REQUIRED_COSINE)


def read_candidate(path: Path, sentences: list[str]) -> np.ndarray:
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    by_text = {row["text"]: row["embedding"] for row in rows}
    missing = [sentence for sentence in sentences if sentence not in by_text]
    if missing:
        sys.exit(f"{path} has no embedding for {len(missing)} texts; the first is {missing[0]!r}")
    return np.array([by_text[sentence] for sentence in sentences])


def write_golden(path: Path, sentences: list[str], pruned: Tokenizer, embeddings: np.ndarray) -> None:
    """One sentence a line, with the ids of the pruned tokenizer; seven digits are all that f32 can tell apart."""
    rows = [
        {"text": sentence, "ids": pruned.encode(sentence).ids, "embedding": [float(f"{x:.7g}") for x in embedding]}
        for sentence, embedding in zip(sentences, embeddings)
    ]
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
