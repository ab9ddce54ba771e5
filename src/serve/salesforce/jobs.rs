//! Bulk jobs, of both versions of that API: opened, closed or aborted, and remembered for a while.

use std::collections::VecDeque;

/// The oldest is forgotten beyond this many.
const MOST: usize = 1000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) id: String,
    pub(super) operation: String,
    pub(super) object: String,
    pub(super) content_type: String,
    pub(super) state: String,
}

#[derive(Default)]
pub(super) struct Jobs {
    next: u64,
    list: VecDeque<Job>,
}

impl Jobs {
    pub(super) fn open(&mut self, operation: &str, object: &str, content_type: &str) -> Job {
        self.next += 1;
        let job = Job {
            id: format!("750fu{:010}AAA", self.next),
            operation: operation.to_owned(),
            object: object.to_owned(),
            content_type: content_type.to_owned(),
            state: "Open".to_owned(),
        };
        if self.list.len() >= MOST {
            self.list.pop_front();
        }
        self.list.push_back(job.clone());
        job
    }

    pub(super) fn find(&self, id: &str) -> Option<Job> {
        self.list.iter().find(|job| job.id == id).cloned()
    }

    /// Moves an open job to `state`; the job as it is then. `None` where there is none of that id.
    pub(super) fn change(&mut self, id: &str, state: &str) -> Option<Job> {
        let job = self.list.iter_mut().find(|job| job.id == id)?;
        if job.state == "Open" {
            state.clone_into(&mut job.state);
        }
        Some(job.clone())
    }
}
