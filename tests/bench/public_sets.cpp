#include "tests/bench/public_sets.hpp"

#include "daemon/formats/csv_table.hpp"
#include "daemon/reconcile/scorer.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace ketensync::bench {

namespace {

using Row = std::map<std::string, std::string>;

std::vector<Row> read_rows(std::filesystem::path const & file)
{
    auto csv = formats::CsvTable::open(file).value();
    std::vector<Row> all;
    formats::CsvTable::Rows rows;
    while (csv.next(rows).value()) {
        for (std::size_t row = 0; row < rows.size(); ++row) {
            auto & made = all.emplace_back();
            for (std::size_t column = 0; column < csv.header().size(); ++column) {
                made[csv.header()[column]] = rows.field(row, column);
            }
        }
    }
    return all;
}

void tell(std::string_view what, std::vector<std::pair<double, bool>> const & judged, double from)
{
    double right = 0;
    double said = 0;
    double real = 0;
    for (auto const & [bits, same] : judged) {
        said += bits >= from ? 1 : 0;
        right += bits >= from && same ? 1 : 0;
        real += same ? 1 : 0;
    }
    fmt::print("  {:34} P {:.4f}  R {:.4f}  F1 {:.4f}\n", fmt::format("{} ({:+.1f})", what, from),
        said == 0 ? 1.0 : right / said, right / real, 2 * right / (said + real));
}

double f1(std::vector<std::pair<double, bool>> const & judged, double from)
{
    double right = 0;
    double sum = 0;
    for (auto const & [bits, same] : judged) {
        right += bits >= from && same ? 1 : 0;
        sum += (bits >= from ? 1 : 0) + (same ? 1 : 0);
    }
    return 2 * right / sum;
}

} // namespace

void write_truth_set(std::filesystem::path const & folder, std::filesystem::path const & file)
{
    std::map<std::pair<std::string, std::string>, std::string> clusters;
    for (auto & row : read_rows(folder / "actual_truthset_key.csv")) {
        clusters[{ row["DATA_SOURCE"], row["RECORD_ID"] }] = row["CLUSTER_ID"];
    }
    std::vector<Row> all;
    Row columns;
    for (auto const * const name : { "customers.csv", "reference.csv", "watchlist.csv" }) {
        for (auto & row : read_rows(folder / name)) {
            row["CLUSTER_ID"] = clusters.at({ row["DATA_SOURCE"], row["RECORD_ID"] });
            columns.insert(row.begin(), row.end());
            all.push_back(std::move(row));
        }
    }
    std::ofstream out(file, std::ios::binary);
    std::string separator;
    for (auto const & [column, any] : columns) {
        out << separator << column;
        separator = ",";
    }
    for (auto & row : all) {
        separator = "\n";
        for (auto const & [column, any] : columns) {
            out << separator << formats::csv_field(row[column], ',');
            separator = ",";
        }
    }
    out << '\n';
}

void judge_names(std::filesystem::path const & file)
{
    using namespace reconcile;
    MatchRules rules;
    rules.columns.push_back({ "name", MatchType::full_name, Proof::none });
    RecordTable table(rules);
    std::vector<bool> same;
    for (auto & row : read_rows(file)) {
        if (row["schema"] == "Person") {
            for (auto const * const name : { "name1", "name2" }) {
                std::string_view const text = row[name];
                table.add({ &text, 1 });
            }
            same.push_back(row["is_match"] == "true");
        }
    }
    std::vector<std::uint32_t> records(table.size());
    for (std::uint32_t i = 0; i < records.size(); ++i) {
        records[i] = i;
    }
    table.settle(records, 1);
    Form const form(table);
    auto const model = Model::usual(form, static_cast<double>(records.size()));
    Scorer scorer(table, form, model);
    std::vector<std::pair<double, bool>> judged;
    for (std::size_t pair = 0; pair < same.size(); ++pair) {
        auto const bits = scorer.judge(table.row(2 * pair), table.row(2 * pair + 1)).bits;
        judged.emplace_back(bits - model.prior_same, same[pair]); // as likely as not, before the names are read
    }
    fmt::print("names: {} pairs of full names of persons\n", same.size());
    tell("even odds", judged, 0.0);
    auto best = 0.0;
    for (auto const & [bits, is_same] : judged) {
        best = f1(judged, bits) > f1(judged, best) ? bits : best;
    }
    tell("best threshold", judged, best);
}

} // namespace ketensync::bench
