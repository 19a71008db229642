#pragma once

#include "daemon/reconcile/rules.hpp"
#include "daemon/settings/toml.hpp"

#include <initializer_list>
#include <optional>
#include <string>

namespace ketensync::reconcile {

/// Reads one kind's section of the rules. What is wrong becomes a fault of the file, at its place.
KindRules read_kind_rules(settings::TomlFile & file, settings::Table const & table, record::Kind const & kind);

/// The section of a kind with method likely, and of one with method exact.
LikelyRules read_likely_rules(settings::TomlFile & file, settings::Table const & table, record::Kind const & kind);
ExactRules read_exact_rules(settings::TomlFile & file, settings::Table const & table, record::Kind const & kind);

/// The field that `text` at `place` names, when it is a field of the kind, of one of these types (any when there are
/// none) and matched in the schema.
std::optional<record::FieldId> find_field(settings::TomlFile & file, settings::Place const & place,
    std::string const & text, record::Kind const & kind, std::initializer_list<record::FieldType> types);

} // namespace ketensync::reconcile
