//! Versions of an official flow: proposed, decided about, overtaken, and never changed.

use super::error::{CatalogError, Step};
use super::official_flows::NewOfficialFlow;
use super::test_support::{catalog, flow_name};
use crate::store::catalog::AuditFilter;

fn new(text: &str, replaces: Option<u32>) -> NewOfficialFlow {
    NewOfficialFlow {
        notation: "bpmn".to_owned(),
        name: "orders.bpmn".to_owned(),
        model: text.to_owned(),
        hash: blake3::hash(text.as_bytes()).to_hex().to_string(),
        reason: Some("first draft".to_owned()),
        replaces,
        valid_from: None,
        proposed: false,
    }
}

#[test]
fn proposals_wait_for_a_second_person() {
    let (catalog, _folder) = catalog();
    catalog.create_flow("ann", &flow_name("orders"), "Orders").unwrap();
    let put = |text: &str, proposed| {
        let new = NewOfficialFlow { proposed, valid_from: Some(5), ..new(text, None) };
        catalog.put_official_flow("ann", "orders", &new).unwrap()
    };
    let in_force = || catalog.official_flow("orders", None).unwrap().map(|record| record.number);
    let decide = |by: &str, number, approved| catalog.decide_official_flow(by, "orders", number, approved, Some("ok"));
    assert_eq!((put("<a/>", false).state(), in_force()), ("single_user", Some(1)));
    assert_eq!((put("<b/>", true).number, in_force()), (2, Some(1)));
    // The same proposal again is the same one; put at once, it is another version.
    assert_eq!(put("<b/>", true).number, 2);
    catalog.create_token("ann", "bob", crate::store::catalog::Role::Editor, None).unwrap();
    assert!(matches!(decide("ann", 2, true), Err(CatalogError::Conflict { .. })));
    let approved = decide("bob", 2, true).unwrap();
    assert_eq!((approved.state(), approved.valid_from, in_force()), ("approved", Some(5), Some(2)));
    assert!(matches!(decide("bob", 2, false), Err(CatalogError::Conflict { .. })));
    assert!(matches!(decide("bob", 1, true), Err(CatalogError::Conflict { .. })));
    put("<c/>", true);
    assert_eq!((decide("ann", 3, false).unwrap().state(), in_force()), ("rejected", Some(2)));
    // What was rejected can be given again.
    assert_eq!(put("<c/>", true).number, 4);
    let audit = catalog.list_audit(AuditFilter { flow: Some("orders"), ..AuditFilter::default() }).unwrap();
    let actions: Vec<&str> = audit.iter().map(|row| row.action.as_str()).filter(|a| a.starts_with("off")).collect();
    let expected =
        ["propose", "reject", "propose", "approve", "propose", "put"].map(|verb| format!("official_flow.{verb}"));
    assert_eq!(actions, expected);
    assert!(
        audit.iter().any(|row| row.before.as_deref().is_some_and(|before| before.contains("\"state\":\"proposed\"")))
    );
}

#[test]
fn what_goes_round_the_second_person_is_labelled() {
    let (catalog, _folder) = catalog();
    catalog.create_flow("ann", &flow_name("orders"), "Orders").unwrap();
    let put = |text: &str| catalog.put_official_flow("ann", "orders", &new(text, None)).unwrap();
    assert_eq!(put("<a/>").state(), "single_user");
    catalog.create_token("ann", "bob", crate::store::catalog::Role::Editor, None).unwrap();
    let second = put("<b/>");
    assert_eq!((second.state(), second.is_in_force()), ("unapproved", true));
    assert_eq!(catalog.official_flow("orders", Some(1)).unwrap().unwrap().state(), "single_user");
}

#[test]
fn a_proposal_that_was_overtaken_cannot_be_approved() {
    let (catalog, _folder) = catalog();
    catalog.create_flow("ann", &flow_name("orders"), "Orders").unwrap();
    let put = |text: &str, proposed, valid_from| {
        let new = NewOfficialFlow { proposed, valid_from, ..new(text, None) };
        catalog.put_official_flow("ann", "orders", &new).unwrap()
    };
    let decide = |number, approved| catalog.decide_official_flow("ann", "orders", number, approved, None);
    put("<a/>", true, None);
    put("<b/>", true, Some(5));
    put("<c/>", false, Some(7));
    // Cases from before 7 are still judged by the first two.
    assert_eq!(decide(2, true).unwrap().state(), "single_user");
    assert_eq!(decide(1, true).unwrap().state(), "single_user");
    put("<d/>", true, Some(9));
    put("<e/>", false, Some(8));
    let late = decide(4, true).unwrap_err();
    assert!(late.to_string().contains("version 5 is in force since"), "{late}");
    assert_eq!(decide(4, false).unwrap().state(), "rejected");
}

#[test]
fn who_is_alone_approves_alone() {
    let (catalog, _folder) = catalog();
    catalog.create_flow("ann", &flow_name("orders"), "Orders").unwrap();
    catalog.put_official_flow("ann", "orders", &NewOfficialFlow { proposed: true, ..new("<a/>", None) }).unwrap();
    assert_eq!(catalog.official_flow("orders", None).unwrap(), None);
    let decided = catalog.decide_official_flow("ann", "orders", 1, true, None).unwrap();
    assert_eq!((decided.state(), decided.is_in_force()), ("single_user", true));
}

#[test]
fn versions_follow_each_other_and_are_audited() {
    let (catalog, _folder) = catalog();
    catalog.create_flow("ann", &flow_name("orders"), "Orders").unwrap();
    assert_eq!(catalog.official_flow("orders", None).unwrap(), None);
    let put = |text: &str, replaces| catalog.put_official_flow("ann", "orders", &new(text, replaces));
    assert_eq!(put("<a/>", Some(0)).unwrap().number, 1);
    // The same text again is no change.
    assert_eq!(put("<a/>", None).unwrap().number, 1);
    assert_eq!(put("<b/>", Some(1)).unwrap().number, 2);
    let late = put("<c/>", Some(1)).unwrap_err();
    assert!(matches!(&late, CatalogError::Conflict { .. }), "{late:?}");
    assert!(late.to_string().contains("newest version is 2, by ann"), "{late}");
    assert_eq!(catalog.official_flow("orders", Some(1)).unwrap().unwrap().model, "<a/>");
    assert_eq!(catalog.official_flow("orders", None).unwrap().unwrap().model, "<b/>");
    assert!(matches!(catalog.official_flow("orders", Some(7)), Err(CatalogError::NotFound { .. })));
    let numbers: Vec<u32> = catalog.official_flow_versions("orders").unwrap().iter().map(|v| v.number).collect();
    assert_eq!(numbers, [2, 1]);
    let audit = catalog.list_audit(AuditFilter { flow: Some("orders"), ..AuditFilter::default() }).unwrap();
    assert_eq!(audit.iter().filter(|row| row.action == "official_flow.put").count(), 2);
    assert!(audit[0].before.as_deref().is_some_and(|before| before.contains("\"version\":1")));
}

#[test]
fn what_cannot_be_kept_is_refused_and_nothing_is_changed_later() {
    let (catalog, _folder) = catalog();
    catalog.create_flow("ann", &flow_name("orders"), "Orders").unwrap();
    let put = |new: &NewOfficialFlow| catalog.put_official_flow("ann", "orders", new);
    assert!(matches!(put(&new("", None)), Err(CatalogError::Invalid { .. })));
    let long = NewOfficialFlow { reason: Some("x".repeat(3_000)), ..new("<a/>", None) };
    assert!(matches!(put(&long), Err(CatalogError::Invalid { .. })));
    put(&new("<a/>", None)).unwrap();
    let sql = "UPDATE official_flows SET model = 'x'";
    assert!(catalog.write(|transaction| transaction.execute(sql, []).step("tamper")).is_err());
    catalog.delete_flow("ann", "orders").unwrap();
    catalog.create_flow("ann", &flow_name("orders"), "Orders").unwrap();
    assert_eq!(catalog.official_flow("orders", None).unwrap(), None);
}
