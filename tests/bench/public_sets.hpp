#pragma once

#include <filesystem>

namespace ketensync::bench {

/// The three files of the Senzing truth set (customers, reference, watchlist) as one CSV with all their columns, and the
/// key's CLUSTER_ID of each row. Ends the program when one of them cannot be read.
void write_truth_set(std::filesystem::path const & folder, std::filesystem::path const & file);

/// How well names alone are told apart: the pairs of full names of persons in nomenklatura's cases.csv, judged by what
/// is known of names beforehand. Prints precision, recall and F1 at even odds and at the best threshold.
void judge_names(std::filesystem::path const & file);

} // namespace ketensync::bench
