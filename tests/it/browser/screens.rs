//! Makes the pictures of the documents: `cargo test --test it screens -- --ignored`.

use super::picture::reduced;
use super::server;
use super::tab::Tab;
use std::path::Path;

/// Name of the picture, address, and what to do before it is taken. Pages that are not there (yet) are left out.
const SCREENS: [(&str, &str, &str); 9] = [
    ("portfolio", "/", ""),
    ("overview", "/flows/order-to-cash", ""),
    ("map", "/flows/order-to-cash/map", ""),
    ("map-receipt", "/flows/receipt/map?metric=median_wait", ""),
    ("variants", "/flows/order-to-cash/variants", ""),
    ("case", "/flows/order-to-cash/cases", "#cases-view tbody tr:nth-child(4) a.id"),
    ("kpis", "/flows/order-to-cash/kpis", ""),
    ("compare", "/flows/order-to-cash/compare?filter=start%3D2025-07-01..&with=previous", ""),
    ("sql", "/flows/order-to-cash/sql", ""),
];

#[test]
#[ignore = "writes the pictures of the documents"]
fn screens() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/screens");
    std::fs::create_dir_all(&folder).unwrap();
    for (scheme, ending) in [("light", ""), ("dark", "-dark")] {
        let tab = Tab::signed_in(server());
        tab.scheme(scheme);
        tab.size(1440, 900);
        for (name, path, click) in SCREENS {
            if server().get(path).status == 404 {
                continue;
            }
            tab.go(path);
            if !click.is_empty() {
                tab.follow(|| tab.click(click));
            }
            let picture = reduced(&tab.screenshot());
            assert!(picture.len() < 300_000, "{name}: {} bytes", picture.len());
            std::fs::write(folder.join(format!("{name}{ending}.png")), picture).unwrap();
        }
    }
}
