#include "daemon/web/api_body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ketensync::web {

namespace {

constexpr std::size_t line_max = 200;

std::size_t characters(std::string const & text)
{
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

bool on_one_line(std::string const & text)
{
    return std::ranges::none_of(text, [](unsigned char byte) { return byte < 0x20 || byte == 0x7f; });
}

bool is_moment(std::string const & text)
{
    constexpr std::string_view form = "dddd-dd-ddTdd:dd:ddZ";
    return text.size() == form.size() && std::equal(text.begin(), text.end(), form.begin(), [](char letter, char wanted) {
        return wanted == 'd' ? letter >= '0' && letter <= '9' : letter == wanted;
    });
}

} // namespace

Field Field::line(std::string_view name, bool required, std::string_view description)
{
    std::size_t const least = required ? 1 : 0;
    return { name, required,
        Json { { "type", "string" }, { "minLength", least }, { "maxLength", line_max }, { "pattern", R"(^[^\u0000-\u001f\u007f]*$)" },
            { "description", description } },
        [least](Json const & value) {
            return value.is_string() && characters(value.get_ref<std::string const &>()) >= least
                && characters(value.get_ref<std::string const &>()) <= line_max && on_one_line(value.get_ref<std::string const &>());
        },
        fmt::format("a text of {} to {} characters on one line", least, line_max) };
}

Field Field::number(std::string_view name, bool required, std::int64_t most, std::string_view description)
{
    return { name, required,
        Json { { "type", "integer" }, { "format", "int64" }, { "minimum", 1 }, { "maximum", most }, { "description", description } },
        [most](Json const & value) {
            // 1.0 is a whole number too, says JSON Schema.
            return value.is_number() && value.get<double>() >= 1 && value.get<double>() <= static_cast<double>(most)
                && std::trunc(value.get<double>()) == value.get<double>();
        },
        fmt::format("a whole number from 1 to {}", most) };
}

Field Field::flag(std::string_view name, std::string_view description)
{
    return { name, false, Json { { "type", "boolean" }, { "default", false }, { "description", description } },
        [](Json const & value) { return value.is_boolean(); }, "true or false" };
}

Field Field::moment(std::string_view name, bool required, std::string_view description)
{
    return { name, required,
        Json { { "type", "string" }, { "format", "date-time" }, { "pattern", R"(^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$)" },
            { "description", description } },
        [](Json const & value) { return value.is_string() && is_moment(value.get_ref<std::string const &>()); },
        "a moment in UTC, as 2026-12-31T18:00:00Z" };
}

Json schema_of(std::vector<Field> const & fields)
{
    Json schema { { "type", "object" }, { "properties", Json::object() }, { "additionalProperties", false } };
    for (auto const & field : fields) {
        schema["properties"][std::string(field.name)] = field.schema;
        if (field.required) {
            schema["required"].push_back(field.name);
        }
    }
    return schema;
}

std::string fault_in(Json const & body, std::vector<Field> const & fields)
{
    if (!body.is_object()) {
        return "the body is not an object of JSON";
    }
    for (auto const & field : fields) {
        auto const found = body.find(field.name);
        if (found == body.end() ? field.required : !field.sound(*found)) {
            return fmt::format("'{}' is {}", field.name, field.means);
        }
    }
    for (auto const & [name, value] : body.items()) {
        if (std::ranges::find(fields, name, &Field::name) == fields.end()) {
            return "there is a property in the body that is not known here; see openapi.json";
        }
    }
    return {};
}

} // namespace ketensync::web
