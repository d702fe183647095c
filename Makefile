# SPDX-License-Identifier: Apache-2.0
#
# The commands a developer types. Each does its own set-up check and fails with the command that helps.
# The work is done by `./apus` and by the developers' helper, `Tools` product `dev`.

.PHONY: all setup build demo check test bench soak clean
SHELL := /bin/bash
# The developers' helper, built when its sources changed.
DEV := swift build --quiet --package-path Tools -c release --static-swift-stdlib --product dev && Tools/.build/release/dev
PACKAGES := $(shell sed 's/\#.*//' Toolsets/packages.txt)

all: build

# Says first what is missing, then installs exactly that, without recommended packages. Nothing is started.
setup:
	@missing=""; for p in $(PACKAGES); do \
	    dpkg-query -W -f='$${db:Status-Status}' $$p 2>/dev/null | grep -q '^installed$$' || missing="$$missing $$p"; \
	done; \
	if [ -z "$$missing" ]; then echo "setup: nothing to install"; else \
	    echo "setup: installing$$missing"; \
	    sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	    if [ -n "$$sudo" ] && ! command -v sudo >/dev/null; then \
	        echo "setup: run as root: apt-get install --no-install-recommends$$missing" >&2; exit 69; fi; \
	    $$sudo apt-get update -q && \
	    DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -q -y --no-install-recommends$$missing; \
	fi
	@command -v swift >/dev/null || { \
	    echo "setup: swift is not in PATH; install Swift 6.3 from https://www.swift.org/install/linux" >&2; exit 69; }

# The tool and the kernel image.
build:
	./apus version
	./apus build --linux

# Debian's busybox and the native hello as unikernels, with what they cost.
demo: setup build
	$(DEV) demo

# The shape of sources and images: layers, fences, documentation.
check:
	$(DEV) check

# Unit tests of both packages, then the guest cases and programs in QEMU.
test: setup build
	Tools/test.sh

# Figures, compared with the committed baseline.
bench: build
	$(DEV) bench

# What takes too long for `make test`.
soak: build
	$(DEV) soak

clean:
	rm -rf .build .build-images Tools/.build
	find Examples -maxdepth 2 -name '.build*' -exec rm -rf {} +
