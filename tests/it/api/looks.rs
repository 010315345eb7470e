//! Looks at compressed files: unpacked in the data folder, up to a bound, and for nobody who has gone.

use crate::support::server::{Call, TestServer};
use arrow::array::{ArrayRef, StringArray};
use arrow::record_batch::RecordBatch;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

/// A form with a file in it.
fn form(content: &[u8]) -> Vec<u8> {
    let head = "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"log.parquet.gz\"\r\n\r\n";
    [head.as_bytes(), content, b"\r\n--x--\r\n"].concat()
}

fn look(server: &TestServer, content: &[u8]) -> Call {
    server.call("POST", "/api/v1/inspect").body("multipart/form-data; boundary=x", form(content))
}

/// Files that are being unpacked, and the bytes in them.
fn unpacked(folder: &Path) -> (usize, u64) {
    let mut found = (0, 0);
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let inside = if entry.path().is_dir() { unpacked(&entry.path()) } else { (0, 0) };
        let own = entry.file_name().to_string_lossy().starts_with("unpacked-");
        let bytes = entry.metadata().map_or(0, |metadata| metadata.len());
        found = (found.0 + inside.0 + usize::from(own), found.1 + inside.1 + if own { bytes } else { 0 });
    }
    found
}

#[test]
fn a_packed_parquet_file_is_looked_at() {
    let texts = |texts: &[&str]| -> ArrayRef { Arc::new(StringArray::from(texts.to_vec())) };
    let columns = [
        ("case", texts(&["a", "a", "b"])),
        ("activity", texts(&["Receive", "Ship", "Receive"])),
        ("time", texts(&["2024-01-01T08:00:00Z", "2024-01-02T08:00:00Z", "2024-01-03T08:00:00Z"])),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    let content = packed(&writer.into_inner().unwrap());
    let server = TestServer::start();
    let found = look(&server, &content).send();
    assert_eq!(found.status, 200, "{}", found.text());
    let found = found.json();
    assert_eq!((&found["format"], &found["wrappers"]), (&json!("parquet"), &json!(["gzip"])));
    assert_eq!((&found["mapping"]["case"], &found["mapping"]["timestamp"]), (&json!("case"), &json!("time")));
    assert_eq!(unpacked(&server.data("")), (0, 0));
    // An import unpacks it, too, and keeps nothing of that.
    let import = server.call("POST", "/api/v1/flows/orders/imports");
    let import = import.body("multipart/form-data; boundary=x", form(&content)).send().json();
    let id = import["imports"][0]["id"].as_str().unwrap();
    let events = server.get(&format!("/api/v1/flows/orders/imports/{id}/events")).text();
    assert!(events.contains("event: done"), "{events}");
    assert_eq!(server.get("/api/v1/flows/orders").json()["events"], 3);
    assert_eq!(unpacked(&server.data("")), (0, 0));
}

#[test]
fn what_becomes_too_large_is_refused() {
    let server = TestServer::with(|config| config.server.unpacked_bytes_max = 8 << 20, false);
    let content = |mebibytes: usize| packed(&[b"PAR1", vec![0; mebibytes << 20].as_slice()].concat());
    let refused = look(&server, &content(9)).send();
    assert_eq!(refused.problem(422), "unpacked_too_large");
    assert_eq!(refused.json()["limit"], "server.unpacked_bytes_max");
    assert!(refused.text().contains("log.parquet.gz"), "{}", refused.text());
    let broken = look(&server, &content(7)).send();
    assert_eq!(broken.problem(422), "broken_parquet");
    assert!(broken.text().contains("log.parquet.gz") && !broken.text().contains("staging"), "{}", broken.text());
    assert_eq!(unpacked(&server.data("")), (0, 0));
}

/// Two GiB take a second or more to unpack; who goes after the first bytes ends that.
#[test]
fn a_client_that_goes_takes_its_look_with_it() {
    const STEP: usize = 64 << 20;
    let zeros = packed(&vec![0; STEP]);
    let content = [packed(b"PAR1"), zeros.repeat((2 << 30) / STEP)].concat();
    let server = TestServer::start();
    let body = form(&content);
    // Sent in chunks, whose last one says nothing but that it is the last.
    let head = format!(
        "POST /api/v1/inspect HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
         content-type: multipart/form-data; boundary=x\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n",
        server.token,
        body.len()
    );
    let mut connection = TcpStream::connect(server.base.trim_start_matches("http://")).unwrap();
    connection.write_all(&[head.as_bytes(), &body, b"\r\n0\r\n\r\n"].concat()).unwrap();
    let began = Instant::now();
    let wait = |done: &dyn Fn((usize, u64)) -> bool| {
        let mut most = 0;
        loop {
            let now = unpacked(&server.data("staging"));
            most = now.1.max(most);
            if done(now) {
                return most;
            }
            assert!(began.elapsed() < Duration::from_secs(30), "{now:?}");
        }
    };
    wait(&|(_, bytes)| bytes > 0);
    drop(connection);
    let most = wait(&|(files, _)| files == 0);
    assert!(most < 2 << 30, "{most} bytes were unpacked for nobody");
}
