//! Random numbers that stay the same for ever: a seed gives the same bytes on every platform and with every
//! version of every library. Integers only, because logarithms and exponentials differ between platforms.
//!
//! It must not know what the numbers are used for.

/// How far a quantity strays from its median. The tables hold quantiles of log-normal distributions, in thousandths of
/// the median, at the ranks of [`RANKS`].
#[derive(Clone, Copy)]
pub enum Spread {
    /// Sigma 0.35: the time that a practised hand needs.
    Narrow,
    /// Sigma 1.0: a queue, or the size of an order; one in a hundred is ten times the median.
    Heavy,
}

/// Ranks out of 65,536 at which the quantile tables are given.
const RANKS: [u32; 12] = [0, 655, 3_277, 6_554, 16_384, 32_768, 49_152, 58_982, 62_259, 64_881, 65_470, 65_536];
const NARROW: [u64; 12] = [350, 443, 562, 638, 790, 1_000, 1_266, 1_566, 1_778, 2_257, 2_949, 3_920];
const HEAVY: [u64; 12] = [50, 98, 193, 278, 510, 1_000, 1_962, 3_604, 5_181, 10_240, 21_980, 49_400];

/// A stream of random numbers: xoshiro256**, seeded by SplitMix64.
pub struct Random {
    state: [u64; 4],
}

impl Random {
    /// The stream with this number of this seed. Streams are independent, so that a change in one case leaves all
    /// other cases as they were.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut counter = mix(seed).wrapping_add(mix(stream ^ 0x7468_726f_7567_686c));
        let state = std::array::from_fn(|_| {
            counter = counter.wrapping_add(0x9e37_79b9_7f4a_7c15);
            mix(counter)
        });
        Self { state }
    }

    /// The next 64 random bits.
    pub fn bits(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.state;
        let result = b.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        result
    }

    /// A number from 0 up to, not including, `bound`; 0 when the bound is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        let product = u128::from(self.bits()) * u128::from(bound);
        (product >> 64) as u64
    }

    /// True in so many of a thousand draws.
    pub fn chance(&mut self, per_thousand: u64) -> bool {
        self.below(1_000) < per_thousand
    }

    /// An index drawn with these weights.
    pub fn weighted(&mut self, weights: &[u64]) -> usize {
        let mut rest = self.below(weights.iter().sum());
        for (index, weight) in weights.iter().enumerate() {
            if rest < *weight {
                return index;
            }
            rest -= weight;
        }
        0
    }

    /// A number around the median, between two quantiles by straight lines.
    pub fn around(&mut self, median: u64, spread: Spread) -> u64 {
        let table = match spread {
            Spread::Narrow => &NARROW,
            Spread::Heavy => &HEAVY,
        };
        let draw = self.bits();
        let rank = (draw >> 48) as u32;
        let fine = (draw >> 32) & 0xffff;
        let right = RANKS.partition_point(|known| *known <= rank).min(RANKS.len() - 1);
        let (low, high) = (RANKS[right - 1], RANKS[right]);
        let along = (u64::from(rank - low) << 16) + fine;
        let width = u64::from(high - low) << 16;
        let thousandths = table[right - 1] * width + (table[right] - table[right - 1]) * along;
        (u128::from(median) * u128::from(thousandths) / (u128::from(width) * 1_000)) as u64
    }
}

/// True for exactly one index in each block of `block` neighbours, at a random place in the block. A rate planted this
/// way holds in every sample size.
pub fn one_of_each_block(seed: u64, salt: u64, index: u64, block: u64) -> bool {
    let mut random = Random::new(seed ^ mix(salt), index / block);
    random.below(block) == index % block
}

/// The finaliser of SplitMix64: spreads neighbouring numbers over all bits.
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers_for_ever() {
        let mut random = Random::new(1, 2);
        let numbers: Vec<u64> = (0..3).map(|_| random.bits()).collect();
        assert_eq!(numbers, STABLE);
        let mut other = Random::new(1, 3);
        assert_ne!(numbers[0], other.bits());
    }

    /// Written down once; a change here means that every sample file ever made changes too.
    const STABLE: [u64; 3] = [11_263_385_589_126_556_257, 16_904_804_433_886_201_015, 11_905_488_627_556_727_204];

    #[test]
    fn bounds_hold_and_every_number_comes_up() {
        let mut random = Random::new(7, 0);
        let mut seen = [0_u32; 6];
        for _ in 0..6_000 {
            seen[random.below(6) as usize] += 1;
        }
        assert!(seen.iter().all(|count| (850..1_150).contains(count)), "{seen:?}");
        assert_eq!(random.below(0), 0);
    }

    #[test]
    fn the_quantiles_of_a_heavy_tail_are_where_the_table_says() {
        let mut random = Random::new(3, 9);
        let mut values: Vec<u64> = (0..40_000).map(|_| random.around(1_000, Spread::Heavy)).collect();
        values.sort_unstable();
        for (rank, expected) in [(20_000, 1_000), (36_000, 3_604), (39_600, 10_240)] {
            let found = values[rank];
            assert!(found.abs_diff(expected) * 10 < expected, "rank {rank}: {found} is far from {expected}");
        }
    }

    #[test]
    fn a_block_has_exactly_one() {
        for block in [11, 12, 40] {
            let hits = (0..block * 50).filter(|index| one_of_each_block(5, 1, *index, block)).count();
            assert_eq!(hits, 50, "block of {block}");
        }
    }

    #[test]
    fn weights_are_respected() {
        let mut random = Random::new(11, 0);
        let second = (0..10_000).filter(|_| random.weighted(&[1, 3, 0]) == 1).count();
        assert!((7_300..7_700).contains(&second), "{second}");
    }
}
