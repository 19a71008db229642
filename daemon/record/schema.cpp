#include "daemon/record/schema.hpp"

#include <array>
#include <utility>

namespace ketensync::record {

namespace {

constexpr auto type_names = std::to_array<std::pair<std::string_view, FieldType>>({
    { "text", FieldType::text },
    { "name", FieldType::name },
    { "voorvoegsel", FieldType::voorvoegsel },
    { "initials", FieldType::initials },
    { "sex", FieldType::sex },
    { "date", FieldType::date },
    { "timestamp", FieldType::timestamp },
    { "integer", FieldType::integer },
    { "decimal", FieldType::decimal },
    { "boolean", FieldType::boolean },
    { "bsn", FieldType::bsn },
    { "kvk", FieldType::kvk },
    { "identifier", FieldType::identifier },
    { "postcode", FieldType::postcode },
    { "house_number", FieldType::house_number },
    { "gemeente", FieldType::gemeente },
    { "email", FieldType::email },
    { "telephone", FieldType::telephone },
    { "code", FieldType::code },
    { "reference", FieldType::reference },
});

}

std::optional<FieldId> Kind::field(std::string_view field_name) const
{
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (fields[i].name == field_name) {
            return static_cast<FieldId>(i);
        }
    }
    return std::nullopt;
}

std::optional<KindId> Schema::kind(std::string_view kind_name) const
{
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        if (kinds[i].name == kind_name) {
            return static_cast<KindId>(i);
        }
    }
    return std::nullopt;
}

std::optional<FieldType> field_type(std::string_view name)
{
    for (auto const & [type_name, type] : type_names) {
        if (type_name == name) {
            return type;
        }
    }
    return std::nullopt;
}

std::string_view to_text(FieldType type)
{
    for (auto const & [type_name, candidate] : type_names) {
        if (candidate == type) {
            return type_name;
        }
    }
    return "?";
}

}
