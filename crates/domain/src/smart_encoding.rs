//! The look-alikes that Twilio's Smart Encoding puts in place of characters outside GSM-7.
//! The table is that of npm `sms-segments-calculator` 1.3.0; it leaves `ç` and `ê` alone
//! (and does make two spaces of a no-break space).

use std::borrow::Cow;

pub(crate) fn smart_encode(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| look_alike(c).is_none()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match look_alike(c) {
            Some(replacement) => out.push_str(replacement),
            None => out.push(c),
        }
    }
    Cow::Owned(out)
}

fn look_alike(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{ab}'
        | '\u{bb}'
        | '\u{2ba}'
        | '\u{2ee}'
        | '\u{201c}'..='\u{201f}'
        | '\u{275d}'..='\u{275e}'
        | '\u{301d}'..='\u{301e}'
        | '\u{ff02}' => "\"",
        '\u{60}'
        | '\u{b4}'
        | '\u{2b9}'
        | '\u{2bb}'..='\u{2bd}'
        | '\u{2c8}'
        | '\u{2ca}'..='\u{2cb}'
        | '\u{313}'..='\u{314}'
        | '\u{2018}'..='\u{2019}'
        | '\u{201b}'
        | '\u{275b}'..='\u{275c}'
        | '\u{fe10}'..='\u{fe11}'
        | '\u{ff07}' => "'",
        '\u{f7}' | '\u{337}'..='\u{338}' | '\u{2044}' | '\u{2215}' | '\u{29f8}' | '\u{ff0f}' => "/",
        '\u{bc}' => "1/4",
        '\u{bd}' => "1/2",
        '\u{be}' => "3/4",
        '\u{20e5}' | '\u{29f5}' | '\u{29f9}' | '\u{fe68}' | '\u{ff3c}' => "\\",
        '\u{332}' | '\u{2017}' | '\u{ff3f}' => "_",
        '\u{20d2}'..='\u{20d3}'
        | '\u{2223}'
        | '\u{239c}'
        | '\u{239f}'
        | '\u{23b8}'..='\u{23b9}'
        | '\u{23d0}'
        | '\u{ff5c}' => "|",
        '\u{2010}'
        | '\u{2013}'..='\u{2015}'
        | '\u{2022}'
        | '\u{2043}'
        | '\u{23bc}'..='\u{23bd}'
        | '\u{fe63}'
        | '\u{ff0d}' => "-",
        '\u{fe6b}' | '\u{ff20}' => "@",
        '\u{fe69}' | '\u{ff04}' => "$",
        '\u{1c3}' | '\u{fe15}' | '\u{fe57}' | '\u{ff01}' => "!",
        '\u{fe5f}' | '\u{ff03}' => "#",
        '\u{fe6a}' | '\u{ff05}' => "%",
        '\u{fe60}' | '\u{ff06}' => "&",
        '\u{326}' | '\u{201a}' | '\u{3001}' | '\u{fe50}'..='\u{fe51}' | '\u{ff0c}' | '\u{ff64}' => ",",
        '\u{2768}' | '\u{276a}' | '\u{27ee}' | '\u{2985}' | '\u{fe59}' | '\u{ff08}' => "(",
        '\u{2769}' | '\u{276b}' | '\u{27ef}' | '\u{2986}' | '\u{fe5a}' | '\u{ff09}' => ")",
        '\u{204e}'
        | '\u{2217}'
        | '\u{229b}'
        | '\u{2722}'..='\u{2725}'
        | '\u{2731}'..='\u{2733}'
        | '\u{273a}'..='\u{273d}'
        | '\u{2743}'
        | '\u{2749}'..='\u{274b}'
        | '\u{29c6}'
        | '\u{fe61}'
        | '\u{ff0a}' => "*",
        '\u{2d6}' | '\u{fe62}' | '\u{ff0b}' => "+",
        '\u{3002}' | '\u{fe52}' | '\u{ff0e}' | '\u{ff61}' => ".",
        '\u{ff10}' => "0",
        '\u{ff11}' => "1",
        '\u{ff12}' => "2",
        '\u{ff13}' => "3",
        '\u{ff14}' => "4",
        '\u{ff15}' => "5",
        '\u{ff16}' => "6",
        '\u{ff17}' => "7",
        '\u{ff18}' => "8",
        '\u{ff19}' => "9",
        '\u{2d0}' | '\u{2f8}' | '\u{2982}' | '\u{a789}' | '\u{fe13}' | '\u{ff1a}' => ":",
        '\u{204f}' | '\u{fe14}' | '\u{fe54}' | '\u{ff1b}' => ";",
        '\u{2039}' | '\u{fe64}' | '\u{ff1c}' => "<",
        '\u{347}' | '\u{a78a}' | '\u{fe66}' | '\u{ff1d}' => "=",
        '\u{203a}' | '\u{fe65}' | '\u{ff1e}' => ">",
        '\u{fe16}' | '\u{fe56}' | '\u{ff1f}' => "?",
        '\u{1d00}' | '\u{ff21}' => "A",
        '\u{299}' | '\u{ff22}' => "B",
        '\u{1d04}' | '\u{ff23}' => "C",
        '\u{1d05}' | '\u{ff24}' => "D",
        '\u{1d07}' | '\u{ff25}' => "E",
        '\u{a730}' | '\u{ff26}' => "F",
        '\u{262}' | '\u{ff27}' => "G",
        '\u{29c}' | '\u{ff28}' => "H",
        '\u{26a}' | '\u{ff29}' => "I",
        '\u{1d0a}' | '\u{ff2a}' => "J",
        '\u{1d0b}' | '\u{ff2b}' => "K",
        '\u{29f}' | '\u{ff2c}' => "L",
        '\u{1d0d}' | '\u{ff2d}' => "M",
        '\u{274}' | '\u{ff2e}' => "N",
        '\u{1d0f}' | '\u{ff2f}' => "O",
        '\u{1d18}' | '\u{ff30}' => "P",
        '\u{ff31}' => "Q",
        '\u{280}' | '\u{ff32}' => "R",
        '\u{a731}' | '\u{ff33}' => "S",
        '\u{1d1b}' | '\u{ff34}' => "T",
        '\u{1d1c}' | '\u{ff35}' => "U",
        '\u{1d20}' | '\u{ff36}' => "V",
        '\u{1d21}' | '\u{ff37}' => "W",
        '\u{ff38}' => "X",
        '\u{28f}' | '\u{ff39}' => "Y",
        '\u{1d22}' | '\u{ff3a}' => "Z",
        '\u{2c6}' | '\u{302}' | '\u{1dcd}' | '\u{ff3e}' => "^",
        '\u{2774}' | '\u{fe5b}' | '\u{ff5b}' => "{",
        '\u{2775}' | '\u{fe5c}' | '\u{ff5d}' => "}",
        '\u{ff3b}' => "[",
        '\u{ff3d}' => "]",
        '\u{2dc}' | '\u{2f7}' | '\u{303}' | '\u{330}' | '\u{334}' | '\u{223c}' | '\u{ff5e}' => "~",
        '\u{80}'
        | '\u{8d}'
        | '\u{90}'
        | '\u{9b}'
        | '\u{9f}'..='\u{a0}'
        | '\u{2000}'
        | '\u{2002}'..='\u{200a}'
        | '\u{202f}'
        | '\u{205f}'
        | '\u{3000}' => "  ",
        '\u{0}'
        | '\u{3}'..='\u{4}'
        | '\u{10}'..='\u{14}'
        | '\u{17}'
        | '\u{19}'
        | '\u{200b}'..='\u{200c}'
        | '\u{2060}'
        | '\u{feff}' => "",
        '\u{9}' => "       ",
        '\u{203c}' => "!!",
        '\u{2001}' | '\u{2028}'..='\u{2029}' => " ",
        '\u{2026}' => "...",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn typography_becomes_plain_and_accents_stay() {
        assert_eq!(smart_encode("« l’été… — ½ »"), "\" l'été... - 1/2 \"");
        assert_eq!(smart_encode("l\u{200b}être\u{a0}!"), "lêtre  !");
        assert!(matches!(smart_encode("ça va"), Cow::Borrowed("ça va")));
    }
}
