//! Agreement with the `nkeys` crate of the NATS ecosystem.

use super::*;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn signing_keys_agree_with_nkeys(bytes in any::<[u8; 32]>(), message in any::<Vec<u8>>()) {
        for kind in KeyKind::ALL.into_iter().filter(|kind| kind.can_sign()) {
            let ours = Seed::from_entropy(kind, bytes);
            let theirs = nkeys::KeyPair::from_seed(&ours.expose()).unwrap();
            prop_assert_eq!(theirs.seed().unwrap(), ours.expose().to_string());
            prop_assert_eq!(theirs.public_key(), ours.public_key().to_text());
            let signature = theirs.sign(&message).unwrap();
            prop_assert_eq!(ours.public_key().verify(&message, &signature), Ok(()));
            prop_assert_eq!(ours.sign(&message).unwrap().to_vec(), signature);
        }
    }

    #[test]
    fn curve_keys_agree_with_nkeys(bytes in any::<[[u8; 32]; 2]>(), nonce in any::<[u8; 24]>(), message in any::<Vec<u8>>()) {
        let [ours, peer] = bytes.map(|bytes| Seed::from_entropy(KeyKind::Curve, bytes));
        let theirs = nkeys::XKey::from_seed(&peer.expose()).unwrap();
        prop_assert_eq!(theirs.public_key(), peer.public_key().to_text());

        let from_us = ours.seal(&message, &peer.public_key(), nonce).unwrap();
        let our_public = nkeys::XKey::from_public_key(&ours.public_key().to_text()).unwrap();
        prop_assert_eq!(theirs.open(&from_us, &our_public).unwrap(), message.clone());

        let from_them = theirs.seal(&message, &our_public).unwrap();
        prop_assert_eq!(&*ours.open(&from_them, &peer.public_key()).unwrap(), &message);
    }
}
