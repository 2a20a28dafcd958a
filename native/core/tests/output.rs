//! What a device plays.

use std::sync::Arc;

use omni_stream_core::output::ring::{Writer, ring};
use omni_stream_core::output::{Asked, HostClock, Orders, Player, PreRoll, Reports};
use proptest::collection::vec;
use proptest::prelude::*;

const RATE: u32 = 24_000;
const FADE: usize = 120;

struct Device {
    writer: Writer,
    player: Player<PreRoll>,
    orders: Arc<Orders>,
    reports: Arc<Reports>,
    channels: usize,
    now_ns: u64,
}

impl Device {
    fn new(channels: u16, device_channels: u16, ring_frames: usize, enough: usize) -> Self {
        let (writer, reader) = ring(ring_frames, channels);
        let orders = Arc::new(Orders::default());
        let reports = Arc::new(Reports::default());
        let player = Player::new(
            PreRoll::new(reader, RATE, enough),
            RATE,
            device_channels,
            Arc::clone(&orders),
            Arc::clone(&reports),
        );
        let channels = usize::from(device_channels);
        Self {
            writer,
            player,
            orders,
            reports,
            channels,
            now_ns: 1_000_000_000,
        }
    }

    fn mono() -> Self {
        Self::new(1, 1, 24_000, 1)
    }

    fn write(&mut self, samples: &[i16]) -> usize {
        let pcm: Vec<u8> = samples
            .iter()
            .flat_map(|sample| sample.to_le_bytes())
            .collect();
        self.writer.write(&pcm)
    }

    fn end(&self) {
        self.orders.end(self.writer.written());
    }

    fn cut(&self) {
        self.orders.cut(self.writer.written());
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
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn each_frame_is_played_at_most_once_and_in_order(
        steps in steps(), channels in 1..=2_u16, device_channels in 1..=2_u16, enough in 0..4_000_usize,
    ) {
        let mut device = Device::new(channels, device_channels, 8_000, enough);
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
        device.pull(written.try_into().unwrap());
        device.pull(4_000);
        prop_assert_eq!(device.reports.taken(), written);
    }

    #[test]
    fn whole_audio_is_played_as_it_is_however_it_is_cut(
        writes in vec(0..2_000_usize, 1..20), pulls in vec(1..900_usize, 1..20), enough in 0..2_000_usize,
    ) {
        let mut device = Device::new(1, 1, 1 << 16, enough);
        let samples = noise(writes.iter().sum());
        let mut rest = &samples[..];
        for frames in writes {
            prop_assert_eq!(device.write(&rest[..frames]), frames);
            rest = &rest[frames..];
        }
        device.end();
        let mut heard = Vec::new();
        for frames in pulls.iter().cycle().take(2_000) {
            heard.extend(device.pull(*frames));
            if heard.len() > samples.len() {
                break;
            }
        }
        let sound: Vec<i16> = heard.into_iter().filter(|&sample| sample != 0).collect();
        let count = sound.len();
        prop_assert_eq!(&sound, &samples[..count]);
        prop_assert_eq!(device.reports.underruns(), 0);
    }
}

#[test]
fn it_begins_once_there_is_enough_or_that_is_how_long_it_has_waited() {
    let mut device = Device::new(1, 1, 24_000, 1_000);
    device.write(&noise(999));
    assert_eq!(device.pull(480), vec![0; 480]);
    device.write(&noise(1));
    assert_eq!(device.pull(480), noise(480));

    let mut device = Device::new(1, 1, 24_000, 1_000);
    assert_eq!(device.pull(4_000), vec![0; 4_000]); // nothing is there, so nothing is waited for
    device.write(&noise(300));
    assert_eq!(device.pull(500), vec![0; 500]);
    assert_eq!(device.pull(500), vec![0; 500]);
    assert_eq!(device.pull(100), noise(100));
}

#[test]
fn an_underrun_is_faded_into_and_out_of_and_counted() {
    let mut device = Device::mono();
    device.write(&[10_000; 600]);
    let mut heard = device.pull(960);
    device.write(&[10_000; 960]);
    device.end();
    heard.extend(device.pull(960));
    assert_eq!(device.reports.underruns(), 1);
    assert_eq!(heard[..600 - FADE], [10_000; 600 - FADE]);
    assert_eq!(heard[599..960], [0; 361]);
    assert_eq!(heard[960 + FADE..], [10_000; 960 - FADE]);
    assert!(largest_step(&heard) <= 10_000 / 120 + 1);
    assert_eq!(device.reports.played(), 1_560);
}

#[test]
fn what_comes_in_time_opens_a_fade_that_had_begun() {
    let mut device = Device::mono();
    device.write(&[10_000; 200]);
    let mut heard = device.pull(100); // 100 are left, so it closes
    assert!(heard[99] < 10_000);
    device.write(&[10_000; 860]);
    device.end();
    heard.extend(device.pull(860));
    assert!(largest_step(&heard) <= 10_000 / 120 + 1);
    assert_eq!(heard[400..], [10_000; 560]);
    assert_eq!(device.reports.underruns(), 0);
}

#[test]
fn the_end_of_a_reply_is_no_underrun_and_the_next_one_begins_as_it_is() {
    let mut device = Device::mono();
    device.write(&noise(500));
    device.end();
    assert_eq!(device.pull(480), noise(500)[..480]);
    let tail = device.pull(480);
    assert_eq!(tail[..20], noise(500)[480..]);
    device.write(&noise(700));
    device.end();
    assert_eq!(device.pull(480), noise(700)[..480]);
    assert_eq!(device.reports.underruns(), 0);
}

#[test]
fn a_pause_fades_out_and_goes_on_where_it_was() {
    let mut device = Device::mono();
    device.write(&[10_000; 2_400]);
    device.end();
    let mut heard = device.pull(480);
    device.orders.pause(true);
    heard.extend(device.pull(480));
    assert_eq!(heard[480 + FADE..], [0; 480 - FADE]);
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
fn a_cut_shortly_before_the_end_is_no_underrun() {
    let mut device = Device::mono();
    device.write(&[10_000; 500]);
    device.pull(480);
    device.cut();
    assert_eq!(device.pull(480)[20..], [0; 460]);
    assert_eq!(device.reports.underruns(), 0);
    assert_eq!(device.reports.played(), 500);
}

#[test]
fn a_cut_of_what_has_not_begun_is_silent() {
    let mut device = Device::new(1, 1, 24_000, 1_000);
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
    let mut device = Device::new(1, 2, 24_000, 1);
    device.write(&[1, -2, 3]);
    device.end();
    assert_eq!(device.pull(3), [1, 1, -2, -2, 3, 3]);
    let mut device = Device::new(2, 1, 24_000, 1);
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
    let mut device = Device::new(2, 2, 1_000, 1);
    let samples: Vec<i16> = (0..200_000_u32)
        .map(|index| i16::try_from(index % 30_000 + 1).unwrap())
        .collect();
    let (mut writer, reader) = ring(1_000, 2);
    let expected = samples.clone();
    let writing = std::thread::spawn(move || {
        let pcm: Vec<u8> = samples
            .iter()
            .flat_map(|sample| sample.to_le_bytes())
            .collect();
        let mut rest = &pcm[..];
        while !rest.is_empty() {
            let frames = writer.write(rest);
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
    assert_eq!(device.pull(10), [0; 20]);
}
