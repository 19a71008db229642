#pragma once

#include "daemon/health/run_log.hpp"
#include "daemon/pipeline/pipeline.hpp"
#include "tests/bench/criteria/criterion.hpp"
#include "tests/support/temporary_folder.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include <sys/types.h>

namespace ketensync::criteria {

/// What a source knows it published: by number, the content.
using Oracle = std::unordered_map<std::string, std::string>;

/// How an installation is laid out, beyond what all have in common.
struct Laid {
    std::string feeds; ///< the [[feed]]s of source "bron"
    std::string rest {}; ///< more below [rest]
    std::string limits {};
    std::string warehouse {}; ///< below [warehouse]; empty: a file of SQLite
    std::string web { "[web]\naddress = \"\"\n" };
    bool real_time = false; ///< the machine's own clock; otherwise one that waiting moves on at once
};

/// The real pipeline with a configuration, a state and a warehouse of its own, reading one source at `address`. Its
/// things are no business of anybody: mappings/dingen fills nummer, inhoud and values of every plain type. One thread.
class Rig {
public:
    Rig(std::string address, Laid laid);
    ~Rig();
    Rig(Rig const &) = delete;
    Rig & operator=(Rig const &) = delete;

    ManualClock time { Instant(std::chrono::sys_days(std::chrono::year(2026) / 6 / 1)) };
    support::TemporaryFolder folder {};
    health::Heartbeats heartbeats;

    /// Writes the source's file anew; the pipeline is opened anew with it.
    void lay(std::string const & feeds);
    void write_mapping(std::string const & name, std::string const & text);

    /// Reads feeds in this process, delivers, and gives how the runs ended. Throws when it cannot.
    health::Run sync(std::string const & feed = "lijst", pipeline::RunOptions options = {});
    std::vector<health::Run> sync_all();
    /// Retries what is in quarantine.
    std::size_t retry();
    void close();

    /// How the program ended, as a process of its own.
    struct Ended {
        int code = -1;
        std::string out;
        std::string said; ///< to its error stream
        double peak_mib = 0;
        double seconds = 0;
    };
    Ended program(std::vector<std::string> words, std::function<void(pid_t)> const & started = {});
    /// Whether the service, with these feeds read every second, logs that.
    bool service_says(std::string const & text);
    /// --sync=bron/lijst
    Ended program_sync(std::function<void(pid_t)> const & started = {});

    std::filesystem::path config() const { return folder / "ketensync.toml"; }
    std::filesystem::path warehouse() const { return folder / "warehouse.sqlite"; }
    /// How what is known now in the warehouse differs from what was published.
    Difference compare(Oracle const & published) const;
    /// The same, of rows (nummer, inhoud) that were read elsewhere.
    static Difference compare(Oracle const & published, std::vector<std::pair<std::string, std::string>> const & rows);
    std::vector<std::pair<std::string, std::string>> rows(std::string const & sql = "SELECT nummer, inhoud FROM ding_nu") const;
    std::int64_t in_warehouse(std::string const & sql) const;
    std::int64_t in_state(std::string const & sql) const;
    std::string text_in_state(std::string const & sql) const;
    /// As it is kept.
    std::string cursor(std::string const & feed = "lijst") const;
    /// How many batches the warehouse took.
    std::int64_t batches() const;

private:
    pipeline::Pipeline & pipeline();
    void write();

    std::string m_address;
    Laid m_laid;
    SystemClock m_real_clock {};
    Log m_log { Log::Level::off };
    std::unique_ptr<pipeline::Pipeline> m_pipeline {};
};

/// The item of a page: mappings/dingen reads it. `more` is text within the object, with a comma before it.
std::string item(std::string const & number, std::string const & content, std::string const & more = {});

} // namespace ketensync::criteria
