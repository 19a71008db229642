#include "daemon/commands/options.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>

namespace ketensync::commands {

namespace {

using Takes = OptionRow::Takes;

tl::unexpected<Error> usage(std::string what)
{
    return fail(Failure::usage, std::move(what));
}

Result<std::uint64_t> number_of(std::string_view name, std::string_view text)
{
    std::uint64_t value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc {} || end != text.data() + text.size() || value == 0) {
        return usage(fmt::format("--{}={} is not a number above 0", name, text));
    }
    return value;
}

Result<std::vector<std::string>> list_of(std::string_view name, std::string_view text)
{
    std::vector<std::string> items;
    for (std::size_t begin = 0; begin <= text.size();) {
        auto const end = std::min(text.find(',', begin), text.size());
        if (end == begin) {
            return usage(fmt::format("--{}={} has an empty part", name, text));
        }
        items.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return items;
}

Result<void> take_sync(Options & options, std::string_view value)
{
    if (value != "all") {
        KETENSYNC_TRY_ASSIGN(options.names, list_of("sync", value));
    }
    return {};
}

Result<void> take_feeds(Options & options, std::string_view value)
{
    KETENSYNC_TRY_ASSIGN(options.names, list_of("shape", value));
    return {};
}

Result<void> take_sources(Options & options, std::string_view value)
{
    KETENSYNC_TRY_ASSIGN(options.names, list_of("pause", value));
    return {};
}

Result<void> take_quarantine(Options & options, std::string_view value)
{
    if (value == "list") {
        options.quarantine = QuarantineAction::list;
    } else if (value == "retry") {
        options.quarantine = QuarantineAction::retry;
    } else if (value == "drop") {
        options.quarantine = QuarantineAction::drop;
    } else {
        return usage(fmt::format("--quarantine={} is not one of list, retry, drop", value));
    }
    return {};
}

Result<void> take_ids(Options & options, std::string_view value)
{
    KETENSYNC_TRY_ASSIGN(auto const items, list_of("id", value));
    for (auto const & item : items) {
        KETENSYNC_TRY_ASSIGN(auto const id, number_of("id", item));
        options.ids.push_back(id);
    }
    return {};
}

Result<void> take_golden(Options & options, std::string_view value)
{
    KETENSYNC_TRY_ASSIGN(auto const items, list_of("explain", value));
    for (auto const & item : items) {
        KETENSYNC_TRY_ASSIGN(auto const id, number_of("explain", item));
        if (id > std::numeric_limits<std::uint32_t>::max() || items.size() > 2) {
            return usage("--explain takes one golden id, or two with a comma between them");
        }
        options.golden.push_back(static_cast<std::uint32_t>(id));
    }
    return {};
}

Result<void> take_file(Options & options, std::string_view value)
{
    options.files = { std::string(value) };
    return {};
}

Result<void> take_files(Options & options, std::string_view value)
{
    KETENSYNC_TRY_ASSIGN(options.files, list_of("link", value));
    if (options.files.size() < 2) {
        return usage("--link takes two files or more, with a comma between them");
    }
    return {};
}

Result<void> take_threads(Options & options, std::string_view value)
{
    KETENSYNC_TRY_ASSIGN(auto const threads, number_of("threads", value));
    if (threads > 256) {
        return usage("--threads is at most 256");
    }
    options.threads = threads;
    return {};
}

Result<void> take_help(Options & options, std::string_view value)
{
    if (value != "man" && value != "bash" && value != "codes") {
        return usage(fmt::format("--help={} is not one of man, bash, codes", value));
    }
    options.help_form = value;
    return {};
}

Result<void> take_history(Options & options, std::string_view value)
{
    KETENSYNC_TRY_ASSIGN(options.history, number_of("history", value));
    return {};
}

Result<void> take_accepted_run(Options & options, std::string_view value)
{
    KETENSYNC_TRY_ASSIGN(options.accept_mass_change, number_of("accept-mass-change", value));
    return {};
}

template <auto member>
Result<void> take_text(Options & options, std::string_view value)
{
    options.*member = std::string(value);
    return {};
}

template <auto member>
Result<void> take_flag(Options & options, std::string_view)
{
    options.*member = true;
    return {};
}

constexpr std::array with_sync { Command::sync };
constexpr std::array with_trial { Command::sync, Command::reconcile, Command::monitor };
constexpr std::array with_monitor { Command::monitor };
constexpr std::array with_explain { Command::explain };
constexpr std::array with_quarantine { Command::quarantine };
constexpr std::array with_match { Command::dedupe, Command::link };
constexpr std::array with_out { Command::dedupe, Command::link, Command::access, Command::monitor };
constexpr std::array with_reason { Command::sync, Command::cancel, Command::pause, Command::quarantine };
constexpr std::array with_map { Command::map };
constexpr std::array with_pause { Command::pause };

constexpr std::string_view commands = "Commands (none: run the service in the foreground)";
constexpr std::string_view of_sync = "With --sync";
constexpr std::string_view of_pause = "With --pause";
constexpr std::string_view of_quarantine = "With --quarantine";
constexpr std::string_view of_map = "With --map";
constexpr std::string_view of_explain = "With --explain";
constexpr std::string_view of_match = "With --dedupe and --link";
constexpr std::string_view of_monitor = "With --monitor";
constexpr std::string_view always = "Always";

constexpr std::array table {
    OptionRow { "check", Takes::nothing, "", commands,
        "read every file of configuration and mapping, run every mapping example, name each fault", Command::check, {},
        nullptr },
    OptionRow { "sync", Takes::value, "all|NAME[,NAME]", commands, "read these sources (or source/feed) once, now",
        Command::sync, {}, take_sync },
    OptionRow { "cancel", Takes::value, "all|NAME[,NAME]", commands,
        "end the reading of these feeds; what stands on its own stays, the rest is read next time", Command::cancel, {}, take_sync },
    OptionRow { "pause", Takes::value, "SOURCE[,SOURCE]", commands,
        "leave these sources alone for a while, with --until and --reason", Command::pause, {}, take_sources },
    OptionRow { "resume", Takes::value, "SOURCE[,SOURCE]", commands, "read these sources again at their times", Command::resume,
        {}, take_sources },
    OptionRow { "publish", Takes::nothing, "", commands, "deliver what waits for the warehouse", Command::publish, {},
        nullptr },
    OptionRow { "status", Takes::nothing, "", commands, "how every feed stands: last success, next run, what waits",
        Command::status, {}, nullptr },
    OptionRow { "history", Takes::maybe_value, "N", commands, "the last runs with their numbers (20)", Command::history,
        {}, take_history },
    OptionRow { "quarantine", Takes::value, "list|retry|drop", commands,
        "the records set aside: show them, map them again, or forget them", Command::quarantine, {}, take_quarantine },
    OptionRow { "shape", Takes::value, "NAME[,NAME]", commands,
        "the fields of a feed's documents (source/feed): which are read, which are not, which changed", Command::shape, {},
        take_feeds },
    OptionRow { "accept-shape", Takes::value, "NAME[,NAME]", commands,
        "take what changed in the fields of a feed's documents as it is from now on", Command::accept_shape, {},
        take_feeds },
    OptionRow { "dedupe", Takes::value, "FILE.csv", commands,
        "find the rows of a flat file that are about the same thing", Command::dedupe, {}, take_file },
    OptionRow { "explain", Takes::value, "ID[,ID]", commands,
        "where every value of a golden record comes from and why its records are one, or why those of two are not",
        Command::explain, {}, take_golden },
    OptionRow { "learn", Takes::value, "FILE", commands,
        "learn from all records how those of one person agree, and write it as a model for the rules to name", Command::learn,
        {}, take_text<&Options::save_model> },
    OptionRow { "reconcile", Takes::nothing, "", commands,
        "decide of all records at once who is the same; first look what it comes to with --dry-run", Command::reconcile, {},
        nullptr },
    OptionRow { "review", Takes::nothing, "", commands, "judge pairs that may be the same, one by one; --json: list them",
        Command::review, {}, nullptr },
    OptionRow { "link", Takes::value, "FILE,FILE", commands, "the same across flat files with the same columns",
        Command::link, {}, take_files },
    OptionRow { "backup", Takes::value, "FILE", commands, "a copy of the state as it is now, checked; also beside the service",
        Command::backup, {}, take_text<&Options::file> },
    OptionRow { "restore", Takes::value, "FILE", commands, "put a copy back in the place of the state", Command::restore, {},
        take_text<&Options::file> },
    OptionRow { "reseal", Takes::nothing, "", commands, "seal the whole state anew, with the key that [seal] names first",
        Command::reseal, {}, nullptr },
    OptionRow { "refill", Takes::nothing, "", commands, "fill an empty warehouse with all that the state holds",
        Command::refill, {}, nullptr },
    OptionRow { "access", Takes::value, "ID|-", commands,
        "all that is held on a person, as OUT.json and OUT.html; -: a number or address of his own is read from the input",
        Command::access, {}, take_text<&Options::person> },
    OptionRow { "erase", Takes::value, "ID|-", commands, "destroy all that is held on a person, everywhere, and prove it",
        Command::erase, {}, take_text<&Options::person> },
    OptionRow { "monitor", Takes::value, "2026-H1", commands,
        "one edition of the Monitor: a draft, what is wrong with it, and with --out its pages; later its publication. Of a quarter, "
        "2026-K2: the sheets of contracts with providers",
        Command::monitor, {}, take_text<&Options::edition> },
    OptionRow { "audit", Takes::nothing, "", commands, "what operators did, and that nobody changed it since", Command::audit,
        {}, nullptr },
    OptionRow { "processing-log", Takes::nothing, "", commands,
        "what was done with whose data, after the standard Logboek Dataverwerkingen (JSON lines)", Command::processing, {}, nullptr },
    OptionRow { "show-config", Takes::nothing, "", commands,
        "every setting in force, and the file and line that it comes from", Command::show_config, {}, nullptr },
    OptionRow { "test-connection", Takes::value, "all|NAME[,NAME]", commands,
        "ask each feed for its first page, and keep nothing of it", Command::test_connection, {}, take_sync },
    OptionRow { "new-source", Takes::nothing, "", commands,
        "connect a source by answering questions: try it, find its layout, write its file", Command::new_source, {}, nullptr },
    OptionRow { "test-alert", Takes::nothing, "", commands,
        "send a test message over each channel of [alerts], and say which took it", Command::test_alert, {}, nullptr },
    OptionRow { "map", Takes::value, "FILE", commands,
        "what a mapping makes of a file, and by which of its lines; needs --mapping", Command::map, {}, take_text<&Options::map_file> },
    OptionRow { "version", Takes::nothing, "", commands, "which version this is", Command::version, {}, nullptr },
    OptionRow { "diagnostics", Takes::value, "FILE", commands,
        "write a bundle for a bug report, without personal data and without secrets", Command::diagnostics, {},
        take_text<&Options::file> },
    OptionRow { "help", Takes::maybe_value, "man|bash|codes", commands,
        "this text; wins over everything else. Or the manual page, the completion for bash, the exit codes", Command::help, {},
        take_help },

    OptionRow { "dry-run", Takes::nothing, "", of_sync, "count and show what would change, write nothing; also with --reconcile and --monitor",
        std::nullopt, with_trial, take_flag<&Options::dry_run> },
    OptionRow { "full", Takes::nothing, "", of_sync, "forget the cursor and read everything", std::nullopt, with_sync,
        take_flag<&Options::full> },
    OptionRow { "accept-mass-change", Takes::value, "RUN", of_sync, "believe the delivery that run RUN held",
        std::nullopt, with_sync, take_accepted_run },

    OptionRow { "no-wait", Takes::nothing, "", of_sync, "leave it to the service, and do not wait for its end", std::nullopt,
        with_sync, take_flag<&Options::no_wait> },
    OptionRow { "until", Takes::value, "DATE", of_pause, "the last day of it, as 2026-12-31; or a moment, as 2026-12-31T18:00Z",
        std::nullopt, with_pause, take_text<&Options::until> },

    OptionRow { "source", Takes::value, "NAME", of_quarantine, "only of this source", std::nullopt, with_quarantine,
        take_text<&Options::source> },
    OptionRow { "id", Takes::value, "N[,N]", of_quarantine, "only these", std::nullopt, with_quarantine, take_ids },
    OptionRow { "reason", Takes::value, "TEXT", of_quarantine,
        "only with this reason; with --sync, --cancel, --pause: why you do it, for the log", std::nullopt, with_reason,
        take_text<&Options::reason> },

    OptionRow { "values", Takes::nothing, "", of_explain, "show the values themselves, and the keys of documents",
        std::nullopt, with_explain, take_flag<&Options::values> },
    OptionRow { "weigh", Takes::nothing, "", of_explain,
        "also what the evidence is worth, in bits; takes all records into memory, so not beside the service", std::nullopt,
        with_explain, take_flag<&Options::weigh> },

    OptionRow { "mapping", Takes::value, "NAME", of_map, "the folder below mappings", std::nullopt, with_map,
        take_text<&Options::mapping> },

    OptionRow { "rules", Takes::value, "FILE", of_match, "the columns and their types (TOML)", std::nullopt, with_match,
        take_text<&Options::rules> },
    OptionRow { "out", Takes::value, "FILE", of_match, "the rows with their cluster_id; with --access: the files without .json and .html; with --monitor: a folder",
        std::nullopt, with_out, take_text<&Options::out> },
    OptionRow { "pairs", Takes::value, "FILE", of_match, "the pairs that were joined or left in doubt, with their bits",
        std::nullopt, with_match, take_text<&Options::pairs> },
    OptionRow { "model", Takes::value, "FILE", of_match, "go by this model and learn nothing", std::nullopt, with_match,
        take_text<&Options::model> },
    OptionRow { "save-model", Takes::value, "FILE", of_match, "keep what was learned", std::nullopt, with_match,
        take_text<&Options::save_model> },
    OptionRow { "threads", Takes::value, "N", of_match, "how many to use (all); the result is the same", std::nullopt,
        with_match, take_threads },

    OptionRow { "approve", Takes::value, "NAME", of_monitor, "you, by that name, approve the draft as it is kept; it takes two",
        std::nullopt, with_monitor, take_text<&Options::approve> },
    OptionRow { "release", Takes::nothing, "", of_monitor, "publish the edition that is approved; it stays as it is from then on",
        std::nullopt, with_monitor, take_flag<&Options::release> },
    OptionRow { "known", Takes::value, "MOMENT", of_monitor, "by what was known then (2026-07-15T09:00:00Z); else by what is known now",
        std::nullopt, with_monitor, take_text<&Options::known> },

    OptionRow { "config", Takes::value, "FILE", always, "the configuration (/etc/ketensync/ketensync.toml)",
        std::nullopt, {}, take_text<&Options::config> },
    OptionRow { "json", Takes::nothing, "", always, "JSON lines: the stable form, for programs", std::nullopt, {},
        take_flag<&Options::json> },
    OptionRow {
        "quiet", Takes::nothing, "", always, "say only what is wrong", std::nullopt, {}, take_flag<&Options::quiet> },
    OptionRow { "no-color", Takes::nothing, "", always, "no colours on a terminal", std::nullopt, {},
        take_flag<&Options::no_color> },
};

} // namespace

std::span<OptionRow const> option_table()
{
    return table;
}

} // namespace ketensync::commands
