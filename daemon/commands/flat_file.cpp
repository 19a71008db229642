#include "daemon/commands/flat_file.hpp"

#include "daemon/formats/csv_table.hpp"
#include "daemon/reconcile/normal_plain.hpp"
#include "daemon/reconcile/parallel.hpp"
#include "daemon/settings/toml.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace ketensync::commands {

namespace {

using reconcile::MatchType;

constexpr std::size_t sources_max = 60'000;

class Reading {
public:
    Reading(reconcile::FlatRules const & rules, std::size_t threads)
        : m_rules(rules)
        , m_threads(threads)
    {
        m_files.table = std::make_unique<reconcile::RecordTable>(rules.match);
    }

    Result<void> read(std::filesystem::path const & path, bool is_source)
    {
        KETENSYNC_TRY_ASSIGN(auto csv, formats::CsvTable::open(path));
        KETENSYNC_TRY(find_columns(csv.header(), path));
        auto const first = m_files.table->size();
        auto const source = is_source ? path.stem().string() : std::string();
        formats::CsvTable::Rows rows;
        while (true) {
            KETENSYNC_TRY_ASSIGN(bool const more, csv.next(rows));
            if (!more) {
                break;
            }
            take(rows);
            for (auto const line : rows.lines) {
                m_files.constraints.fingerprints.push_back(reconcile::hash_text(line));
            }
            for (std::size_t row = 0; row < rows.size() && (is_source || m_source_column < rows.columns); ++row) {
                KETENSYNC_TRY(take_source(is_source ? source : std::string(rows.field(row, m_source_column))));
            }
        }
        m_files.rows.push_back(m_files.table->size() - first);
        if (m_files.rows.back() == 0) {
            m_files.warnings.push_back(fmt::format("{} holds no rows", path.string()));
        }
        if (csv.converted()) {
            m_files.warnings.push_back(
                fmt::format("{} is not UTF-8 and was read as Windows-1252: see that letters with accents are right",
                    path.string()));
        }
        return {};
    }

    FlatFiles finish()
    {
        auto & constraints = m_files.constraints;
        constraints.free_of_duplicates.resize(m_sources.size());
        for (auto const & [name, number] : m_sources) {
            constraints.free_of_duplicates[number]
                = std::find(m_rules.free_of_duplicates.begin(), m_rules.free_of_duplicates.end(), name)
                != m_rules.free_of_duplicates.end();
        }
        auto const & columns = m_rules.match.columns;
        for (std::size_t column = 0; column < columns.size() && m_files.table->size() > 1; ++column) {
            if (m_told[column] == 0) {
                m_files.warnings.push_back(fmt::format("column '{}' is empty and says nothing", columns[column].name));
            } else if (m_varies[column] == 0) {
                m_files.warnings.push_back(
                    fmt::format("column '{}' is the same in every row and says nothing", columns[column].name));
            }
        }
        return std::move(m_files);
    }

private:
    Result<void> find_columns(std::vector<std::string> const & header, std::filesystem::path const & path)
    {
        auto const find = [&](std::string const & name) -> Result<std::size_t> {
            auto const found = std::find(header.begin(), header.end(), name);
            if (found == header.end()) {
                return fail(Failure::bad_data,
                    fmt::format(
                        "{}:1: there is no column '{}'{}", path.string(), name, settings::did_you_mean(name, header)));
            }
            return static_cast<std::size_t>(found - header.begin());
        };
        m_columns.clear();
        for (auto const & column : m_rules.match.columns) {
            KETENSYNC_TRY_ASSIGN(auto const at, find(column.name));
            m_columns.push_back(at);
        }
        m_told.resize(m_columns.size());
        m_varies.resize(m_columns.size());
        m_first.resize(m_columns.size());
        m_source_column = header.size();
        if (!m_rules.source.empty()) {
            KETENSYNC_TRY_ASSIGN(m_source_column, find(m_rules.source));
        }
        return {};
    }

    Result<void> take_source(std::string const & name)
    {
        auto const [found, is_new] = m_sources.try_emplace(name, static_cast<std::uint16_t>(m_sources.size()));
        if (is_new && m_sources.size() > sources_max) {
            return fail(
                Failure::bad_data, fmt::format("column '{}' names more than {} sources", m_rules.source, sources_max));
        }
        m_files.constraints.sources.push_back(found->second);
        return {};
    }

    /// Columns that share words or a dictionary are told by one thread, the others beside each other.
    void take(formats::CsvTable::Rows const & rows)
    {
        auto & table = *m_files.table;
        auto const first = table.size();
        table.resize(first + rows.size());
        std::map<std::size_t, std::vector<std::size_t>> lanes;
        for (std::size_t column = 0; column < m_columns.size(); ++column) {
            lanes[table.lane(column)].push_back(column);
        }
        std::vector<std::vector<std::size_t>> work;
        for (auto & [lane, columns] : lanes) {
            work.push_back(std::move(columns));
        }
        reconcile::parallel(m_threads, work.size(), [&](std::size_t lane, std::size_t) {
            bool names = false;
            for (auto const column : work[lane]) {
                if (m_rules.match.columns[column].type == MatchType::birth_date && first == 0) {
                    table.set_date_order(column, date_order(rows, m_columns[column]));
                }
                names = names || m_rules.match.columns[column].type == MatchType::full_name;
                auto const text = [&](std::size_t row) { return rows.field(row, m_columns[column]); };
                table.tell(column, first, rows.size(), text);
                for (std::size_t row = 0; row < rows.size(); ++row) {
                    auto const field = text(row);
                    m_told[column] += field.empty() ? 0U : 1U;
                    if (m_varies[column] == 0) {
                        if (first + row == 0) {
                            m_first[column] = field;
                        }
                        m_varies[column] = field == m_first[column] ? 0 : 1;
                    }
                }
            }
            for (std::size_t row = 0; names && row < rows.size(); ++row) {
                table.complete(first + row);
            }
        });
    }

    static reconcile::DateOrder date_order(formats::CsvTable::Rows const & rows, std::size_t column)
    {
        std::int64_t votes = 0;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            votes += reconcile::month_first_vote(rows.field(row, column));
        }
        return { votes > 0 };
    }

    reconcile::FlatRules const & m_rules;
    std::size_t m_threads;
    FlatFiles m_files;
    std::vector<std::size_t> m_columns; ///< of the rules, in the file at hand
    std::size_t m_source_column = 0;
    std::map<std::string, std::uint16_t> m_sources;
    std::vector<std::uint64_t> m_told;
    std::vector<char> m_varies;
    std::vector<std::string> m_first;
};

} // namespace

Result<FlatFiles> read_flat_files(
    std::vector<std::filesystem::path> const & files, reconcile::FlatRules const & rules, std::size_t threads)
{
    Reading reading(rules, threads);
    for (auto const & file : files) {
        KETENSYNC_TRY(reading.read(file, files.size() > 1));
    }
    return reading.finish();
}

} // namespace ketensync::commands
