# make demo    a whole region synchronised, by one command
# make test    build and run all tests
# make bench   the figures, beside the machine's floor
# make bench-sources   what it takes to read sources, well-behaved and not
# make bench-sealing   what sealing the state costs
# make bench-formats   how fast files are read through their mappings
# make bench-matching DATA=FOLDER   what the matcher is worth, on public data with their truth and on made-up people
# make bench-warehouse   a first delivery of a million records, beside COPY and bare inserts
# make test-pages   the public pages of the Monitor and those for operators in a real browser (Chromium of Debian, axe from npm)
# make bench-criteria [WANTED="--seeds=3 --only=1,2"]   what sources do wrong, over ten seeds, and what becomes of it
# make test-oauth   tokens of an OAuth server that others made (Glewlwyd of Debian)
# make bench-monitor   an edition of the Monitor over 200,000 persons, ten years and sixty projects
# make sweep   every point of the crash sweep
# make test-systemd   the package under a real systemd in a container; as root
# make deb     the Debian packages, in build/deb, looked over by lintian

SHELL := /bin/bash
.PHONY: demo test test-pages test-oauth bench bench-sealing bench-sources bench-formats bench-matching bench-warehouse bench-monitor bench-criteria sweep deb test-systemd deps deps-npm deps-bench asan tsan \
    check-format clean

PACKAGES := cmake ninja-build g++ make pkg-config ca-certificates libpoco-dev libcurl4-openssl-dev libsqlite3-dev \
    libspdlog-dev libfmt-dev libgtest-dev libgmock-dev libsimdjson-dev libexpat1-dev libzip-dev libssh-dev libtomlplusplus-dev \
    nlohmann-json3-dev libxxhash-dev libzstd-dev libssl-dev libsystemd-dev libhowardhinnant-date-dev prometheus-cpp-dev \
    libexpected-dev libsodium-dev libutf8proc-dev libxmlsec1-dev tzdata openssl systemd prometheus libxlsxwriter-dev openssh-client \
    openssh-server libpqxx-dev postgresql coinor-libcbc-dev libglpk-dev python3-aiosmtpd
BENCH_PACKAGES := python3 sqlite3
DEB_PACKAGES := debhelper dpkg-dev lintian reuse

# Installs from Debian what is not there yet; as root, or through sudo.
define install
	@missing=""; for package in $(1); do \
	    dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q "install ok installed" || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	    sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	    echo "installing:$$missing"; \
	    $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing; \
	fi
endef

deps:
	$(call install,$(PACKAGES))

deps-npm:
	$(call install,nodejs npm)

deps-bench: deps
	$(call install,$(BENCH_PACKAGES))

test: deps
	cmake --workflow --preset dev

# Apart from `test`: it is the only one that needs a browser, and a package of npm.
test-pages: deps
	$(call install,chromium)
	command -v npm >/dev/null || $(MAKE) deps-npm
	cmake --preset dev >/dev/null
	cmake --build --preset dev --target ketensync_monitor_sample ketensync ketensync_region
	rm -rf build/pages && build/dev/tests/monitor/ketensync_monitor_sample build/pages
	cd tests/monitor/browser && npm ci --silent && node pages.mjs ../../../build/pages ../../../build/pages-seen
	node tests/web/browser/operator.mjs build/dev build/pages-seen/operators

# Apart from `test`: the package brings a service of its own with it.
test-oauth: deps
	$(call install,dbconfig-sqlite3 glewlwyd)
	cmake --preset dev >/dev/null
	cmake --build --preset dev --target ketensync_connectors_test
	build/dev/tests/connectors/ketensync_connectors_test --gtest_filter='ForeignOAuth.*'

demo: deps
	$(call install,sqlite3)
	cmake --preset measure >/dev/null
	cmake --build --preset measure --target ketensync ketensync_region ketensync_region_score
	tests/region/demo.sh build/measure

bench: deps-bench
	cmake --preset measure >/dev/null
	cmake --build --preset measure --target ketensync ketensync_region ketensync_region_score
	tests/bench/bench.sh build/measure

bench-sealing: deps-bench
	cmake --preset measure >/dev/null
	cmake --build --preset measure --target ketensync ketensync_region
	python3 tests/bench/sealing.py --build build/measure --mappings mappings

bench-formats: deps
	cmake --preset measure >/dev/null
	cmake --build --preset measure --target ketensync_formats_bench
	build/measure/tests/bench/ketensync_formats_bench

bench-sources: deps-bench
	cmake --preset measure >/dev/null
	cmake --build --preset measure --target ketensync
	python3 tests/bench/sources.py --build=build/measure --mappings=mappings

bench-matching: deps
	cmake --preset measure >/dev/null
	cmake --build --preset measure --target ketensync_matching_bench --target ketensync_reconcile_bench
	build/measure/tests/bench/ketensync_matching_bench "$(DATA)" 100000 1000000 5000000
	build/measure/tests/reconcile/ketensync_reconcile_bench 1000000

bench-warehouse: deps
	cmake --preset measure >/dev/null
	cmake --build --preset measure --target ketensync_warehouse_bench
	build/measure/tests/bench/ketensync_warehouse_bench

bench-monitor: deps
	cmake --preset measure >/dev/null
	cmake --build --preset measure --target ketensync_monitor_bench
	build/measure/tests/bench/ketensync_monitor_bench

bench-criteria: deps
	cmake --preset measure >/dev/null
	cmake --build --preset measure --target ketensync_criteria --target ketensync_sources_test --target ketensync_control_test \
	    --target ketensync_health_test --target ketensync_pipeline_test --target ketensync_warehouse_test
	build/measure/tests/bench/criteria/ketensync_criteria $(WANTED)

# Every point of the crash sweep, in four shares beside each other: on two cores half an hour for the embedded warehouse, and
# longer for PostgreSQL.
sweep: deps
	cmake --preset dev >/dev/null
	cmake --build --preset dev --target ketensync_crash_test ketensync_warehouse_test
	KETENSYNC_SWEEP=1/1 build/dev/tests/warehouse/ketensync_warehouse_test --gtest_filter='PostgresCrash.*' --gtest_brief=1
	for share in 1 2 3 4; do \
	    KETENSYNC_SWEEP=$$share/4 build/dev/tests/crash/ketensync_crash_test --gtest_brief=1 & shares="$$shares $$!"; \
	done; for share in $$shares; do wait $$share || exit 1; done

# BUILD=FOLDER: of what was built there, instead of building it anew.
deb: deps
	$(call install,$(DEB_PACKAGES))
	reuse lint > /dev/null || { reuse lint; exit 1; }
	systemd/debian/make.sh build/deb $(BUILD)
	lintian --fail-on error,warning --allow-root build/deb/ketensync_*.changes

test-systemd: deps
	$(call install,$(DEB_PACKAGES) systemd-container mmdebstrap bc)
	cmake --preset dev > /dev/null
	cmake --build --preset dev --target ketensync ketensync_region ketensync_probe ketensync_revive ketensync_freeze
	tests/systemd/run.sh build/dev

asan tsan: deps
	cmake --workflow --preset $@

check-format:
	git ls-files '*.cpp' '*.hpp' | xargs clang-format-14 --dry-run --Werror

clean:
	rm -rf build
