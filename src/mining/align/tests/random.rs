//! Small nets and paths by chance: nets of blocks are sound and full of silent moves, the others may be anything.

use crate::mining::net::{Marking, Net};

/// SplitMix64 (Steele, Lea, Flood 2014).
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }
}

fn name(random: &mut Random) -> String {
    char::from(b'A' + random.below(5) as u8).to_string()
}

/// A net of blocks, and paths that are near to it or not.
pub fn blocks(seed: u64) -> (Net, Vec<Vec<u32>>) {
    let mut random = Random(seed);
    let mut net = Net::default();
    let (start, end) = (net.place("start"), net.place("end"));
    block(&mut net, &mut random, start, end, 3);
    (net.initial, net.last) = (Marking::one(start), Marking::one(end));
    let paths = paths(&mut random);
    (net, paths)
}

fn block(net: &mut Net, random: &mut Random, from: usize, to: usize, depth: u32) {
    let kind = if depth == 0 { random.below(3) } else { random.below(8) };
    match kind {
        0 => _ = net.silent("tau", &[from], &[to]),
        1 | 2 => {
            let name = name(random);
            net.transition(name.clone(), Some(name), &[from], &[to]);
        }
        3 | 4 => {
            let middle = net.place("middle");
            block(net, random, from, middle, depth - 1);
            block(net, random, middle, to, depth - 1);
        }
        5 => {
            block(net, random, from, to, depth - 1);
            block(net, random, from, to, depth - 1);
        }
        6 => {
            let places: Vec<usize> = (0..4).map(|_| net.place("parallel")).collect();
            net.silent("split", &[from], &places[..2]);
            block(net, random, places[0], places[2], depth - 1);
            block(net, random, places[1], places[3], depth - 1);
            net.silent("join", &places[2..], &[to]);
        }
        _ => {
            let (body, done) = (net.place("body"), net.place("done"));
            net.silent("enter", &[from], &[body]);
            block(net, random, body, done, depth - 1);
            block(net, random, done, body, depth - 1);
            net.silent("leave", &[done], &[to]);
        }
    }
}

/// Places and transitions with arcs by chance: tokens may pile up, get lost, or wait for ever.
pub fn any_net(seed: u64) -> (Net, Vec<Vec<u32>>) {
    let mut random = Random(seed);
    let mut net = Net::default();
    let places = 3 + random.below(4) as usize;
    (0..places).for_each(|n| _ = net.place(format!("p{n}")));
    for _ in 0..3 + random.below(6) {
        let mut some = |most: u64| {
            let n = 1 + random.below(most);
            (0..n).map(|_| random.below(places as u64) as usize).collect::<Vec<_>>()
        };
        let (inputs, outputs) = (some(2), some(2));
        let label = (random.below(3) > 0).then(|| name(&mut random));
        net.transition("t", label, &inputs, &outputs);
    }
    net.initial = Marking::one(0);
    net.last = Marking::one(places - 1);
    let paths = paths(&mut random);
    (net, paths)
}

fn paths(random: &mut Random) -> Vec<Vec<u32>> {
    let path = |random: &mut Random| {
        let n = random.below(7);
        (0..n).map(|_| u32::from(b'A') + random.below(6) as u32).collect()
    };
    (0..6).map(|_| path(random)).collect()
}
