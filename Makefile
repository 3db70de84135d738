# make demo    install what is missing, build, serve made-up patients on http://127.0.0.1:8090 (DEMO="--cors ...")
# make check   formatting and the tests that need no server, in a minute once built
# make test    install what is missing, build, run every test
# make bench   in-process benchmark, ends in one line of ratios
# make bench-serve   the service on the network beside nginx and a Node peer (BENCH_SERVE="--million"), ends in ratios
# make bench-fair   what one tenant's trouble costs another, as multiples of its p99 without any
# make bench-worst   records made to keep a reader busy, beside a normal one (WORST_MIB="1 4 16")
# make mutate-data, make coverage, make asan, make tsan, make fuzz, make format, make tidy (make tidy-all: every check),
# make web (the evidence page: builds it, proves that web/dist is what the sources give, drives it in a browser),
# make screenshots (docs/pictures, from the demonstration as it is),
# make counts (the tables of docs/how-it-is-tested.md from a run)

FUZZ_SECONDS ?= 30
MUTATIONS ?= 30
JOBS ?= $(shell nproc)
CTEST = ctest --output-on-failure --no-tests=error -j $(JOBS)

.PHONY: demo check counts test build-test fhir-server web web-build bench bench-serve bench-fair bench-worst mutate-data coverage asan tsan build-asan build-tsan fuzz screenshots format format-check tidy tidy-all clean

demo:
	@deploy/install-build-deps.sh build
	@deploy/build-quietly.sh build/demo-build.log $(JOBS) trial-cds
	@exec build/release/bin/trial-cds demo --log build/demo.log $(DEMO)

check: format-check
	@cmake --preset dev > /dev/null
	cmake --build build/dev -j $(JOBS) --target unit-tests
	$(CTEST) --test-dir build/dev -L unit

test: build-test
	$(CTEST) --test-dir build/dev

# The benchmarks too, so that they keep building. `cmake --preset dev -DCMAKE_UNITY_BUILD=OFF` compiles each source by
# itself: longer the first time, quicker after a change.
build-test: fhir-server
	cmake --preset dev -DTRIALCDS_BENCH=ON
	cmake --build build/dev -j $(JOBS)

fhir-server:
	@deploy/install-build-deps.sh all
	@tests/fhir-server/install.sh
	@tests/fhir-server/install.sh ../openapi

# The built page is committed, so that nobody needs Node.js to install or to show it. Node.js 22 comes with npm.
web-build:
	@deploy/install-build-deps.sh all
	cd web && npm ci --silent --no-audit --no-fund && PATH="$$PWD/node_modules/node/bin:$$PATH" npm run --silent build

web: web-build build-test
	@test -z "$$(git status --porcelain -- web/dist)" || { git status --short -- web/dist; \
	  echo "web/dist is not what the sources give: commit what make web-build has built"; exit 1; }
	cd web && PATH="$$PWD/node_modules/node/bin:$$PATH" npm test

# The pictures that the README shows, each of a page of the running demonstration.
screenshots: web-build
	@cmake --preset dev > /dev/null
	cmake --build build/dev -j $(JOBS) --target trial-cds
	cd web && PATH="$$PWD/node_modules/node/bin:$$PATH" node tests/pictures.ts

bench:
	@deploy/install-build-deps.sh all
	@cmake --preset release -DTRIALCDS_BENCH=ON > /dev/null
	@cmake --build build/release -j $(JOBS) --target call_bench
	@build/release/bin/call_bench

bench-worst:
	@deploy/install-build-deps.sh all
	@cmake --preset release -DTRIALCDS_BENCH=ON > /dev/null
	@cmake --build build/release -j $(JOBS) --target worst_bench
	@build/release/bin/worst_bench

bench-serve:
	@deploy/install-build-deps.sh bench
	@cmake --preset release -DTRIALCDS_BENCH=ON > /dev/null
	@cmake --build build/release -j $(JOBS) --target trial-cds serve_material
	@cd bench/peers && npm ci --silent --no-audit --no-fund
	@python3 bench/serve/run.py $(BENCH_SERVE)

bench-fair:
	@deploy/install-build-deps.sh bench
	@cmake --preset release -DTRIALCDS_BENCH=ON > /dev/null
	@cmake --build build/release -j $(JOBS) --target trial-cds serve_material
	@python3 bench/serve/fair.py $(BENCH_FAIR)

mutate-data: build-test
	python3 tests/mutation/mutate_data.py --build build/dev --count $(MUTATIONS)

coverage: fhir-server
	cmake --preset coverage
	cmake --build build/coverage -j $(JOBS)
	$(CTEST) --test-dir build/coverage
	tests/coverage/report.sh build/coverage

asan tsan: %: build-%
	$(CTEST) --test-dir build/$@

build-asan build-tsan: build-%: fhir-server
	cmake --preset $*
	cmake --build build/$* -j $(JOBS)

fuzz:
	@deploy/install-build-deps.sh all
	cmake --preset asan
	cmake --build build/asan -j $(JOBS) --target fuzzers
	tests/fuzz/run.sh build/asan $(FUZZ_SECONDS)

SOURCES = $(shell git ls-files '*.h' '*.cpp' '*.inl')

format:
	clang-format-14 -i $(SOURCES)

format-check:
	@deploy/install-build-deps.sh check
	@clang-format-14 --dry-run --Werror $(SOURCES)
	@echo "clang-format: no difference"

tidy tidy-all: fhir-server
	@cmake --preset tidy > /dev/null
	@python3 tests/tidy/run.py build/tidy $(if $(filter tidy-all,$@),all)

counts: build-test
	python3 tests/corpora/count.py --write build/dev

clean:
	rm -rf build
