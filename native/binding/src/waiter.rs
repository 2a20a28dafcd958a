//! `Waiter`: what a task waits on, time after time.

use pyo3::exceptions::PyRuntimeError;
use pyo3::exceptions::asyncio::CancelledError;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyTuple};

enum State {
    Pending,
    Done,
    /// With the message of the cancel.
    Cancelled(Option<Py<PyAny>>),
}

/// A callback, and the context that it runs in.
pub(crate) struct Callback {
    call: Py<PyAny>,
    context: Option<Py<PyAny>>,
}

impl Callback {
    /// Run it, outside of any task.
    pub(crate) fn run(&self, waiter: &Bound<'_, Waiter>) -> PyResult<()> {
        let py = waiter.py();
        match &self.context {
            Some(context) => {
                context.call_method1(py, intern!(py, "run"), (&self.call, waiter))?;
            }
            None => {
                self.call.call1(py, (waiter,))?;
            }
        }
        Ok(())
    }

    /// Let the event loop run it in its next turn.
    pub(crate) fn run_soon(&self, waiter: &Bound<'_, Waiter>) -> PyResult<()> {
        let py = waiter.py();
        let event_loop = waiter.borrow().event_loop.clone_ref(py);
        let arguments = PyTuple::new(py, [self.call.bind(py), waiter.as_any()])?;
        let context = [("context", &self.context)].into_py_dict(py)?;
        event_loop.call_method(py, intern!(py, "call_soon"), arguments, Some(&context))?;
        Ok(())
    }
}

/// As much of a future of asyncio's as its tasks ask for (`asyncio.isfuture`), to be used again.
#[pyclass(module = "omni_stream._native")]
pub struct Waiter {
    event_loop: Py<PyAny>,
    state: State,
    is_yielded: bool,
    /// Of the task that waits.
    callback: Option<Callback>,
}

#[pymethods]
impl Waiter {
    #[new]
    pub(crate) fn new(event_loop: Py<PyAny>) -> Self {
        Self {
            event_loop,
            state: State::Done,
            is_yielded: false,
            callback: None,
        }
    }

    #[getter(_asyncio_future_blocking)]
    fn is_yielded(&self) -> bool {
        self.is_yielded
    }

    #[setter(_asyncio_future_blocking)]
    fn set_is_yielded(&mut self, is_yielded: bool) {
        self.is_yielded = is_yielded;
    }

    fn get_loop(&self, py: Python<'_>) -> Py<PyAny> {
        self.event_loop.clone_ref(py)
    }

    pub(crate) fn done(&self) -> bool {
        !matches!(self.state, State::Pending)
    }

    fn result(&self, py: Python<'_>) -> PyResult<()> {
        match &self.state {
            State::Cancelled(None) => Err(CancelledError::new_err(())),
            State::Cancelled(Some(message)) => {
                Err(CancelledError::new_err((message.clone_ref(py),)))
            }
            State::Pending | State::Done => Ok(()),
        }
    }

    #[pyo3(signature = (callback, /, *, context=None))]
    fn add_done_callback(
        slf: &Bound<'_, Self>,
        callback: Py<PyAny>,
        context: Option<Py<PyAny>>,
    ) -> PyResult<()> {
        let callback = Callback {
            call: callback,
            context,
        };
        if slf.borrow().done() {
            return callback.run_soon(slf);
        }
        let mut waiter = slf.borrow_mut();
        waiter.check_free()?;
        waiter.callback = Some(callback);
        Ok(())
    }

    #[pyo3(signature = (msg=None))]
    fn cancel(slf: &Bound<'_, Self>, msg: Option<Py<PyAny>>) -> PyResult<bool> {
        Self::end_as(slf, State::Cancelled(msg))
    }

    /// Wait anew.
    pub(crate) fn begin(&mut self) {
        self.state = State::Pending;
    }

    /// End the wait, if there is one; who waits runs in the event loop's next turn.
    pub(crate) fn end(slf: &Bound<'_, Self>) -> PyResult<()> {
        Self::end_as(slf, State::Done).map(|_| ())
    }

    fn __await__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(slf: &Bound<'_, Self>) -> PyResult<Option<Py<Self>>> {
        if slf.borrow().done() {
            return slf.borrow().result(slf.py()).map(|()| None);
        }
        let mut waiter = slf.borrow_mut();
        waiter.check_free()?;
        waiter.is_yielded = true;
        Ok(Some(slf.clone().unbind()))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        if let Some(callback) = &self.callback {
            visit.call(&callback.call)?;
            visit.call(&callback.context)?;
        }
        visit.call(&self.event_loop)
    }

    fn __clear__(&mut self) {
        self.callback = None;
    }
}

impl Waiter {
    /// End the wait; the caller runs who waits.
    pub(crate) fn end_now(&mut self) -> Option<Callback> {
        self.state = State::Done;
        self.callback.take()
    }

    fn check_free(&self) -> PyResult<()> {
        if self.callback.is_some() {
            return Err(PyRuntimeError::new_err("it is awaited already"));
        }
        Ok(())
    }

    fn end_as(slf: &Bound<'_, Self>, state: State) -> PyResult<bool> {
        if slf.borrow().done() {
            return Ok(false);
        }
        let callback = {
            let mut waiter = slf.borrow_mut();
            waiter.state = state;
            waiter.callback.take()
        };
        callback.map_or(Ok(()), |callback| callback.run_soon(slf))?;
        Ok(true)
    }
}
