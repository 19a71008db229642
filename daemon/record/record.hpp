#pragma once

#include "daemon/record/ids.hpp"
#include "daemon/record/values.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace ketensync::record {

/// One thing of the common schema as one source tells it. Its identity is (source, kind, key): when several documents
/// of a source tell the same record, the one with the highest `order` is believed (the later one where they are equal).
///
/// A reference field holds "<source>/<key>" of the record it points at; the kind follows from the schema. The record
/// pointed at need not have arrived yet.
struct Record {
    KindId kind = 0;
    std::string key;
    std::int64_t order = 0; ///< of the telling: a month as yyyymm, a moment as seconds since 1970, or 0
    Values values;
};

/// A document or record set aside, and why. Holds no values: the raw bytes lie in the quarantine.
struct Reject {
    std::string reason; ///< short and stable, for grouping: "bsn-invalid", "date-invalid", "code-unknown", "required-missing"
    std::string detail; ///< one sentence that names the field and what to do, without the value
    std::string where;  ///< "mappings/srg/mapping.toml:14:12", the line that was not satisfied
};

/// What became of one document. A document with a reject still delivers its sound records.
struct MappedDocument {
    enum class Outcome : std::uint8_t { mapped, filtered, rejected };
    Outcome outcome = Outcome::mapped;
    std::vector<Record> records;
    std::vector<Reject> rejects;
};

}
