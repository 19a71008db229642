#pragma once

#include "daemon/record/change.hpp"
#include "daemon/record/schema.hpp"

#include <memory>
#include <string>
#include <vector>

namespace ketensync::warehouse {

/// A schema of one kind, "thing", with the fields secret (direct), word, count and begin.
std::shared_ptr<record::Schema const> schema();

/// A schema of one kind of persons, "inwoner", with the fields bsn and naam (direct) and gemeente.
std::shared_ptr<record::Schema const> persons();

record::Change change(record::Change::What what, record::GoldenId golden, std::vector<std::string> const & texts,
    std::vector<record::Change::Member> joined = {}, std::vector<record::Change::Member> left = {});

record::Batch batch(std::int64_t number, std::vector<record::Change> changes);

/// So many new things with one record each, numbered on from the batches before.
record::Batch full_batch(std::int64_t number, std::size_t things);

}
