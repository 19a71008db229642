// A bundle for a bug report: one file of JSON that a person can read before sending it.

#include "daemon/commands/reading.hpp"
#include "daemon/commands/scrub.hpp"
#include "daemon/health/metrics.hpp"
#include "daemon/health/status_text.hpp"
#include "daemon/pipeline/observe.hpp"
#include "daemon/pipeline/runs.hpp"
#include "daemon/pipeline/state.hpp"
#include "daemon/record/ids.hpp"
#include "daemon/settings/masked.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

#include <fcntl.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace ketensync::commands {

namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr std::size_t runs_shown = 200;
/// Of one file of this machine that is read as a whole.
constexpr std::size_t file_bytes_max = 1U << 20;

std::string content_of(fs::path const & file)
{
    std::ifstream stream(file, std::ios::binary);
    std::string text(file_bytes_max, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(stream.gcount(), 0)));
    return text;
}

std::vector<fs::path> files_of(fs::path const & folder, std::string_view extension)
{
    std::vector<fs::path> files;
    std::error_code error;
    for (auto each = fs::directory_iterator(folder, error); !error && each != fs::directory_iterator(); each.increment(error)) {
        if (extension.empty() || each->path().extension() == extension) {
            files.push_back(each->path());
        }
    }
    std::ranges::sort(files);
    return files;
}

ordered_json machine()
{
    utsname names {};
    ::uname(&names);
    std::string system;
    std::istringstream lines(content_of("/etc/os-release"));
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("PRETTY_NAME=")) {
            system = line.substr(12);
        }
    }
    std::erase(system, '"');
    auto const pages = ::sysconf(_SC_PHYS_PAGES), page = ::sysconf(_SC_PAGESIZE);
    // Not its name: that says whose it is.
    return { { "system", system }, { "kernel", names.release }, { "machine", names.machine },
        { "processors", ::sysconf(_SC_NPROCESSORS_ONLN) }, { "memory_mib", (pages / 1024) * (page / 1024) } };
}

ordered_json configuration(settings::Config const * config, fs::path const & file)
{
    ordered_json files { { "ketensync.toml", settings::masked(file) } };
    for (auto const & source : files_of(config == nullptr ? file.parent_path() / "sources.d" : config->sources_folder, ".toml")) {
        files[source.filename().string()] = settings::masked(source);
    }
    return files;
}

/// Faults by their place only: what they quote may be a secret in the wrong place.
ordered_json places_of(settings::Faults const & faults)
{
    auto places = ordered_json::array();
    for (auto const & fault : faults) {
        places.push_back(fault.substr(0, fault.find(": ")));
    }
    return places;
}

std::string hex_of(record::Fingerprint const & fingerprint)
{
    return fmt::format("{:016x}{:016x}", fingerprint.high, fingerprint.low);
}

/// A layout that was changed here shows in its fingerprint.
ordered_json mappings(fs::path const & folder)
{
    ordered_json result;
    for (auto const & each : files_of(folder, {})) {
        auto const file = fs::is_directory(each) ? each / "mapping.toml" : each;
        if (auto const text = content_of(file); file.extension() == ".toml" && !text.empty()) {
            result[file.lexically_relative(folder).string()] = hex_of(record::fingerprint(text));
        }
    }
    return result;
}

ordered_json folder_listing(fs::path const & folder)
{
    ordered_json result;
    for (auto const & file : files_of(folder, {})) {
        std::error_code error;
        auto const size = fs::is_regular_file(file, error) ? fs::file_size(file, error) : 0;
        result[file.filename().string()] = fmt::format("{} bytes, rights {:o}", error ? 0 : size,
            static_cast<unsigned>(fs::status(file, error).permissions()) & 07777U);
    }
    return result;
}

std::vector<ordered_json> parsed_lines(std::string const & text)
{
    std::vector<ordered_json> result;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        result.push_back(ordered_json::parse(line, nullptr, false));
    }
    return result;
}

Result<void> add_state(ordered_json & bundle, pipeline::Plan const & plan)
{
    KETENSYNC_TRY_ASSIGN(auto state, pipeline::open_state_to_look(plan.config));
    KETENSYNC_TRY_ASSIGN(auto const layout, state.number("PRAGMA user_version"));
    bundle["state"]["layout"] = layout;
    bundle["state"]["sealed"] = state.seal() != nullptr;
    KETENSYNC_TRY_ASSIGN(auto snapshot, pipeline::observe(state, plan, SystemClock().now()));
    snapshot.started_up = true;
    bundle["status"] = parsed_lines(health::status_json_lines(snapshot, health::evaluate(snapshot)));
    bundle["metrics"] = health::metrics_text(snapshot);
    KETENSYNC_TRY_ASSIGN(auto runs, pipeline::Runs::open(state));
    KETENSYNC_TRY_ASSIGN(auto const found, runs.history(runs_shown));
    for (auto const & run : found) {
        bundle["runs"].push_back(ordered_json::parse(run_json(run)));
    }
    return {};
}

/// Every text in it, keys too.
ordered_json scrubbed(ordered_json const & json, std::vector<std::string> const & secrets)
{
    if (json.is_string()) {
        return commands::scrubbed(json.get<std::string>(), secrets);
    }
    ordered_json result = json.is_object() ? ordered_json::object() : json.is_array() ? ordered_json::array() : json;
    if (json.is_object()) {
        for (auto const & [key, value] : json.items()) {
            result[commands::scrubbed(key, secrets)] = scrubbed(value, secrets);
        }
    } else if (json.is_array()) {
        for (auto const & value : json) {
            result.push_back(scrubbed(value, secrets));
        }
    }
    return result;
}

std::vector<std::string> secrets_of(settings::Config const * config)
{
    std::vector<std::string> secrets;
    if (config != nullptr) {
        for (auto const & file : files_of(settings::Secrets(config->secrets_folder).folder(), {})) {
            std::istringstream lines(content_of(file));
            for (std::string line; std::getline(lines, line);) {
                secrets.push_back(line);
            }
        }
    }
    return secrets;
}

Result<void> write_new(fs::path const & file, std::string const & text)
{
    int const out = ::open(file.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (out < 0) {
        return fail(Failure::cannot_write, fmt::format("{} cannot be made; it must not be there yet", file.string()));
    }
    bool written = ::write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    written = ::close(out) == 0 && written;
    return written ? Result<void>() : fail(Failure::cannot_write, fmt::format("{} cannot be written", file.string()));
}

}

int diagnostics(Options const & options, Streams const & streams)
{
    settings::Faults faults;
    auto const config = settings::read_config(options.config, faults);
    auto const * const known = config ? &*config : nullptr;
    ordered_json bundle { { "type", "diagnostics" }, { "version", KETENSYNC_VERSION }, { "written", to_text(SystemClock().now()) },
        { "compiler", __VERSION__ }, { "machine", machine() }, { "configuration", configuration(known, options.config) } };
    if (known != nullptr) {
        bundle["mappings"] = mappings(known->mappings_folder);
        bundle["state"] = { { "files", folder_listing(known->state_folder) } };
    }
    // What cannot be had is said, and is no reason to give nothing: a bundle is wanted most when something is wrong.
    if (auto const plan = pipeline::read_plan(options.config); !plan) {
        bundle["faults"] = places_of(plan.error());
    } else if (auto const added = add_state(bundle, **plan); !added) {
        bundle["state"]["not_opened"] = added.error().what;
    }
    auto const text = scrubbed(bundle, secrets_of(known)).dump(1, ' ', false, ordered_json::error_handler_t::replace) + '\n';
    if (auto const written = write_new(options.file, text); !written) {
        return tell(written.error(), streams);
    }
    if (!options.quiet) {
        streams.out << fmt::format("{}: {} KiB of text, without personal data and secrets; look it over before you send it\n",
            options.file.string(), (text.size() + 1023) / 1024);
    }
    return 0;
}

}
