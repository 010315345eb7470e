//! What must hold for any input, and can be asked through the public face of the library: one function a target.

use super::input::Input;
use super::library::{Filter, Header, detect};

pub use super::xes::xes;

/// Detection answers or refuses; its answer can be shown and names only columns that there are.
pub fn sniff(bytes: &[u8]) {
    let input = Input::new(bytes);
    let sample = &input.file[..input.sample];
    match detect(sample, input.sample == input.file.len(), &input.mapping()) {
        Ok(shape) => {
            let report = shape.report();
            assert!(report.roles.iter().all(|role| (1..=report.columns.len()).contains(&role.number)), "{report:?}");
            assert!(report.columns.iter().all(|column| !column.name.is_empty()), "{report:?}");
            let names: std::collections::BTreeSet<_> = report.columns.iter().map(|column| &column.name).collect();
            assert_eq!(names.len(), report.columns.len(), "names come twice: {report:?}");
            let shares = report.columns.iter().map(|column| column.empty_share);
            let sure = [report.encoding_confidence, report.dialect_confidence];
            let sure = sure.into_iter().chain(report.roles.iter().map(|role| role.confidence)).chain(shares);
            assert!(sure.into_iter().all(|share| (0.0..=1.0).contains(&share)), "{report:?}");
        }
        Err(error) => {
            let (what, cure) = error.parts();
            assert!(!what.is_empty() && !cure.is_empty(), "{error}");
        }
    }
}

/// A filter that can be read has one text, which gives the same filter again.
pub fn filter(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match text.parse::<Filter>() {
        Ok(filter) => {
            let written = filter.to_string();
            let again = written.parse::<Filter>();
            assert_eq!(again.as_ref(), Ok(&filter.clone().canonical()), "{text:?} is written as {written:?}");
            assert_eq!(again.map(|filter| filter.to_string()).as_ref(), Ok(&written), "{text:?}");
            assert_eq!(written.is_empty(), filter.canonical().is_empty(), "{text:?}");
        }
        Err(error) => assert!(error.clause >= 1 && !error.what.is_empty(), "{error}"),
    }
}

/// A query file is taken apart, or the fault lies on one of its lines.
pub fn header(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let lines = text.lines().count();
    match Header::parse(text) {
        Ok((header, sql)) => {
            assert!(header.kinds().is_ok(), "{header:?}");
            assert_eq!(sql.lines().count(), lines, "lines of the SQL are those of the file: {sql:?}");
        }
        Err(fault) => {
            assert!((1..=lines.max(1)).contains(&fault.line), "{fault:?}");
            let key = fault.what.strip_prefix("unknown key `").and_then(|rest| rest.split('`').next());
            let line = text.lines().nth(fault.line - 1).unwrap_or_default();
            let plain = key.filter(|key| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_lowercase()));
            assert!(plain.is_none_or(|key| line.contains(key) || text.contains('\\')), "{fault:?}");
        }
    }
}
