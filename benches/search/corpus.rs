//! Vectors and texts in any number, made from real ones: the same for a number on every run.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use zhice::index::{Index, Options, build};
use zhice::model::Model;

use super::Any;

/// Of the default model.
pub const DIMENSIONS: usize = 384;
pub const PER_DOCUMENT: usize = 20;
pub const QUERIES: usize = 500;
/// Queries are made as passages are, with numbers that no passage has.
pub const QUERIES_FROM: usize = 1_000_000_006;

/// The length of the noise, before the vector is made one of length 1 again.
const NOISE: f32 = 0.3;
/// Vectors made at once.
const STEP: usize = 10_000;

/// What others are made from.
pub struct Base {
    pub vectors: Vec<Vec<f32>>,
    pub sentences: Vec<String>,
}

/// A small generator of numbers (xorshift64*), the same on every run.
struct Random(u64);

impl Random {
    fn new(seed: usize) -> Self {
        let mut random = Self((seed as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        for _ in 0..4 {
            random.next();
        }
        random
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() >> 33) as usize % limit.max(1)
    }

    /// From 0 to 1.
    fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// Of the normal distribution.
    fn normal(&mut self) -> f32 {
        let (u, v) = (self.unit().max(1e-7), self.unit());
        (-2.0 * u.ln()).sqrt() * (std::f32::consts::TAU * v).cos()
    }
}

impl Base {
    /// Reads `vectors.f32` and `texts.bin` of each folder.
    pub fn read(folders: &[PathBuf]) -> Any<Self> {
        let mut base = Self { vectors: Vec::new(), sentences: Vec::new() };
        for folder in folders {
            let bytes = fs::read(folder.join("vectors.f32"))?;
            let floats: Vec<f32> = bytes.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
            base.vectors.extend(floats.chunks_exact(DIMENSIONS).map(<[f32]>::to_vec));
            let texts = String::from_utf8_lossy(&fs::read(folder.join("texts.bin"))?).into_owned();
            let sentences =
                texts.split(['。', '\n']).map(str::trim).filter(|s| (10..=120).contains(&s.chars().count()));
            base.sentences.extend(sentences.map(|sentence| format!("{sentence}。")));
        }
        if base.vectors.is_empty() || base.sentences.is_empty() {
            Err("nothing to make others from".into())
        } else {
            Ok(base)
        }
    }

    /// Indexes `seeds/` with the default model, below `folder`.
    pub fn of_seeds(folder: &Path) -> Any<Self> {
        let roots = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds")];
        let dir = folder.join("seeds");
        build(&Options { roots, dir: dir.clone(), ..Default::default() }, &Model::embedded()?, |_| {})?;
        Self::read(&[dir.join(&Index::open(&dir)?.manifest().generation)])
    }

    /// Vector number `number`.
    pub fn vector(&self, number: usize) -> Vec<f32> {
        let mut random = Random::new(number);
        let mut pick = || &self.vectors[random.below(self.vectors.len())];
        let (a, b, c, d) = (pick(), pick(), pick(), pick());
        let (t, s) = (0.5 * random.unit(), 0.3 * random.unit());
        let noise = NOISE / (DIMENSIONS as f32).sqrt();
        let mixed = (0..DIMENSIONS).map(|i| a[i] + t * (b[i] - a[i]) + s * (c[i] - d[i]) + noise * random.normal());
        let mut vector: Vec<f32> = mixed.collect();
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        vector.iter_mut().for_each(|x| *x /= length);
        vector
    }

    /// The sentences of passage number `number`.
    pub fn passage(&self, number: usize) -> Vec<String> {
        let mut random = Random::new(number + 7);
        (0..3 + random.below(3)).map(|_| self.sentences[random.below(self.sentences.len())].clone()).collect()
    }

    /// Question number `number`, as a line: the beginnings of two sentences.
    pub fn question(&self, number: usize) -> String {
        let mut random = Random::new(QUERIES_FROM + number);
        let mut part = || self.sentences[random.below(self.sentences.len())].chars().take(10).collect::<String>();
        format!("{}{}的规定是什么？\n", part(), part())
    }

    /// Writes `count` vectors from number `first` on as rows of little-endian floats.
    pub fn write_vectors(&self, path: &Path, first: usize, count: usize) -> Any<()> {
        let mut file = BufWriter::new(fs::File::create(path)?);
        for start in (first..first + count).step_by(STEP) {
            let step: Vec<Vec<f32>> =
                (start..(start + STEP).min(first + count)).into_par_iter().map(|number| self.vector(number)).collect();
            for x in step.iter().flatten() {
                file.write_all(&x.to_le_bytes())?;
            }
        }
        Ok(file.flush()?)
    }
}
