//! What happened to replies, on its way from the device's thread to whoever asks.

use rtrb::{Consumer, Producer, RingBuffer};

use crate::playout::Event;
use crate::playout::playout::Playout;

/// More than there are between two looks at them; others wait with the policy, which keeps the last.
const MOST_EVENTS: usize = 64;

/// The end that tells.
#[derive(Debug)]
pub(super) struct Teller(Producer<Event>);

/// What happened and was not looked at, in order.
#[derive(Debug)]
pub struct Events(Consumer<Event>);

pub(super) fn events() -> (Teller, Events) {
    let (told, heard) = RingBuffer::new(MOST_EVENTS);
    (Teller(told), Events(heard))
}

impl Teller {
    /// Tell what has happened, as far as there is room, as of so many seconds later.
    pub(super) fn tell(&mut self, playout: &mut Playout, later_s: f64) {
        while !self.0.is_full()
            && let Some(event) = playout.next_event()
        {
            let at = event.at + later_s;
            let _ = self.0.push(Event { at, ..event }); // there is room
        }
    }
}

impl Iterator for Events {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        self.0.pop().ok()
    }
}
