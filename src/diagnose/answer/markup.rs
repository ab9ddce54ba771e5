//! The texts of an answer: what a page shows, its head lines, XML elements, JSON fields.

/// What a browser would show: tags out, white space folded, the commonest entities put back.
pub(super) fn visible(body: &str) -> String {
    let mut text = String::with_capacity(body.len());
    let mut inside = false;
    for character in body.chars() {
        match character {
            '<' => {
                inside = true;
                text.push(' ');
            }
            '>' if inside => inside = false,
            _ if inside => {}
            _ => text.push(character),
        }
    }
    let text = text
        .replace("&nbsp;", " ")
        .replace("&#39;", "'")
        .replace("&#039;", "'")
        .replace("&apos;", "'")
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The title and the headings of a page, as they are shown.
pub(super) fn heads(body: &str) -> Vec<String> {
    let lower = body.to_ascii_lowercase();
    let mut found = Vec::new();
    for name in ["title", "h1", "h2", "h3", "h4"] {
        let (opening, closing) = (format!("<{name}"), format!("</{name}"));
        for (start, _) in lower.match_indices(&opening) {
            let after = start + opening.len();
            // Lower-casing ASCII keeps every position.
            let (Some(lower), Some(body)) = (lower.get(after..), body.get(after..)) else {
                continue;
            };
            if !lower.starts_with(|next: char| next == '>' || next.is_ascii_whitespace()) {
                continue;
            }
            let Some(begin) = lower.find('>') else {
                continue;
            };
            let end = lower.find(&closing).unwrap_or(lower.len());
            if let Some(text) = body.get(begin + 1..end.max(begin + 1)) {
                found.push(visible(text));
            }
        }
    }
    found
}

/// The text of every XML element with this local name, whatever its prefix.
pub(super) fn elements(body: &str, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (start, _) in body.match_indices('<') {
        let Some(tag) = body.get(start + 1..) else {
            continue;
        };
        let Some(end) = tag.find('>') else { break };
        let full = tag[..end].split_whitespace().next().unwrap_or_default();
        let local = full.rsplit(':').next().unwrap_or_default();
        if local == name && !full.starts_with('/') {
            let text = tag[end + 1..].split('<').next().unwrap_or_default();
            found.push(text.trim().to_owned());
        }
    }
    found
}

/// Every string under a field of this name, at any depth, alone or in a list.
pub(super) fn fields(value: &serde_json::Value, name: &str) -> Vec<String> {
    match value {
        serde_json::Value::Object(map) => map
            .iter()
            .flat_map(|(key, inner)| {
                let mut found = fields(inner, name);
                if key == name {
                    found.extend(strings(inner));
                }
                found
            })
            .collect(),
        serde_json::Value::Array(list) => list.iter().flat_map(|one| fields(one, name)).collect(),
        _ => Vec::new(),
    }
}

fn strings(value: &serde_json::Value) -> Vec<String> {
    match value {
        serde_json::Value::String(text) => vec![text.clone()],
        serde_json::Value::Array(list) => list
            .iter()
            .filter_map(|one| one.as_str().map(str::to_owned))
            .collect(),
        _ => Vec::new(),
    }
}
