//! The playout policy: any calls at any times, played as it is or not, keep the books.

#![no_main]

use libfuzzer_sys::fuzz_target;
use omni_stream_core::playout::{JitterBuffer, Numbers};

#[path = "../../core/tests/numbers/mod.rs"]
mod numbers;

/// Samples that are loud, quiet and silent, by what comes.
fn sound(frames: usize, seed: u8) -> Vec<i16> {
    let loudness = i16::from(seed) * 64;
    (0..frames)
        .map(|at| {
            if at / 20 % 2 == 0 {
                loudness
            } else {
                -loudness
            }
        })
        .collect()
}

fuzz_target!(|bytes: &[u8]| {
    let [choice, calls @ ..] = bytes else {
        return;
    };
    let numbers = Numbers {
        least_speed: if choice & 1 == 0 { 0.9 } else { 1.0 },
        hold_s: f64::from(choice & 2) / 8.0,
        skips_lead: choice & 4 == 0,
        max_backlog_s: 5.0,
        ..numbers::USUAL
    };
    let mut buffer = JitterBuffer::new(8_000, numbers);
    let mut out = vec![0; 0x400];
    let mut now = 0.0;
    let mut stats = buffer.stats();
    for call in calls.chunks_exact(4).take(64) {
        let [what, size, more, time] = [call[0], call[1], call[2], call[3]];
        now += f64::from(time) / 128.0;
        let frames = usize::from(u16::from_le_bytes([size, more % 4]));
        match what % 16 {
            0 => buffer.end(now),
            1 => {
                buffer.begin(now);
            }
            2 => {
                let heard_s = buffer.interrupt(now);
                assert!(heard_s >= 0.0 && buffer.stats().level_s == 0.0);
            }
            3 => now = f64::from_bits(u64::from_le_bytes([time; 8])), // or it is no time
            4..8 => {
                let before = buffer.stats().level_s;
                let is_taken = buffer.push(&sound(frames, more), now).is_ok();
                assert!(
                    buffer.stats().level_s >= before
                        && (is_taken || buffer.stats().level_s == before)
                );
            }
            _ => buffer.pull(&mut out[..frames], now),
        }
        if !now.is_finite() {
            now = 0.0;
        }
        let next = buffer.stats();
        assert!(next.level_s <= 5.0 && next.target_s >= 0.0 && next.heard_s >= 0.0);
        assert!(
            next.counts.skipped >= stats.counts.skipped && next.counts.held >= stats.counts.held
        );
        if choice & 7 == 5 {
            let counts = next.counts;
            assert_eq!((counts.skipped, counts.held, counts.stretched), (0, 0, 0));
        }
        stats = next;
    }
});
