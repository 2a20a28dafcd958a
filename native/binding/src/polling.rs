//! `Polling`: connections that are read together, in one callback of the event loop.

use std::collections::HashMap;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd};

use pyo3::exceptions::PyOSError;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;
use rustix::event::{Timespec, epoll};
use rustix::io::Errno;
use rustix::net::{RecvFlags, recv};

use crate::receiving::{ChunkedReceiver, Space};
use crate::waiter::Waiter;

/// Connections that are read in one turn: with who waits for them a millisecond, for which everything else
/// in the loop waits. What is left is there in the next turn.
const MOST_AT_ONCE: usize = 64;

const AT_ONCE: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 0,
};

/// Connections that are ready to be read together.
///
/// Its own readiness, of the descriptor `fileno`, is that of any of them.
#[pyclass(module = "omni_stream._native")]
pub struct Polling {
    epoll: OwnedFd,
    space: Py<Space>,
    /// By a number that is never used again: what is told of one that has left is for nobody.
    connections: HashMap<u64, Connection>,
    next: u64,
}

struct Connection {
    fileno: RawFd,
    receiver: Py<ChunkedReceiver>,
}

fn os_error(error: Errno) -> PyErr {
    PyOSError::new_err((error.raw_os_error(), error.to_string()))
}

impl Connection {
    #[allow(unsafe_code)] // Python has a descriptor as a number
    fn socket(&self) -> BorrowedFd<'_> {
        // SAFETY: it is open: asyncio tells that a connection is lost, and it is removed for that, before it
        // closes the socket.
        unsafe { BorrowedFd::borrow_raw(self.fileno) }
    }
}

#[pymethods]
impl Polling {
    #[new]
    fn new(space: Py<Space>) -> PyResult<Self> {
        Ok(Self {
            epoll: epoll::create(epoll::CreateFlags::CLOEXEC).map_err(os_error)?,
            space,
            connections: HashMap::new(),
            next: 0,
        })
    }

    fn fileno(&self) -> RawFd {
        self.epoll.as_raw_fd()
    }

    /// Read the socket `fileno` for `receiver`, until `remove` of the number given.
    fn add(&mut self, fileno: RawFd, receiver: Py<ChunkedReceiver>) -> PyResult<u64> {
        let number = self.next;
        self.next += 1;
        let connection = Connection { fileno, receiver };
        let told = epoll::EventData::new_u64(number);
        epoll::add(
            &self.epoll,
            connection.socket(),
            told,
            epoll::EventFlags::IN,
        )
        .map_err(os_error)?;
        self.connections.insert(number, connection);
        Ok(number)
    }

    /// Read it no more. It is still open.
    fn remove(&mut self, number: u64) -> PyResult<()> {
        let Some(connection) = self.connections.remove(&number) else {
            return Ok(());
        };
        epoll::delete(&self.epoll, connection.socket()).map_err(os_error)
    }

    /// Read what is ready, some of it at once, and run who waits for it.
    ///
    /// A connection that has ended or failed is left to what reads it else: it is told to `leave`.
    fn turn(slf: &Bound<'_, Self>) -> PyResult<()> {
        let mut ready = [MaybeUninit::uninit(); MOST_AT_ONCE];
        let (ready, _) =
            epoll::wait(&slf.borrow().epoll, &mut ready, Some(&AT_ONCE)).map_err(os_error)?;
        let mut ended = Vec::with_capacity(MOST_AT_ONCE);
        let mut outcome = Ok(());
        for event in ready {
            match Self::read(slf, event.data.u64()) {
                Ok(Some(waiter)) => {
                    let callback = waiter.borrow_mut(slf.py()).end_now();
                    ended.extend(callback.map(|callback| (waiter, callback)));
                }
                Ok(None) => {}
                Err(error) => outcome = Err(error),
            }
        }
        for (waiter, callback) in ended {
            let waiter = waiter.bind(slf.py());
            if outcome.is_ok() {
                outcome = callback.run(waiter);
            } else {
                callback.run_soon(waiter)?;
            }
        }
        outcome
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        for connection in self.connections.values() {
            visit.call(&connection.receiver)?;
        }
        Ok(())
    }

    fn __clear__(&mut self) {
        self.connections.clear();
    }
}

impl Polling {
    /// Read once of a connection; who waits for what came.
    fn read(slf: &Bound<'_, Self>, number: u64) -> PyResult<Option<Py<Waiter>>> {
        let py = slf.py();
        let (receiver, outcome) = {
            let polling = slf.borrow();
            let Some(connection) = polling.connections.get(&number) else {
                return Ok(None);
            };
            let mut space = polling.space.borrow_mut(py);
            let outcome = recv(connection.socket(), space.bytes_mut(), RecvFlags::DONTWAIT);
            (connection.receiver.clone_ref(py), outcome)
        };
        let receiver = receiver.bind(py);
        match outcome {
            Ok((_, length)) if length > 0 => {
                let taken = ChunkedReceiver::take(receiver, 0, length);
                if taken.is_err() {
                    receiver.call_method0(intern!(py, "abandon"))?;
                }
                taken
            }
            Err(Errno::AGAIN | Errno::INTR) => Ok(None),
            Ok(_) | Err(_) => {
                receiver.call_method0(intern!(py, "leave"))?;
                Ok(None)
            }
        }
    }
}
