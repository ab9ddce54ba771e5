//! One call of a check: where to, with which message, and whether the certificate is presented.

use std::time::{Duration, Instant};

use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::evidence::{Evidence, Offered};
use crate::identity::Identity;
use crate::material::Time;
use crate::observe::{self, Plan, Request, Trust, Versions};
use crate::salesforce::message::Message;
use crate::secret::Secret;

use super::super::probe::proxy::Chosen;
use super::super::probe::{investigate, target};

/// What is the same for all calls.
pub struct Caller {
    pub trust: Trust,
    pub identity: Option<Identity>,
    pub offered: Option<Offered>,
    pub proxy: Option<Chosen>,
    pub resolve: Vec<String>,
    pub connect_timeout: f64,
    pub timeout: f64,
    pub insecure: bool,
    pub now: Time,
}

impl Caller {
    /// Calls without a certificate.
    pub fn bare(
        &self,
        endpoint: &Endpoint,
        message: &Message,
    ) -> Result<(Evidence, Option<Secret>), Error> {
        self.with_plan(endpoint, message, |plan| {
            observe::exchange(plan, None, None)
        })
    }

    /// Calls with the certificate, and finds out more where it is refused and the message changes nothing.
    pub fn mutual(
        &self,
        endpoint: &Endpoint,
        message: &Message,
    ) -> Result<(Evidence, Option<Secret>), Error> {
        self.with_plan(endpoint, message, |plan| {
            let offered = self.offered.clone();
            let identity = self.identity.as_ref();
            if offered.is_some() && identity.is_none() {
                return (observe::before_calling(plan, offered), None);
            }
            let (mut evidence, body) = observe::exchange(plan, identity, offered);
            if message.reads {
                investigate(plan, identity, &mut evidence);
            }
            (evidence, body)
        })
    }

    fn with_plan<T>(
        &self,
        endpoint: &Endpoint,
        message: &Message,
        act: impl FnOnce(&Plan<'_>) -> T,
    ) -> Result<T, Error> {
        let headers = message
            .headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), String::clone(value)))
            .collect();
        let request = Request::new(message.method.to_owned(), headers, message.body.clone())
            .concealing(message.secrets.clone())
            .repeated(message.reads);
        Ok(act(&Plan {
            endpoint,
            trust: &self.trust,
            request: Some(&request),
            versions: Versions::default(),
            addresses: target::addresses(&self.resolve, &endpoint.host, endpoint.port)?,
            only: None,
            via: self
                .proxy
                .as_ref()
                .and_then(|proxy| proxy.to(&endpoint.host)),
            user: None,
            connect_timeout: Duration::from_secs_f64(self.connect_timeout),
            until: Instant::now() + Duration::from_secs_f64(self.timeout),
            insecure: self.insecure,
            acts_as: None,
            now: self.now,
        }))
    }
}
