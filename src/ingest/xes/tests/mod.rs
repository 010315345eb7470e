//! The reader as a whole: one small log for each rule, real logs, hostile ones.

mod hostile;
mod rules;
mod shared_logs;
mod table;
