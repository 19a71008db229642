#pragma once

#include "daemon/record/ids.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::record {

/// What code needs to know of a field's meaning. The canonical text of each type is written in canonical.hpp.
enum class FieldType : std::uint8_t {
    text,
    name,         ///< part of a person's or organisation's name
    voorvoegsel,  ///< "van der": kept apart from the name it stands before
    initials,
    sex,          ///< M V X
    date,         ///< partial: 1968-07-01, 1968-07 or 1968
    timestamp,    ///< UTC, 2026-11-21T22:07:00Z
    integer,
    decimal,
    boolean,
    bsn,
    kvk,
    identifier,   ///< a number in the namespace named by `list`, the same in every source that delivers it
    postcode,
    house_number,
    gemeente,     ///< four digits of BRP table 33
    email,
    telephone,
    code,         ///< an entry of the code list named by `list`
    reference,    ///< to a record of kind `target`
};

/// Where a field may go. `direct` says who somebody is and stays in the state; `indirect` and `none` reach the warehouse.
enum class Personal : std::uint8_t { none, indirect, direct };

struct Field {
    std::string name;
    FieldType type = FieldType::text;
    std::string list;        ///< of a code or an identifier
    KindId target = 0;       ///< of a reference
    bool required = false;
    bool matched = false;    ///< the reconciler looks at it
    Personal personal = Personal::none;
    std::string legal_ground;
    std::string keep;        ///< name of its retention class; of personal fields never empty
    std::string needs;       ///< the power that a source must have to deliver it ("gebruiker"); empty: none
    std::string meaning;     ///< in Dutch, for people
};

struct Kind {
    std::string name;
    std::string meaning;
    std::vector<Field> fields;
    /// The fields that say since when and until when a record holds, where the kind has them.
    std::optional<FieldId> valid_from;
    std::optional<FieldId> valid_until;
    std::string keep; ///< name of the retention class of what it was; empty: of no class, kept

    std::optional<FieldId> field(std::string_view field_name) const;
};

/// How long something may be kept once it holds no more.
struct Retention {
    std::string name;
    std::uint32_t days = 0;
    std::string meaning; ///< in Dutch, for people
};

/// The common schema: what mappings/schema.toml says. Immutable once read; shared by all threads.
struct Schema {
    std::vector<Kind> kinds;
    std::vector<Retention> retention;
    Fingerprint written; ///< of the file it was read from

    std::optional<KindId> kind(std::string_view kind_name) const;
};

std::optional<FieldType> field_type(std::string_view name);
std::string_view to_text(FieldType type);

}
