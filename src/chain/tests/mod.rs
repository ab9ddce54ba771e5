//! Piles of every awkward shape, made here, in every order.

mod make;

use std::time::{Duration, Instant};

use super::*;
use make::{CA, Holder, LEAF, NOW, Shape, issue, origin};

fn parts<'a>(certificates: &'a [Certificate], keys: &'a [PrivateKey]) -> Parts<'a> {
    Parts {
        certificates,
        keys,
        files: &[],
        anchors: &[],
        names: &[],
        leaves: &[],
        now: Time::from_unix(NOW),
    }
}

/// The files of the chain, in order.
fn files(assembly: &Assembly) -> Vec<String> {
    assembly
        .identity
        .chain()
        .map(|certificate| certificate.origin().to_string())
        .collect()
}

/// Assembles every rotation of the pile and of its reverse, and expects the same files each time.
fn expect(certificates: &[Certificate], key: &Holder, chain: &[&str]) -> Assembly {
    let keys = [key.private_key()];
    let mut last = None;
    for turn in 0..certificates.len() {
        let mut turned = certificates.to_vec();
        turned.rotate_left(turn);
        for _ in 0..2 {
            let assembly = assemble(&parts(&turned, &keys)).unwrap();
            assert_eq!(files(&assembly), chain, "{turned:?}");
            last = Some(assembly);
            turned.reverse();
        }
    }
    last.unwrap()
}

fn why_of(assembly: &Assembly, file: &str) -> Why {
    assembly
        .left_out
        .iter()
        .find(|entry| entry.certificate.origin().to_string() == file)
        .map(|entry| entry.why.clone())
        .unwrap()
}

#[test]
fn the_root_strangers_and_duplicates_stay_out() {
    let [root, inner, outer, leaf, other] =
        ["root", "inner", "outer", "leaf", "other"].map(Holder::new);
    let pile = [
        issue("root.crt", &root, &root, CA),
        issue("leaf.crt", &leaf, &outer, LEAF),
        issue("inner.crt", &inner, &root, CA),
        issue("stranger.crt", &other, &other, CA),
        issue("outer.crt", &outer, &inner, CA),
    ];
    let assembly = expect(&pile, &leaf, &["leaf.crt", "outer.crt", "inner.crt"]);
    assert!(matches!(assembly.path.end, End::Root(_)));
    assert_eq!(why_of(&assembly, "root.crt"), Why::Root);
    assert_eq!(why_of(&assembly, "stranger.crt"), Why::Stranger);
    let copy = Certificate::from_der(pile[1].der(), origin("copy.crt")).unwrap();
    let doubled = [pile.as_slice(), &[copy]].concat();
    let keys = [leaf.private_key()];
    let assembly = assemble(&parts(&doubled, &keys)).unwrap();
    assert_eq!(
        why_of(&assembly, "copy.crt"),
        Why::Duplicate(origin("leaf.crt"))
    );
}

#[test]
fn a_namesake_with_another_key_is_not_the_issuer() {
    let [root, real, leaf] = ["root", "issuing", "leaf"].map(Holder::new);
    let impostor = Holder::new("issuing");
    for key_ids in [true, false] {
        let shape = Shape { key_ids, ..CA };
        let pile = [
            issue("root.crt", &root, &root, shape),
            issue("impostor.crt", &impostor, &root, shape),
            issue("real.crt", &real, &root, shape),
            issue("leaf.crt", &leaf, &real, Shape { key_ids, ..LEAF }),
        ];
        let assembly = expect(&pile, &leaf, &["leaf.crt", "real.crt"]);
        assert_eq!(why_of(&assembly, "impostor.crt"), Why::Stranger);
        // Without the real one the chain has a gap, and the namesake is told of.
        let keys = [leaf.private_key()];
        let without = [pile[0].clone(), pile[1].clone(), pile[3].clone()];
        let assembly = assemble(&parts(&without, &keys)).unwrap();
        let gap = assembly.gap().unwrap();
        assert_eq!(gap.certificate, pile[3]);
        assert_eq!(gap.namesake.as_ref(), Some(&pile[1]));
    }
}

#[test]
fn expired_twins_and_longer_ways_are_passed_over() {
    let [root, old, issuing, leaf] = ["root", "old", "issuing", "leaf"].map(Holder::new);
    let expired = Shape { to: -1, ..CA };
    let pile = [
        issue("root.crt", &root, &root, CA),
        issue("root-by-old.crt", &root, &old, CA),
        issue("old.crt", &old, &old, expired),
        issue("issuing-2020.crt", &issuing, &root, expired),
        issue("issuing-2024.crt", &issuing, &root, CA),
        issue("leaf.crt", &leaf, &issuing, LEAF),
    ];
    let assembly = expect(&pile, &leaf, &["leaf.crt", "issuing-2024.crt"]);
    assert!(assembly.path.flaws.is_empty());
    assert_eq!(why_of(&assembly, "issuing-2020.crt"), Why::OtherWay);
    // Without the self-signed twin the cross-certificate is the only way to a root, expired as it is.
    let crossed = [
        pile[1].clone(),
        pile[2].clone(),
        pile[4].clone(),
        pile[5].clone(),
    ];
    let assembly = expect(
        &crossed,
        &leaf,
        &["leaf.crt", "issuing-2024.crt", "root-by-old.crt"],
    );
    assert_eq!(assembly.path.flaws, [(pile[2].clone(), Flaw::Expired)]);
}

#[test]
fn a_ca_that_may_not_issue_for_the_purpose_or_so_deep_is_avoided() {
    let [root, top, issuing, leaf] = ["root", "top", "issuing", "leaf"].map(Holder::new);
    let purpose = |client| Shape {
        client: Some(client),
        ..CA
    };
    let shallow = Shape {
        path_len: Some(0),
        ..CA
    };
    let pile = [
        issue("root.crt", &root, &root, CA),
        issue("top-shallow.crt", &top, &root, shallow),
        issue("top-deep.crt", &top, &root, Shape { to: 200, ..CA }),
        issue("issuing-server.crt", &issuing, &root, purpose(false)),
        issue("issuing-client.crt", &issuing, &top, purpose(true)),
        issue(
            "leaf.crt",
            &leaf,
            &issuing,
            Shape {
                client: Some(true),
                ..LEAF
            },
        ),
    ];
    expect(
        &pile,
        &leaf,
        &["leaf.crt", "issuing-client.crt", "top-deep.crt"],
    );
}

#[test]
fn a_gap_names_the_missing_issuer() {
    let [root, inner, outer, leaf] = ["root", "inner", "outer", "leaf"].map(Holder::new);
    let pile = [
        issue("root.crt", &root, &root, CA),
        issue("outer.crt", &outer, &inner, CA),
        issue("leaf.crt", &leaf, &outer, LEAF),
    ];
    let assembly = expect(&pile, &leaf, &["leaf.crt", "outer.crt"]);
    let gap = assembly.gap().unwrap();
    assert_eq!(gap.missing().to_string(), "CN=inner");
    assert_eq!(gap.certificate, pile[1]);
    assert_eq!(why_of(&assembly, "root.crt"), Why::Stranger);
}

#[test]
fn the_other_side_s_anchors_and_names_end_the_path() {
    let [root, cross, issuing, leaf] = ["root", "cross", "issuing", "leaf"].map(Holder::new);
    let pile = [
        issue("leaf.crt", &leaf, &issuing, LEAF),
        issue("issuing.crt", &issuing, &root, CA),
        issue("root-by-cross.crt", &root, &cross, CA),
        issue("root.crt", &root, &root, CA),
    ];
    let keys = [leaf.private_key()];
    let anchors = [issue("anchor.crt", &cross, &cross, CA)];
    let towards_cross = Parts {
        anchors: &anchors,
        ..parts(&pile, &keys)
    };
    let assembly = assemble(&towards_cross).unwrap();
    assert_eq!(
        files(&assembly),
        ["leaf.crt", "issuing.crt", "root-by-cross.crt"]
    );
    assert!(matches!(&assembly.path.end, End::Anchor(anchor) if *anchor == anchors[0]));
    let names = [pile[1].issuer().clone()];
    let towards_name = Parts {
        names: &names,
        ..parts(&pile[..2], &keys)
    };
    let assembly = assemble(&towards_name).unwrap();
    assert_eq!(files(&assembly), ["leaf.crt", "issuing.crt"]);
    assert!(matches!(assembly.path.end, End::Named(_)));
}

#[test]
fn a_renewed_leaf_is_chosen_and_said_to_be() {
    let [root, leaf] = ["root", "leaf"].map(Holder::new);
    let aged = |from, to| Shape { from, to, ..LEAF };
    let pile = [
        issue("root.crt", &root, &root, CA),
        issue("placeholder.crt", &leaf, &leaf, aged(-1, 900)),
        issue("old.crt", &leaf, &root, aged(-30, 20)),
        issue("new.crt", &leaf, &root, aged(-2, 40)),
        issue("next.crt", &leaf, &root, aged(1, 80)),
    ];
    let assembly = expect(&pile, &leaf, &["new.crt"]);
    assert!(
        matches!(&assembly.choices[..], [Choice::Renewal { passed_over, .. }] if passed_over.len() == 3)
    );
    assert_eq!(why_of(&assembly, "old.crt"), Why::OtherLeaf);
}

#[test]
fn what_does_not_belong_together_is_an_error_that_names_the_files() {
    let [root, one, two] = ["root", "one", "two"].map(Holder::new);
    let pile = [
        issue("root.crt", &root, &root, CA),
        issue("one.crt", &one, &root, LEAF),
        issue("two.crt", &two, &root, LEAF),
    ];
    let files = [origin("a"), origin("b")];
    let told = |certificates: &[Certificate], keys: &[PrivateKey]| {
        let error = assemble(&Parts {
            files: &files,
            ..parts(certificates, keys)
        })
        .unwrap_err();
        error.to_string()
    };
    assert_eq!(told(&pile, &[]), "no private key in a, b");
    assert_eq!(told(&[], &[one.private_key()]), "no certificate in a, b");
    let mismatch = told(&pile[..2], &[two.private_key()]);
    assert!(
        mismatch.contains("two.key") && mismatch.contains("one.crt"),
        "{mismatch}"
    );
    let several = told(&pile, &[one.private_key(), two.private_key()]);
    assert!(
        several.contains("one.crt") && several.contains("two.crt"),
        "{several}"
    );
    // One key, certificates for two names.
    let alias = Holder {
        name: "alias".to_owned(),
        key: one.key.clone(),
    };
    let twins = [pile[1].clone(), issue("alias.crt", &alias, &root, LEAF)];
    let several = told(&twins, &[one.private_key()]);
    assert!(
        several.contains("one.crt") && several.contains("alias.crt"),
        "{several}"
    );
    let keys = [one.private_key()];
    let chosen = assemble(&Parts {
        leaves: &twins[1..],
        ..parts(&twins, &keys)
    })
    .unwrap();
    assert_eq!(chosen.identity.leaf(), &twins[1]);
    // The CA's own key beside it is no second candidate.
    let keys = [root.private_key(), one.private_key()];
    let assembly = assemble(&parts(&pile, &keys)).unwrap();
    assert_eq!(assembly.identity.leaf(), &pile[1]);
    assert_eq!(assembly.spare_keys.len(), 1);
    assert!(matches!(&assembly.choices[..], [Choice::EndEntity { .. }]));
}

#[test]
fn sixty_cas_that_all_signed_each_other_are_soon_sorted() {
    let authorities: Vec<Holder> = (0..60).map(|n| Holder::new(&format!("ca{n}"))).collect();
    let leaf = Holder::new("leaf");
    let mut pile = vec![issue("leaf.crt", &leaf, &authorities[0], LEAF)];
    for subject in &authorities {
        for issuer in &authorities {
            if subject.name != issuer.name {
                pile.push(issue("mesh.crt", subject, issuer, CA));
            }
        }
    }
    let keys = [leaf.private_key()];
    // Nobody in the mesh is a root: the whole of it must be looked through.
    let start = Instant::now();
    let assembly = assemble(&parts(&pile, &keys)).unwrap();
    assert!(assembly.gap().is_some());
    // With a root behind the last one, the way there is two steps.
    let root = Holder::new("root");
    pile.push(issue("last.crt", &authorities[59], &root, CA));
    pile.push(issue("root.crt", &root, &root, CA));
    let assembly = assemble(&parts(&pile, &keys)).unwrap();
    let spent = start.elapsed();
    assert_eq!(files(&assembly), ["leaf.crt", "mesh.crt", "last.crt"]);
    // A second or so; an exponential search would still be at it tomorrow.
    assert!(spent < Duration::from_secs(30), "{spent:?}");
}

#[test]
fn a_circle_without_an_end_is_a_gap() {
    let [one, two, leaf] = ["one", "two", "leaf"].map(Holder::new);
    let pile = [
        issue("leaf.crt", &leaf, &one, LEAF),
        issue("one.crt", &one, &two, CA),
        issue("two.crt", &two, &one, CA),
    ];
    let assembly = expect(&pile, &leaf, &["leaf.crt", "one.crt"]);
    assert!(assembly.gap().is_some_and(|gap| gap.circle));
}
