//! Sound as the telephone network has it: 8000 samples a second, in frames of 20 ms. No clock: a frame is a frame.

use std::f64::consts::TAU;
use std::sync::Arc;

pub const RATE: usize = 8000;
/// 20 ms.
pub const FRAME: usize = 160;
pub const FRAME_MS: u64 = 20;

pub type Frame = [i16; FRAME];
pub const SILENCE: Frame = [0; FRAME];

/// µ-law (ITU-T G.711), as PCMU carries it.
pub fn to_ulaw(sample: i16) -> u8 {
    let (sign, magnitude) = if sample < 0 {
        (0x80, -i32::from(sample))
    } else {
        (0, i32::from(sample))
    };
    let biased = magnitude.min(32_635) + 0x84;
    let exponent = 24 - biased.leading_zeros().cast_signed(); // 0x84 has its highest bit at 7
    let mantissa = (biased >> (exponent + 3)) & 0x0f;
    !u8::try_from(sign | (exponent << 4) | mantissa).unwrap_or(0xff)
}

pub fn from_ulaw(byte: u8) -> i16 {
    let byte = i32::from(!byte);
    let magnitude = ((((byte & 0x0f) << 3) + 0x84) << ((byte & 0x70) >> 4)) - 0x84;
    let sample = if byte & 0x80 == 0 { magnitude } else { -magnitude };
    i16::try_from(sample).unwrap_or(i16::MAX)
}

/// Adds without wrapping around.
pub fn add(onto: &mut Frame, other: &Frame) {
    for (sample, more) in onto.iter_mut().zip(other) {
        *sample = sample.saturating_add(*more);
    }
}

/// A sine that goes on from frame to frame.
#[derive(Clone, Debug)]
pub struct Tone {
    hertz: f64,
    phase: f64,
}

impl Tone {
    pub const fn new(hertz: f64) -> Self {
        Self { hertz, phase: 0.0 }
    }

    pub fn frame(&mut self) -> Frame {
        let mut frame = SILENCE;
        for sample in &mut frame {
            *sample = (8000.0 * self.phase.sin()) as i16;
            self.phase = (self.phase + TAU * self.hertz / RATE as f64) % TAU;
        }
        frame
    }
}

fn sine(hertz: f64, ms: usize, loudness: f64) -> impl Iterator<Item = i16> {
    (0..RATE * ms / 1000).map(move |at| (loudness * (TAU * hertz * at as f64 / RATE as f64).sin()) as i16)
}

fn quiet(ms: usize) -> impl Iterator<Item = i16> {
    std::iter::repeat_n(0, RATE * ms / 1000)
}

/// What `<Record>` begins with.
pub fn beep() -> Arc<[i16]> {
    sine(1000.0, 400, 8000.0).collect()
}

/// The French one: 440 Hz, 1.5 s on, 3.5 s off.
pub fn ringback() -> Arc<[i16]> {
    sine(440.0, 1500, 4000.0).chain(quiet(3500)).collect()
}

/// What is heard on hold when nothing else is given: a few notes, in turn.
pub fn hold_music() -> Arc<[i16]> {
    [523.25, 659.25, 783.99, 659.25]
        .into_iter()
        .flat_map(|hertz| sine(hertz, 450, 3000.0).chain(quiet(50)))
        .collect()
}

/// There is no voice here: a hum, as long as the words take to be said.
pub fn speech(text: &str) -> Arc<[i16]> {
    text.split_whitespace()
        .flat_map(|word| {
            let letters = word.chars().count();
            let pitch = 180.0 + 15.0 * (letters % 5) as f64;
            sine(pitch, 60 * letters.min(20), 5000.0).chain(quiet(80))
        })
        .collect()
}

/// How loud it is: 1 is full scale.
pub fn rms(samples: &[i16]) -> f64 {
    if samples.is_empty() {
        return 0.0;
    }
    let energy: f64 = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum();
    (energy / samples.len() as f64).sqrt() / 32_768.0
}

/// The loudest frequency, to 10 Hz (Goertzel's algorithm); `None` in silence.
pub fn loudest_hertz(samples: &[i16]) -> Option<u32> {
    if rms(samples) < 0.002 {
        return None;
    }
    let power = |hertz: u32| {
        let turn = 2.0 * (TAU * f64::from(hertz) / RATE as f64).cos();
        let (one, two) = samples.iter().fold((0.0, 0.0), |(one, two), sample| {
            (f64::from(*sample) + turn * one - two, one)
        });
        one * one + two * two - turn * one * two
    };
    (100..3800)
        .step_by(10)
        .map(|hertz| (hertz, power(hertz)))
        .max_by(|(_, one), (_, other)| one.total_cmp(other))
        .map(|(hertz, _)| hertz)
}

/// A WAV file: 16-bit PCM (<http://soundfile.sapp.org/doc/WaveFormat/>). Channels of the same length.
pub fn write_wav(channels: &[Vec<i16>]) -> Vec<u8> {
    let length = channels.iter().map(Vec::len).max().unwrap_or(0);
    let count = channels.len().max(1);
    let bytes = u32::try_from(length * count * 2).unwrap_or(u32::MAX);
    let (rate, align) = (8000_u32, u16::try_from(count * 2).unwrap_or(2));
    let mut wav = Vec::with_capacity(44 + length * count * 2);
    wav.extend_from_slice(b"RIFF");
    wav.extend_from_slice(&(36 + bytes).to_le_bytes());
    wav.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0");
    wav.extend_from_slice(&(align / 2).to_le_bytes());
    wav.extend_from_slice(&rate.to_le_bytes());
    wav.extend_from_slice(&(rate * u32::from(align)).to_le_bytes());
    wav.extend_from_slice(&align.to_le_bytes());
    wav.extend_from_slice(&16_u16.to_le_bytes());
    wav.extend_from_slice(b"data");
    wav.extend_from_slice(&bytes.to_le_bytes());
    for at in 0..length {
        for channel in channels {
            wav.extend_from_slice(&channel.get(at).copied().unwrap_or(0).to_le_bytes());
        }
    }
    wav
}

/// What `<Play>` can play here: WAV, 16-bit PCM or µ-law, any rate, the first channel. `None` for anything else.
pub fn read_wav(file: &[u8]) -> Option<Vec<i16>> {
    let word = |bytes: &[u8]| Some(usize::from(u16::from_le_bytes(bytes.try_into().ok()?)));
    let long = |bytes: &[u8]| usize::try_from(u32::from_le_bytes(bytes.try_into().ok()?)).ok();
    let mut rest = file.strip_prefix(b"RIFF")?.get(4..)?.strip_prefix(b"WAVE")?;
    let mut format = None;
    loop {
        let (name, size) = (rest.get(..4)?, long(rest.get(4..8)?)?);
        let chunk = rest.get(8..)?;
        let chunk = chunk.get(..size.min(chunk.len()))?;
        match name {
            b"fmt " => {
                format = Some((
                    word(chunk.get(..2)?)?,
                    word(chunk.get(2..4)?)?,
                    long(chunk.get(4..8)?)?,
                    word(chunk.get(14..16)?)?,
                ));
            }
            b"data" => {
                let (kind, channels, rate, bits) = format?;
                let samples: Vec<i16> = match (kind, bits) {
                    (1, 16) => chunk
                        .chunks_exact(2 * channels.max(1))
                        .filter_map(|all| Some(i16::from_le_bytes(all.get(..2)?.try_into().ok()?)))
                        .collect(),
                    (7, 8) => chunk
                        .chunks_exact(channels.max(1))
                        .filter_map(|all| all.first().copied().map(from_ulaw))
                        .collect(),
                    _ => return None,
                };
                let length = samples.len() * RATE / rate.max(1);
                return Some(
                    (0..length)
                        .filter_map(|at| samples.get(at * rate / RATE).copied())
                        .collect(),
                );
            }
            _ => {}
        }
        rest = rest.get(8 + size + size % 2..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_survives_the_telephone_within_its_step() {
        for sample in [0_i16, 1, -1, 100, -100, 1000, -8000, 32_000, -32_768, 32_767] {
            let back = i32::from(from_ulaw(to_ulaw(sample)));
            let error = (back - i32::from(sample).clamp(-32_635, 32_635)).abs();
            assert!(error <= 4 + i32::from(sample).abs() / 16, "{sample} {back}");
        }
        for byte in 0..=255 {
            assert_eq!(from_ulaw(to_ulaw(from_ulaw(byte))), from_ulaw(byte));
        }
        assert_eq!(to_ulaw(0), 0xff);
    }

    #[test]
    fn a_tone_is_told_by_its_frequency_and_silence_has_none() {
        let mut tone = Tone::new(700.0);
        let samples: Vec<i16> = (0..25).flat_map(|_| tone.frame()).collect();
        assert_eq!(loudest_hertz(&samples), Some(700));
        assert!((rms(&samples) - 0.1726).abs() < 0.001);
        assert_eq!(loudest_hertz(&[0; 4000]), None);
    }

    #[test]
    fn a_file_that_was_written_is_read_back() {
        let mut tone = Tone::new(440.0);
        let samples: Vec<i16> = (0..10).flat_map(|_| tone.frame()).collect();
        assert_eq!(
            read_wav(&write_wav(std::slice::from_ref(&samples))),
            Some(samples.clone())
        );
        let stereo = write_wav(&[samples.clone(), vec![0; samples.len()]]);
        assert_eq!(read_wav(&stereo), Some(samples));
        assert_eq!(read_wav(b"ID3 mp3"), None);
        assert_eq!(read_wav(b"RIFF\0\0\0\0WAVE"), None);
    }
}
