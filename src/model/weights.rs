//! Where a network's weights come from, by their Hugging Face BERT names.

use std::borrow::Cow;

use candle_core::quantized::GgmlDType;
use candle_core::quantized::gguf_file::Content;
use candle_core::{Device, Result, Tensor};
use half::f16;

use super::kernels::rows::BLOCK;

/// Weights by name.
pub trait Weights: Sync {
    /// A tensor of this shape as f32.
    fn numbers(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>>;

    /// A matrix as it is stored, if that is in blocks and it is to be run so.
    fn blocks(&self, name: &str) -> Result<Option<Blocks>>;
}

/// A matrix in blocks of [`BLOCK`] weights along its rows, each with a scale: Q4_0 or Q8_0 of GGUF.
pub struct Blocks {
    data: Cow<'static, [u8]>,
    kind: Kind,
    rows: usize,
    columns: usize,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    /// The scale as f16, then a byte for weights `i` (low half) and `i + 16`, each 8 too large.
    Q4,
    /// The scale as f16, then a byte a weight.
    Q8,
}

impl Kind {
    fn bytes(self) -> usize {
        2 + match self {
            Self::Q4 => BLOCK / 2,
            Self::Q8 => BLOCK,
        }
    }
}

impl Blocks {
    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The weights of block `i` of a row, and their scale.
    pub fn get(&self, row: usize, i: usize) -> ([i8; BLOCK], f32) {
        let size = self.kind.bytes();
        let block = &self.data[(row * (self.columns / BLOCK) + i) * size..][..size];
        let (scale, levels) = block.split_at(2);
        let scale = f16::from_le_bytes([scale[0], scale[1]]).to_f32();
        let weights = match self.kind {
            Kind::Q4 => std::array::from_fn(|i| (if i < 16 { levels[i] & 15 } else { levels[i - 16] >> 4 }) as i8 - 8),
            Kind::Q8 => std::array::from_fn(|i| levels[i] as i8),
        };
        (weights, scale)
    }

    /// Writes the numbers of a row.
    pub fn write_row(&self, row: usize, out: &mut [f32]) {
        for (i, out) in out.chunks_exact_mut(BLOCK).enumerate() {
            let (weights, scale) = self.get(row, i);
            out.iter_mut().zip(weights).for_each(|(x, w)| *x = f32::from(w) * scale);
        }
    }
}

/// Weights of a GGUF inside the binary.
pub struct Gguf<'a> {
    pub content: &'a Content,
    pub bytes: &'static [u8],
    /// Whether blocks are run as blocks, and not as the f32 that they stand for.
    pub in_blocks: bool,
}

impl Gguf<'_> {
    /// The matrix `name`, which must lie in blocks.
    pub fn stored(&self, name: &str) -> Result<Blocks> {
        self.find(name)?.ok_or_else(|| candle_core::Error::Msg(format!("{name} is not stored in blocks")))
    }

    fn find(&self, name: &str) -> Result<Option<Blocks>> {
        let Some(info) = self.content.tensor_infos.get(name) else { candle_core::bail!("{name} is missing") };
        let kind = match info.ggml_dtype {
            GgmlDType::Q4_0 => Kind::Q4,
            GgmlDType::Q8_0 => Kind::Q8,
            _ => return Ok(None),
        };
        let (rows, columns) = info.shape.dims2()?;
        let start = (self.content.tensor_data_offset + info.offset) as usize;
        let data = self.bytes.get(start..start + rows * columns / BLOCK * kind.bytes());
        match data {
            Some(data) if columns % BLOCK == 0 => Ok(Some(Blocks { data: Cow::Borrowed(data), kind, rows, columns })),
            _ => candle_core::bail!("{name} has no whole blocks"),
        }
    }
}

impl Weights for Gguf<'_> {
    fn numbers(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        let tensor = self.content.tensor(&mut std::io::Cursor::new(self.bytes), name, &Device::Cpu)?;
        flat(name, &tensor.dequantize(&Device::Cpu)?, shape)
    }

    fn blocks(&self, name: &str) -> Result<Option<Blocks>> {
        if self.in_blocks { self.find(name) } else { Ok(None) }
    }
}

fn flat(name: &str, tensor: &Tensor, shape: &[usize]) -> Result<Vec<f32>> {
    if tensor.dims() != shape {
        candle_core::bail!("tensor {name} is {:?} and not {shape:?}", tensor.dims());
    }
    tensor.flatten_all()?.to_vec1()
}

#[cfg(test)]
mod tests {
    use candle_core::quantized::QTensor;

    use super::*;

    #[test]
    fn blocks_are_read_as_candle_reads_them() {
        let x = Tensor::arange(0f32, 192.0, &Device::Cpu).unwrap().sin().unwrap().reshape((3, 64)).unwrap();
        for (dtype, kind) in [(GgmlDType::Q4_0, Kind::Q4), (GgmlDType::Q8_0, Kind::Q8)] {
            let stored = QTensor::quantize(&x, dtype).unwrap();
            let expected: Vec<f32> = stored.dequantize(&Device::Cpu).unwrap().flatten_all().unwrap().to_vec1().unwrap();
            let data = Cow::Owned(stored.data().unwrap().into_owned());
            let blocks = Blocks { data, kind, rows: 3, columns: 64 };
            let mut row = vec![0.0; 64];
            for (i, expected) in expected.chunks_exact(64).enumerate() {
                blocks.write_row(i, &mut row);
                assert_eq!(row, expected, "{dtype:?} {i}");
            }
        }
    }
}
