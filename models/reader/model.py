"""The reader: the encoder of the embedding model with its upper layers retrained, and three heads.

Embeddings and layers 0 to FROZEN-1 stay exactly those of the shipped GGUF, so they need not be stored again.
"""

from pathlib import Path

import gguf
import torch
import torch.nn.functional as F
from torch import Tensor, nn

HIDDEN, HEADS, LAYERS, WIDE, EPS = 384, 12, 12, 1536, 1e-12
FROZEN = 4  # layers below this one, and the embeddings, are never changed
MASKED = -1e4  # the logit of a position where no span may begin or end


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.attention_output = nn.Linear(HIDDEN, HIDDEN)
        self.attention_norm = nn.LayerNorm(HIDDEN, eps=EPS)
        self.intermediate = nn.Linear(HIDDEN, WIDE)
        self.output = nn.Linear(WIDE, HIDDEN)
        self.output_norm = nn.LayerNorm(HIDDEN, eps=EPS)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, length, _ = x.shape
        qkv = self.qkv(x).view(batch, length, 3, HEADS, HIDDEN // HEADS).permute(2, 0, 3, 1, 4)
        # Written out: with a mask, the fused attention of PyTorch 2.9 is five times slower in bfloat16 on CPUs.
        scores = (qkv[0] * (HIDDEN // HEADS) ** -0.5) @ qkv[1].transpose(-1, -2)
        mixed = torch.softmax(scores + mask, dim=-1).to(qkv.dtype) @ qkv[2]
        mixed = mixed.transpose(1, 2).reshape(batch, length, HIDDEN)
        x = self.attention_norm(x + self.attention_output(mixed))
        return self.output_norm(x + self.output(F.gelu(self.intermediate(x))))


class Reader(nn.Module):
    """Outputs for each position four span logits (short start, short end, long start, long end), for each pair one
    relevance logit. Position 0 stands for "no answer here"."""

    def __init__(self, vocabulary: int, positions: int) -> None:
        super().__init__()
        self.words = nn.Embedding(vocabulary, HIDDEN)
        self.positions = nn.Embedding(positions, HIDDEN)
        self.types = nn.Embedding(2, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=EPS)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.span_short = nn.Linear(HIDDEN, 2)
        self.span_long = nn.Linear(HIDDEN, 2)
        self.relevance_hidden = nn.Linear(HIDDEN, HIDDEN)
        self.relevance_out = nn.Linear(HIDDEN, 1)
        for head in self.heads():
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def heads(self) -> list[nn.Linear]:
        return [self.span_short, self.span_long, self.relevance_hidden, self.relevance_out]

    def freeze(self) -> None:
        self.requires_grad_(False)
        for layer in self.layers[FROZEN:]:
            layer.requires_grad_(True)
        for head in self.heads():
            head.requires_grad_(True)

    def encode(self, ids: Tensor, types: Tensor, lengths: Tensor) -> Tensor:
        """Last hidden states [batch, length, hidden]; what stands past a row's length is padding."""
        length = ids.shape[1]
        # Added to the scores, and never in bfloat16, so that the softmax runs in f32.
        mask = torch.where(torch.arange(length) < lengths[:, None], 0.0, MASKED)[:, None, None, :]
        with torch.no_grad():
            x = self.norm(self.words(ids) + self.positions.weight[:length] + self.types(types))
            for layer in self.layers[:FROZEN]:
                x = layer(x, mask)
        for layer in self.layers[FROZEN:]:
            x = layer(x, mask)
        return x

    def forward(self, ids: Tensor, types: Tensor, lengths: Tensor, allowed: Tensor) -> tuple[Tensor, Tensor]:
        """Span logits [batch, 4, length], MASKED where not `allowed`, and relevance logits [batch]."""
        states = self.encode(ids, types, lengths).float()
        spans = torch.cat([self.span_short(states), self.span_long(states)], dim=-1).transpose(1, 2)
        spans = spans.masked_fill(~allowed[:, None, :], MASKED)
        relevance = self.relevance_out(torch.tanh(self.relevance_hidden(states[:, 0]))).squeeze(-1)
        return spans, relevance


def load_backbone(path: Path) -> Reader:
    """A reader with new heads over the dequantised weights of the embedding model."""
    reader = gguf.GGUFReader(str(path))
    tensors = {t.name: torch.from_numpy(gguf.quants.dequantize(t.data, t.tensor_type).copy()) for t in reader.tensors}
    words = tensors["embeddings.word_embeddings.weight"]
    model = Reader(words.shape[0], tensors["embeddings.position_embeddings.weight"].shape[0])
    state = {
        "words.weight": words,
        "positions.weight": tensors["embeddings.position_embeddings.weight"],
        "types.weight": tensors["embeddings.token_type_embeddings.weight"],
        "norm.weight": tensors["embeddings.LayerNorm.weight"],
        "norm.bias": tensors["embeddings.LayerNorm.bias"],
    }
    parts = {
        "attention_output": "attention.output.dense",
        "attention_norm": "attention.output.LayerNorm",
        "intermediate": "intermediate.dense",
        "output": "output.dense",
        "output_norm": "output.LayerNorm",
    }
    for i in range(LAYERS):
        at = f"encoder.layer.{i}"
        for kind in ("weight", "bias"):
            state[f"layers.{i}.qkv.{kind}"] = torch.cat(
                [tensors[f"{at}.attention.self.{p}.{kind}"] for p in ("query", "key", "value")]
            )
            for ours, theirs in parts.items():
                state[f"layers.{i}.{ours}.{kind}"] = tensors[f"{at}.{theirs}.{kind}"]
    missing, unexpected = model.load_state_dict(state, strict=False)
    heads = ("span_", "relevance_")
    if unexpected or any(not name.startswith(heads) for name in missing):
        raise ValueError(f"weights do not fit: missing {missing}, unexpected {unexpected}")
    model.freeze()
    return model


def trained_state(model: Reader) -> dict[str, Tensor]:
    """What training changes, and nothing else."""
    return {name: value for name, value in model.state_dict().items() if is_trained(name)}


def mean_of(checkpoints: list[Path]) -> tuple[dict[str, Tensor], int]:
    """The mean of the trained weights of checkpoints, and the most pairs that one of them has seen."""
    saved = [torch.load(path, weights_only=True) for path in checkpoints]
    weights = {name: sum(s["model"][name].float() for s in saved) / len(saved) for name in saved[0]["model"]}
    return weights, max(s["at"]["pairs"] for s in saved)


def is_trained(name: str) -> bool:
    if name.startswith("layers."):
        return int(name.split(".")[1]) >= FROZEN
    return name.startswith(("span_", "relevance_"))
