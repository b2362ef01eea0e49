//! Who hears what. Every leg of a call says a frame and hears a frame at each tick; rooms mix the others, recordings
//! keep what was really heard. No clock: whoever has one calls [`Mixer::tick`] each 20 ms.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::audio::{self, FRAME, Frame, SILENCE, Tone};

pub(crate) type LegId = u64;
pub(crate) type RoomId = u64;
pub(crate) type TapId = u64;

/// What a leg says.
#[derive(Clone, Debug)]
pub(crate) enum Voice {
    /// Comes in from outside, frame by frame.
    Line(VecDeque<Frame>),
    /// Says what it hears.
    Echo,
    Tone(Tone),
    Silence,
}

#[derive(Clone, Debug)]
pub(crate) enum Hearing {
    Nothing,
    /// `left`: how often it is still played; `None` for ever.
    Clip {
        samples: Arc<[i16]>,
        at: usize,
        left: Option<u32>,
    },
    Room(RoomId),
}

#[derive(Clone, Debug)]
struct Leg {
    voice: Voice,
    hearing: Hearing,
    muted: bool,
    said: Frame,
    heard: Frame,
    /// The last second that was heard, for whoever asks.
    memory: VecDeque<i16>,
}

/// What is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tap {
    /// What the leg says.
    Said(LegId),
    /// What it says and hears, as one.
    Both(LegId),
    /// The same, on two channels.
    Dual(LegId),
    /// Everybody in the room.
    Room(RoomId),
}

#[derive(Clone, Debug)]
struct Recording {
    tap: Tap,
    paused: bool,
    channels: Vec<Vec<i16>>,
    /// Frames without a sound, at the end.
    silent: u32,
    /// Whether there was any sound at all.
    any_sound: bool,
}

/// What a tick brought about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// The clip of this leg has ended.
    ClipEnded(LegId),
}

/// Quieter is silence: noise on a line, not a word.
const QUIET: f64 = 0.004;
/// A line that stutters is given a little time; one that brings too much is shortened.
const MOST_WAITING: usize = 10;

#[derive(Clone, Debug, Default)]
pub(crate) struct Mixer {
    legs: BTreeMap<LegId, Leg>,
    recordings: BTreeMap<TapId, Recording>,
}

impl Mixer {
    pub(crate) fn is_idle(&self) -> bool {
        self.legs.is_empty()
    }

    pub(crate) fn add(&mut self, leg: LegId, voice: Voice) {
        self.legs.insert(
            leg,
            Leg {
                voice,
                hearing: Hearing::Nothing,
                muted: false,
                said: SILENCE,
                heard: SILENCE,
                memory: VecDeque::new(),
            },
        );
    }

    pub(crate) fn remove(&mut self, leg: LegId) {
        self.legs.remove(&leg);
    }

    pub(crate) fn set_voice(&mut self, leg: LegId, voice: Voice) {
        if let Some(leg) = self.legs.get_mut(&leg) {
            leg.voice = voice;
        }
    }

    pub(crate) fn hear(&mut self, leg: LegId, hearing: Hearing) {
        if let Some(leg) = self.legs.get_mut(&leg) {
            leg.hearing = hearing;
        }
    }

    pub(crate) fn play(&mut self, leg: LegId, samples: Arc<[i16]>, times: Option<u32>) {
        self.hear(
            leg,
            Hearing::Clip {
                samples,
                at: 0,
                left: times,
            },
        );
    }

    pub(crate) fn mute(&mut self, leg: LegId, muted: bool) {
        if let Some(leg) = self.legs.get_mut(&leg) {
            leg.muted = muted;
        }
    }

    /// A frame from outside.
    pub(crate) fn put(&mut self, leg: LegId, frame: Frame) {
        if let Some(Leg {
            voice: Voice::Line(waiting),
            ..
        }) = self.legs.get_mut(&leg)
        {
            if waiting.len() >= MOST_WAITING {
                waiting.pop_front();
            }
            waiting.push_back(frame);
        }
    }

    /// What the leg hears now, for the outside.
    pub(crate) fn heard(&self, leg: LegId) -> Option<&Frame> {
        self.legs.get(&leg).map(|leg| &leg.heard)
    }

    /// The last second that it heard.
    pub(crate) fn memory(&self, leg: LegId) -> Vec<i16> {
        self.legs
            .get(&leg)
            .map(|leg| leg.memory.iter().copied().collect())
            .unwrap_or_default()
    }

    pub(crate) fn record(&mut self, id: TapId, tap: Tap) {
        let channels = if matches!(tap, Tap::Dual(_)) { 2 } else { 1 };
        self.recordings.insert(
            id,
            Recording {
                tap,
                paused: false,
                channels: vec![Vec::new(); channels],
                silent: 0,
                any_sound: false,
            },
        );
    }

    pub(crate) fn pause_recording(&mut self, id: TapId, paused: bool) {
        if let Some(recording) = self.recordings.get_mut(&id) {
            recording.paused = paused;
        }
    }

    /// Ends it, and answers what was recorded.
    pub(crate) fn finish_recording(&mut self, id: TapId) -> Option<(Vec<Vec<i16>>, bool)> {
        let recording = self.recordings.remove(&id)?;
        Some((recording.channels, recording.any_sound))
    }

    /// How long nothing was said, at the end of what is recorded.
    pub(crate) fn silent_ms(&self, id: TapId) -> u64 {
        self.recordings
            .get(&id)
            .map_or(0, |recording| u64::from(recording.silent) * audio::FRAME_MS)
    }

    pub(crate) fn recorded_ms(&self, id: TapId) -> u64 {
        let samples = self
            .recordings
            .get(&id)
            .and_then(|recording| recording.channels.first())
            .map_or(0, Vec::len);
        u64::try_from(samples / (FRAME / 20)).unwrap_or(u64::MAX)
    }

    pub(crate) fn tick(&mut self) -> Vec<Heard> {
        for leg in self.legs.values_mut() {
            leg.said = match &mut leg.voice {
                Voice::Line(waiting) => waiting.pop_front().unwrap_or(SILENCE),
                Voice::Echo => leg.heard,
                Voice::Tone(tone) => tone.frame(),
                Voice::Silence => SILENCE,
            };
            if leg.muted {
                leg.said = SILENCE;
            }
        }
        let rooms = self.mix_rooms();
        let mut events = Vec::new();
        for (id, leg) in &mut self.legs {
            leg.heard = match &mut leg.hearing {
                Hearing::Nothing => SILENCE,
                Hearing::Room(room) => rooms.get(room).map_or(SILENCE, |sum| without(sum, &leg.said)),
                Hearing::Clip { samples, at, left } => {
                    let (frame, ended) = next_frame(samples, at, left);
                    if ended {
                        events.push(Heard::ClipEnded(*id));
                    }
                    frame
                }
            };
            if matches!(events.last(), Some(Heard::ClipEnded(ended)) if ended == id) {
                leg.hearing = Hearing::Nothing;
            }
            leg.memory.extend(leg.heard);
            let beyond = leg.memory.len().saturating_sub(audio::RATE);
            leg.memory.drain(..beyond);
        }
        self.keep(&rooms);
        events
    }

    /// The sum of all who speak in a room, wide enough that nothing is cut off before one's own voice is taken out.
    fn mix_rooms(&self) -> BTreeMap<RoomId, [i32; FRAME]> {
        let mut rooms: BTreeMap<RoomId, [i32; FRAME]> = BTreeMap::new();
        for leg in self.legs.values() {
            if let Hearing::Room(room) = leg.hearing {
                let sum = rooms.entry(room).or_insert([0; FRAME]);
                for (sum, said) in sum.iter_mut().zip(&leg.said) {
                    *sum += i32::from(*said);
                }
            }
        }
        rooms
    }

    fn keep(&mut self, rooms: &BTreeMap<RoomId, [i32; FRAME]>) {
        for recording in self.recordings.values_mut().filter(|recording| !recording.paused) {
            let of = |leg: &LegId| self.legs.get(leg);
            let frames = match &recording.tap {
                Tap::Said(leg) => of(leg).map(|leg| vec![leg.said]),
                Tap::Both(leg) => of(leg).map(|leg| {
                    let mut both = leg.said;
                    audio::add(&mut both, &leg.heard);
                    vec![both]
                }),
                Tap::Dual(leg) => of(leg).map(|leg| vec![leg.said, leg.heard]),
                Tap::Room(room) => rooms.get(room).map(|sum| vec![without(sum, &SILENCE)]),
            };
            let Some(frames) = frames else { continue };
            if frames.iter().all(|frame| audio::rms(frame) < QUIET) {
                recording.silent += 1;
            } else {
                recording.silent = 0;
                recording.any_sound = true;
            }
            for (channel, frame) in recording.channels.iter_mut().zip(frames) {
                channel.extend(frame);
            }
        }
    }
}

fn without(sum: &[i32; FRAME], own: &Frame) -> Frame {
    let mut frame = SILENCE;
    for ((out, sum), own) in frame.iter_mut().zip(sum).zip(own) {
        let others = (sum - i32::from(*own)).clamp(i32::from(i16::MIN), i32::from(i16::MAX));
        *out = i16::try_from(others).unwrap_or(0);
    }
    frame
}

/// And whether the clip has ended with it.
fn next_frame(samples: &[i16], at: &mut usize, left: &mut Option<u32>) -> (Frame, bool) {
    let mut frame = SILENCE;
    for out in &mut frame {
        if *at >= samples.len() {
            if let Some(left) = left {
                *left = left.saturating_sub(1);
                if *left == 0 {
                    return (frame, true);
                }
            }
            *at = 0;
        }
        *out = samples.get(*at).copied().unwrap_or(0);
        *at += 1;
    }
    (frame, samples.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(mixer: &mut Mixer, ticks: usize) -> Vec<Heard> {
        (0..ticks).flat_map(|_| mixer.tick()).collect()
    }

    fn hertz(mixer: &Mixer, leg: LegId) -> Option<u32> {
        audio::loudest_hertz(&mixer.memory(leg))
    }

    fn tone(hertz: f64) -> Voice {
        Voice::Tone(Tone::new(hertz))
    }

    #[test]
    fn in_a_room_everybody_hears_the_others_and_not_themselves() {
        let mut mixer = Mixer::default();
        for (leg, voice) in [(1, tone(500.0)), (2, tone(900.0)), (3, Voice::Silence)] {
            mixer.add(leg, voice);
            mixer.hear(leg, Hearing::Room(7));
        }
        run(&mut mixer, 50);
        assert_eq!((hertz(&mixer, 1), hertz(&mixer, 2)), (Some(900), Some(500)));
        assert!(audio::rms(&mixer.memory(3)) > audio::rms(&mixer.memory(1)) * 1.3);
        mixer.mute(2, true);
        run(&mut mixer, 50);
        assert_eq!((hertz(&mixer, 1), hertz(&mixer, 3)), (None, Some(500)));
    }

    #[test]
    fn a_clip_ends_once_and_then_there_is_silence() {
        let mut mixer = Mixer::default();
        mixer.add(1, Voice::Silence);
        mixer.play(1, audio::beep(), Some(2));
        assert_eq!(run(&mut mixer, 40), []);
        assert_eq!(run(&mut mixer, 40), [Heard::ClipEnded(1)]);
        run(&mut mixer, 50);
        assert_eq!(hertz(&mixer, 1), None);
        mixer.play(1, audio::hold_music(), None);
        assert_eq!(run(&mut mixer, 500), []);
        assert!(hertz(&mixer, 1).is_some());
    }

    #[test]
    fn a_recording_holds_what_was_said_and_heard_and_not_what_was_said_in_a_pause() {
        let mut mixer = Mixer::default();
        mixer.add(1, tone(500.0));
        mixer.add(2, tone(900.0));
        mixer.hear(1, Hearing::Room(7));
        mixer.hear(2, Hearing::Room(7));
        mixer.record(1, Tap::Dual(1));
        mixer.record(2, Tap::Said(2));
        run(&mut mixer, 50);
        mixer.pause_recording(1, true);
        run(&mut mixer, 50);
        assert_eq!((mixer.recorded_ms(1), mixer.recorded_ms(2)), (1000, 2000));
        let (channels, any_sound) = mixer.finish_recording(1).unwrap();
        let tones: Vec<_> = channels
            .iter()
            .map(|channel| audio::loudest_hertz(channel))
            .collect();
        assert_eq!((tones, any_sound), (vec![Some(500), Some(900)], true));
        mixer.mute(2, true);
        run(&mut mixer, 50);
        assert_eq!(mixer.silent_ms(2), 1000);
    }

    #[test]
    fn an_echo_says_what_it_hears() {
        let mut mixer = Mixer::default();
        mixer.add(1, tone(700.0));
        mixer.add(2, Voice::Echo);
        mixer.hear(1, Hearing::Room(7));
        mixer.hear(2, Hearing::Room(7));
        run(&mut mixer, 60);
        assert_eq!((hertz(&mixer, 1), hertz(&mixer, 2)), (Some(700), Some(700)));
    }

    #[test]
    fn a_line_that_brings_too_much_is_shortened() {
        let mut mixer = Mixer::default();
        mixer.add(1, Voice::Line(VecDeque::new()));
        mixer.record(1, Tap::Said(1));
        for level in 0..30 {
            mixer.put(1, [level * 100; FRAME]);
        }
        run(&mut mixer, 12);
        let (channels, _) = mixer.finish_recording(1).unwrap();
        assert_eq!(channels[0].first(), Some(&2000));
        assert_eq!(channels[0].last(), Some(&0));
    }
}
