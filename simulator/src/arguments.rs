//! The flags of the binary.

use domain::PhoneNumber;
use std::path::PathBuf;
use twilio::sid::AccountSid;

pub(crate) const HELP: &str = "\
edgeline-simulator: a small Twilio on this machine, with a customer's phone to play with.

  --port PORT              where to listen (8790)
  --app-url URL            whose /handle_sms the webhooks go to (http://127.0.0.1:8787)
  --state FILE             keep everything in this file and go on from it
  --seed NUMBER            of chance: the same seed makes the same SIDs (the time, when absent)
  --until-stdin-closes     end with whoever started it
  --account SID:TOKEN      an account; may be repeated. Without one, a demo account with two numbers is made
  --number +E164[:ABLE]    a number of the account before it; ABLE is a list of sms,mms,voice (sms,voice)
  --whatsapp +E164         a WhatsApp sender of the account before it

Customers whose number is +336000 and a five-digit error meet that error: +33600030003 is switched off,
+33600021610 has said STOP, +33600000000 never sends a receipt. In Canada: +181920 and the error.";

#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) port: u16,
    pub(crate) app_url: String,
    pub(crate) state: Option<PathBuf>,
    pub(crate) seed: u64,
    pub(crate) until_stdin_closes: bool,
    pub(crate) accounts: Vec<AccountArgument>,
}

#[derive(Debug)]
pub(crate) struct AccountArgument {
    pub(crate) sid: AccountSid,
    pub(crate) auth_token: String,
    pub(crate) numbers: Vec<NumberArgument>,
    pub(crate) whatsapp: Vec<PhoneNumber>,
}

#[derive(Debug)]
pub(crate) struct NumberArgument {
    pub(crate) number: PhoneNumber,
    pub(crate) sms: bool,
    pub(crate) mms: bool,
    pub(crate) voice: bool,
}

impl Arguments {
    /// `None` when only help was asked for; an error is one sentence.
    pub(crate) fn read(mut words: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut arguments = Self {
            port: 8790,
            app_url: "http://127.0.0.1:8787".to_owned(),
            state: None,
            seed: edgeline_simulator::shell::seed(),
            until_stdin_closes: false,
            accounts: Vec::new(),
        };
        while let Some(flag) = words.next() {
            if flag == "--help" || flag == "-h" {
                return Ok(None);
            }
            if flag == "--until-stdin-closes" {
                arguments.until_stdin_closes = true;
                continue;
            }
            let value = words
                .next()
                .ok_or_else(|| format!("{flag} needs a value (see --help)."))?;
            let wrong = || format!("{flag} {value} makes no sense (see --help).");
            match flag.as_str() {
                "--port" => arguments.port = value.parse().map_err(|_| wrong())?,
                "--app-url" if value.starts_with("http://") => {
                    arguments.app_url = value.trim_end_matches('/').to_owned();
                }
                "--app-url" => {
                    return Err(format!("{flag} begins with http:// (this Twilio speaks no TLS)."));
                }
                "--state" => arguments.state = Some(PathBuf::from(value)),
                "--seed" => arguments.seed = value.parse().map_err(|_| wrong())?,
                "--account" => arguments.accounts.push(account(&value).ok_or_else(wrong)?),
                "--number" | "--whatsapp" => {
                    let account = arguments
                        .accounts
                        .last_mut()
                        .ok_or_else(|| format!("{flag} comes after the --account that it belongs to."))?;
                    if flag == "--number" {
                        account.numbers.push(number(&value).ok_or_else(wrong)?);
                    } else {
                        account
                            .whatsapp
                            .push(PhoneNumber::from_e164(&value).map_err(|_| wrong())?);
                    }
                }
                _ => return Err(format!("There is no {flag} (see --help).")),
            }
        }
        Ok(Some(arguments))
    }
}

fn account(text: &str) -> Option<AccountArgument> {
    let (sid, auth_token) = text.split_once(':')?;
    Some(AccountArgument {
        sid: AccountSid::parse(sid).ok()?,
        auth_token: auth_token.to_owned(),
        numbers: Vec::new(),
        whatsapp: Vec::new(),
    })
}

fn number(text: &str) -> Option<NumberArgument> {
    let (number, able) = text.split_once(':').unwrap_or((text, "sms,voice"));
    let mut argument = NumberArgument {
        number: PhoneNumber::from_e164(number).ok()?,
        sms: false,
        mms: false,
        voice: false,
    };
    for word in able.split(',') {
        match word {
            "sms" => argument.sms = true,
            "mms" => argument.mms = true,
            "voice" => argument.voice = true,
            _ => return None,
        }
    }
    Some(argument)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Option<Arguments>, String> {
        Arguments::read(words.iter().map(|word| (*word).to_owned()))
    }

    #[test]
    fn accounts_have_the_numbers_that_follow_them() {
        let arguments = read(&[
            "--port",
            "0",
            "--account",
            "AC00000000000000000000000000000001:token:1",
            "--number",
            "+33755530009:sms,mms",
            "--whatsapp",
            "+33755530009",
            "--account",
            "AC00000000000000000000000000000002:two",
        ])
        .unwrap()
        .unwrap();
        let first = &arguments.accounts[0];
        assert_eq!((arguments.port, first.auth_token.as_str()), (0, "token:1"));
        assert!(first.numbers[0].mms && !first.numbers[0].voice);
        assert_eq!(first.whatsapp.len(), 1);
        assert!(arguments.accounts[1].numbers.is_empty());
    }

    #[test]
    fn nonsense_is_refused_in_one_sentence() {
        for words in [
            &["--port"][..],
            &["--port", "many"],
            &["--number", "+33755530009"],
            &["--account", "AC1:x"],
            &["--colour", "blue"],
            &["--app-url", "https://app.example.com"],
        ] {
            let sentence = read(words).unwrap_err();
            assert!(sentence.ends_with('.') && !sentence.contains('\n'), "{sentence}");
        }
        assert!(read(&["--help"]).unwrap().is_none());
    }
}
