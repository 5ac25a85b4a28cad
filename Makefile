# Thin front to Meson: `make demo` and `make check` work on a bare machine with git and make.
# SPDX-License-Identifier: BSD-3-Clause
#
#   make            builds the library, examples and tests into build/
#   make demo       installs what is missing, builds, segments the photograph in examples/data/
#   make check      installs what is missing, builds, runs all tests, ends with `N passed, N failed, N skipped`
#   make sanitize   the tests under AddressSanitizer and UndefinedBehaviorSanitizer, in build-sanitize/
#   make fuzz       fuzzers of whatever parses input, each for FUZZ_SECONDS, in build-fuzz/; FUZZ='npz' for a part
#   make coverage   the tests once more, and docs/coverage.md from the calls that they made
#   make check-full  the tests also on OpenCL, as far as a device is there, and kernels for more GPUs
#   make bundle     one folder, BUNDLE, with which a machine with a GPU runs tests and benchmarks
#   make bench      measures SciXP and its peers in one run; ROWS='sum*' for a part
#   make install    installs what was built; PREFIX and DESTDIR as usual
#   make clean      removes the build folders

BUILD = build
PREFIX = /usr/local
DEMO_IMAGE = examples/data/astronaut.png
DEMO_OUTPUT = $(BUILD)/segment.png
ROWS =
FUZZ =
BUNDLE = bundle
FUZZ_SECONDS = 30

.PHONY: all dependencies demo check check-full bundle sanitize fuzz coverage bench install clean
.NOTPARALLEL:

all: $(BUILD)/build.ninja
	@meson compile -C $(BUILD)

dependencies:
	@tools/install_dependencies.sh

$(BUILD)/build.ninja:
	@meson setup $(BUILD) --prefix=$(PREFIX) --libdir=lib

build-sanitize/build.ninja:
	@meson setup build-sanitize -Db_sanitize=address,undefined -Db_lundef=false -Doptimization=1 -Dbenchmarks=false \
	    -Dc_args='-fno-sanitize-recover=all -g1'

# Threads that wait asleep lose nothing on an idle machine, and much less than spinning ones on a busy one.
demo: dependencies $(BUILD)/build.ninja
	@meson compile -C $(BUILD) segment
	@OMP_WAIT_POLICY=passive $(BUILD)/examples/segment/segment --output $(DEMO_OUTPUT) $(DEMO_IMAGE)

# Old results are removed first, so that they cannot be taken for new ones. Meson's status does not decide: the summary
# knows about every failure that it knows about.
check: dependencies all
	@rm -f $(BUILD)/meson-logs/testlog.json $(BUILD)/meson-logs/report.txt
	@meson test -C $(BUILD) --no-rebuild --print-errorlogs || true
	@python3 tools/summarise_tests.py $(BUILD)

check-full: dependencies all
	@rm -f $(BUILD)/meson-logs/testlog.json $(BUILD)/meson-logs/report.txt
	@meson test -C $(BUILD) --no-rebuild --print-errorlogs --setup=full || true
	@python3 tools/summarise_tests.py $(BUILD)

bundle: all
	@tools/bundle.sh $(BUILD) $(BUNDLE)

sanitize: dependencies build-sanitize/build.ninja
	@meson compile -C build-sanitize
	@rm -f build-sanitize/meson-logs/testlog.json build-sanitize/meson-logs/report.txt
	@meson test -C build-sanitize --no-rebuild --print-errorlogs --timeout-multiplier 4 || true
	@python3 tools/summarise_tests.py build-sanitize 'under sanitizers: '

fuzz:
	@tools/install_dependencies.sh checks || true
	@tools/fuzz.sh build-fuzz $(FUZZ_SECONDS) $(FUZZ)

# What fails here fails in `make check`, too; the page is about what succeeded.
CALLS = $(abspath $(BUILD))/calls.log
coverage: all
	@rm -f $(CALLS)
	@SCIXP_LOG_CALLS=$(CALLS) meson test -C $(BUILD) --no-rebuild --quiet || true
	@python3 tools/coverage.py xp/standard/standard.def xp/graph/elementwise.def $(CALLS) docs/coverage.md

bench:
	@tools/install_dependencies.sh bench
	@$(MAKE) --no-print-directory all
	@tools/bench.sh $(BUILD) '$(ROWS)'

# Without `all` before it: built as the user, installed as root.
install: $(BUILD)/build.ninja
	@meson configure $(BUILD) -Dprefix=$(PREFIX)
	@meson install -C $(BUILD)
	@if [ -z "$(DESTDIR)" ] && [ "$$(id -u)" = 0 ]; then ldconfig; fi

clean:
	rm -rf build build-sanitize build-fuzz
