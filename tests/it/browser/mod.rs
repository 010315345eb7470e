//! The pages as people meet them: in Debian's Chromium, with real logs.
//!
//! [`chromium`] is the process, [`tab`] one tab of it, `hand` what a person does in it; `every_page` holds each page
//! against what all pages must keep, the others are journeys through some of them.

mod budget;
mod cases;
mod chromium;
mod compare;
mod conformance;
mod every_page;
mod hand;
mod keyboard;
mod kpis;
mod line;
mod map;
mod overview;
mod picture;
mod screens;
mod shell;
mod sql;
mod tab;
mod upload;
mod variants;
mod without_scripts;

use crate::support::server::TestServer;
use crate::support::shared;
use chromium::Chromium;
use std::io::Read;
use std::sync::{Arc, OnceLock};

/// The server of all tests that only look, with the flows below. It and its data last as long as the tests.
fn server() -> &'static TestServer {
    static SERVER: OnceLock<TestServer> = OnceLock::new();
    SERVER.get_or_init(|| {
        let folder = tempfile::tempdir_in(&Chromium::shared().folder).unwrap();
        let server = TestServer::on(Arc::new(folder), |_| {}, false);
        let receipt = std::fs::read_to_string(shared("receipt/receipt.csv")).unwrap();
        server.import_as("receipt", "Environmental permits", "receipt.csv", &receipt);
        server.import_as("order-to-cash", "Order to cash (sample)", "order_to_cash.csv", &sample());
        server.import_as("odd", "Odd one", "odd.csv", ODD);
        let models = [("receipt", shared("receipt/model.bpmn")), ("order-to-cash", sample_model())];
        for (flow, model) in models {
            let model = std::fs::read(model).unwrap();
            let address = format!("/api/v1/flows/{flow}/official-flow");
            assert_eq!(server.call("PUT", &address).body("application/xml", model).send().status, 200);
        }
        server
    })
}

/// The sample that comes with the program.
fn sample() -> String {
    let packed = include_bytes!("../../../sample_data/order_to_cash.csv.gz");
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut text).unwrap();
    text
}

/// The official flow of the sample.
fn sample_model() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/order_to_cash.bpmn")
}

/// The flows: a real log; the sample, which has everything that a log can have; and one that has hardly anything.
const FLOWS: [&str; 3] = ["receipt", "order-to-cash", "odd"];

/// No times, no people, names that no column was made for, and text that must not become part of a page.
const ODD: &str = "case,activity\n\
    1,Rechtsschutzversicherungsgesellschaftsangelegenheitsprüfung\n\
    1,<b>Bold</b> & \"quoted\" > 'all'\n\
    1,受注を確認して在庫を引き当てる\n\
    2,Rechtsschutzversicherungsgesellschaftsangelegenheitsprüfung\n\
    2,受注を確認して在庫を引き当てる\n\
    a-case-with-an-identifier-that-somebody-has-put-together-from-many-other-identifiers/0001,受注を確認して在庫を引き当てる\n";
