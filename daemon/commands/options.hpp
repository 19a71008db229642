#pragma once

#include "daemon/base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::commands {

/// What the program is asked to do: one command a call. `serve` is the one without a flag.
enum class Command { serve, check, sync, cancel, pause, resume, publish, status, history, quarantine, shape, accept_shape, explain, learn, reconcile, review, dedupe, link, backup, restore, reseal, refill, access, erase, monitor, audit, processing, show_config, test_alert, test_connection, new_source, map, diagnostics, version, help };

enum class QuarantineAction { list, retry, drop };

struct Service;

/// The command line, checked. Plain data.
struct Options {
    Command command = Command::serve;
    std::filesystem::path config = "/etc/ketensync/ketensync.toml";
    bool json = false;
    bool quiet = false;
    bool no_color = false;

    // --sync
    std::vector<std::string> names; ///< of sources ("uwv") or feeds ("uwv/werkzoekenden"); empty: all. Also of --shape, --accept-shape: feeds
    bool dry_run = false; ///< also of --reconcile and --monitor
    bool full = false;
    std::optional<std::uint64_t> accept_mass_change; ///< the held run that a person looked at
    std::string reason; ///< --sync, --cancel, --pause: why, for the log; --quarantine: a reason code
    bool no_wait = false; ///< --sync: begin, and leave it to the service
    std::string until; ///< --pause: a date, the last day of it; or a moment

    std::string person; ///< --access, --erase: a golden id; -: who it is stands on the input
    std::filesystem::path file; ///< --backup, --restore, --diagnostics

    // --monitor
    std::string edition;  ///< "2026-H1"
    std::string approve;  ///< who approves the draft that is kept
    bool release = false; ///< publish what is approved
    std::string known;    ///< the moment whose knowledge counts; empty: now

    std::string help_form; ///< --help: man, bash or codes; empty: the text for a terminal
    std::filesystem::path map_file; ///< --map: one document, or a page of them
    std::string mapping; ///< --map: folder under mappings/

    std::uint64_t history = 20; ///< how many runs to show

    // --quarantine
    QuarantineAction quarantine = QuarantineAction::list;
    std::string source;
    std::vector<std::uint64_t> ids;
    std::vector<std::uint32_t> golden; ///< --explain: one or two golden ids

    // --dedupe, --link
    std::vector<std::string> files;
    std::filesystem::path rules;
    std::filesystem::path out; ///< also of --monitor: a folder
    std::filesystem::path pairs;
    std::filesystem::path model; ///< to go by instead of learning
    std::filesystem::path save_model; ///< also of --learn
    std::size_t threads = 0; ///< 0: as many as the machine has

    // --explain
    bool values = false; ///< with the values themselves
    bool weigh = false;  ///< with what the evidence is worth

    /// When the service does the command for somebody; nothing: it is done in a process of its own.
    Service const * service = nullptr;
};

/// One row of the option table: all there is to know of an option.
struct OptionRow {
    enum class Takes { nothing, value, maybe_value };
    std::string_view name; ///< without the dashes
    Takes takes;
    std::string_view placeholder; ///< "NAME[,NAME]"
    std::string_view group;
    std::string_view help;
    std::optional<Command> starts; ///< the command it stands for
    std::span<Command const> belongs_to; ///< else: the commands it goes with; empty: all
    Result<void> (*take)(Options & options, std::string_view value);
};

/// The whole table, in the order of the help text.
std::span<OptionRow const> option_table();

/// Reads the words after the program's name. Exact names only: no abbreviations, no other case, no stray words, nothing
/// twice. Failure::usage says in one sentence what is wrong, with the nearest name. `--help` anywhere wins.
Result<Options> parse(std::span<char const * const> words);

} // namespace ketensync::commands
