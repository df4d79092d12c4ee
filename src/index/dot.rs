//! The dot product, in the widest instructions that the processor has: binaries are compiled for every processor of an
//! architecture, so that is found out while they run. One machine always adds up in the same order.

/// The dot product of two vectors, over the length of the shorter one.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: both slices hold as many floats as are read.
    if let Some(sum) = unsafe { x86::dot(a.as_ptr(), b.as_ptr(), a.len().min(b.len())) } {
        return sum;
    }
    portable(a, b.len(), |i| b[i])
}

/// The dot product of a vector with a stored row of little-endian floats, whatever its alignment.
pub fn dot_row(a: &[f32], row: &[u8]) -> f32 {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: both slices hold as many floats as are read; x86 is little-endian, and the reads need no alignment.
    if let Some(sum) = unsafe { x86::dot(a.as_ptr(), row.as_ptr().cast(), a.len().min(row.len() / 4)) } {
        return sum;
    }
    let row: &[[u8; 4]] = row.as_chunks().0;
    portable(a, row.len(), |i| f32::from_le_bytes(row[i]))
}

/// Asks for a row that is soon to be compared. It is a hint; the processor fetches the rest of a row by itself.
pub fn prefetch(row: &[u8]) {
    /// Bytes of a cache line.
    const LINE: usize = 64;
    /// Lines that are asked for.
    const LINES: usize = 6;
    #[cfg(target_arch = "x86_64")]
    for line in row.chunks(LINE).take(LINES) {
        // SAFETY: a prefetch changes nothing and faults on no address; this one lies in a slice besides.
        unsafe { std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(line.as_ptr().cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (row, LINE, LINES);
}

/// Sixteen partial sums, which compilers make vector instructions of.
fn portable(a: &[f32], len: usize, b: impl Fn(usize) -> f32) -> f32 {
    let len = a.len().min(len);
    let mut sums = [0f32; 16];
    for start in (0..len / 16).map(|chunk| 16 * chunk) {
        for i in 0..16 {
            sums[i] += a[start + i] * b(start + i);
        }
    }
    sums.iter().sum::<f32>() + (len / 16 * 16..len).map(|i| a[i] * b(i)).sum::<f32>()
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    /// The dot product of `len` floats at `a` and at `b`; `None` on a processor without wide instructions.
    ///
    /// # Safety
    /// `len` floats must be readable at both, aligned or not.
    pub unsafe fn dot(a: *const f32, b: *const f32, len: usize) -> Option<f32> {
        if is_x86_feature_detected!("avx512f") {
            // SAFETY: the processor has the instructions, and the caller promises the floats.
            return Some(unsafe { avx512(a, b, len) });
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            // SAFETY: as above.
            return Some(unsafe { avx2(a, b, len) });
        }
        None
    }

    /// # Safety
    /// As of [`dot`], on a processor that has these instructions.
    #[target_feature(enable = "avx512f")]
    unsafe fn avx512(a: *const f32, b: *const f32, len: usize) -> f32 {
        let mut sums = [_mm512_setzero_ps(); 4];
        let mut at = 0;
        while at + 64 <= len {
            for (i, sum) in sums.iter_mut().enumerate() {
                // SAFETY: at + 16 × i + 16 ≤ at + 64 ≤ len.
                let (x, y) = unsafe { (_mm512_loadu_ps(a.add(at + 16 * i)), _mm512_loadu_ps(b.add(at + 16 * i))) };
                *sum = _mm512_fmadd_ps(x, y, *sum);
            }
            at += 64;
        }
        let sum = _mm512_add_ps(_mm512_add_ps(sums[0], sums[1]), _mm512_add_ps(sums[2], sums[3]));
        // SAFETY: at ≤ len.
        _mm512_reduce_add_ps(sum) + unsafe { rest(a, b, at, len) }
    }

    /// # Safety
    /// As of [`dot`], on a processor that has these instructions.
    #[target_feature(enable = "avx2,fma")]
    unsafe fn avx2(a: *const f32, b: *const f32, len: usize) -> f32 {
        let mut sums = [_mm256_setzero_ps(); 4];
        let mut at = 0;
        while at + 32 <= len {
            for (i, sum) in sums.iter_mut().enumerate() {
                // SAFETY: at + 8 × i + 8 ≤ at + 32 ≤ len.
                let (x, y) = unsafe { (_mm256_loadu_ps(a.add(at + 8 * i)), _mm256_loadu_ps(b.add(at + 8 * i))) };
                *sum = _mm256_fmadd_ps(x, y, *sum);
            }
            at += 32;
        }
        let sum = _mm256_add_ps(_mm256_add_ps(sums[0], sums[1]), _mm256_add_ps(sums[2], sums[3]));
        let half = _mm_add_ps(_mm256_castps256_ps128(sum), _mm256_extractf128_ps::<1>(sum));
        let pair = _mm_add_ps(half, _mm_movehl_ps(half, half));
        // SAFETY: at ≤ len.
        _mm_cvtss_f32(_mm_add_ss(pair, _mm_shuffle_ps::<1>(pair, pair))) + unsafe { rest(a, b, at, len) }
    }

    /// # Safety
    /// As of [`dot`].
    unsafe fn rest(a: *const f32, b: *const f32, from: usize, len: usize) -> f32 {
        // SAFETY: i < len.
        (from..len).map(|i| unsafe { a.add(i).read_unaligned() * b.add(i).read_unaligned() }).sum()
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn every_kind_of_instructions_adds_up_to_the_same() {
            for len in [0, 1, 15, 16, 31, 33, 64, 100, 384, 387] {
                let a: Vec<f32> = (0..len).map(|i| ((i * 37 % 101) as f32 - 50.0) / 50.0).collect();
                let b: Vec<f32> = (0..len).map(|i| ((i * 53 % 97) as f32 - 48.0) / 48.0).collect();
                let expected: f32 = a.iter().zip(&b).map(|(x, y)| x * y).sum();
                let mut sums = vec![super::super::portable(&a, len, |i| b[i])];
                if is_x86_feature_detected!("avx512f") {
                    // SAFETY: both hold `len` floats.
                    sums.push(unsafe { avx512(a.as_ptr(), b.as_ptr(), len) });
                }
                if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                    // SAFETY: both hold `len` floats.
                    sums.push(unsafe { avx2(a.as_ptr(), b.as_ptr(), len) });
                }
                assert!(sums.iter().all(|sum| (sum - expected).abs() < 1e-3), "{len}: {sums:?} for {expected}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_row_has_the_dot_product_of_its_floats_at_any_alignment() {
        let a: Vec<f32> = (0..50).map(|i| (i as f32).sin()).collect();
        let mut bytes = vec![0];
        bytes.extend(a.iter().flat_map(|x| x.to_le_bytes()));
        assert_eq!(dot_row(&a, &bytes[1..]), dot(&a, &a));
        assert_eq!(dot_row(&a, &bytes[1..81]), dot(&a[..20], &a));
        assert_eq!(dot_row(&[], &bytes), 0.0);
        prefetch(&bytes);
    }
}
