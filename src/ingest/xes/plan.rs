//! Which key plays which role in this log, settled once its header is known.

use super::collector::Collector;
use super::error::{XesError, cut};
use super::header::XesHeader;
use super::keys::{KeyId, Keys};
use super::options::XesOptions;

const NAME: &str = "concept:name";
const TRACE_PREFIX: &str = "case:";

/// Where a role finds its value: in the event, failing that in its trace.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Slot {
    /// Key of an event attribute.
    pub event: Option<KeyId>,
    /// Key of a trace attribute.
    pub trace: Option<KeyId>,
}

impl Slot {
    fn event(keys: &mut Keys, key: &str) -> Self {
        Self { event: keys.number(key.as_bytes()), trace: None }
    }

    fn anywhere(keys: &mut Keys, key: &str) -> Self {
        let in_trace = key.strip_prefix(TRACE_PREFIX).unwrap_or(key);
        Self { event: keys.number(key.as_bytes()), trace: keys.number(in_trace.as_bytes()) }
    }

    fn chosen(keys: &mut Keys, chosen: Option<&String>, usual: &str) -> Self {
        match chosen {
            Some(key) if key != usual => Self::anywhere(keys, key),
            _ => Self::event(keys, usual),
        }
    }
}

/// Where the role column comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RoleSource {
    /// From the key of the options or from `org:role`.
    Role,
    /// From `org:group`: the log has no roles.
    Group,
    /// Neither has been seen yet.
    Open,
}

/// Keys by role.
pub(super) struct Plan {
    pub case: Slot,
    /// Key of the case id, for messages.
    pub case_key: String,
    /// More than one for a classifier.
    pub activity: Vec<Slot>,
    /// Key of the activity, for messages.
    pub activity_key: String,
    pub end: Slot,
    /// Key of the end, for messages.
    pub end_key: String,
    pub start: Slot,
    /// Key of the start, for messages.
    pub start_key: String,
    pub resource: Slot,
    pub role: Slot,
    pub group: Slot,
    pub role_source: RoleSource,
    pub system: Slot,
    pub lifecycle: Slot,
    pub default_activity: Option<String>,
    pub default_resource: Option<String>,
    pub default_lifecycle: Option<String>,
}

impl Plan {
    /// Settles the roles; numbers the keys it needs.
    ///
    /// # Errors
    /// [`XesError::UnknownClassifier`].
    pub(super) fn new(options: &XesOptions, header: &XesHeader, keys: &mut Keys) -> Result<Self, XesError> {
        let activity_keys = match (&options.activity, &options.classifier) {
            (Some(name), _) => header.activity_keys(name),
            (None, Some(name)) => header
                .classifier_keys(name)
                .map_err(|known| XesError::UnknownClassifier { name: cut(name, 200), known })?,
            (None, None) => vec![NAME.to_owned()],
        };
        let activity = activity_keys.iter().map(|key| Slot::chosen(keys, Some(key), NAME)).collect();
        let default_activity = match activity_keys.as_slice() {
            [key] if key == NAME => header.event_default(NAME),
            _ => None,
        };
        let case = match options.case.as_deref() {
            None | Some(NAME | "case:concept:name") => Slot { event: None, trace: keys.number(NAME.as_bytes()) },
            Some(key) => Slot::anywhere(keys, key),
        };
        let role_is_declared = header.event_globals.iter().any(|global| global.key == "org:role");
        let role_source = match options.role.is_some() || role_is_declared {
            true => RoleSource::Role,
            false => RoleSource::Open,
        };
        let default_resource = if options.resource.is_none() { header.event_default("org:resource") } else { None };
        Ok(Self {
            case,
            case_key: options.case.clone().unwrap_or_else(|| NAME.to_owned()),
            activity,
            activity_key: activity_keys.join("+"),
            end: Slot::chosen(keys, options.timestamp.as_ref(), "time:timestamp"),
            end_key: options.timestamp.clone().unwrap_or_else(|| "time:timestamp".to_owned()),
            start: Slot::chosen(keys, options.start.as_ref(), "start_timestamp"),
            start_key: options.start.clone().unwrap_or_else(|| "start_timestamp".to_owned()),
            resource: Slot::chosen(keys, options.resource.as_ref(), "org:resource"),
            role: Slot::chosen(keys, options.role.as_ref(), "org:role"),
            group: Slot::event(keys, "org:group"),
            role_source,
            system: options.system.as_ref().map(|key| Slot::anywhere(keys, key)).unwrap_or_default(),
            lifecycle: Slot::event(keys, "lifecycle:transition"),
            default_activity: default_activity.map(str::to_owned),
            default_resource: default_resource.map(str::to_owned),
            default_lifecycle: header.event_default("lifecycle:transition").map(str::to_owned),
        })
    }

    /// Keys of event attributes that have their own column in a chunk and need no other.
    pub(super) fn consumed(&self) -> impl Iterator<Item = KeyId> {
        // The parts of a classifier stay attributes: joined they can no longer be told apart.
        let activity = match self.activity.as_slice() {
            [single] => single.event,
            _ => None,
        };
        let role = if self.role_source == RoleSource::Group { None } else { self.role.event };
        let group = if self.role_source == RoleSource::Role { None } else { self.group.event };
        let others =
            [self.case, self.end, self.start, self.resource, self.system, self.lifecycle].map(|slot| slot.event);
        others.into_iter().chain([activity, role, group]).flatten()
    }
}

/// The attributes of the open event and its trace.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub keys: &'a Keys,
    pub event: &'a Collector,
    /// The text of the event element.
    pub text: &'a str,
    /// `None` for an event outside traces.
    pub trace: Option<&'a Collector>,
}

impl<'a> View<'a> {
    /// The value of a role, never empty.
    #[inline]
    pub(super) fn get(&self, slot: Slot) -> Option<&'a str> {
        let in_event = slot.event.and_then(|key| self.event.value(self.keys, key, self.text));
        in_event.or_else(|| self.trace?.value(self.keys, slot.trace?, ""))
    }
}
