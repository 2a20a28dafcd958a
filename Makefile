# Everything that is done with this clone.  `make help` lists it.
#
# Rules.
# 1. Each target does its own set-up, in .venv/ and build/ and nowhere else, and does
#    again only what has changed.
# 2. What is run and tested is the built wheel, installed into .venv; never the source tree.
# 3. Versions come from constraints.txt, names from pyproject.toml, none from here.
# 4. Where a tool is missing, one sentence says which, and how to get it.

.SHELLFLAGS := -euc
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
CARGO := cargo
NATIVE := --manifest-path native/Cargo.toml
PYTEST :=
FUZZ_SECONDS := 600
PROMPT := 请说：山里有一条小溪，一边走，一边唱歌。 "Where are you going?" asked a stone. "To the sea," sang the brook. 大海很远，可是小溪一天也没有停下来。

export PATH := $(PATH):$(HOME)/.cargo/bin
# Nothing of the current folder is imported: `omni_stream` is the installed one, in child processes too.
export PYTHONSAFEPATH := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test lint lint-style lint-types lint-architecture lint-rust format docs bench bench-playing bench-smoke counts fuzz fuzz-smoke install constraints clean FORCE

help:  ## list what there is to make
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

demo: $(VENV)/installed  ## ask the built-in emulator: text on the terminal, speech in answer.wav
	@env -u DASHSCOPE_API_KEY -u DASHSCOPE_BASE_URL -u OPENAI_API_KEY -u OPENAI_BASE_URL \
	    $(BIN)/omni-stream ask '$(PROMPT)' -o answer.wav --overwrite
	@echo 'The speech is in answer.wav. With DASHSCOPE_API_KEY set, `$(BIN)/omni-stream ask PROMPT` asks a real model.'

test: $(VENV)/installed $(VENV)/dev build/card/ready  ## run all tests: the Rust core's, and the wheel's (PYTEST="tests/sinks -x" for some)
	@$(CARGO) test $(NATIVE) --locked --quiet
	@$(BIN)/pytest --numprocesses=2 --dist=loadfile $(PYTEST)

lint: lint-style lint-types lint-architecture lint-rust  ## format, style, types and architecture

lint-style: $(VENV)/dev
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/clang-format --dry-run -Werror tests/card/*.c

lint-types: $(VENV)/installed $(VENV)/dev
	@$(BIN)/mypy
	@$(BIN)/mypy examples
	@$(BIN)/basedpyright

lint-architecture: $(VENV)/dev
	@$(BIN)/lint-imports --no-logo

lint-rust:
	@$(CARGO) fmt $(NATIVE) --all --check
	@$(CARGO) fmt --manifest-path native/fuzz/Cargo.toml --check
	@$(CARGO) clippy $(NATIVE) --locked --workspace --all-targets --quiet -- --deny warnings

format: $(VENV)/dev  ## put Python, Rust and C into their form
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/clang-format -i tests/card/*.c
	@$(CARGO) fmt $(NATIVE) --all
	@$(CARGO) fmt --manifest-path native/fuzz/Cargo.toml

docs: $(VENV)/installed $(VENV)/dev  ## build the documentation into site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

bench: $(VENV)/installed $(VENV)/dev  ## measure, side by side with other clients, and write the docs' page
	@$(BIN)/python benchmarks --page docs/benchmarks.md

bench-playing: $(VENV)/installed $(VENV)/dev $(VENV)/playing build/card/ready  ## measure what is heard, side by side with other players, and write the docs' page
	@$(BIN)/python benchmarks/playing --page docs/benchmarks-playing.md

bench-smoke: $(VENV)/installed $(VENV)/dev build/card/ready  ## only show that the benchmarks work
	@for each in benchmarks benchmarks/accuracy benchmarks/playing; do \
	    $(BIN)/python $$each --quick >build/bench-smoke.log 2>&1 || { cat build/bench-smoke.log >&2; exit 1; }; \
	done

counts: $(VENV)/made  ## count the instructions of the native parts, against those on record
	@if ! command -v valgrind >/dev/null; then $(call get,valgrind,it counts instructions); fi
	@$(BIN)/python benchmarks/counts

fuzz:  ## fuzz the native core, each target for FUZZ_SECONDS
	@native/fuzz/run $(FUZZ_SECONDS)

fuzz-smoke:  ## fuzz each target for a few seconds
	@native/fuzz/run 5

install: $(VENV)/installed $(VENV)/dev build/card/ready  ## only the set-up: .venv with everything in it

constraints: $(VENV)/playing  ## pin the newest versions that go together
	@$(BIN)/python -m venv --clear build/pins
	@build/pins/bin/pip install --quiet --upgrade pip
	@build/pins/bin/pip install --quiet --group dev --group playing '.[emulator]'
	@sed '/^#/!d' constraints.txt >build/pins/constraints.txt
	@build/pins/bin/pip freeze --all --exclude omni_stream --exclude setuptools >>build/pins/constraints.txt
	@mv build/pins/constraints.txt constraints.txt

clean:  ## remove all that was made
	@rm -rf $(VENV) build site native/target answer.wav answer.part.wav
	@find . -name __pycache__ -prune -exec rm -r {} +

# The set-up: a virtual environment, the packages in it, the wheel, the wheel installed.
# build/place and build/sources change only when what they describe does: a file that was
# deleted or renamed counts, and one that was only touched does not.

build/place: FORCE
	@mkdir -p build
	@echo '$(CURDIR)/$(VENV)' >$@.new
	@cmp -s $@.new $@ || cp $@.new $@

build/sources: FORCE
	@mkdir -p build
	@find pyproject.toml README.md LICENSE omni_stream native \
	    \( -name target -o -name __pycache__ -o -name fuzz \) -prune -o -type f ! -name '*.so' -print0 \
	    | LC_ALL=C sort -z | xargs -0 cksum >$@.new
	@cmp -s $@.new $@ || cp $@.new $@

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
    $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

# Get Debian's packages, or say how: $(call get,packages,why).
get = sudo=$$([ "$$(id -u)" = 0 ] || command -v sudo || true); \
    echo "Installing Debian's $(1): $(2)."; \
    { $$sudo apt-get update -qq && $$sudo apt-get install -qq -y $(1) >/dev/null; } || { \
        echo "That failed: get what is missing with \`apt-get install $(1)\` as root." >&2; exit 1; }

$(VENV)/made: build/place
	@python='$(PYTHON)'; \
	if [ -z "$$python" ]; then \
	    echo 'Python 3.11 or newer is missing: get it with `apt-get install python3 python3-venv`,' \
	        'or name yours: `make PYTHON=/path/to/python3`.' >&2; exit 1; \
	fi; \
	if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then \
	    package=$$($$python -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
	    $(call get,$$package,this Python cannot make virtual environments without it); \
	fi; \
	echo "Making $(VENV) with $$($$python --version)."; \
	$$python -m venv --clear $(VENV)
	@$(BIN)/pip install --quiet --upgrade --constraint constraints.txt pip
	@touch $@

$(VENV)/build: $(VENV)/made constraints.txt pyproject.toml
	@$(BIN)/pip install --quiet --constraint constraints.txt --group build
	@touch $@

$(VENV)/dev: $(VENV)/made constraints.txt pyproject.toml
	@echo 'Installing the tools for tests, checks and documentation.'
	@$(BIN)/pip install --quiet --constraint constraints.txt --group dev
	@touch $@

# PyAudio, beside which playing is measured, is compiled when it is installed.
$(VENV)/playing: $(VENV)/made constraints.txt pyproject.toml
	@if ! echo '#include <portaudio.h>' | cc -E - >/dev/null 2>&1; then \
	    $(call get,gcc libc6-dev python3-dev portaudio19-dev,PyAudio is compiled with them); \
	fi
	@$(BIN)/pip install --quiet --constraint constraints.txt --group playing
	@touch $@

RUST := $(shell sed -n 's/^rust-version = "\(.*\)"/\1/p' native/Cargo.toml)

build/wheel: $(VENV)/build build/sources
	@command -v cc >/dev/null || { \
	    echo 'A C compiler is missing, which Rust links with: get it with `apt-get install gcc libc6-dev`.' >&2; exit 1; }
	@found=$$($(CARGO) --version 2>/dev/null | cut -d ' ' -f 2); \
	if [ "$$(printf '%s\n' $(RUST) "$${found:-0}" | sort -V | head -n 1)" != $(RUST) ]; then \
	    echo "Rust $(RUST) or newer is missing (found: $${found:-none}): get it with rustup, as rustup.rs says." >&2; exit 1; \
	fi
	@echo 'Building the wheel (a minute or so the first time).'
	@rm -rf $@ $@.new
	@$(BIN)/maturin build --release --interpreter $(BIN)/python --out $@.new >build/wheel.log 2>&1 || { cat build/wheel.log >&2; exit 1; }
	@mv $@.new $@

$(VENV)/installed: build/wheel $(VENV)/made constraints.txt
	@echo 'Installing the wheel.'
	@$(BIN)/pip uninstall --quiet --yes omni_stream 2>/dev/null
	@$(BIN)/pip install --quiet --constraint constraints.txt "$$(echo build/wheel/*.whl)[emulator]"
	@touch $@

# The sound card that the tests play on: ALSA loads it, and the package plays on it through PortAudio.
build/card/ready: $(VENV)/made $(wildcard tests/card/*.c) tests/card/build.py
	@if ! echo '#include <alsa/asoundlib.h>' | cc -E - >/dev/null 2>&1 \
	    || ! $(BIN)/python -c 'import ctypes.util, sys; sys.exit(not ctypes.util.find_library("portaudio"))'; then \
	    $(call get,gcc libc6-dev libasound2-dev libportaudio2,the tests play on a sound card of their own); \
	fi
	@$(BIN)/python tests/card/build.py
	@touch $@
