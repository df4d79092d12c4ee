"""Builds and searches a usearch index over the vectors that `cargo bench --bench search` wrote, and prints one JSON line.

    python benches/peer_search.py FOLDER DIMENSIONS NEIGHBOURS CONSTRUCTION

FOLDER holds `vectors.f32` and `queries.f32` (rows of little-endian floats). The built index is kept there as
`usearch.index`, with the seconds that it took. One thread searches; recall@10 is against the exact answer. Each call
from Python costs some microseconds, which are part of the times, as they are for whoever uses the package.
"""

import json
import os
import sys
import time

import numpy as np
from usearch.index import Index

FOLDER, DIMENSIONS, NEIGHBOURS, CONSTRUCTION = sys.argv[1], *map(int, sys.argv[2:5])
NEAREST = 10
BEAMS = (64, 128, 200, 400)


def rows(name):
    return np.memmap(os.path.join(FOLDER, name), dtype="<f4", mode="r").reshape(-1, DIMENSIONS)


def exact(vectors, queries):
    """The rows of the NEAREST vectors of each query, found a block of vectors at a time."""
    best = np.zeros((len(queries), 0), dtype=np.int64)
    score = np.zeros((len(queries), 0), dtype=np.float32)
    for start in range(0, len(vectors), 50_000):
        block = queries @ np.asarray(vectors[start : start + 50_000]).T
        rows = np.broadcast_to(np.arange(start, start + block.shape[1]), block.shape)
        score, best = np.concatenate([score, block], 1), np.concatenate([best, rows], 1)
        keep = np.argpartition(-score, NEAREST - 1, axis=1)[:, :NEAREST]
        score, best = np.take_along_axis(score, keep, 1), np.take_along_axis(best, keep, 1)
    return best


def resident():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS"))


def main():
    vectors, queries = rows("vectors.f32"), np.asarray(rows("queries.f32"))
    path = os.path.join(FOLDER, "usearch.index")
    notes = path + ".json"
    if not os.path.exists(path):
        options = dict(ndim=DIMENSIONS, metric="ip", dtype="f32", connectivity=NEIGHBOURS)
        index = Index(**options, expansion_add=CONSTRUCTION)
        begin = time.time()
        for start in range(0, len(vectors), 100_000):
            step = np.asarray(vectors[start : start + 100_000])
            index.add(np.arange(start, start + len(step)), step, threads=os.cpu_count())
        seconds = time.time() - begin
        index.save(path)
        with open(notes, "w") as out:
            json.dump({"build_s": round(seconds, 1)}, out)
        del index
    with open(notes) as kept:
        told = json.load(kept)
    told["bytes"] = os.path.getsize(path)
    before = resident()
    begin = time.time()
    index = Index.restore(path)
    told["open_s"] = round(time.time() - begin, 2)
    told["resident"] = resident() - before
    truth = exact(vectors, queries)
    told["beams"] = []
    for beam in BEAMS:
        index.expansion_search = beam
        times, hits = [], 0
        for query, nearest in zip(queries, truth):
            begin = time.perf_counter()
            found = index.search(query, NEAREST)
            times.append(time.perf_counter() - begin)
            hits += len(set(found.keys.tolist()) & set(nearest.tolist()))
        p50, p99 = np.percentile(times, 50), np.percentile(times, 99)
        recall = hits / NEAREST / len(queries)
        told["beams"].append({"ef": beam, "recall": recall, "p50_us": round(1e6 * p50), "p99_us": round(1e6 * p99)})
    print(json.dumps(told))


main()
