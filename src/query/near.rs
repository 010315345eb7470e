//! The known name that a person probably meant.

/// No name that people mistype is longer; comparing takes time that grows with both lengths.
const LONGEST: usize = 64;
/// So many names are looked at: a log may have a hundred thousand.
const CANDIDATES: usize = 4096;

/// The nearest of the known names, if one is near: a third of its letters may be off.
pub fn near_name<'a>(wanted: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: String = wanted.chars().take(LONGEST).collect();
    let length = wanted.chars().count();
    let allowed = 1 + length / 3;
    let distance = |name: &str| {
        let name: String = name.chars().take(LONGEST).collect();
        // What differs that much in length is not near, whatever its letters are.
        let far = name.chars().count().abs_diff(length) > allowed;
        if far { usize::MAX } else { strsim::damerau_levenshtein(&wanted, &name) }
    };
    let nearest = known.take(CANDIDATES).map(|name| (distance(name), name)).min_by_key(|(distance, _)| *distance);
    nearest.filter(|(distance, _)| *distance <= allowed).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let names = ["Pay invoice", "Ship order", "Päck"];
        let near = |wanted: &str| near_name(wanted, names.into_iter());
        assert_eq!(near("Pay invoce"), Some("Pay invoice"));
        assert_eq!(near("Pack"), Some("Päck"));
        assert_eq!(near("Complain"), None);
        assert_eq!(near_name("x", std::iter::empty()), None);
    }

    #[test]
    fn long_words_and_many_names_take_no_time() {
        let names: Vec<String> = (0..200_000).map(|at| format!("{at:06}{}", "x".repeat(5000))).collect();
        let start = std::time::Instant::now();
        let word = "y".repeat(1 << 20);
        assert_eq!(near_name(&word, names.iter().map(String::as_str)), None);
        assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
    }
}
