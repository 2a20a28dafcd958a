//! On the device's thread nothing is allocated, whatever happens to a reply.

mod numbers;

use std::sync::Arc;

use numbers::USUAL;
use omni_stream_core::output::ring::ring;
use omni_stream_core::output::{Asked, Orders, Player, Reports, Setting};
use omni_stream_core::playout::Numbers;

#[test]
fn a_player_allocates_nothing() {
    let orders = Arc::new(Orders::default());
    let reports = Arc::new(Reports::default());
    let (mut writer, reader) = ring(240_000, 2, Arc::clone(&orders));
    let setting = Setting {
        rate: 24_000,
        channels: 2,
        device_channels: 1,
        numbers: Numbers {
            most_wait_s: 0.3,
            ..USUAL
        },
    };
    let (mut player, _events) =
        Player::new(reader, setting, Arc::clone(&orders), Arc::clone(&reports));
    let mut block = [0; 512];
    for step in 0..3_000_u16 {
        // speech and pauses, slower than it is played, with stalls, ends, pauses and cuts
        let speech = (0..900_u16).flat_map(|at| {
            let loud = if step % 200 < 150 { 90 } else { 0 };
            (i16::try_from(at % 150).unwrap_or(0) * loud).to_le_bytes()
        });
        let pcm: Vec<u8> = speech.collect();
        let at_s = f64::from(step) * 512.0 / 24_000.0;
        if step % 100 < 90 {
            writer.write(&pcm, at_s);
        }
        match step % 500 {
            100 | 300 => writer.end(at_s),
            200 => orders.pause(true),
            220 => orders.pause(false),
            400 => {
                writer.cut();
            }
            _ => {}
        }
        let now_ns = u64::from(step) * 512_000_000 / 24;
        let allocated = allocation_counter::measure(|| {
            let asked = Asked {
                now_ns,
                at_ns: now_ns + 10_000_000,
                is_late: step % 300 == 0,
            };
            player.fill(&mut block, asked);
            player.given(now_ns);
        });
        assert_eq!(allocated.count_total, 0, "at step {step}");
    }
    let counts = reports.counts();
    assert!(counts.stalls > 0 && counts.stretched > 0 && counts.held > 0 && reports.played() > 0);
}
