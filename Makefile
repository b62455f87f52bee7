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
	systemd/metrics-tcp.conf:$(PREFIX)/share/swiftvlan/metrics-tcp.conf \
	docs/alerts.yaml:$(PREFIX)/share/swiftvlan/alerts.yaml \
	docs/grafana.json:$(PREFIX)/share/swiftvlan/grafana.json \
	plugin-spec/swiftvlan.spec:/usr/lib/docker/plugins/swiftvlan.spec \
	iproute2/swiftvlan.conf:/etc/iproute2/rt_protos.d/swiftvlan.conf \
	man/swiftvlan.8:$(PREFIX)/share/man/man8/swiftvlan.8 \
	man/swiftvlan-networks.7:$(PREFIX)/share/man/man7/swiftvlan-networks.7 \
	man/swiftvlan.toml.5:$(PREFIX)/share/man/man5/swiftvlan.toml.5
# An existing configuration file belongs to the operator and is kept.
SETTINGS := config/swiftvlan.toml:/etc/swiftvlan/swiftvlan.toml
# The folder in which each shell searches for completions.
COMPLETIONS := \
	bash:$(PREFIX)/share/bash-completion/completions/swiftvlan \
	zsh:$(ZSH)/_swiftvlan \
	fish:$(PREFIX)/share/fish/vendor_completions.d/swiftvlan.fish
# Prefix of commands that change the host itself: they run only without DESTDIR, which collects files for a package.
ON_HOST := test -n '$(DESTDIR)' || ! command -v systemctl >/dev/null ||

.PHONY: help run build build-tests test test-all check fuzz chaos bench-programs bench bench-networks bench-routes lint deb test-deb test-unit plugin test-plugin test-fabric test-swarm install uninstall

define HELP
Try it
  make run                      show containers on a LAN, on a throwaway host (root)

Build
  make build                    build $(PROGRAM)
  make deb                      build a Debian package in .build/deb
  make plugin                   build the folder of a managed plugin, for Swarm, in .build/plugin

Install                         (PREFIX=/usr/local, DESTDIR=)
  make install                  install the program, systemd units, manuals and completions (root)
  make uninstall                remove them; keep settings and records (root)

Test                            docs/testing.md has details and times
  make lint                     check the formatting
  make check                    run the quick tests: units, protocol, netlink, kernel (root)
  make test                     run the tests with Docker Engine, here and in a virtual machine (root)
  make test-all                 run every test, in virtual machines with three Debian releases (root)
  make test-deb                 install, upgrade and remove the package on Debian 13 and 12 (root)
  make test-unit                run the Docker Engine tests under the installed systemd unit (root)
  make test-plugin              run the managed plugin in a swarm of one node (root)
  make test-fabric              run several hosts behind a router that learns their routes, and test-swarm (root)
  make test-swarm               run the managed plugin in a swarm of two nodes (root)
  make fuzz                     feed malformed bytes to every decoder, 60 seconds each
  make chaos                    kill the daemon at every step, then make random calls for SOAK=1800 seconds (root)

Measure
  make bench                    measure times, memory and netlink requests (root)
  make bench BASELINE=PROGRAM   compare with an older build (root)
  make bench-networks           measure 4094 networks, in User-mode Linux (root)
  make bench-routes             measure 4,000 containers with a route each, and a fabric of 1,000 hosts (root)
endef

help:
	$(info $(HELP))
	@:

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

bench-routes: bench-programs
	@exec $(AS_ROOT) sh -c 'lab/bench routes && lab/fabric-scale && lab/fabric-scale pools'

lint:
	@exec lab/within swift format lint --strict --recursive Sources Tests Fuzz Bench Chaos Package.swift

# Without dpkg-buildpackage, which writes to the parent folder. Needs no root: see Rules-Requires-Root in debian/control.
deb: build
	@exec lab/prepare package
	@debian/rules clean
	@rm -rf .build/deb && mkdir -p .build/deb
	@DEB_DESTINATION=$(CURDIR)/.build/deb debian/rules binary

test-unit: build-tests deb
	@exec $(AS_ROOT) lab/test unit

# Builds the folder for `docker plugin create`.
plugin: build
	@plugin-spec/build $(PROGRAM) .build/plugin
	@echo 'Built. Install it with: docker plugin create swiftvlan .build/plugin && docker plugin enable swiftvlan'

test-plugin: build-tests plugin deb
	@exec $(AS_ROOT) lab/test plugin

test-fabric: build-tests deb plugin
	@exec $(AS_ROOT) lab/test fabric swarm

test-swarm: build-tests plugin
	@exec $(AS_ROOT) lab/test swarm

test-deb: build-tests deb
	@exec $(AS_ROOT) lab/test package bookworm

# Does not depend on the target build, so that root does not build.
install:
	@test -x $(PROGRAM) || { echo '$(PROGRAM) does not exist yet. Build it first: make build' >&2; exit 1; }
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
	@# systemd-sysusers creates no user while an earlier version's dynamic user exists (see debian/postinst).
	@$(ON_HOST) { \
		test "$$(systemctl show -P DynamicUser swiftvlan.service 2>/dev/null)" != yes || systemctl stop swiftvlan.service; \
		systemd-sysusers $(PREFIX)/lib/sysusers.d/swiftvlan.conf; systemctl daemon-reload; } || true
	@test -n '$(DESTDIR)' || echo 'Installed. Start it with: systemctl enable --now swiftvlan.service'

uninstall:
	@$(ON_HOST) systemctl disable --now swiftvlan.service swiftvlan.socket 2>/dev/null || true
	rm -f $(DESTDIR)$(PREFIX)/bin/swiftvlan
	@set -e; for pair in $(FILES) $(COMPLETIONS); do rm -f "$(DESTDIR)$${pair#*:}"; done
	@$(ON_HOST) { rm -f /run/docker/plugins/swiftvlan.sock; systemctl daemon-reload; } || true
