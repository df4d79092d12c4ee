//! The loops of the forward pass, compiled once for each kind of machine and picked at run time.
//!
//! A loop is written once, over a [`Vector`] of 16 numbers, and [`kernel!`] compiles it for AVX-512, for AVX2 and for the
//! plain target; only the dot products of bytes (`int8`) are written for each. All sum in the same order, so that a
//! row's result depends neither on the rows around it nor, wherever there is a fused multiply-add, on the machine.

#![allow(clippy::needless_range_loop, reason = "a tile is indexed by token and register, as its formulas are")]

pub mod attention;
pub mod dense;
pub mod int8;
pub mod rows;
mod vector;

/// Numbers that are worked on together: one AVX-512 register, two of AVX2, four of NEON or SSE2.
pub const LANES: usize = 16;

use vector::{Plain, Vector};
#[cfg(target_arch = "x86_64")]
use vector::{V256, V512};

/// A row of numbers as loops see it.
pub type Lanes = [f32; LANES];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// AVX-512 with VNNI: dot products of bytes over 64 of them.
    #[cfg(target_arch = "x86_64")]
    Avx512,
    /// AVX2 with AVX-VNNI: the same over 32, as laptops have it.
    #[cfg(target_arch = "x86_64")]
    AvxVnni,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// What every processor of the target can do.
    Plain,
}

/// The instructions to use. There is none of a kind that this machine lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Isa(Kind);

impl Isa {
    /// The best that this machine has.
    pub fn best() -> Self {
        Self::all()[0]
    }

    /// All that this machine has, the best first.
    pub fn all() -> Vec<Self> {
        let mut all = Vec::new();
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512vnni")
            {
                all.push(Self(Kind::Avx512));
            }
            if is_x86_feature_detected!("avxvnni") {
                all.push(Self(Kind::AvxVnni));
            }
            all.push(Self(Kind::Avx2));
        }
        all.push(Self(Kind::Plain));
        all
    }

    /// Whether sums are rounded once a term (fused multiply-add) and not twice.
    #[cfg(test)]
    pub fn fuses(self) -> bool {
        self.0 != Kind::Plain || Plain::FMA
    }
}

/// Defines a function that takes an [`Isa`] first and runs the body that is given for its kind, compiled for it. Bodies
/// are calls of `#[inline(always)]` functions, which thereby are compiled anew for each.
macro_rules! kernel {
    ($(#[$meta:meta])* $vis:vis fn $name:ident($($arg:ident: $type:ty),* $(,)?) {
        avx512: $avx512:expr, avx2: $avx2:expr, plain: $plain:expr $(,)?
    }) => {
        $(#[$meta])*
        $vis fn $name(isa: $crate::model::kernels::Isa, $($arg: $type),*) {
            use $crate::model::kernels::Kind;
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma")]
            fn avx512($($arg: $type),*) {
                $avx512
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            fn avx2($($arg: $type),*) {
                $avx2
            }
            match isa.0 {
                // SAFETY: there is an `Isa` of this kind only where the machine was found to have these instructions.
                #[cfg(target_arch = "x86_64")]
                Kind::Avx512 => unsafe { avx512($($arg),*) },
                // SAFETY: likewise.
                #[cfg(target_arch = "x86_64")]
                Kind::AvxVnni | Kind::Avx2 => unsafe { avx2($($arg),*) },
                Kind::Plain => $plain,
            }
        }
    };
}
pub(crate) use kernel;

/// Adding it rounds a number up to 2²² to an integer, which then stands in the lowest bits.
pub const ROUND: f32 = 12_582_912.0;

/// e to the power of `x`, for x up to 0; next to nothing below -87. Off by 2 units in the last place.
#[inline(always)]
fn exp<V: Vector>(x: V) -> V {
    let x = x.max(V::splat(-87.0));
    let shifted = x.mul_add(V::splat(std::f32::consts::LOG2_E), V::splat(ROUND));
    let n = shifted.sub(V::splat(ROUND));
    // ln 2 in two parts, the first of which times n is exact.
    let r = n.mul_add(V::splat(2.121_944_4e-4), n.mul_add(V::splat(-0.693_359_4), x));
    let mut polynomial = V::splat(0.001_398_2);
    for coefficient in [0.008_333_452, 0.041_665_796, 0.166_666_65, 0.5, 1.0, 1.0] {
        polynomial = polynomial.mul_add(r, V::splat(coefficient));
    }
    polynomial.mul(shifted.power_of_two())
}

/// x · Φ(x), with the error function of Abramowitz & Stegun 7.1.26, which is off by at most 1.5e-7.
#[inline(always)]
fn gelu<V: Vector>(x: V) -> V {
    let one = V::splat(1.0);
    let z = x.abs().mul(V::splat(std::f32::consts::FRAC_1_SQRT_2));
    let t = one.div(z.mul_add(V::splat(0.327_591_1), one));
    let mut polynomial = V::splat(1.061_405_4);
    for coefficient in [-1.453_152, 1.421_413_7, -0.284_496_74, 0.254_829_6] {
        polynomial = polynomial.mul_add(t, V::splat(coefficient));
    }
    let falling = exp(z.mul(z).mul(V::splat(-1.0)));
    // Half of what is left of 1 on the far side: Φ(-|x|).
    let tail = polynomial.mul(t).mul(falling).mul(V::splat(0.5));
    x.mul(x.if_positive(one.sub(tail), tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponentials_and_gelu_are_those_of_double_precision() {
        // Φ by its power series around 0, and by the continued fraction of its tail.
        let phi = |x: f64| {
            let z = x.abs();
            let density = (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
            let tail = if z < 3.0 {
                let terms = (1..80).scan(z, |term, i| {
                    let now = *term;
                    *term *= z * z / f64::from(2 * i + 1);
                    Some(now)
                });
                0.5 - density * terms.sum::<f64>()
            } else {
                density / (1..60).rev().fold(z, |rest, i| z + f64::from(i) / rest)
            };
            if x > 0.0 { 1.0 - tail } else { tail }
        };
        for i in -3000i32..3000 {
            let x = i as f32 / 150.0;
            let (expected, power) = (f64::from(x) * phi(f64::from(x)), -x.abs() * 4.0);
            for isa in Isa::all() {
                let mut got = [[x; LANES], [power; LANES]];
                functions(isa, &mut got);
                let [got, risen] = got.map(|lanes| f64::from(lanes[i.unsigned_abs() as usize % LANES]));
                assert!((got - expected).abs() < 1e-6 * f64::from(x.abs().max(1.0)), "gelu({x}) = {got}");
                let expected = f64::from(power).exp();
                assert!((risen - expected).abs() < 3e-7 * expected, "exp({power}) = {risen}");
            }
        }
    }

    kernel! {
        /// Of the first lanes their GELU, of the second their exponential.
        fn functions(x: &mut [Lanes; 2]) {
            avx512: functions_body::<V512>(x),
            avx2: functions_body::<V256>(x),
            plain: functions_body::<Plain>(x),
        }
    }

    #[inline(always)]
    fn functions_body<V: Vector>(x: &mut [Lanes; 2]) {
        gelu(V::load(&x[0])).store(&mut x[0]);
        exp(V::load(&x[1])).store(&mut x[1]);
    }

    kernel! {
        fn reductions(x: &Lanes, out: &mut [f32; 2]) {
            avx512: *out = [V512::load(x).sum(), V512::load(x).largest()],
            avx2: *out = [V256::load(x).sum(), V256::load(x).largest()],
            plain: *out = [Plain::load(x).sum(), Plain::load(x).largest()],
        }
    }

    #[test]
    fn sums_and_largest_see_every_lane() {
        for isa in Isa::all() {
            for i in 0..LANES {
                let mut lanes = [-2.0; LANES];
                lanes[i] = -1.0;
                let mut out = [0.0; 2];
                reductions(isa, &lanes, &mut out);
                assert_eq!(out, [-31.0, -1.0]);
            }
        }
    }
}
