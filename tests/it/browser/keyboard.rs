//! Keys alone: what Tab reaches, and in which order.

use super::tab::Tab;
use serde_json::json;

/// Of more controls than this only the first and the last ones are visited: what lies between are rows of a table.
const LONG: u64 = 60;

/// What is wrong with the way of Tab through the page.
pub fn faults(tab: &Tab) -> Vec<String> {
    let watched = tab.value(&format!("({})({LONG}).count", include_str!("keyboard.js").trim())).as_u64().unwrap();
    // Figures that scroll and fields of several parts have stops of their own.
    for pressed in 0..2 * watched + 20 {
        let event = json!({"type": "rawKeyDown", "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9});
        tab.call("Input.dispatchKeyEvent", event);
        if pressed >= watched && tab.value("keyboard.left()") == 0 {
            break;
        }
    }
    let mut faults = strings(&tab.value("keyboard.end()"));
    // Who can go on and back is in no trap.
    tab.call(
        "Input.dispatchKeyEvent",
        json!({"type": "keyUp", "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}),
    );
    let before = tab.value("document.activeElement.outerHTML");
    tab.press("Shift+Tab");
    if watched > 1 && tab.value("document.activeElement.outerHTML") == before {
        faults.push(format!("Shift and Tab do not lead away from {before}"));
    }
    faults
}

/// A list of texts.
pub fn strings(list: &serde_json::Value) -> Vec<String> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}
