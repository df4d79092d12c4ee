"""Checks that the network, before training, is the embedding model: its mean-pooled states against golden.json.

    python check_backbone.py MODEL.gguf golden.json
"""

import json
import sys
from pathlib import Path

import torch
import torch.nn.functional as F

from model import load_backbone

model = load_backbone(Path(sys.argv[1])).eval()
worst = 1.0
for row in json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")):
    ids = torch.tensor([row["ids"]])
    with torch.no_grad():
        states = model.encode(ids, torch.zeros_like(ids), torch.tensor([ids.shape[1]]))
    cosine = F.cosine_similarity(states[0].mean(0), torch.tensor(row["embedding"]), dim=0).item()
    worst = min(worst, cosine)
print(f"lowest cosine {worst:.7f}")
sys.exit(worst < 0.999)
