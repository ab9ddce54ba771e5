//! A visitor as a page, for whoever points a browser at the mirror. Nothing on it comes from elsewhere.

use std::fmt::Write as _;

use super::Visitor;
use super::telling::Telling;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\
h1{font-size:1.4rem;margin:0}h1.fine{color:#17692f}h1.bad{color:#a8201a}\
dt{font-weight:600;margin-top:.6rem}dd{margin:0 0 0 1rem;overflow-wrap:anywhere}p.about{color:#666;margin:.2rem 0}";

/// The whole page.
#[must_use]
pub fn page(visitor: &Visitor<'_>) -> Vec<u8> {
    let telling = Telling::of(visitor);
    let class = if telling.fine { "fine" } else { "bad" };
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{code}</title>\
         <style>{STYLE}</style></head>\n<body>\n<h1 class=\"{class}\">{code}</h1>\n\
         <p class=\"about\">{about}</p>\n<p>{summary}</p>\n<dl>\n",
        code = escape(telling.code),
        about = escape(&telling.about),
        summary = escape(&telling.summary),
    );
    let lists = [("because", &telling.because), ("fix", &telling.fix)];
    let mut item = |label: &str, text: &str| {
        if !label.is_empty() {
            let _ = writeln!(page, "<dt>{}</dt>", escape(label));
        }
        let _ = writeln!(page, "<dd>{}</dd>", escape(text));
    };
    for (label, text) in &telling.facts {
        item(label, text);
    }
    for (label, lines) in lists {
        for (index, line) in lines.iter().enumerate() {
            item(if index == 0 { label } else { "" }, line);
        }
    }
    page.push_str("</dl>\n</body></html>\n");
    page.into_bytes()
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(character),
        }
    }
    safe
}
