//! Sixteen numbers as registers: one of AVX-512, two of AVX2, or whatever the compiler makes of an array.
//!
//! The compiler alone vectorises such loops well in one place and not at all in the next, so the operations are spelt
//! out. Lane by lane they are the same everywhere, and reductions go by halves, so that results agree bit for bit
//! wherever there is a fused multiply-add.

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;

use super::{LANES, Lanes};

/// Sixteen f32. The implementations for x86-64 may only be used in functions compiled for their instructions, which is
/// what [`kernel!`](super::kernel) sees to.
pub trait Vector: Copy {
    fn splat(x: f32) -> Self;
    fn load(lanes: &Lanes) -> Self;
    fn store(self, lanes: &mut Lanes);
    /// The lowest byte of each.
    fn store_bytes(self, bytes: &mut [u8; LANES]);
    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    fn div(self, other: Self) -> Self;
    /// The larger of each pair.
    fn max(self, other: Self) -> Self;
    /// `self × factor + term`, rounded once where the machine can.
    fn mul_add(self, factor: Self, term: Self) -> Self;
    fn abs(self) -> Self;
    /// `yes` where it is above 0, `no` elsewhere.
    fn if_positive(self, yes: Self, no: Self) -> Self;
    /// 2 to the power of the integer in the lowest bits.
    fn power_of_two(self) -> Self;
    /// The sum of all, by halves.
    fn sum(self) -> f32;
    /// The largest of all.
    fn largest(self) -> f32;
}

/// Eight of the sixteen, and the other eight.
#[inline(always)]
fn halves(lanes: &Lanes) -> (&[f32; 8], &[f32; 8]) {
    let (halves, _) = lanes.as_chunks::<8>();
    (&halves[0], &halves[1])
}

/// What every processor can do.
#[derive(Clone, Copy)]
pub struct Plain(Lanes);

impl Plain {
    /// Whether the plain target has a fused multiply-add; calling the C library's would cost more than it is worth.
    pub const FMA: bool = cfg!(target_arch = "aarch64");

    #[inline(always)]
    fn each(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        Self(std::array::from_fn(|i| f(self.0[i], other.0[i])))
    }

    #[inline(always)]
    fn reduce(self, f: impl Fn(f32, f32) -> f32) -> f32 {
        let (low, high) = halves(&self.0);
        let a: [f32; 8] = std::array::from_fn(|i| f(low[i], high[i]));
        let b: [f32; 4] = std::array::from_fn(|i| f(a[i], a[i + 4]));
        f(f(b[0], b[2]), f(b[1], b[3]))
    }
}

impl Vector for Plain {
    #[inline(always)]
    fn splat(x: f32) -> Self {
        Self([x; LANES])
    }

    #[inline(always)]
    fn load(lanes: &Lanes) -> Self {
        Self(*lanes)
    }

    #[inline(always)]
    fn store(self, lanes: &mut Lanes) {
        *lanes = self.0;
    }

    #[inline(always)]
    fn store_bytes(self, bytes: &mut [u8; LANES]) {
        *bytes = self.0.map(|x| x.to_bits() as u8);
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.each(other, |a, b| a + b)
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.each(other, |a, b| a - b)
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.each(other, |a, b| a * b)
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self.each(other, |a, b| a / b)
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        self.each(other, |a, b| if a > b { a } else { b })
    }

    #[inline(always)]
    fn mul_add(self, factor: Self, term: Self) -> Self {
        let one = |a: f32, b: f32, c: f32| if Self::FMA { a.mul_add(b, c) } else { a * b + c };
        Self(std::array::from_fn(|i| one(self.0[i], factor.0[i], term.0[i])))
    }

    #[inline(always)]
    fn abs(self) -> Self {
        Self(self.0.map(f32::abs))
    }

    #[inline(always)]
    fn if_positive(self, yes: Self, no: Self) -> Self {
        Self(std::array::from_fn(|i| if self.0[i] > 0.0 { yes.0[i] } else { no.0[i] }))
    }

    #[inline(always)]
    fn power_of_two(self) -> Self {
        Self(self.0.map(|x| f32::from_bits((x.to_bits() << 23).wrapping_add(127 << 23))))
    }

    #[inline(always)]
    fn sum(self) -> f32 {
        self.reduce(|a, b| a + b)
    }

    #[inline(always)]
    fn largest(self) -> f32 {
        self.reduce(|a, b| if a > b { a } else { b })
    }
}

/// The methods of a type of x86-64, each an expression of its intrinsics.
#[cfg(target_arch = "x86_64")]
macro_rules! methods {
    ($($name:ident($($arg:ident: $type:ty),*) $(-> $result:ty)? = $body:expr;)*) => {
        $(
            #[inline(always)]
            fn $name($($arg: $type),*) $(-> $result)? {
                // SAFETY: used only in functions compiled for these instructions (see the trait); what is read and
                // written is as long as the register.
                unsafe { $body }
            }
        )*
    };
}

/// One register of AVX-512.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy)]
pub struct V512(pub __m512);

#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
impl Vector for V512 {
    methods! {
        splat(x: f32) -> Self = Self(_mm512_set1_ps(x));
        load(lanes: &Lanes) -> Self = Self(_mm512_loadu_ps(lanes.as_ptr()));
        store(self: Self, lanes: &mut Lanes) = _mm512_storeu_ps(lanes.as_mut_ptr(), self.0);
        store_bytes(self: Self, bytes: &mut [u8; LANES]) =
            _mm_storeu_si128(bytes.as_mut_ptr().cast(), _mm512_cvtepi32_epi8(_mm512_castps_si512(self.0)));
        add(self: Self, other: Self) -> Self = Self(_mm512_add_ps(self.0, other.0));
        sub(self: Self, other: Self) -> Self = Self(_mm512_sub_ps(self.0, other.0));
        mul(self: Self, other: Self) -> Self = Self(_mm512_mul_ps(self.0, other.0));
        div(self: Self, other: Self) -> Self = Self(_mm512_div_ps(self.0, other.0));
        max(self: Self, other: Self) -> Self = Self(_mm512_max_ps(self.0, other.0));
        mul_add(self: Self, factor: Self, term: Self) -> Self = Self(_mm512_fmadd_ps(self.0, factor.0, term.0));
        abs(self: Self) -> Self = Self(_mm512_abs_ps(self.0));
        if_positive(self: Self, yes: Self, no: Self) -> Self = {
            let positive = _mm512_cmp_ps_mask::<_CMP_GT_OQ>(self.0, _mm512_setzero_ps());
            Self(_mm512_mask_blend_ps(positive, no.0, yes.0))
        };
        power_of_two(self: Self) -> Self = {
            let shifted = _mm512_slli_epi32::<23>(_mm512_castps_si512(self.0));
            Self(_mm512_castsi512_ps(_mm512_add_epi32(shifted, _mm512_set1_epi32(127 << 23))))
        };
        sum(self: Self) -> f32 =
            sum(_mm256_add_ps(_mm512_castps512_ps256(self.0), _mm512_extractf32x8_ps::<1>(self.0)));
        largest(self: Self) -> f32 =
            largest(_mm256_max_ps(_mm512_castps512_ps256(self.0), _mm512_extractf32x8_ps::<1>(self.0)));
    }
}

/// Two registers of AVX2.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy)]
pub struct V256(__m256, __m256);

#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
impl Vector for V256 {
    methods! {
        splat(x: f32) -> Self = Self(_mm256_set1_ps(x), _mm256_set1_ps(x));
        load(lanes: &Lanes) -> Self =
            Self(_mm256_loadu_ps(lanes.as_ptr()), _mm256_loadu_ps(lanes.as_ptr().add(8)));
        store(self: Self, lanes: &mut Lanes) = {
            _mm256_storeu_ps(lanes.as_mut_ptr(), self.0);
            _mm256_storeu_ps(lanes.as_mut_ptr().add(8), self.1);
        };
        store_bytes(self: Self, bytes: &mut [u8; LANES]) = {
            let low = |x: __m256| _mm256_and_si256(_mm256_castps_si256(x), _mm256_set1_epi32(255));
            // Packing works within halves of a register, and the permutation puts those in order.
            let pairs = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packus_epi32(low(self.0), low(self.1)));
            let packed = _mm_packus_epi16(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256::<1>(pairs));
            _mm_storeu_si128(bytes.as_mut_ptr().cast(), packed);
        };
        add(self: Self, other: Self) -> Self = Self(_mm256_add_ps(self.0, other.0), _mm256_add_ps(self.1, other.1));
        sub(self: Self, other: Self) -> Self = Self(_mm256_sub_ps(self.0, other.0), _mm256_sub_ps(self.1, other.1));
        mul(self: Self, other: Self) -> Self = Self(_mm256_mul_ps(self.0, other.0), _mm256_mul_ps(self.1, other.1));
        div(self: Self, other: Self) -> Self = Self(_mm256_div_ps(self.0, other.0), _mm256_div_ps(self.1, other.1));
        max(self: Self, other: Self) -> Self = Self(_mm256_max_ps(self.0, other.0), _mm256_max_ps(self.1, other.1));
        mul_add(self: Self, factor: Self, term: Self) -> Self =
            Self(_mm256_fmadd_ps(self.0, factor.0, term.0), _mm256_fmadd_ps(self.1, factor.1, term.1));
        abs(self: Self) -> Self = {
            let sign = _mm256_set1_ps(-0.0);
            Self(_mm256_andnot_ps(sign, self.0), _mm256_andnot_ps(sign, self.1))
        };
        if_positive(self: Self, yes: Self, no: Self) -> Self = {
            let positive = |x| _mm256_cmp_ps::<_CMP_GT_OQ>(x, _mm256_setzero_ps());
            Self(
                _mm256_blendv_ps(no.0, yes.0, positive(self.0)),
                _mm256_blendv_ps(no.1, yes.1, positive(self.1)),
            )
        };
        power_of_two(self: Self) -> Self = {
            let one = |x| {
                let shifted = _mm256_slli_epi32::<23>(_mm256_castps_si256(x));
                _mm256_castsi256_ps(_mm256_add_epi32(shifted, _mm256_set1_epi32(127 << 23)))
            };
            Self(one(self.0), one(self.1))
        };
        sum(self: Self) -> f32 = sum(_mm256_add_ps(self.0, self.1));
        largest(self: Self) -> f32 = largest(_mm256_max_ps(self.0, self.1));
    }
}

/// # Safety
/// The machine must have AVX.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn sum(x: __m256) -> f32 {
    // SAFETY: the caller's.
    unsafe {
        let x = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps::<1>(x));
        let x = _mm_add_ps(x, _mm_movehl_ps(x, x));
        _mm_cvtss_f32(_mm_add_ss(x, _mm_movehdup_ps(x)))
    }
}

/// # Safety
/// The machine must have AVX.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn largest(x: __m256) -> f32 {
    // SAFETY: the caller's.
    unsafe {
        let x = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps::<1>(x));
        let x = _mm_max_ps(x, _mm_movehl_ps(x, x));
        _mm_cvtss_f32(_mm_max_ss(x, _mm_movehdup_ps(x)))
    }
}
