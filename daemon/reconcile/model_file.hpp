#pragma once

#include "daemon/base/result.hpp"
#include "daemon/reconcile/model.hpp"
#include "daemon/settings/config.hpp"

#include <filesystem>

namespace ketensync::reconcile {

/// A model as a file: TOML, a table for each question or joint of questions, its numbers with all their digits, so that
/// what is read weighs to the bit as what was written. A model goes with the columns it was learned on: of others it is
/// a fault. cannot_write when the file cannot be written.
Result<void> write_model(std::filesystem::path const & path, Model const & model, Form const & form);
tl::expected<Model, settings::Faults> read_model(std::filesystem::path const & path, Form const & form);

} // namespace ketensync::reconcile
