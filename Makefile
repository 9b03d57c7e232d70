# What people and CI call. Needs Go; `make test` installs xmllint where it can.
GO ?= go

.PHONY: build run test check gen bench soak deps clean

build: ## the one binary
	$(GO) build -o bin/causeway ./cmd/causeway

run: build ## a live development network with the sample pilot
	./bin/causeway dev

test: deps check build ## everything that must hold; CI calls this
	$(GO) test -timeout 20m ./...
	$(GO) run ./internal/fuzzrun -time 2s
	./bin/causeway dev --once
	@echo "make test: everything passed"

check: ## form: formatting, vet, staticcheck, import rules, generated files fresh
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "run gofmt -w on:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(GO) test ./internal/archtest ./internal/docgen ./iso20022/gen

gen: ## generated code and reference pages
	@if [ -d ../shared/data/iso20022/xsd ]; then \
		$(GO) run ./iso20022/gen -xsd ../shared/data/iso20022/xsd -codes ../shared/data/codes -out iso20022; \
	else echo "skip: ../shared/data is not beside this checkout, so the ISO 20022 code stays as committed"; fi
	$(GO) run ./internal/docgen

bench: ## figures of speed, disk and memory; about ten minutes
	$(GO) run ./bench

soak: ## longer runs than CI allows
	$(GO) run ./internal/fuzzrun -time 60s
	$(GO) test -timeout 2h -count 5 ./core/... ./node/... ./sim/...

deps: ## the independent judge of ISO 20022 schemas
	@command -v xmllint >/dev/null 2>&1 || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
			echo "installing xmllint (libxml2-utils)"; apt-get update -qq && apt-get install -y -qq libxml2-utils >/dev/null; \
		else echo "note: xmllint is not installed (Debian: libxml2-utils); tests that ask it will skip"; fi; }

clean:
	rm -rf bin
