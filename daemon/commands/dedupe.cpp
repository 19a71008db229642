#include "daemon/commands/command.hpp"
#include "daemon/commands/flat_file.hpp"
#include "daemon/commands/reading.hpp"
#include "daemon/formats/csv_table.hpp"
#include "daemon/reconcile/batch.hpp"
#include "daemon/reconcile/model_file.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <thread>

namespace ketensync::commands {

namespace {

using Paths = std::vector<std::filesystem::path>;

int tell_faults(settings::Faults const & faults, Streams const & streams)
{
    for (auto const & fault : faults) {
        streams.error << fault << "\n";
    }
    return exit_code(Failure::configuration);
}

/// A file that is there whole or not at all.
class Output {
public:
    explicit Output(std::filesystem::path path)
        : m_path(std::move(path))
        , m_draft(m_path.string() + ".part")
        , m_file(m_draft, std::ios::binary | std::ios::trunc)
    {
    }
    std::ofstream & file() { return m_file; }
    Result<void> finish()
    {
        m_file.close();
        std::error_code error;
        if (m_file) {
            std::filesystem::rename(m_draft, m_path, error);
        }
        if (!m_file || error) {
            std::filesystem::remove(m_draft, error);
            return fail(Failure::cannot_write, fmt::format("{} cannot be written", m_path.string()));
        }
        return {};
    }

private:
    std::filesystem::path m_path;
    std::filesystem::path m_draft;
    std::ofstream m_file;
};

/// The rows of one file as they were, each with its cluster behind it; of several files their rows by number.
Result<void> write_clusters(
    std::filesystem::path const & out, Paths const & files, std::vector<std::uint32_t> const & cluster)
{
    Output output(out);
    std::size_t at = 0;
    if (files.size() > 1) {
        output.file() << "source,row,cluster_id\n";
    }
    for (auto const & file : files) {
        KETENSYNC_TRY_ASSIGN(auto csv, formats::CsvTable::open(file));
        formats::CsvTable::Rows rows;
        if (files.size() == 1) {
            output.file() << csv.header_line() << csv.separator() << "cluster_id\n";
        }
        for (std::size_t number = 1;;) {
            KETENSYNC_TRY_ASSIGN(bool const more, csv.next(rows));
            if (!more) {
                break;
            }
            for (auto const line : rows.lines) {
                if (files.size() == 1) {
                    output.file() << line << csv.separator() << cluster[at++] << "\n";
                } else {
                    output.file() << formats::csv_field(file.stem().string(), ',') << "," << number++ << ","
                                  << cluster[at++] << "\n";
                }
            }
        }
    }
    return output.finish();
}

Result<void> write_pairs(
    std::filesystem::path const & out, FlatFiles const & flat, reconcile::BatchResult const & result)
{
    Output output(out);
    output.file() << "file_a,row_a,file_b,row_b,bits,word\n";
    auto const place = [&](std::uint32_t record) {
        std::size_t file = 0;
        std::size_t row = record;
        while (row >= flat.rows[file]) {
            row -= flat.rows[file++];
        }
        return fmt::format("{},{}", file + 1, row + 1);
    };
    auto const write = [&](reconcile::Link const & link, std::string_view word) {
        auto const a = std::min(link.a, link.b);
        auto const b = std::max(link.a, link.b);
        output.file() << fmt::format("{},{},{:.6f},{}\n", place(a), place(b), link.verdict.bits, word);
    };
    for (auto const & link : result.links) {
        write(link, result.cluster[link.a] == result.cluster[link.b] ? "same" : "apart");
    }
    for (auto const & link : result.doubts) {
        write(link, result.cluster[link.a] == result.cluster[link.b] ? "same" : "doubt");
    }
    return output.finish();
}

void tell_result(
    Options const & options, Streams const & streams, std::size_t records, reconcile::BatchResult const & result)
{
    auto const & estimates = result.estimates;
    if (options.json) {
        streams.out << nlohmann::json {
            { "type", "matched" }, { "records", records }, { "clusters", result.clusters },
            { "pairs_compared", result.pairs }, { "matches_expected", estimates.matches },
            { "precision_expected", estimates.precision }, { "recall_expected", estimates.recall },
            { "doubts", result.doubts.size() }
        }.dump() << "\n";
        return;
    }
    streams.out << fmt::format(
        "{} records in {} clusters; {} pairs compared, {} left in doubt\n"
        "by its own estimate: {:.0f} pairs are one, of those joined {:.2f} % rightly, {:.2f} % of all found\n",
        records, result.clusters, result.pairs, result.doubts.size(), estimates.matches, 100.0 * estimates.precision,
        100.0 * estimates.recall);
}

} // namespace

int dedupe(Options const & options, Streams const & streams)
{
    if (options.rules.empty() || options.out.empty()) {
        return tell({ Failure::usage, "give --rules=FILE.toml and --out=FILE.csv as well" }, streams);
    }
    auto const rules = reconcile::read_flat_rules(options.rules);
    if (!rules) {
        return tell_faults(rules.error(), streams);
    }
    Paths const files(options.files.begin(), options.files.end());
    auto const threads = options.threads != 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
    auto flat = read_flat_files(files, *rules, threads);
    if (!flat) {
        return tell(flat.error(), streams);
    }
    reconcile::Form const form(*flat->table);
    std::optional<reconcile::Model> model;
    if (!options.model.empty()) {
        auto read = reconcile::read_model(options.model, form);
        if (!read) {
            return tell_faults(read.error(), streams);
        }
        model = std::move(*read);
    }
    reconcile::BatchOptions batch;
    batch.threads = threads;
    auto const result = reconcile::match(*flat->table, form, flat->constraints, model, batch);
    auto warnings = flat->warnings;
    warnings.insert(warnings.end(), result.warnings.begin(), result.warnings.end());
    for (auto const & warning : warnings) {
        streams.error << "ketensync: warning: " << warning << "\n";
    }
    auto written = write_clusters(options.out, files, result.cluster);
    if (written && !options.pairs.empty()) {
        written = write_pairs(options.pairs, *flat, result);
    }
    if (written && !options.save_model.empty()) {
        written = reconcile::write_model(options.save_model, result.model, form);
    }
    if (!written) {
        return tell(written.error(), streams);
    }
    if (!options.quiet) {
        tell_result(options, streams, result.cluster.size(), result);
    }
    return 0;
}

} // namespace ketensync::commands
