//! Reading many tokens: their signatures are checked together, at half the cost of one by one.

use crate::claims::{Body, Claims};
use crate::jwt::any::AnyClaims;
use crate::jwt::decode::{DecodeError, Typed, decode_as, decode_with, of_type};
use crate::jwt::envelope::Verifier;
use crate::keys::{KeyError, PublicKey, SignatureCheck, verify_all};

/// So many signatures are checked together at most; more would gain nothing.
const BATCH: usize = 256;

/// Reads tokens that must be of one type, each as [`decode_as`] would: the same claims, the same errors, in the same
/// order.
///
/// The signatures are checked together, and one by one when that fails. The two ways differ only for signatures that
/// the owner of the key made wrong on purpose, with a point of small order in them: such a token may pass here. To
/// judge a single token, use [`decode_as`].
///
/// # Examples
/// ```
/// use nsc_core::claims::{User, UserClaims};
/// use nsc_core::jwt;
/// use nsc_core::keys::{KeyKind, Seed};
/// use nsc_core::time::UnixTime;
///
/// let account = Seed::from_entropy(KeyKind::Account, [1; 32]);
/// let user = Seed::from_entropy(KeyKind::User, [2; 32]);
/// let token = jwt::encode(&mut UserClaims::new(&user.public_key()), &account, UnixTime(1))?;
/// let read = jwt::decode_many::<User>(&[token.as_str(), "no token"]);
/// assert!(read[0].is_ok() && read[1].is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn decode_many<B: Body + Typed>(tokens: &[&str]) -> Vec<Result<Claims<B>, DecodeError>> {
    tokens.chunks(BATCH).flat_map(decode_batch).collect()
}

fn decode_batch<B: Body + Typed>(tokens: &[&str]) -> Vec<Result<Claims<B>, DecodeError>> {
    let one_by_one = || tokens.iter().map(|token| decode_as(token)).collect();
    // Below that it does not pay.
    if tokens.len() < 4 {
        return one_by_one();
    }
    let mut later = Later(Vec::with_capacity(tokens.len()));
    let read: Vec<Result<AnyClaims, DecodeError>> = tokens
        .iter()
        .map(|token| decode_with(token, &mut later))
        .collect();
    if !verify_all(&later.0) {
        return one_by_one();
    }
    let typed = |(token, read): (&&str, Result<AnyClaims, DecodeError>)| match read {
        Ok(claims) => of_type(claims),
        // A bad signature comes before some of the errors, and was not looked at.
        Err(_) => decode_as(token),
    };
    tokens.iter().zip(read).map(typed).collect()
}

/// Signatures that are still to be checked.
struct Later(Vec<SignatureCheck>);

impl Verifier for Later {
    fn verify(
        &mut self,
        key: &PublicKey,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), KeyError> {
        self.0.push(SignatureCheck::new(key, message, signature)?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::claims::{Account, AccountClaims, User, UserClaims};
    use crate::jwt::encode;
    use crate::keys::{KeyKind, Seed};
    use crate::time::UnixTime;

    fn seed(kind: KeyKind, n: u8) -> Seed {
        Seed::from_entropy(kind, [n; 32])
    }

    fn user(n: u8) -> String {
        let mut claims = UserClaims::new(&seed(KeyKind::User, n).public_key());
        claims.name = format!("user {n}");
        encode(&mut claims, &seed(KeyKind::Account, n / 4), UnixTime(1)).unwrap()
    }

    /// A token made bad in one of several ways; good ones stay as they are.
    fn spoilt(token: String, way: u8) -> String {
        match way {
            0 => token.replacen('.', "", 1),
            1 => token[..token.len() - 4].to_owned(),
            2 => format!("{}AAAA", &token[..token.len() - 4]),
            3 => {
                let mut claims = AccountClaims::new(&seed(KeyKind::Account, 1).public_key());
                encode(&mut claims, &seed(KeyKind::Account, 1), UnixTime(1)).unwrap()
            }
            _ => token,
        }
    }

    #[test]
    fn good_tokens_are_read() {
        let tokens: Vec<String> = (0..150).map(user).collect();
        let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
        let read = decode_many::<User>(&tokens);
        assert_eq!(read.len(), 150);
        for (n, claims) in read.into_iter().enumerate() {
            assert_eq!(claims.unwrap().name, format!("user {n}"));
        }
        assert!(decode_many::<Account>(&[]).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn bad_ones_are_told_as_if_alone(ways in prop::collection::vec(0_u8..40, 0..90)) {
            let tokens: Vec<String> = ways
                .iter()
                .enumerate()
                .map(|(n, way)| spoilt(user(n as u8), *way))
                .collect();
            let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
            let alone: Vec<_> = tokens.iter().map(|token| decode_as::<User>(token)).collect();
            prop_assert_eq!(decode_many::<User>(&tokens), alone);
        }
    }
}
