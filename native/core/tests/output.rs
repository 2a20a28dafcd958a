//! What a device plays.

mod numbers;

use std::sync::Arc;

use numbers::USUAL;
use omni_stream_core::output::ring::{Writer, ring};
use omni_stream_core::output::{Asked, Events, HostClock, Orders, Player, Reports, Setting};
use omni_stream_core::playout::source::Source;
use omni_stream_core::playout::{Counts, Happening, JitterBuffer, Numbers};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const RATE: u32 = 24_000;
/// At a pause and a cut.
const GATE: usize = 120;
/// Where a reply stalls.
const FADE: usize = 240;

const NUMBERS: Numbers = Numbers {
    most_wait_s: 1.4987, // no whole number of hops: to the ns, times are not the same on a device
    ..USUAL
};
const AS_IT_IS: Numbers = Numbers {
    most_wait_s: NUMBERS.most_wait_s,
    ..numbers::AS_IT_IS
};
/// It starts with the first piece.
const AT_ONCE: Numbers = Numbers {
    most_wait_s: 0.0,
    ..AS_IT_IS
};

struct Device {
    writer: Writer,
    player: Player,
    events: Events,
    orders: Arc<Orders>,
    reports: Arc<Reports>,
    channels: usize,
    now_ns: u64,
}

impl Device {
    fn new(channels: u16, device_channels: u16, ring_frames: usize, numbers: Numbers) -> Self {
        let orders = Arc::new(Orders::default());
        let reports = Arc::new(Reports::default());
        let (writer, reader) = ring(ring_frames, channels, Arc::clone(&orders));
        let setting = Setting {
            rate: RATE,
            channels,
            device_channels,
            numbers,
        };
        let (player, events) =
            Player::new(reader, setting, Arc::clone(&orders), Arc::clone(&reports));
        Self {
            writer,
            player,
            events,
            orders,
            reports,
            channels: usize::from(device_channels),
            now_ns: 1_000_000_000,
        }
    }

    fn mono() -> Self {
        Self::new(1, 1, 24_000, AT_ONCE)
    }

    #[allow(clippy::cast_precision_loss)]
    fn now_s(&self) -> f64 {
        self.now_ns as f64 / 1e9
    }

    fn write(&mut self, samples: &[i16]) -> usize {
        let pcm: Vec<u8> = samples
            .iter()
            .flat_map(|sample| sample.to_le_bytes())
            .collect();
        let now_s = self.now_s();
        self.writer.write(&pcm, now_s)
    }

    fn end(&mut self) {
        let now_s = self.now_s();
        self.writer.end(now_s);
    }

    fn cut(&mut self) {
        self.writer.cut();
    }

    fn stalls(&self) -> u64 {
        self.reports.counts().stalls
    }

    /// A block, heard 10 ms after it is asked for.
    fn pull(&mut self, frames: usize) -> Vec<i16> {
        let mut out = vec![i16::MIN; frames * self.channels];
        self.player.fill(
            &mut out,
            Asked {
                now_ns: self.now_ns,
                at_ns: self.now_ns + 10_000_000,
                is_late: false,
            },
        );
        self.player.given(self.now_ns);
        self.now_ns += frames as u64 * 1_000_000_000 / u64::from(RATE);
        out
    }
}

fn noise(frames: usize) -> Vec<i16> {
    (0..frames)
        .map(|index| 1 + i16::try_from(index * 7_919 % 30_000).unwrap())
        .collect()
}

fn largest_step(samples: &[i16]) -> i32 {
    let steps = samples.windows(2);
    steps
        .map(|pair| (i32::from(pair[1]) - i32::from(pair[0])).abs())
        .max()
        .unwrap_or(0)
}

#[derive(Clone, Debug)]
enum Step {
    Write(usize),
    Pull(usize),
    Pause(bool),
    Cut,
    End,
    Volume(f32),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    vec(
        prop_oneof![
            4 => (0..3_000_usize).prop_map(Step::Write),
            6 => (0..1_500_usize).prop_map(Step::Pull),
            1 => any::<bool>().prop_map(Step::Pause),
            1 => Just(Step::Cut),
            2 => Just(Step::End),
            1 => any::<f32>().prop_map(Step::Volume),
        ],
        0..60,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_device_hears_what_a_buffer_decides_in_virtual_time(
        comes in vec((0..2_500_usize, 0..3_u8), 20..150), block in 100..1_100_usize, numbers in select(vec![NUMBERS, AS_IT_IS]), blocks_between in 1..4_u8,
    ) {
        let mut device = Device::new(1, 1, 1 << 20, numbers);
        let mut buffer = JitterBuffer::new(RATE, numbers);
        let samples = voice(2_500);
        let (mut is_first, mut is_open) = (true, false);
        let mut events = Vec::new();
        for (frames, ends) in comes {
            let now_s = device.now_s();
            if frames > 100 {
                if !is_open && !is_first {
                    prop_assert!(buffer.begin(now_s));
                }
                prop_assert_eq!(device.write(&samples[..frames]), frames);
                prop_assert!(buffer.push(&samples[..frames], now_s).is_ok());
                (is_first, is_open) = (false, true);
            }
            if is_open && ends == 0 && frames % 13 == 0 {
                device.end();
                buffer.end(now_s);
                is_open = false;
            }
            for _ in 0..blocks_between {
                let mut out = vec![0; block];
                buffer.pull(&mut out, device.now_s());
                prop_assert_eq!(device.pull(block), out);
                events.extend(std::iter::from_fn(|| buffer.next_event()));
                for (told, event) in device.events.by_ref().zip(events.drain(..)) {
                    prop_assert_eq!((told.happening, told.reply), (event.happening, event.reply));
                    prop_assert!((told.at - event.at - 0.01).abs() < 1e-6); // heard 10 ms later
                }
            }
            prop_assert_eq!(Counts { dropped: 0, ..buffer.stats().counts }, device.reports.counts());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn the_books_are_kept_whatever_is_done(
        steps in steps(), channels in 1..=2_u16, device_channels in 1..=2_u16, numbers in select(vec![NUMBERS, AS_IT_IS, AT_ONCE]),
    ) {
        let mut device = Device::new(channels, device_channels, 8_000, numbers);
        let (mut written, mut given) = (0_u64, 0_u64);
        for step in steps {
            match step {
                Step::Write(frames) => {
                    let samples = vec![1_000; frames * usize::from(channels)];
                    let taken = device.write(&samples);
                    prop_assert!(taken <= frames);
                    written += taken as u64;
                }
                Step::Pull(frames) => {
                    let out = device.pull(frames);
                    prop_assert!(out.iter().all(|&sample| (0..=1_000).contains(&sample)));
                    given += frames as u64;
                }
                Step::Pause(is_paused) => device.orders.pause(is_paused),
                Step::Cut => device.cut(),
                Step::End => device.end(),
                Step::Volume(volume) => device.orders.set_volume(volume),
            }
            let reports = &device.reports;
            prop_assert!(reports.played() <= reports.taken());
            prop_assert!(reports.taken() <= written);
            prop_assert_eq!(reports.pulled(), given);
            prop_assert!(reports.heard(device.now_ns, RATE) <= reports.played());
        }
        device.orders.pause(false);
        device.end();
        for _ in 0..3 {
            device.pull(24_000);
        }
        prop_assert_eq!(device.reports.taken(), written);
    }

    #[test]
    fn whole_replies_are_played_as_they_are_however_they_are_cut(
        replies in vec(vec(1..2_000_usize, 1..8), 1..5), pulls in vec(1..900_usize, 1..20), channels in 1..=2_u16,
    ) {
        let mut device = Device::new(channels, channels, 1 << 16, AS_IT_IS);
        let channels = usize::from(channels);
        let samples = noise(replies.iter().flatten().sum::<usize>() * channels);
        let mut rest = &samples[..];
        for writes in replies {
            for frames in writes {
                prop_assert_eq!(device.write(&rest[..frames * channels]), frames);
                rest = &rest[frames * channels..];
            }
            device.end();
        }
        let mut heard = Vec::new();
        for frames in pulls.iter().cycle() {
            heard.extend(device.pull(*frames));
            if heard.len() > samples.len() {
                break;
            }
        }
        prop_assert_eq!(&heard[..samples.len()], &samples[..]);
        prop_assert!(heard[samples.len()..].iter().all(|&sample| sample == 0));
        prop_assert_eq!(device.stalls(), 0);
        prop_assert_eq!(device.reports.played(), (samples.len() / channels) as u64);
    }
}

/// A second of a voice and a pause, as often as that takes.
fn voice(frames: usize) -> Vec<i16> {
    (0..frames)
        .map(|at| {
            let wave = i16::try_from(at % 200).unwrap() - 100;
            if at % 24_000 < 18_000 { wave * 90 } else { 0 }
        })
        .collect()
}

#[test]
fn two_channels_that_are_alike_are_played_as_one() {
    let mut mono = Device::new(1, 1, 48_000, NUMBERS);
    let mut stereo = Device::new(2, 1, 48_000, NUMBERS);
    for (number, piece) in voice(120_000).chunks(2_160).enumerate() {
        if number % 20 < 18 {
            mono.write(piece);
            stereo.write(
                &piece
                    .iter()
                    .flat_map(|&sample| [sample; 2])
                    .collect::<Vec<_>>(),
            );
        }
        assert_eq!(mono.pull(2_400), stereo.pull(2_400));
    }
    let counts = mono.reports.counts();
    assert_eq!(counts, stereo.reports.counts());
    assert!(counts.stretched > 0 && counts.held > 0);
}

#[test]
fn it_begins_once_there_is_enough_or_no_more_is_to_be_had() {
    let mut device = Device::new(1, 1, 48_000, AS_IT_IS);
    device.write(&noise(2_400));
    assert_eq!(device.pull(480), vec![0; 480]);
    device.write(&noise(24_000));
    assert_eq!(device.pull(480), noise(480));

    let mut small = Device::new(1, 1, 2_400, AS_IT_IS);
    assert_eq!(small.write(&noise(4_800)), 2_400);
    assert_eq!(small.pull(480), noise(480)); // it is full
    small.cut();
    small.pull(480);
    small.write(&noise(1_000));
    assert_eq!(small.pull(480), vec![0; 480]); // it is not any more
}

#[test]
fn what_waits_for_room_is_not_late() {
    let mut device = Device::new(1, 1, 24_000, NUMBERS);
    let mut rest = noise(240_000);
    while !rest.is_empty() {
        let taken = device.write(&rest);
        rest.drain(..taken);
        device.pull(1_200);
        let counts = device.reports.counts();
        assert_eq!((counts.stretched, counts.held, counts.stalls), (0, 0, 0));
    }
    assert!(device.reports.target_s() > 0.0);
}

#[test]
fn a_stall_is_faded_into_and_out_of_counted_and_told() {
    let mut device = Device::mono();
    device.write(&[10_000; 600]);
    let mut heard = device.pull(960);
    device.write(&[10_000; 960]);
    device.end();
    heard.extend(device.pull(961));
    assert_eq!(device.stalls(), 1);
    assert_eq!(heard[..600 - FADE], [10_000; 600 - FADE]);
    assert_eq!(heard[599..960], [0; 361]);
    assert_eq!(heard[960 + FADE..1_920], [10_000; 960 - FADE]);
    assert!(largest_step(&heard[..1_920]) <= 10_000 / 240 + 1);
    assert_eq!(device.reports.played(), 1_560);
    let events: Vec<_> = device.events.by_ref().collect();
    let told: Vec<_> = events.iter().map(|event| event.happening).collect();
    assert_eq!(
        told,
        [
            Happening::Started,
            Happening::Stalled,
            Happening::Resumed,
            Happening::Drained
        ]
    );
    let at: Vec<_> = events
        .iter()
        .map(|event| ((event.at - 1.01) * 1e3).round())
        .collect();
    assert_eq!(at, [0.0, 15.0, 40.0, 80.0]); // ms after the first frame is heard
}

#[test]
fn the_end_of_a_reply_is_no_stall_and_the_next_one_begins_as_it_is() {
    let mut device = Device::mono();
    device.write(&noise(500));
    device.end();
    assert_eq!(device.pull(480), noise(500)[..480]);
    let tail = device.pull(500);
    assert_eq!(tail[..20], noise(500)[480..]);
    assert_eq!(tail[20..], [0; 480]);
    device.write(&noise(700));
    device.end();
    assert_eq!(device.pull(480), noise(700)[..480]);
    assert_eq!(device.stalls(), 0);
}

#[test]
fn a_pause_fades_out_and_goes_on_where_it_was() {
    let mut device = Device::mono();
    device.write(&[10_000; 2_400]);
    device.end();
    let mut heard = device.pull(480);
    device.orders.pause(true);
    heard.extend(device.pull(480));
    assert_eq!(heard[480 + GATE..], [0; 480 - GATE]);
    assert_eq!(device.reports.played(), 600);
    heard.extend(device.pull(480));
    device.orders.pause(false);
    heard.extend(device.pull(480));
    assert!(largest_step(&heard) <= 10_000 / 120 + 1);
    assert_eq!(heard.len(), 1_920);
    assert_eq!(device.reports.played(), 1_080);
    assert_eq!(device.pull(1_320), [10_000; 1_320]);
}

#[test]
fn what_begins_after_a_pause_begins_as_it_is() {
    let mut device = Device::mono();
    device.orders.pause(true);
    device.write(&[10_000; 480]);
    device.end();
    assert_eq!(device.pull(240), [0; 240]);
    device.orders.pause(false);
    assert_eq!(device.pull(480), [10_000; 480]);
}

#[test]
fn a_cut_fades_out_within_5_ms_and_what_follows_begins_as_it_is() {
    let mut device = Device::mono();
    device.write(&[10_000; 2_400]);
    let mut heard = device.pull(480);
    device.cut();
    device.write(&[-9_000; 1_000]);
    device.end();
    heard.extend(device.pull(480));
    assert!(largest_step(&heard[..600]) <= 10_000 / 120 + 1);
    assert_eq!(heard[599], 0);
    assert_eq!(heard[600..], [-9_000; 360]);
    assert_eq!(device.reports.taken(), 2_400 + 360);
    assert_eq!(device.reports.played(), 600 + 360);
}

#[test]
fn a_cut_shortly_before_the_end_is_no_stall() {
    let mut device = Device::mono();
    device.write(&[10_000; 900]);
    device.pull(480);
    device.cut();
    assert_eq!(device.pull(480)[GATE..], [0; 360]);
    assert_eq!(device.stalls(), 0);
    assert_eq!(device.reports.played(), 600);
    assert_eq!(device.reports.taken(), 900);
}

#[test]
fn a_cut_drops_every_reply_that_waits() {
    let mut device = Device::mono();
    for _ in 0..5 {
        device.write(&[10_000; 900]);
        device.end();
    }
    device.pull(1_000);
    device.cut();
    device.write(&[-9_000; 900]);
    device.end();
    assert_eq!(device.pull(1_020)[GATE..], [-9_000; 900]);
    assert_eq!(device.reports.taken(), 5_400);
    assert_eq!(device.reports.played(), 1_120 + 900);
}

#[test]
fn more_replies_than_may_wait_are_heard_in_their_order() {
    let mut device = Device::new(1, 1, 48_000, AS_IT_IS);
    let samples = noise(300 * 100);
    for reply in samples.chunks(100) {
        assert_eq!(device.write(reply), 100);
        device.end();
    }
    assert_eq!(device.pull(samples.len()), samples);
    assert_eq!(device.stalls(), 0);
    let drained = |event: &omni_stream_core::playout::Event| event.happening == Happening::Drained;
    assert_eq!(device.events.by_ref().filter(drained).count(), 32); // of those that nobody read, some are kept
}

#[test]
fn where_slower_speech_is_heard_is_known() {
    let mut device = Device::new(1, 1, 48_000, NUMBERS);
    let mut heard_before = 0;
    for piece in voice(120_000).chunks(2_160) {
        device.write(piece);
        for _ in 0..5 {
            device.pull(480); // 2,400 for each 2,160 that come
            let heard = device.reports.heard(device.now_ns, RATE);
            assert!((heard_before..=heard_before + 480).contains(&heard));
            heard_before = heard;
        }
    }
    device.end();
    while device.reports.played() < 120_000 {
        device.pull(480);
    }
    assert!(device.reports.counts().stretched > 1_000);
    assert_eq!(device.reports.heard(u64::MAX, RATE), 120_000);
}

#[test]
fn a_cut_of_what_has_not_begun_is_silent() {
    let mut device = Device::new(1, 1, 24_000, AS_IT_IS);
    device.write(&[10_000; 900]);
    device.pull(100);
    device.write(&[10_000; 5_000]);
    device.cut();
    assert_eq!(device.pull(480), [0; 480]);
    assert_eq!(device.reports.taken(), 5_900);
    assert_eq!(device.reports.played(), 0);
    device.write(&[10_000; 1_000]);
    device.orders.pause(true);
    assert_eq!(device.pull(480), [0; 480]);
    device.cut();
    assert_eq!(device.pull(480), [0; 480]);
    assert_eq!(device.reports.taken(), 6_900);
}

#[test]
fn the_volume_moves_without_a_step() {
    let mut device = Device::mono();
    device.write(&[10_000; 4_800]);
    device.end();
    let mut heard = device.pull(480);
    device.orders.set_volume(0.25);
    heard.extend(device.pull(960));
    assert_eq!(heard[1_400], 2_500);
    device.orders.set_volume(0.0);
    heard.extend(device.pull(960));
    assert_eq!(heard[2_390], 0);
    device.orders.set_volume(1.0);
    heard.extend(device.pull(960));
    assert!(largest_step(&heard) <= 10_000 / 480 + 1);
    assert_eq!(device.pull(1_440), [10_000; 1_440]);
}

#[test]
fn the_first_frame_has_the_volume_that_was_set_before() {
    let mut device = Device::mono();
    device.orders.set_volume(0.5);
    device.write(&[10_000; 480]);
    device.end();
    assert_eq!(device.pull(480), [5_000; 480]);
}

#[test]
fn one_channel_is_heard_on_both_and_two_in_one() {
    let mut device = Device::new(1, 2, 24_000, AT_ONCE);
    device.write(&[1, -2, 3]);
    device.end();
    assert_eq!(device.pull(3), [1, 1, -2, -2, 3, 3]);
    let mut device = Device::new(2, 1, 24_000, AT_ONCE);
    device.write(&[1, 3, -32_768, -32_768, 32_767, 32_767]);
    device.end();
    assert_eq!(device.pull(3), [2, -32_768, 32_767]);
}

#[test]
fn what_was_heard_goes_by_the_clock() {
    let mut device = Device::mono();
    device.write(&[1; 4_800]);
    let begun_ns = device.now_ns;
    device.pull(480);
    device.pull(480);
    let heard = |ms: u64| device.reports.heard(begun_ns + ms * 1_000_000, RATE);
    assert_eq!(heard(0), 0);
    assert_eq!(heard(10), 0);
    assert_eq!(heard(15), 120);
    assert_eq!(heard(35), 600);
    assert_eq!(heard(12), 600); // it never goes back
    assert_eq!(heard(1_000), 960);
}

#[test]
fn the_hosts_clock_is_read_right_although_a_thread_may_wait_meanwhile() {
    let mut clock = HostClock::default();
    let second = 1_000_000_000;
    // The host's clock is 100 s ahead, and read up to 50 ms before ours.
    assert_eq!(clock.ours(5 * second, 104.95, 105.0), 5_050_000_000);
    assert_eq!(clock.ours(6 * second, 106.0, 106.5), 6_500_000_000);
    let late = clock.ours(7 * second, 106.97, 107.5);
    assert!((7_500_000_000..=7_501_000_000).contains(&late)); // by what the clocks may have drifted
    // It was set back by an hour.
    assert_eq!(clock.ours(8 * second, -3_492.0, -3_491.5), 8_500_000_000);
    assert_eq!(
        clock.ours(9 * second, -1e300, f64::NAN),
        u64::try_from(i64::MAX).unwrap()
    );
}

#[test]
fn a_block_that_the_device_never_took_is_lost_and_one_that_it_took_is_not() {
    let mut device = Device::mono();
    device.write(&[1; 4_800]);
    let ask = |device: &mut Device, now_ms: u64, given_ms: u64, is_late: bool| {
        let asked = Asked {
            now_ns: now_ms * 1_000_000,
            at_ns: (now_ms + 10) * 1_000_000,
            is_late,
        };
        device.player.fill(&mut [0; 240], asked);
        device.player.given(given_ms * 1_000_000);
        device.reports.lost()
    };
    assert_eq!(ask(&mut device, 100, 100, false), 0); // heard from 110 to 120
    assert_eq!(ask(&mut device, 500, 500, true), 0); // after that: it was heard, and then nothing
    assert_eq!(ask(&mut device, 512, 512, true), 240); // before the last, from 510 to 520, was heard to its end
    assert_eq!(ask(&mut device, 520, 535, false), 240); // given after it was due, at 530
    assert_eq!(ask(&mut device, 600, 600, true), 480);
    assert_eq!(device.reports.late(), 3);
}

#[test]
fn both_ends_of_a_ring_run_at_once() {
    let samples: Vec<i16> = (0..200_000_u32)
        .map(|index| i16::try_from(index % 30_000 + 1).unwrap())
        .collect();
    let (mut writer, reader) = ring(1_000, 2, Arc::default());
    let expected = samples.clone();
    let writing = std::thread::spawn(move || {
        let pcm: Vec<u8> = samples
            .iter()
            .flat_map(|sample| sample.to_le_bytes())
            .collect();
        let mut rest = &pcm[..];
        while !rest.is_empty() {
            let frames = writer.write(rest, 0.0);
            rest = &rest[frames * 4..];
            std::thread::yield_now();
        }
    });
    let mut reader = reader;
    let mut got = Vec::<i16>::new();
    let mut piece = [0; 700];
    while got.len() < expected.len() {
        let frames = reader.take(&mut piece);
        got.extend_from_slice(&piece[..frames * 2]);
        std::thread::yield_now();
    }
    writing.join().unwrap();
    assert_eq!(got, expected);
}
