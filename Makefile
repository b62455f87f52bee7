# swiftvlan's commands. What each needs is installed by the scripts in lab/ where it is missing.

PREFIX  ?= /usr/local
DESTDIR ?=

# What needs root asks for it; sudo alone would lose the PATH to the Swift toolchain.
AS_ROOT := $(if $(filter 0,$(shell id -u)),,sudo) env "PATH=$(PATH)"
# How long make chaos makes calls at the end, in seconds.
SOAK    ?= 1800
PROGRAM := .build/release/swiftvlan
# Docker looks here whatever the prefix (moby, pkg/plugins/discovery_unix.go).
SPECS   := $(DESTDIR)/usr/lib/docker/plugins
# ip reads every file in it whose name ends in .conf (iproute2, lib/rt_names.c).
PROTOS  := $(DESTDIR)/etc/iproute2/rt_protos.d
UNITS   := $(DESTDIR)$(PREFIX)/lib/systemd/system

.PHONY: help run build build-tests test test-engines check fuzz chaos bench-programs bench bench-networks lint install uninstall

help:
	@echo 'make run        show containers on a LAN, on a throw-away host (root)'
	@echo 'make build      build $(PROGRAM)'
	@echo 'make check      the quick tests: units, protocol, netlink vectors, kernel (root)'
	@echo 'make test       all tests, with a real Docker Engine here and in a virtual machine (root)'
	@echo 'make test-engines   the same, and with Docker 28.5 in another virtual machine (root)'
	@echo 'make fuzz       feed malformed bytes to every decoder, 60 seconds each'
	@echo 'make chaos      kill the daemon at every step, and worse, for an hour or two (root; SOAK=SECONDS)'
	@echo 'make bench      measure the program against goals and references, with a Docker Engine too (root)'
	@echo 'make bench-networks   measure it with 4094 networks, in User-mode Linux (root)'
	@echo 'make lint       check the formatting'
	@echo 'make install    install program, systemd units and plugin spec (PREFIX, DESTDIR)'
	@echo 'make uninstall  remove them'

run: build
	@$(AS_ROOT) lab/demo

build:
	@lab/prepare build
	@swift build --configuration release --static-swift-stdlib --product swiftvlan

build-tests: build
	@lab/prepare test
	@swift build --build-tests

check: build-tests
	@$(AS_ROOT) lab/test check

test: build-tests
	@$(AS_ROOT) lab/test all

test-engines: build-tests
	@$(AS_ROOT) lab/test engines

fuzz:
	@lab/prepare build
	@Fuzz/run 60

chaos:
	@lab/prepare build
	@swift build --product swiftvlan
	@swift build --product Chaos
	@$(AS_ROOT) lab/chaos full $(SOAK)

bench-programs: build
	@swift build --configuration release --static-swift-stdlib --product Bench
	@swift build --configuration release --static-swift-stdlib --product BenchReference

bench: bench-programs
	@$(AS_ROOT) lab/bench

bench-networks: bench-programs
	@$(AS_ROOT) lab/bench networks

lint:
	@swift format lint --strict --recursive Sources Tests Fuzz Bench Chaos Package.swift

# Not dependent on build: what is installed by root was built by whoever builds.
install:
	@test -x $(PROGRAM) || { echo 'There is no $(PROGRAM) yet. Type: make build' >&2; exit 1; }
	install -D -m 755 -s $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/swiftvlan
	install -D -m 644 systemd/swiftvlan.socket $(UNITS)/swiftvlan.socket
	install -D -m 644 systemd/swiftvlan.service $(UNITS)/swiftvlan.service
	sed -i 's|/usr/bin/swiftvlan|$(PREFIX)/bin/swiftvlan|' $(UNITS)/swiftvlan.service
	install -D -m 644 plugin-spec/swiftvlan.spec $(SPECS)/swiftvlan.spec
	install -D -m 644 iproute2/swiftvlan.conf $(PROTOS)/swiftvlan.conf
	@test -n '$(DESTDIR)' || ! command -v systemctl >/dev/null || systemctl daemon-reload || true
	@test -n '$(DESTDIR)' || echo 'Installed. Start it with: systemctl enable --now swiftvlan.service'

uninstall:
	@test -n '$(DESTDIR)' || ! command -v systemctl >/dev/null || \
		systemctl disable --now swiftvlan.service swiftvlan.socket 2>/dev/null || true
	rm -f $(DESTDIR)$(PREFIX)/bin/swiftvlan $(UNITS)/swiftvlan.socket $(UNITS)/swiftvlan.service \
		$(SPECS)/swiftvlan.spec $(PROTOS)/swiftvlan.conf
	@test -n '$(DESTDIR)' || ! command -v systemctl >/dev/null || systemctl daemon-reload || true
