//! Files and standard input.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};

use nsc_core::keys::{KeyError, PublicKey, Seed, file};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::shown::shown;

/// Opens what the flags name; `-` is standard input, which can be had once.
pub(crate) struct Input<'a> {
    stdin: Option<&'a mut (dyn Read + Send)>,
}

impl<'a> Input<'a> {
    pub(crate) fn new(stdin: &'a mut (dyn Read + Send)) -> Self {
        Self { stdin: Some(stdin) }
    }

    /// Opens a file for reading piece by piece.
    pub(crate) fn open(&mut self, name: &OsStr) -> Result<Box<dyn Read + Send + 'a>, Error> {
        if name == "-" {
            let stdin = self.stdin.take().ok_or(Error::StdinTwice)?;
            return Ok(Box::new(stdin));
        }
        let file = File::open(name).map_err(|source| unreadable(name, source))?;
        Ok(Box::new(file))
    }

    /// Reads a whole file of any size.
    pub(crate) fn read(&mut self, name: &OsStr) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        let read = self.open(name)?.read_to_end(&mut bytes);
        read.map_err(|source| unreadable(name, source))?;
        Ok(bytes)
    }

    /// Reads a whole small file that may hold a secret; no copy is left in memory.
    pub(crate) fn read_secret(&mut self, name: &OsStr) -> Result<Zeroizing<Vec<u8>>, Error> {
        let mut reader = self.open(name)?.take(SECRET_LIMIT + 1);
        let mut bytes = Zeroizing::new(vec![0; 4096]);
        let mut length = 0;
        loop {
            match reader.read(&mut bytes[length..]) {
                Ok(0) => break,
                Ok(read) => length += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(source) => return Err(unreadable(name, source)),
            }
            if length == bytes.len() {
                // Growing in place could move the bytes and leave the old ones behind.
                let mut larger = Zeroizing::new(vec![0; 2 * length]);
                larger[..length].copy_from_slice(&bytes);
                bytes = larger;
            }
        }
        if length as u64 > SECRET_LIMIT {
            return Err(Error::TooLarge {
                file: shown(name),
                limit: SECRET_LIMIT,
            });
        }
        bytes.truncate(length);
        Ok(bytes)
    }

    /// Reads the seed for `-inkey`.
    pub(crate) fn seed(&mut self, name: &OsStr) -> Result<Seed, Error> {
        let bytes = self.read_secret(name)?;
        file::first_seed(&*bytes).map_err(|source| unusable("-inkey", name, source))
    }

    /// Reads the key for `-pubin`.
    pub(crate) fn public_key(&mut self, name: &OsStr) -> Result<PublicKey, Error> {
        let bytes = self.read_secret(name)?;
        file::first_public(&*bytes).map_err(|source| unusable("-pubin", name, source))
    }
}

/// Far more than any key or creds file; keeps `/dev/zero` from filling the memory.
const SECRET_LIMIT: u64 = 16 << 20;

pub(crate) fn unreadable(name: &OsStr, source: io::Error) -> Error {
    Error::Read {
        file: shown(name),
        source,
    }
}

fn unusable(flag: &'static str, name: &OsStr, source: KeyError) -> Error {
    Error::Key {
        flag,
        file: shown(name),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_input_can_be_had_once() {
        let mut stdin = &b"content"[..];
        let mut input = Input::new(&mut stdin);
        assert_eq!(input.read("-".as_ref()).unwrap(), b"content");
        assert!(matches!(input.read("-".as_ref()), Err(Error::StdinTwice)));
    }

    #[test]
    fn secrets_of_every_size_come_whole_up_to_the_limit() {
        for size in [0, 1, 4095, 4096, 4097, 10_000, SECRET_LIMIT as usize] {
            let content: Vec<u8> = (0..size).map(|at| at as u8).collect();
            let mut stdin = &content[..];
            let read = Input::new(&mut stdin).read_secret("-".as_ref()).unwrap();
            assert!(*read == content, "{size}");
        }
        let mut endless = io::repeat(b'\n');
        let read = Input::new(&mut endless).read_secret("-".as_ref());
        assert!(matches!(read, Err(Error::TooLarge { .. })));
    }
}
