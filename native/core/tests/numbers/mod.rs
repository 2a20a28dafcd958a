//! The numbers that most of the policy's tests tell it.
#![allow(dead_code, reason = "not every test uses each")]

use omni_stream_core::playout::Numbers;

/// As they suit most.
pub(crate) const USUAL: Numbers = Numbers {
    least_speed: 0.9,
    hold_s: 0.25,
    skips_lead: true,
    fade_s: 0.01,
    most_wait_s: 1.5,
    stall_second_cost: 3.0,
    stall_cost: 0.5,
    expected_delay_s: 0.3,
    memory_s: 3.0,
    max_backlog_s: 60.0,
};

/// Each sample as it is.
pub(crate) const AS_IT_IS: Numbers = Numbers {
    least_speed: 1.0,
    hold_s: 0.0,
    skips_lead: false,
    ..USUAL
};
