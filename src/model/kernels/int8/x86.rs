//! The products of a tile by the instructions for bytes that x86 processors have.

use std::arch::x86_64::*;

use super::super::LANES;
use super::super::dense::PANEL;
use super::super::rows::BLOCK;
use super::{GROUP, Panel, Rows, TOKENS, Tile};

const GROUPS: usize = BLOCK / GROUP;

/// # Safety
/// Lengths must fit each other, as [`super::products`] asserts.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
pub unsafe fn avx512(rows: &Rows, panel: Panel, tile: &mut Tile) {
    const J: usize = PANEL / LANES;
    let blocks = rows.scales[0].len();
    let mut sums = [[_mm512_setzero_ps(); J]; TOKENS];
    for b in 0..blocks {
        // SAFETY: `b` is a block of the panel and of each row; offsets stay within that block.
        unsafe {
            let weights = panel.levels.as_ptr().add(b * BLOCK * PANEL);
            let starts = panel.starts.as_ptr().add(b * PANEL);
            let mut start = [_mm512_setzero_si512(); J];
            for j in 0..J {
                start[j] = _mm512_loadu_si512(starts.add(j * LANES).cast());
            }
            let mut partial = [start; TOKENS];
            for g in 0..GROUPS {
                let weights = weights.add(g * PANEL * GROUP);
                let mut w = [_mm512_setzero_si512(); J];
                for j in 0..J {
                    w[j] = _mm512_loadu_si512(weights.add(j * LANES * GROUP).cast());
                }
                for t in 0..TOKENS {
                    let x = rows.bytes[t].as_ptr().add(b * BLOCK + g * GROUP).cast::<i32>().read_unaligned();
                    let x = _mm512_set1_epi32(x);
                    for j in 0..J {
                        partial[t][j] = _mm512_dpbusd_epi32(partial[t][j], x, w[j]);
                    }
                }
            }
            let scales = panel.scales.as_ptr().add(b * PANEL);
            let mut weight_scales = [_mm512_setzero_ps(); J];
            for j in 0..J {
                weight_scales[j] = _mm512_loadu_ps(scales.add(j * LANES));
            }
            for t in 0..TOKENS {
                let scale = _mm512_set1_ps(*rows.scales[t].as_ptr().add(b));
                for j in 0..J {
                    let scaled = _mm512_mul_ps(_mm512_cvtepi32_ps(partial[t][j]), scale);
                    sums[t][j] = _mm512_fmadd_ps(scaled, weight_scales[j], sums[t][j]);
                }
            }
        }
    }
    for (out, sums) in tile.as_flattened_mut().iter_mut().zip(sums.as_flattened()) {
        // SAFETY: `out` holds 16 numbers.
        unsafe { _mm512_storeu_ps(out.as_mut_ptr(), *sums) };
    }
}

/// # Safety
/// Lengths must fit each other, as [`super::products`] asserts.
#[target_feature(enable = "avx2,fma,avxvnni")]
pub unsafe fn avx_vnni(rows: &Rows, panel: Panel, tile: &mut Tile) {
    // SAFETY: the caller's.
    unsafe { halves::<true>(rows, panel, tile, |sum, x, w| _mm256_dpbusd_avx_epi32(sum, x, w)) }
}

/// # Safety
/// Lengths must fit each other, as [`super::products`] asserts.
#[target_feature(enable = "avx2,fma")]
pub unsafe fn avx2(rows: &Rows, panel: Panel, tile: &mut Tile) {
    let (ones, top) = (_mm256_set1_epi16(1), _mm256_set1_epi8(-128));
    // The instruction wants unsigned times signed, and its sums of two must stay within 16 bits: so a weight's size
    // times the activation with the weight's sign. Rounding makes no byte 0, whose sign could not be turned.
    let product = |sum, x, w| {
        let signed = _mm256_sign_epi8(_mm256_xor_si256(x, top), w);
        let pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(w), signed);
        _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, ones))
    };
    // SAFETY: the caller's.
    unsafe { halves::<false>(rows, panel, tile, product) }
}

/// Sixteen outputs at a time, as two registers; `product` adds to each 32-bit lane four products of activations and
/// weights, where activations are 128 too large if `SHIFTED`.
///
/// # Safety
/// Lengths must fit each other, as [`super::products`] asserts, and the machine must have AVX2 and FMA.
#[inline(always)]
unsafe fn halves<const SHIFTED: bool>(
    rows: &Rows,
    panel: Panel,
    tile: &mut Tile,
    product: impl Fn(__m256i, __m256i, __m256i) -> __m256i,
) {
    const HALF: usize = LANES / 2;
    let blocks = rows.scales[0].len();
    for j in 0..PANEL / LANES {
        // SAFETY: offsets stay within block `b` of the panel and of each row, and within the tile.
        unsafe {
            let mut sums = [[_mm256_setzero_ps(); 2]; TOKENS];
            for b in 0..blocks {
                let at = b * PANEL + j * LANES;
                let mut start = [_mm256_setzero_si256(); 2];
                if SHIFTED {
                    start[0] = _mm256_loadu_si256(panel.starts.as_ptr().add(at).cast());
                    start[1] = _mm256_loadu_si256(panel.starts.as_ptr().add(at + HALF).cast());
                }
                let mut partial = [start; TOKENS];
                let weights = panel.levels.as_ptr().add(b * BLOCK * PANEL + j * LANES * GROUP);
                for g in 0..GROUPS {
                    let weights = weights.add(g * PANEL * GROUP);
                    let low = _mm256_loadu_si256(weights.cast());
                    let high = _mm256_loadu_si256(weights.add(HALF * GROUP).cast());
                    for t in 0..TOKENS {
                        let x = rows.bytes[t].as_ptr().add(b * BLOCK + g * GROUP).cast::<i32>().read_unaligned();
                        let x = _mm256_set1_epi32(x);
                        partial[t][0] = product(partial[t][0], x, low);
                        partial[t][1] = product(partial[t][1], x, high);
                    }
                }
                for t in 0..TOKENS {
                    let scale = _mm256_set1_ps(*rows.scales[t].as_ptr().add(b));
                    for h in 0..2 {
                        let scales = _mm256_loadu_ps(panel.scales.as_ptr().add(at + h * HALF));
                        let scaled = _mm256_mul_ps(_mm256_cvtepi32_ps(partial[t][h]), scale);
                        sums[t][h] = _mm256_fmadd_ps(scaled, scales, sums[t][h]);
                    }
                }
            }
            for t in 0..TOKENS {
                for h in 0..2 {
                    _mm256_storeu_ps(tile[t][j].as_mut_ptr().add(h * HALF), sums[t][h]);
                }
            }
        }
    }
}
