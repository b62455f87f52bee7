# swiftvlan's commands. Scripts in lab/ install missing packages.

PREFIX  ?= /usr/local
DESTDIR ?=

# Runs a command as root; sudo alone would lose the PATH to the Swift toolchain.
AS_ROOT := $(if $(filter 0,$(shell id -u)),,sudo) env "PATH=$(PATH)"
# Length of the final soak of make chaos, in seconds.
SOAK    ?= 1800
PROGRAM := .build/release/swiftvlan
# Debian packages install to another folder, where its zsh finds completions.
ZSH     ?= $(PREFIX)/share/zsh/site-functions

# Files installed besides the program, and their destinations. The Debian package uses the same list.
# Docker reads specs from /usr/lib/docker whatever the prefix (moby, pkg/plugins/discovery_unix.go), and ip reads every
# file in rt_protos.d whose name ends in .conf (iproute2, lib/rt_names.c). systemd and udev read /usr/local/lib too.
FILES := \
	systemd/swiftvlan.socket:$(PREFIX)/lib/systemd/system/swiftvlan.socket \
	systemd/swiftvlan.service:$(PREFIX)/lib/systemd/system/swiftvlan.service \
	systemd/swiftvlan-refusal.service:$(PREFIX)/lib/systemd/system/swiftvlan-refusal.service \
	systemd/sysusers.d/swiftvlan.conf:$(PREFIX)/lib/sysusers.d/swiftvlan.conf \
	systemd/modules-load.d/swiftvlan.conf:$(PREFIX)/lib/modules-load.d/swiftvlan.conf \
	systemd/network/05-swiftvlan.network:$(PREFIX)/lib/systemd/network/05-swiftvlan.network \
	systemd/udev/82-swiftvlan.rules:$(PREFIX)/lib/udev/rules.d/82-swiftvlan.rules \
	systemd/udev/swiftvlan-host-link:$(PREFIX)/lib/udev/swiftvlan-host-link \
	plugin-spec/swiftvlan.spec:/usr/lib/docker/plugins/swiftvlan.spec \
	iproute2/swiftvlan.conf:/etc/iproute2/rt_protos.d/swiftvlan.conf \
	man/swiftvlan.8:$(PREFIX)/share/man/man8/swiftvlan.8 \
	man/swiftvlan-networks.7:$(PREFIX)/share/man/man7/swiftvlan-networks.7 \
	man/swiftvlan.toml.5:$(PREFIX)/share/man/man5/swiftvlan.toml.5
# An existing configuration file belongs to the operator and is kept.
SETTINGS := config/swiftvlan.toml:/etc/swiftvlan/swiftvlan.toml
# Where each shell finds its completions.
COMPLETIONS := \
	bash:$(PREFIX)/share/bash-completion/completions/swiftvlan \
	zsh:$(ZSH)/_swiftvlan \
	fish:$(PREFIX)/share/fish/vendor_completions.d/swiftvlan.fish
# Changes the host itself only if DESTDIR does not collect files for a package.
ON_HOST := test -n '$(DESTDIR)' || ! command -v systemctl >/dev/null ||

.PHONY: help run build build-tests test test-all check fuzz chaos bench-programs bench bench-networks lint deb test-deb test-unit plugin test-plugin install uninstall

help:
	@echo 'make run        show containers on a LAN, on a throw-away host (root)'
	@echo 'make build      build $(PROGRAM)'
	@echo 'make check      the quick tests: units, protocol, netlink vectors, kernel (root)'
	@echo 'make test       the tests, with a real Docker Engine here and in a virtual machine (root)'
	@echo 'make test-all   every test, on three Debian releases in virtual machines: an hour or two (root)'
	@echo 'make fuzz       feed malformed bytes to every decoder, 60 seconds each'
	@echo 'make chaos      kill the daemon at every step, and worse, for an hour or two (root; SOAK=SECONDS)'
	@echo 'make bench      measure the program against goals and references, with a Docker Engine too (root)'
	@echo 'make bench BASELINE=PROGRAM   compare it with an older build (root)'
	@echo 'make bench-networks   measure it with 4094 networks, in User-mode Linux (root)'
	@echo 'make lint       check the formatting'
	@echo 'make deb        build a Debian package in .build/deb'
	@echo 'make test-deb   install, upgrade and remove it in virtual machines with Debian 13 and 12 (root)'
	@echo 'make test-unit  run the engine tests of make test in a virtual machine, under the installed unit (root)'
	@echo 'make plugin     lay the folder of a managed plugin, for Swarm, in .build/plugin'
	@echo 'make test-plugin   run the plugin in a swarm of one node in a virtual machine (root)'
	@echo 'make install    install program, systemd units, manuals and what else belongs to it (PREFIX, DESTDIR)'
	@echo 'make uninstall  remove them'

run: build
	@exec $(AS_ROOT) lab/demo

build:
	@exec lab/prepare build
	@exec lab/within swift build --configuration release --static-swift-stdlib --product swiftvlan

build-tests:
	@exec lab/prepare test
	@exec lab/within swift build --build-tests

check: build-tests
	@exec $(AS_ROOT) lab/test check

test: build build-tests deb
	@exec $(AS_ROOT) lab/test all

test-all: build build-tests bench-programs deb plugin
	@exec $(AS_ROOT) lab/test everything

fuzz:
	@exec lab/prepare build
	@exec lab/within Fuzz/run 60

chaos:
	@exec lab/prepare build
	@exec lab/within swift build --product swiftvlan
	@exec lab/within swift build --product Chaos
	@exec $(AS_ROOT) lab/chaos full $(SOAK)

bench-programs: build
	@exec lab/within swift build --configuration release --static-swift-stdlib --product Bench
	@exec lab/within swift build --configuration release --static-swift-stdlib --product BenchReference

bench: bench-programs
	@exec $(AS_ROOT) lab/bench $(if $(BASELINE),compare '$(BASELINE)')

bench-networks: bench-programs
	@exec $(AS_ROOT) lab/bench networks

lint:
	@exec lab/within swift format lint --strict --recursive Sources Tests Fuzz Bench Chaos Package.swift

# Not by dpkg-buildpackage, which writes to the parent folder. Needs no root: Rules-Requires-Root in debian/control.
deb: build
	@exec lab/prepare package
	@debian/rules clean
	@rm -rf .build/deb && mkdir -p .build/deb
	@DEB_DESTINATION=$(CURDIR)/.build/deb debian/rules binary

test-unit: build-tests deb
	@exec $(AS_ROOT) lab/test unit

# The folder that docker plugin create takes.
plugin: build
	@plugin-spec/build $(PROGRAM) .build/plugin
	@echo 'Now type: docker plugin create swiftvlan .build/plugin && docker plugin enable swiftvlan'

test-plugin: plugin deb
	@exec $(AS_ROOT) lab/test plugin

test-deb: deb
	@exec $(AS_ROOT) lab/test package bookworm

# Does not depend on build, so that root does not build.
install:
	@test -x $(PROGRAM) || { echo 'There is no $(PROGRAM) yet. Type: make build' >&2; exit 1; }
	install -D -m 755 -s $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/swiftvlan
	@set -e; for pair in $(FILES); do \
		echo "install $${pair%%:*} $(DESTDIR)$${pair#*:}"; \
		mode=644; test ! -x "$${pair%%:*}" || mode=755; \
		install -D -m $$mode "$${pair%%:*}" "$(DESTDIR)$${pair#*:}"; \
	done
	@set -e; for pair in $(SETTINGS); do \
		test -e "$(DESTDIR)$${pair#*:}" || install -D -m 644 "$${pair%%:*}" "$(DESTDIR)$${pair#*:}"; \
	done
	@set -e; for pair in $(COMPLETIONS); do \
		mkdir -p "$$(dirname "$(DESTDIR)$${pair#*:}")"; \
		$(PROGRAM) --generate-completion-script "$${pair%%:*}" | sed '1{/^#!/d}' >"$(DESTDIR)$${pair#*:}"; \
		chmod 644 "$(DESTDIR)$${pair#*:}"; \
	done
	sed -i 's|/usr/bin/swiftvlan|$(PREFIX)/bin/swiftvlan|' $(DESTDIR)$(PREFIX)/lib/systemd/system/swiftvlan*.service
	sed -i 's|/usr/lib/udev|$(PREFIX)/lib/udev|' $(DESTDIR)$(PREFIX)/lib/udev/rules.d/82-swiftvlan.rules
	@# While an earlier version's dynamic user is there, systemd-sysusers makes none (debian/postinst).
	@$(ON_HOST) { \
		test "$$(systemctl show -P DynamicUser swiftvlan.service 2>/dev/null)" != yes || systemctl stop swiftvlan.service; \
		systemd-sysusers $(PREFIX)/lib/sysusers.d/swiftvlan.conf; systemctl daemon-reload; } || true
	@test -n '$(DESTDIR)' || echo 'Installed. Start it with: systemctl enable --now swiftvlan.service'

uninstall:
	@$(ON_HOST) systemctl disable --now swiftvlan.service swiftvlan.socket 2>/dev/null || true
	rm -f $(DESTDIR)$(PREFIX)/bin/swiftvlan
	@set -e; for pair in $(FILES) $(COMPLETIONS); do rm -f "$(DESTDIR)$${pair#*:}"; done
	@$(ON_HOST) { rm -f /run/docker/plugins/swiftvlan.sock; systemctl daemon-reload; } || true
