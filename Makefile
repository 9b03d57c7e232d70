# The project's own face: CI calls what a person calls.
#
#   make run     a live development network with the sample pilot
#   make test    all checks and tests; the last line says how it ended
SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GO ?= go
# Packages are tested side by side by default as many as there are cores; consensus tests in several
# packages at once would starve each other on small machines.
TEST_PARALLEL ?= 2
FUZZ_TIME ?= 3s
XSD := ../shared/data/iso20022/xsd
CODES := ../shared/data/codes

.PHONY: help build run test check gen bench soak deps fuzz once fresh packages typescript

help:
	@grep -E '^#   make' Makefile | sed 's/^#   //'; echo "make check | gen | bench | soak | fuzz | build"

build:
	$(GO) build -o bin/causeway ./cmd/causeway

run: build
	bin/causeway dev

# What is not Go and only tests use: an oracle for the XML schemas, and a PostgreSQL that the tests
# start themselves. Outside CI nothing fails without them.
deps:
	@want=""; command -v xmllint >/dev/null || want="libxml2-utils"; \
	command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || want="$$want postgresql"; \
	if [ -n "$$want" ] && command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
		echo "installing $$want"; \
		(apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$want) >/dev/null 2>&1 || echo "$$want could not be installed: what needs it is skipped"; \
	fi

check: fresh
	@unformatted=$$(gofmt -l $$(git ls-files --cached --others --exclude-standard '*.go')); \
	if [ -n "$$unformatted" ]; then echo "not formatted (gofmt -w):"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(GO) test -count=1 ./internal/archtest ./internal/docgen ./internal/tsgen

# Generated files are those that the generators make now. The message types come from schemas
# that stand beside the project, where they are.
fresh:
	@if [ -d $(XSD) ]; then \
		made=$$(mktemp -d); trap 'rm -rf "$$made"' EXIT; \
		$(GO) run ./iso20022/gen -xsd $(XSD) -codes $(CODES) -out "$$made"; \
		(cd "$$made" && find . -name '*_gen.go' | sort) | while read -r file; do \
			cmp -s "$$made/$$file" "iso20022/$$file" || { echo "iso20022/$$file is stale: run make gen"; exit 1; }; \
		done; \
		echo "generated message types are fresh"; \
	else echo "skip: freshness of generated message types (no $(XSD))"; fi

gen:
	@if [ -d $(XSD) ]; then $(GO) run ./iso20022/gen -xsd $(XSD) -codes $(CODES) -out iso20022; fi
	$(GO) run ./internal/docgen
	$(GO) run ./internal/tsgen
	$(GO) test -count=1 -run TestVectorsAreFresh ./internal/vectors -rewrite
	$(MAKE) --no-print-directory packages
	cd client-ts && npm run --silent fixture

# What the TypeScript SDK is made of, exactly as its lock file says.
packages:
	@command -v npm >/dev/null || { echo "the TypeScript SDK needs Node.js 20.19 or later with npm"; exit 1; }
	cd client-ts && npm ci --no-audit --no-fund --silent

# Some of its tests play against the binary.
typescript: build packages
	cd client-ts && npm test --silent

fuzz:
	$(GO) run ./internal/fuzzrun -time $(FUZZ_TIME)

once: build
	bin/causeway dev --once

# Property tests take the same random choices in each run, so that a failure is the change's; other
# ones by RAPID_SEED=N make test. A failure prints its seed, and soak takes another each time.
test: export RAPID_SEED ?= 1
test: deps check
	$(GO) test -count=1 -timeout 15m -p $(TEST_PARALLEL) ./...
	$(MAKE) --no-print-directory typescript
	$(MAKE) --no-print-directory fuzz
	$(MAKE) --no-print-directory once
	@echo "make test: everything passed"

bench:
	$(GO) run ./bench

# Longer than anybody waits for: races, long fuzzing, repeated runs.
soak: export RAPID_SEED := 0
soak: deps
	$(GO) test -count=1 -timeout 120m -race -p 1 ./...
	$(GO) test -count=1 -tags soak -run TestLargeFile ./cmd/causeway
	$(GO) test -count=20 -timeout 120m ./sim -args -seed 0
	EVERY_BYTE=1 $(MAKE) --no-print-directory typescript
	$(MAKE) --no-print-directory fuzz FUZZ_TIME=10m
	for i in $$(seq 50); do $(MAKE) --no-print-directory once; done
	@echo "make soak: everything passed"
