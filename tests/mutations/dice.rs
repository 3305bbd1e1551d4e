//! Chance that is the same everywhere and every time: splitmix64.

/// The dice of one run.
pub(crate) struct Dice(u64);

impl Dice {
    /// The dice of the run with this number.
    pub(crate) fn new(seed: u64, run: usize) -> Self {
        Self(seed ^ (run as u64).wrapping_mul(0x2545_F491_4F6C_DD1D))
    }

    /// A number below `sides`, which isn't zero.
    pub(crate) fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % sides as u64) as usize
    }

    /// One of them.
    pub(crate) fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// True once in so many times.
    pub(crate) fn once_in(&mut self, sides: usize) -> bool {
        self.below(sides) == 0
    }
}
