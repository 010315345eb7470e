//! What a person does in a tab: click, type, choose, with the same events that a mouse and a keyboard make.

use super::tab::Tab;
use serde_json::json;
use std::path::Path;

impl Tab {
    /// Clicks into the middle of an element, as a hand would: it has to be there, and nothing may lie on it.
    #[track_caller]
    pub fn click(&self, selector: &str) {
        let find = format!(
            "(() => {{ const found = document.querySelector({});
                if (!found) return 'is not there';
                found.scrollIntoView({{ block: 'center', inline: 'center', behavior: 'instant' }});
                const rect = [...found.getClientRects()].find((rect) => rect.width > 0 && rect.height > 0);
                if (!rect) return 'is not visible';
                const [x, y] = [rect.x + rect.width / 2, rect.y + rect.height / 2];
                const hit = document.elementFromPoint(x, y);
                return found.contains(hit) || hit?.contains(found) ? [x, y] : `is covered by ${{hit?.outerHTML.slice(0, 200)}}`;
            }})()",
            json!(selector)
        );
        let place = self.value(&find);
        let point = place.as_array().unwrap_or_else(|| panic!("{selector} {place}"));
        self.click_at(point[0].as_f64().unwrap(), point[1].as_f64().unwrap());
    }

    /// Clicks at a point of the window.
    pub fn click_at(&self, x: f64, y: f64) {
        for (kind, buttons) in [("mouseMoved", 0), ("mousePressed", 1), ("mouseReleased", 0)] {
            let button = if kind == "mouseMoved" { "none" } else { "left" };
            let event = json!({"type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": 1});
            self.call("Input.dispatchMouseEvent", event);
        }
    }

    /// Presses keys one after another: `g m`, `Control+k`, `ArrowDown`.
    pub fn press(&self, keys: &str) {
        for chord in keys.split(' ') {
            let (modifiers, key) = chord.rsplit_once('+').filter(|(_, key)| !key.is_empty()).unwrap_or(("", chord));
            let bit = |name: &str| match name {
                "Alt" => 1,
                "Control" => 2,
                "Meta" => 4,
                "Shift" => 8,
                _ => 0,
            };
            let modifiers: i32 = modifiers.split('+').map(bit).sum();
            let code = match key {
                "Tab" => 9,
                "Enter" => 13,
                "Escape" => 27,
                "End" => 35,
                "Home" => 36,
                "ArrowLeft" => 37,
                "ArrowUp" => 38,
                "ArrowRight" => 39,
                "ArrowDown" => 40,
                key => key.to_uppercase().bytes().next().map_or(0, i32::from),
            };
            let typed = if key == "Enter" { "\r" } else { key };
            let mut event =
                json!({"type": "rawKeyDown", "key": key, "windowsVirtualKeyCode": code, "modifiers": modifiers});
            if typed.len() == 1 && modifiers & 7 == 0 {
                event["type"] = "keyDown".into();
                event["text"] = typed.into();
            }
            self.call("Input.dispatchKeyEvent", event.clone());
            event["type"] = "keyUp".into();
            self.call("Input.dispatchKeyEvent", event);
        }
    }

    /// Types into a field, in place of what it holds.
    #[track_caller]
    pub fn fill(&self, selector: &str, text: &str) {
        self.click(selector);
        self.value(&format!("document.querySelector({}).select()", json!(selector)));
        self.call("Input.insertText", json!({"text": text}));
    }

    /// Chooses an entry of a list.
    #[track_caller]
    pub fn choose(&self, selector: &str, value: &str) {
        let (selector, value) = (json!(selector), json!(value));
        let chosen = self.value(&format!(
            "(() => {{ const list = document.querySelector({selector}); list.value = {value};
                list.dispatchEvent(new Event('input', {{ bubbles: true }}));
                list.dispatchEvent(new Event('change', {{ bubbles: true }}));
                return list.value; }})()"
        ));
        assert_eq!(chosen, value, "{selector}");
    }

    /// Gives a file to a field for files.
    pub fn give(&self, selector: &str, file: &Path) {
        let document = self.call("DOM.getDocument", json!({"depth": 0}));
        let query = json!({"nodeId": document["root"]["nodeId"], "selector": selector});
        let node = self.call("DOM.querySelector", query)["nodeId"].clone();
        self.call("DOM.setFileInputFiles", json!({"files": [file], "nodeId": node}));
    }
}
