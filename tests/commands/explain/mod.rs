//! `fullcert explain`: other programs' error texts, and what a person and a program are told about them.

mod corpus;
mod live;
mod reading;
mod tables;
mod told;
mod variations;
