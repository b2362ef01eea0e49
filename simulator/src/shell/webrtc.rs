//! The browsers' lines: one WebRTC endpoint for each leg, over one UDP socket, in PCMU, ended here. The SDK sends no ICE
//! candidates: we say ours in the SDP (ICE-lite) and learn the browser's address from what it sends.

use anyhow::Context;
use std::collections::{HashMap, VecDeque};
use std::net::{SocketAddr, UdpSocket};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::format::{Codec, CodecExtra, FormatParams};
use str0m::media::{Direction, Frequency, MediaData, MediaKind, MediaTime, Mid, Pt, TelephoneEvent};
use str0m::net::{Protocol, Receive};
use str0m::{Candidate, Event, IceConnectionState, Input, Output, Rtc, RtcConfig, RtcError};

use super::Shared;
use crate::voice::audio::{FRAME, Frame, SILENCE, from_ulaw, to_ulaw};

const DIGITS: &[u8] = b"0123456789*#ABCD";
/// Between two keys, in frames of 20 ms.
const KEY_FRAMES: u32 = 10;

enum Order {
    Answer(u64, String, Sender<Option<String>>),
    Offer(u64, Sender<Option<String>>),
    Accept(u64, String),
    Close(u64),
    Press(u64, String),
    Say(Vec<(u64, Frame)>),
}

/// The other end of the thread that has the socket.
pub(super) struct Lines(Sender<Order>);

impl Lines {
    pub(super) fn open(shared: &Arc<Shared>) -> anyhow::Result<Self> {
        str0m::crypto::from_feature_flags().install_process_default();
        let socket = UdpSocket::bind(("127.0.0.1", 0)).context("No port is free for the sound of calls.")?;
        let (orders, inbox) = channel();
        let mut engine = Engine {
            address: socket.local_addr()?,
            socket,
            lines: HashMap::new(),
            shared: Arc::downgrade(shared),
        };
        thread::Builder::new()
            .name("lines".to_owned())
            .spawn(move || engine.run(&inbox))?;
        Ok(Self(orders))
    }

    /// An SDP answer to the browser's offer; `None` when it makes no sense.
    pub(super) fn answer(&self, line: u64, offer: String) -> Option<String> {
        self.ask(|reply| Order::Answer(line, offer, reply))
    }

    pub(super) fn offer(&self, line: u64) -> Option<String> {
        self.ask(|reply| Order::Offer(line, reply))
    }

    pub(super) fn accept(&self, line: u64, answer: String) {
        self.tell(Order::Accept(line, answer));
    }

    pub(super) fn close(&self, line: u64) {
        self.tell(Order::Close(line));
    }

    pub(super) fn press(&self, line: u64, digits: String) {
        self.tell(Order::Press(line, digits));
    }

    pub(super) fn say(&self, sounds: Vec<(u64, Frame)>) {
        if !sounds.is_empty() {
            self.tell(Order::Say(sounds));
        }
    }

    fn ask(&self, order: impl FnOnce(Sender<Option<String>>) -> Order) -> Option<String> {
        let (reply, answer) = channel();
        self.tell(order(reply));
        answer.recv_timeout(Duration::from_secs(2)).ok().flatten()
    }

    fn tell(&self, order: Order) {
        if self.0.send(order).is_err() {
            eprintln!("simulator: the lines are down; calls have no sound");
        }
    }
}

struct Line {
    rtc: Rtc,
    mid: Option<Mid>,
    pending: Option<SdpPendingOffer>,
    connected: bool,
    lost: bool,
    /// In samples.
    sent: u64,
    keys: VecDeque<char>,
    wait: u32,
    /// The RTP time of the last key: all reports of one key carry the same.
    last_key: Option<u64>,
    /// A browser may send other lengths than 20 ms.
    heard: Vec<i16>,
}

/// What came in.
enum Came {
    Sound(u64, Box<Frame>),
    Key(u64, char),
    Lost(u64),
}

struct Engine {
    socket: UdpSocket,
    address: SocketAddr,
    lines: HashMap<u64, Line>,
    /// Ends with the rest.
    shared: Weak<Shared>,
}

#[expect(clippy::disallowed_methods, reason = "the shell is where real time comes in")]
fn now() -> Instant {
    Instant::now()
}

impl Engine {
    fn run(&mut self, orders: &Receiver<Order>) {
        let mut packet = vec![0; 2000];
        while let Some(shared) = self.shared.upgrade() {
            drop(shared);
            while let Ok(order) = orders.try_recv() {
                self.obey(order);
            }
            let mut came = self.drain();
            // Short, because an order does not wake the socket.
            if self
                .socket
                .set_read_timeout(Some(Duration::from_millis(2)))
                .is_err()
            {
                return;
            }
            match self.socket.recv_from(&mut packet) {
                Ok((length, source)) => self.receive(packet.get(..length).unwrap_or_default(), source),
                Err(_) => {
                    for (id, line) in &mut self.lines {
                        line.handle(*id, Input::Timeout(now()));
                    }
                }
            }
            came.extend(self.drain());
            self.report(came);
        }
    }

    fn report(&mut self, came: Vec<Came>) {
        let lost: Vec<u64> = self
            .lines
            .iter()
            .filter(|(_, line)| line.lost)
            .map(|(id, _)| *id)
            .collect();
        for line in &lost {
            self.lines.remove(line);
        }
        let events = came.into_iter().chain(lost.into_iter().map(Came::Lost));
        let Some(shared) = self.shared.upgrade() else {
            return;
        };
        for event in events {
            match event {
                Came::Sound(line, frame) => shared.quietly(|twilio, _| twilio.line_said(line, *frame)),
                Came::Key(line, key) => shared.with(|twilio, now| twilio.line_pressed(now, line, key)),
                Came::Lost(line) => shared.with(|twilio, now| twilio.line_lost(now, line)),
            }
        }
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Answer(line, offer, reply) => {
                let answer = self.answer(line, &offer);
                self.reply(line, answer, &reply);
            }
            Order::Offer(line, reply) => {
                let offer = self.offer(line);
                self.reply(line, offer, &reply);
            }
            Order::Accept(line, answer) => {
                if let Some(line) = self.lines.get_mut(&line)
                    && let Some(pending) = line.pending.take()
                {
                    let accepted = SdpAnswer::from_sdp_string(&answer)
                        .map_err(RtcError::from)
                        .and_then(|answer| line.rtc.sdp_api().accept_answer(pending, answer));
                    line.lost |= accepted.is_err();
                }
            }
            Order::Close(line) => {
                if let Some(mut line) = self.lines.remove(&line) {
                    line.rtc.disconnect();
                }
            }
            Order::Press(line, digits) => {
                if let Some(line) = self.lines.get_mut(&line) {
                    line.keys.extend(digits.chars());
                }
            }
            Order::Say(sounds) => {
                for (line, frame) in sounds {
                    self.say(line, &frame);
                }
            }
        }
    }

    fn reply(&mut self, line: u64, described: anyhow::Result<String>, reply: &Sender<Option<String>>) {
        if let Err(error) = &described {
            eprintln!("simulator: line {line} cannot be set up: {error}");
        }
        // Whoever asked may have given up.
        let _ = reply.send(described.ok());
    }

    fn new_rtc(&self) -> anyhow::Result<Rtc> {
        // PCMU alone: every browser has it, and it needs no codec here. Without comfort noise, which thins packets out.
        let mut config = RtcConfig::new()
            .clear_codecs()
            .set_ice_lite(true)
            .enable_pcmu(true, false)
            .set_reordering_size_audio(2);
        let keys = Pt::new_with_value(101);
        config.codec_config().add_config(
            keys,
            None,
            Codec::Tele,
            Frequency::EIGHT_KHZ,
            None,
            FormatParams::default(),
        );
        let mut rtc = config.build(now());
        let candidate = Candidate::host(self.address, "udp")?;
        rtc.add_local_candidate(candidate);
        Ok(rtc)
    }

    /// Of a new line, or of one whose ICE begins anew.
    fn answer(&mut self, id: u64, offer: &str) -> anyhow::Result<String> {
        let offer = SdpOffer::from_sdp_string(offer)?;
        if let Some(line) = self.lines.get_mut(&id) {
            return Ok(line.rtc.sdp_api().accept_offer(offer)?.to_sdp_string());
        }
        let mut rtc = self.new_rtc()?;
        let answer = rtc.sdp_api().accept_offer(offer)?;
        self.lines.insert(id, Line::new(rtc));
        Ok(answer.to_sdp_string())
    }

    fn offer(&mut self, id: u64) -> anyhow::Result<String> {
        let mut rtc = self.new_rtc()?;
        let mut api = rtc.sdp_api();
        let mid = api.add_media(MediaKind::Audio, Direction::SendRecv, None, None, None);
        let (offer, pending) = api.apply().context("there is nothing to offer")?;
        let line = Line {
            mid: Some(mid),
            pending: Some(pending),
            ..Line::new(rtc)
        };
        self.lines.insert(id, line);
        Ok(offer.to_sdp_string())
    }

    fn say(&mut self, id: u64, frame: &Frame) {
        let Some(line) = self.lines.get_mut(&id) else {
            return;
        };
        let bytes: Vec<u8> = frame.iter().map(|sample| to_ulaw(*sample)).collect();
        line.sent += FRAME as u64;
        line.wait = line.wait.saturating_sub(1);
        let (Some(mid), true) = (line.mid, line.connected) else {
            return;
        };
        let Some(writer) = line.rtc.writer(mid) else {
            return;
        };
        let pcmu = writer
            .payload_params()
            .find(|known| known.spec().codec == Codec::PCMU)
            .map(|known| known.pt());
        let Some(pcmu) = pcmu else { return };
        let key = if line.wait == 0 {
            line.keys.pop_front()
        } else {
            None
        };
        let event = key.and_then(|key| {
            let event = DIGITS.iter().position(|known| char::from(*known) == key)?;
            u8::try_from(event).ok()
        });
        let writer = match event {
            Some(event) => {
                line.wait = KEY_FRAMES;
                writer.telephone_event(TelephoneEvent {
                    event,
                    end: true,
                    volume: 10,
                    duration: Duration::from_millis(160),
                })
            }
            None => writer,
        };
        let at = MediaTime::new(line.sent, Frequency::EIGHT_KHZ);
        if let Err(error) = writer.write(pcmu, now(), at, bytes) {
            line.stumble(id, &error);
        }
    }

    fn receive(&mut self, packet: &[u8], source: SocketAddr) {
        let Ok(contents) = packet.try_into() else {
            return; // not ours: neither STUN nor DTLS nor RTP
        };
        let received = Receive {
            proto: Protocol::Udp,
            source,
            destination: self.address,
            contents,
        };
        let input = Input::Receive(now(), received);
        if let Some((id, line)) = self.lines.iter_mut().find(|(_, line)| line.rtc.accepts(&input)) {
            line.handle(*id, input);
        }
    }

    /// Everything that each line wants to send or to say.
    fn drain(&mut self) -> Vec<Came> {
        let mut came = Vec::new();
        for (id, line) in &mut self.lines {
            while !line.lost {
                match line.rtc.poll_output() {
                    Ok(Output::Timeout(_)) => break,
                    Ok(Output::Transmit(packet)) => {
                        // A packet that is lost is lost: UDP.
                        let _ = self.socket.send_to(&packet.contents, packet.destination);
                    }
                    Ok(Output::Event(event)) => line.take(*id, event, &mut came),
                    Err(error) => line.stumble(*id, &error),
                }
            }
        }
        came
    }
}

impl Line {
    fn new(rtc: Rtc) -> Self {
        Self {
            rtc,
            mid: None,
            pending: None,
            connected: false,
            lost: false,
            sent: 0,
            keys: VecDeque::new(),
            wait: 0,
            last_key: None,
            heard: Vec::new(),
        }
    }

    fn handle(&mut self, id: u64, input: Input<'_>) {
        if let Err(error) = self.rtc.handle_input(input) {
            self.stumble(id, &error);
        }
    }

    /// A packet that makes no sense is as good as lost on its way, and the call goes on: Chromium was seen to send the report
    /// of a key that was not whole. Anything else ends the line.
    fn stumble(&mut self, id: u64, error: &RtcError) {
        eprintln!("simulator: line {id}: {error}");
        self.lost |= !matches!(error, RtcError::Packet(..));
    }

    fn take(&mut self, id: u64, event: Event, came: &mut Vec<Came>) {
        match event {
            Event::Connected => self.connected = true,
            Event::MediaAdded(added) => self.mid = Some(added.mid),
            Event::MediaData(data) => self.hear(id, &data, came),
            Event::IceConnectionStateChange(IceConnectionState::Disconnected) => self.lost = true,
            _ => {}
        }
    }

    fn hear(&mut self, id: u64, data: &MediaData, came: &mut Vec<Came>) {
        if let CodecExtra::Tele(key) = data.codec_extra {
            let at = data.time.numer();
            // The first report that comes through counts, so that none of a key's dozen packets is needed.
            if self.last_key.is_none_or(|last| at > last) {
                self.last_key = Some(at);
                if let Some(digit) = DIGITS.get(usize::from(key.event)) {
                    came.push(Came::Key(id, char::from(*digit)));
                }
            }
            return;
        }
        self.heard.extend(data.data.iter().map(|byte| from_ulaw(*byte)));
        while self.heard.len() >= FRAME {
            let mut frame = SILENCE;
            for (out, sample) in frame.iter_mut().zip(self.heard.drain(..FRAME)) {
                *out = sample;
            }
            came.push(Came::Sound(id, Box::new(frame)));
        }
    }
}
