# The front door: `make help` says what there is. The work is done by Scripts/.

.PHONY: help run test test-core test-browser test-cluster test-kills storm mutants results build bench format clean
.DEFAULT_GOAL := help

# Arguments for `aura run`: make run ARGS="--data-dir there"
ARGS ?=

help:
	@echo 'make run         installs what is missing, builds, and starts the desk on simulated money (ARGS="..." goes to aura run)'
	@echo 'make test        installs what the tests need, and runs all of them'
	@echo 'make test-core   the tests of the pure core alone: seconds, needs nothing but Swift'
	@echo 'make test-browser  the hostile pages, those too that take long by their size'
	@echo 'make test-cluster  the tests of Kubernetes on a real control plane, which is built once (about 8 minutes) and kept in ~/.cache/aura'
	@echo 'make test-kills  kills the desk forty times while it trades, and compares its memory with the exchange'"'"'s each time (KILLS=40)'
	@echo 'make storm       ten minutes of every fault of the exchange at once, at random, while the desk trades (SECONDS=600 SEED=1)'
	@echo 'make mutants     takes each check of the risk gate and of the breaker out, one at a time: some test must notice (about a minute each)'
	@echo 'make results     scores every strategy, the pool and the market on the recorded data beside the repository (docs/results.md)'
	@echo 'make build       the release build'
	@test ! -e Scripts/bench || echo 'make bench       the benchmarks'
	@echo 'make format      formats the Swift sources'
	@echo 'make clean       removes what was built; never touches a data folder'

# `exec` puts aura in the place of the shell, so that ctrl-C reaches it once.
run: build
	@exec .build/release/aura run $(ARGS)

build:
	@Scripts/setup
	swift build -c release --product aura

test:
	@Scripts/setup --tests
	@Scripts/test

test-core:
	@Scripts/test core

test-browser:
	@Scripts/setup --tests
	AURA_BROWSER_LONG=1 swift test --disable-xctest --filter HostilePageTests

test-cluster:
	@Scripts/setup --tests
	swift build --build-tests
	Scripts/cluster swift test --skip-build --disable-xctest --no-parallel --filter KubernetesTests
	Scripts/cluster Scripts/peers mcp_orchestration_peer kubectl_peer

# The tests need a debug build; the desk they kill is the optimized one.
KILLS ?= 40
test-kills: build
	AURA_KILLS=$(KILLS) AURA_BINARY=$(CURDIR)/.build/release/aura swift test --disable-xctest --filter KillTests

# Longer, and from another seed, than what `make test` lets blow.
SECONDS ?= 600
SEED ?= 1
storm:
	@Scripts/setup
	AURA_STORM_SECONDS=$(SECONDS) AURA_STORM_SEED=$(SEED) swift test --disable-xctest --filter StormTests

mutants:
	@Scripts/mutants $(ARGS)

results: build
	@Scripts/results $(ARGS)

bench:
	@test -e Scripts/bench || { echo 'There are no benchmarks yet.' >&2; exit 1; }
	@Scripts/setup
	@Scripts/bench $(ARGS)

format:
	swift format --in-place --recursive Package.swift Sources Tests

clean:
	rm -rf .build .build-core
