//! The playout policy: any calls at any times, and what is always so of what is played.

mod numbers;

use numbers::{AS_IT_IS, USUAL};
use omni_stream_core::playout::buffer::{JitterBuffer, Refusal};
use omni_stream_core::playout::ledger::MOST_EVENTS;
use omni_stream_core::playout::turns::MOST_TURNS;
use omni_stream_core::playout::{Happening, Numbers};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const RATE: u32 = 24_000;

/// A call and its time.
#[derive(Clone, Debug)]
enum Call {
    Push(usize),
    Pull(usize),
    End,
    Begin,
    Interrupt,
}

fn call() -> impl Strategy<Value = Call> {
    prop_oneof![
        4 => (0_usize..9_000).prop_map(Call::Push),
        8 => (0_usize..3_000).prop_map(Call::Pull),
        1 => Just(Call::End),
        1 => Just(Call::Begin),
        1 => Just(Call::Interrupt),
    ]
}

fn any_time() -> impl Strategy<Value = f64> {
    prop_oneof![
        0.0..10.0,
        any::<f64>(),
        select(vec![
            f64::NAN,
            f64::INFINITY,
            -1e300,
            1e300,
            f64::MIN_POSITIVE
        ]),
    ]
}

/// A sound of a pitch, in a pause now and then.
fn sound(frames: usize) -> Vec<i16> {
    let wave = [0, 9_000, 14_000, 6_000, -3_000, -8_000, -12_000, -4_000];
    (0..frames)
        .map(|at| {
            if at % 24_000 < 18_000 {
                wave[at / 20 % wave.len()]
            } else {
                5
            }
        })
        .collect()
}

/// All that a buffer plays, given what came at once, in blocks of a size.
fn all_of(numbers: Numbers, samples: &[i16], block: usize) -> Vec<i16> {
    let mut buffer = JitterBuffer::new(RATE, numbers);
    buffer.push(samples, 0.0).unwrap();
    buffer.end(0.0);
    let mut heard = vec![];
    let mut out = vec![0; block];
    while buffer.stats().level_s > 0.0 || heard.len() < samples.len() {
        #[allow(clippy::cast_precision_loss)]
        buffer.pull(&mut out, heard.len() as f64 / f64::from(RATE));
        heard.extend_from_slice(&out);
    }
    heard
}

#[test]
fn a_reply_that_came_whole_is_played_as_it_is() {
    let samples = sound(50_000);
    let heard = all_of(AS_IT_IS, &samples, 240);
    assert_eq!(heard[..samples.len()], samples);
}

#[test]
fn as_many_replies_wait_as_there_is_room_for() {
    let mut buffer = JitterBuffer::new(RATE, USUAL);
    let begun = (0..2 * MOST_TURNS).take_while(|_| {
        buffer.push(&[1; 10], 0.0).unwrap();
        buffer.begin(0.0)
    });
    assert_eq!(begun.count(), MOST_TURNS - 1);
    assert_eq!(buffer.push(&[1; 10], 0.0), Err(Refusal::Ended));
}

#[test]
fn replies_without_audio_take_no_room() {
    let mut buffer = JitterBuffer::new(RATE, USUAL);
    assert!((0..1_000).all(|_| buffer.begin(0.0)));
    buffer.push(&sound(24_000), 0.0).unwrap();
    buffer.end(0.0);
    let mut out = vec![0; 24_000];
    buffer.pull(&mut out, 0.0);
    assert_eq!(out[1_000..20_000], sound(24_000)[1_000..20_000]);
}

#[test]
fn no_more_waits_than_the_limit_and_what_is_refused_changes_nothing() {
    let mut buffer = JitterBuffer::new(RATE, USUAL);
    buffer.push(&vec![1; 1_440_000], 0.0).unwrap();
    let refused = Refusal::Full {
        limit: 1_440_000,
        seen: 1_440_001,
    };
    let before = buffer.stats();
    assert_eq!(buffer.push(&[1], 0.0), Err(refused));
    assert_eq!(buffer.stats(), before);
}

#[test]
fn events_that_nobody_reads_are_forgotten_from_the_oldest_on() {
    let mut buffer = JitterBuffer::new(RATE, USUAL);
    let mut out = [0; 2_400];
    for _ in 0..MOST_EVENTS {
        buffer.push(&[9_000; 1_200], 0.0).unwrap();
        buffer.end(0.0);
        buffer.pull(&mut out, 0.0);
        assert!(buffer.begin(0.0));
    }
    let events: Vec<_> = std::iter::from_fn(|| buffer.next_event()).collect();
    assert_eq!(events.len(), MOST_EVENTS);
    let last = events.last().unwrap();
    assert_eq!((last.happening, last.reply), (Happening::Drained, 255));
}

proptest! {
    #[test]
    fn any_calls_at_any_times_keep_the_books(calls in vec((call(), any_time()), 0..60), numbers in select(vec![USUAL, AS_IT_IS])) {
        let mut buffer = JitterBuffer::new(RATE, numbers);
        let mut twin = buffer.clone();
        for (call, now) in calls {
            match call {
                Call::Push(frames) => {
                    let samples = sound(frames);
                    prop_assert_eq!(buffer.push(&samples, now), twin.push(&samples, now));
                }
                Call::Pull(frames) => {
                    let (mut one, mut other) = (vec![0; frames], vec![1; frames]);
                    buffer.pull(&mut one, now);
                    twin.pull(&mut other, now);
                    prop_assert_eq!(one, other);
                }
                Call::End => { buffer.end(now); twin.end(now); }
                Call::Begin => prop_assert_eq!(buffer.begin(now), twin.begin(now)),
                Call::Interrupt => {
                    let heard = buffer.interrupt(now);
                    prop_assert!(heard >= 0.0 && heard.to_bits() == twin.interrupt(now).to_bits());
                    prop_assert!(buffer.stats().level_s == 0.0);
                }
            }
            let stats = buffer.stats();
            prop_assert_eq!(stats, twin.stats());
            prop_assert!(stats.target_s >= 0.0 && stats.target_s <= 1e3);
            prop_assert!(stats.level_s <= numbers.max_backlog_s);
        }
    }

    #[test]
    fn blocks_of_any_size_give_the_same_sound(block in 1_usize..4_097, frames in 0_usize..40_000, numbers in select(vec![USUAL, AS_IT_IS])) {
        let samples = sound(frames);
        let whole = all_of(numbers, &samples, 40_000);
        let pieces = all_of(numbers, &samples, block);
        let common = whole.len().min(pieces.len());
        prop_assert_eq!(&whole[..common], &pieces[..common]);
        prop_assert!(common >= frames);
    }

    #[test]
    fn numbers_out_of_their_ranges_are_as_the_nearest(least_speed in any::<f64>(), hold_s in any::<f64>(), fade_s in any::<f64>(), cost in any::<f64>()) {
        let wild = Numbers { least_speed, hold_s, fade_s, stall_cost: cost, stall_second_cost: cost, expected_delay_s: cost, memory_s: cost, ..USUAL };
        let samples = sound(30_000);
        prop_assert_eq!(all_of(wild, &samples, 240), all_of(wild.within(), &samples, 240));
    }
}
