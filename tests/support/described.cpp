#include "tests/support/described.hpp"

#include <algorithm>
#include <cmath>
#include <regex>

namespace ketensync::support {

namespace {

using Json = nlohmann::ordered_json;

std::string differs_object(Json const & value, Json const & schema, Json const & description)
{
    if (!value.is_object()) {
        return "no object";
    }
    for (auto const & name : schema.value("required", Json::array())) {
        if (!value.contains(name.get<std::string>())) {
            return "no " + name.get<std::string>();
        }
    }
    for (auto const & [name, part] : value.items()) {
        if (!schema.at("properties").contains(name)) {
            return name + " is not described";
        }
        if (auto const wrong = differs(part, schema["properties"][name], description); !wrong.empty()) {
            return name + ": " + wrong;
        }
    }
    return "";
}

bool fits(std::string const & text, std::string const & pattern)
{
    if (pattern == R"(^[^\u0000-\u001f\u007f]*$)") { // std::regex knows no \u0000
        return std::ranges::none_of(text, [](unsigned char byte) { return byte < 0x20 || byte == 0x7f; });
    }
    return std::regex_match(text, std::regex(pattern));
}

std::string differs_text(Json const & value, Json const & schema)
{
    if (!value.is_string()) {
        return "no string";
    }
    auto const text = value.get<std::string>();
    auto const length = static_cast<std::uint64_t>(
        std::ranges::count_if(text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
    if (length < schema.value("minLength", std::uint64_t { 0 }) || length > schema.value("maxLength", UINT64_MAX)) {
        return "too short or too long";
    }
    if (schema.contains("pattern") && !fits(text, schema["pattern"])) {
        return "not of its pattern";
    }
    static std::regex const moment(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z)");
    return schema.value("format", "") == "date-time" && !std::regex_match(text, moment) ? "no moment" : "";
}

} // namespace

Json const & resolved(Json const & value, Json const & description)
{
    return value.is_object() && value.contains("$ref") ? description.at(Json::json_pointer(value["$ref"].get<std::string>().substr(1))) : value;
}

std::string differs(Json const & value, Json const & reference, Json const & description)
{
    auto const & schema = resolved(reference, description);
    auto const type = schema.at("type").get<std::string>();
    if (schema.contains("enum") && std::ranges::find(schema["enum"], value) == schema["enum"].end()) {
        return "not one of its words";
    }
    if (type == "object") {
        return differs_object(value, schema, description);
    }
    if (type == "array") {
        for (auto const & part : value) {
            if (auto const wrong = differs(part, schema.at("items"), description); !wrong.empty()) {
                return wrong;
            }
        }
        return value.is_array() ? "" : "no list";
    }
    if (type == "string") {
        return differs_text(value, schema);
    }
    if (type == "boolean") {
        return value.is_boolean() ? "" : "no boolean";
    }
    bool const right = value.is_number() && (type == "number" || std::trunc(value.get<double>()) == value.get<double>());
    if (!right) {
        return "no " + type;
    }
    auto const number = value.get<double>();
    return number < schema.value("minimum", -INFINITY) || number > schema.value("maximum", INFINITY) ? "too small or too large" : "";
}

} // namespace ketensync::support
