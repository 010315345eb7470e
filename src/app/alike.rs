//! Names that may mean the same: `Aprove` and `Approve`, `Pay invoice` and `pay_invoice`.

/// More names are not compared, each with each.
const COMPARED: usize = 600;
/// Longer names are cut: what differs behind is another name.
const LONGEST: usize = 48;

/// A name without case, blanks and signs.
fn plain(name: &str) -> String {
    name.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).take(LONGEST).collect()
}

fn digits(name: &str) -> String {
    name.chars().filter(char::is_ascii_digit).collect()
}

/// Whether two different names may mean the same. Those that differ in their numbers never do.
fn are_alike(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let length = one.chars().count().min(other.chars().count());
    let allowed = match length {
        0..=4 => 0,
        5..=9 => 1,
        _ => 2,
    };
    let near = one.chars().count().abs_diff(other.chars().count()) <= allowed;
    near && digits(one) == digits(other) && strsim::damerau_levenshtein(one, other) <= allowed
}

/// The pairs among these names.
pub fn alike<'a>(names: impl Iterator<Item = &'a str>) -> Vec<(String, String)> {
    let names: Vec<(&str, String)> = names.take(COMPARED).map(|name| (name, plain(name))).collect();
    let mut pairs = Vec::new();
    for (at, (one, own)) in names.iter().enumerate() {
        let others = names[at + 1..].iter().filter(|(_, other)| are_alike(own, other));
        pairs.extend(others.map(|(other, _)| ((*one).to_owned(), (*other).to_owned())));
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_are_found_and_steps_are_not() {
        let check =
            |names: &[&str], expected: usize| assert_eq!(alike(names.iter().copied()).len(), expected, "{names:?}");
        check(&["Approve", "Aprove"], 1);
        check(&["Pay invoice", "pay_invoice", "PAY INVOICE "], 3);
        check(&["Check confirmation of receipt", "Check confirmation of reciept"], 1);
        check(&["Step 1", "Step 2"], 0);
        check(&["T02 Check", "T03 Check"], 0);
        check(&["Pay", "Say"], 0);
        check(&["Ship", "Send invoice"], 0);
        check(&[], 0);
    }
}
