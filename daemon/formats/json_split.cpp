#include "daemon/formats/encoding.hpp"
#include "daemon/formats/json.hpp"
#include "daemon/formats/json_reader.hpp"

#include <fmt/format.h>

namespace ketensync::formats::json {

namespace {

std::vector<std::string_view> segments(std::string_view path)
{
    std::vector<std::string_view> names;
    while (!path.empty()) {
        // A name with a dot in it stands between backquotes, as in mappings.
        if (auto const close = path.find('`', 1); path.front() == '`' && close != std::string_view::npos) {
            names.push_back(path.substr(1, close - 1));
            path.remove_prefix(std::min(close + 2, path.size()));
            continue;
        }
        auto const dot = std::min(path.find('.'), path.size());
        names.push_back(path.substr(0, dot));
        path.remove_prefix(std::min(dot + 1, path.size()));
    }
    return names;
}

auto bad(Reader const & reader)
{
    return fail(
        Failure::bad_page, fmt::format("the page is not sound JSON at byte {}: {}", reader.at(), reader.fault()));
}

/// What a page plainly is that is not JSON, in words.
std::optional<Error> not_json(Reader & reader, std::string_view page)
{
    auto what = mistaken_for(page);
    if (char const first = reader.peek(); first == '<' && what.empty()) {
        what = "HTML or XML";
    } else if (reader.at_end()) {
        return Error { Failure::bad_page, "the page is empty where JSON is expected" };
    }
    if (what.empty()) {
        return std::nullopt;
    }
    return Error { Failure::bad_page, fmt::format("the page is {} where JSON is expected", what) };
}

Result<void> cut_list(Reader & reader, Limits const & limits, Sink const & sink)
{
    reader.take();
    if (reader.peek() == ']') {
        reader.take();
        return {};
    }
    for (std::size_t count = 1;; ++count) {
        if (count > limits.items_max) {
            return fail(Failure::bad_page, fmt::format("the page holds more than {} documents", limits.items_max));
        }
        reader.peek();
        auto const start = reader.at();
        if (!reader.skip_value()) {
            return bad(reader);
        }
        KETENSYNC_TRY(sink.document(reader.since(start)));
        char const next = reader.peek();
        if (next != ',' && next != ']') {
            reader.fail("the list's documents are not separated by commas");
            return bad(reader);
        }
        reader.take();
        if (next == ']') {
            return {};
        }
    }
}

} // namespace

Result<void> split(std::string_view page, Layout const & layout, Limits const & limits, Sink const & sink)
{
    auto const text = without_mark(page);
    Reader reader(text);
    if (auto error = not_json(reader, text)) {
        return fail(std::move(*error));
    }
    auto const path = segments(layout.items);
    for (auto const name : path) {
        if (reader.peek() != '{') {
            return fail(
                Failure::bad_page, fmt::format("the page has no list '{}': an object is expected", layout.items));
        }
        reader.take();
        if (!reader.to_member(name, true)) {
            return reader.fault().empty()
                ? fail(Failure::bad_page, fmt::format("the page has no list '{}'", layout.items))
                : bad(reader);
        }
    }
    auto const list = path.empty() ? std::string("the page") : fmt::format("'{}'", layout.items);
    if (char const first = reader.peek(); first != '[') {
        return fail(Failure::bad_page,
            reader.at_end()    ? fmt::format("the page ends where {} is expected", list)
                : first == 'n' ? fmt::format("{} is null where a list is expected", list)
                               : fmt::format("{} is not a list", list));
    }
    KETENSYNC_TRY(cut_list(reader, limits, sink));
    for (auto name = path.rbegin(); name != path.rend(); ++name) {
        if (reader.to_member(*name, false)) {
            return fail(Failure::bad_page, fmt::format("the page holds '{}' twice", *name));
        }
        if (!reader.fault().empty()) {
            return bad(reader);
        }
    }
    reader.peek();
    if (!reader.at_end()) {
        reader.fail("something follows the end");
        return bad(reader);
    }
    return {};
}

} // namespace ketensync::formats::json

namespace ketensync::formats {

using json::Reader;

Result<std::optional<std::string>> json_scalar(std::string_view json, std::string_view path)
{
    auto const text = without_mark(json);
    Reader reader(text);
    if (auto error = json::not_json(reader, text)) {
        return fail(std::move(*error));
    }
    for (auto const name : json::segments(path)) {
        if (reader.peek() != '{') {
            return reader.skip_value() ? Result<std::optional<std::string>>(std::nullopt) : json::bad(reader);
        }
        reader.take();
        if (!reader.to_member(name, true)) {
            return reader.fault().empty() ? Result<std::optional<std::string>>(std::nullopt) : json::bad(reader);
        }
    }
    char const first = reader.peek();
    if (first == '{' || first == '[') {
        return fail(Failure::bad_page, fmt::format("'{}' is not a plain value", path));
    }
    auto const start = reader.at();
    if (!reader.skip_value()) {
        return json::bad(reader);
    }
    auto const raw = reader.since(start);
    if (first == 'n') {
        return std::nullopt;
    }
    if (first != '"') {
        return std::string(raw);
    }
    std::string plain;
    if (!reader.unescape(raw.substr(1, raw.size() - 2), plain) || !valid_utf8(plain)) {
        return fail(Failure::bad_page, fmt::format("'{}' is not sound text", path));
    }
    return plain;
}

} // namespace ketensync::formats
