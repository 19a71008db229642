#include "daemon/settings/checks.hpp"
#include "daemon/settings/source.hpp"
#include "daemon/settings/toml.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ketensync::settings {

namespace {

using By = Paging::By;

/// Names separated by dots: where a value is found in a page.
void check_inner_path(Table const & table, std::string_view key)
{
    auto const value = table.text(key);
    auto const sound = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'
            || c == '.' || c == '@' || c == '$' || c == '`';
    };
    if (!std::all_of(value.begin(), value.end(), sound)) {
        table.fault(key, fmt::format("'{}' is a path of names with dots between, as in \"meta.total\"", key));
    }
}


/// A key that this kind of paging does not use is a misunderstanding.
void refuse_unused(Table const & table, std::string_view by, std::vector<std::string_view> const & used)
{
    for (std::string_view const key : { "page_parameter", "size_parameter", "size", "first", "more", "next" }) {
        if (table.has(key) && std::find(used.begin(), used.end(), key) == used.end()) {
            table.fault(key, fmt::format("'{}' means nothing when by = \"{}\"; remove it", key, by));
        }
    }
}

By read_by(Table const & table)
{
    auto const by = table.word("by", { "none", "page_number", "offset", "cursor", "next_link", "link_header" }, "none");
    if (by == "page_number") {
        return By::page_number;
    }
    if (by == "offset") {
        refuse_unused(table, by, { "page_parameter", "size_parameter", "size" });
        return By::offset;
    }
    if (by == "cursor") {
        refuse_unused(table, by, { "page_parameter", "size_parameter", "size", "next" });
        return By::cursor;
    }
    if (by == "next_link") {
        refuse_unused(table, by, { "size_parameter", "size", "next" });
        return By::next_link;
    }
    if (by == "link_header") {
        refuse_unused(table, by, { "size_parameter", "size" });
        return By::link_header;
    }
    return By::none;
}

Paging read_paging(Table const & table)
{
    Paging paging;
    paging.by = read_by(table);
    bool const by_name = paging.by == By::none || paging.by == By::page_number;
    paging.page_parameter = paging.by == By::offset ? "offset" : paging.by == By::cursor ? "cursor" : "pageNumber";
    paging.size_parameter = by_name ? paging.size_parameter : paging.by == By::offset ? "limit" : "";
    for (auto const & [key, member] : { std::pair { "page_parameter", &Paging::page_parameter },
             std::pair { "size_parameter", &Paging::size_parameter } }) {
        paging.*member = table.text(key, paging.*member);
        auto const & value = paging.*member;
        bool const absent = value.empty() && (table.has(key) || !by_name);
        if (!absent && !is_plain_name(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_.$[]")) {
            table.fault(key, fmt::format("'{}' is the name of a parameter: letters and digits", key));
        }
    }
    paging.size = static_cast<std::uint64_t>(table.integer("size", 250, 1, 1'000'000));
    paging.first = static_cast<std::uint64_t>(table.integer("first", 1, 0, 1));
    paging.more = table.text("more", paging.more);
    paging.total = table.text("total");
    paging.items = table.text("items");
    paging.items_known = table.has("items") || paging.by == By::offset || paging.more.empty();
    paging.empty_ends = table.word("empty_page", { "ends", "goes_on" }, "ends") == "ends";
    if (paging.by == By::cursor || paging.by == By::next_link) {
        paging.next = table.required_text("next");
    }
    for (auto const * const key : { "more", "total", "items", "next" }) {
        check_inner_path(table, key);
    }
    return paging;
}

Parent read_parent(Table const & table, Table const & feed, std::string const & path)
{
    Parent parent;
    parent.path = table.required_text("path");
    if (parent.path.find("{parent}") != std::string::npos) {
        table.fault("path", "the path of the list itself cannot hold {parent}");
    } else {
        check_path(table, "path", parent.path, "{parent}");
    }
    parent.items = table.text("items");
    check_inner_path(table, "items");
    parent.key = table.required_text("key");
    check_inner_path(table, "key");
    parent.parallel = static_cast<std::uint64_t>(table.integer("parallel", 1, 1, 16));
    if (!path.empty() && path.find("{parent}") == std::string::npos) {
        feed.fault("path",
            "[feed.parent] needs {parent} once in the path of the feed, as in \"/offerings/{parent}/associations\"");
    }
    return parent;
}

Since read_since(Table const & table, Feed const & feed)
{
    Since since;
    auto const as = table.word("as", { "timestamp", "date", "epoch", "epoch_ms", "token" }, "timestamp");
    since.as = as == "date"  ? Since::As::date
        : as == "epoch"      ? Since::As::epoch
        : as == "epoch_ms"   ? Since::As::epoch_ms
        : as == "token"      ? Since::As::token
                             : Since::As::timestamp;
    since.parameter = table.text("parameter");
    bool const in_body = feed.post && feed.post->body.find("{since}") != std::string::npos;
    if (since.parameter.empty() && !in_body) {
        table.fault("parameter", "'parameter' is missing here: the name of the parameter that says since when");
    }
    bool const by_token = since.as == Since::As::token;
    if (by_token) {
        since.token = table.required_text("token");
        check_inner_path(table, "token");
    } else {
        since.field = table.required_text("field");
        check_inner_path(table, "field");
    }
    for (std::string_view const key : { "field", "lookback", "precision", "boundary", "missing" }) {
        if (by_token && table.has(key)) {
            table.fault(key, fmt::format("'{}' means nothing when as = \"token\"; remove it", key));
        }
    }
    if (!by_token && table.has("token")) {
        table.fault("token", "'token' means nothing unless as = \"token\"; remove it");
    }
    since.lookback = table.duration("lookback", since.lookback);
    auto const precision = table.word("precision", { "ns", "us", "ms", "s", "m", "d" },
        since.as == Since::As::date ? "d" : since.as == Since::As::epoch ? "s" : "ms");
    using std::chrono::nanoseconds;
    since.precision = precision == "ns" ? nanoseconds(1)
        : precision == "us"             ? nanoseconds(1'000)
        : precision == "ms"             ? nanoseconds(1'000'000)
        : precision == "s"              ? nanoseconds(std::chrono::seconds(1))
        : precision == "m"              ? nanoseconds(std::chrono::minutes(1))
                                        : nanoseconds(std::chrono::hours(24));
    since.closed = table.word("boundary", { "closed", "open" }, "closed") == "closed";
    since.start = table.text("start");
    since.missing_allowed = table.word("missing", { "stop", "include" }, "stop") == "include";
    return since;
}

Job read_job(Table const & table)
{
    Job job;
    job.create = table.required_text("create");
    check_path(table, "create", job.create, "");
    job.key = table.required_text("key");
    check_inner_path(table, "key");
    job.status = table.required_text("status");
    check_path(table, "status", job.status, "{job}");
    job.state = table.required_text("state");
    check_inner_path(table, "state");
    job.done = table.texts("done");
    job.failed = table.texts("failed");
    if (job.done.empty()) {
        table.fault("done", "'done' is missing here: the words for a report that is ready, as in [\"done\"]");
    }
    job.every = table.duration("every", job.every);
    job.timeout = table.duration("timeout", job.timeout);
    if (job.every < std::chrono::milliseconds(100) || job.every > job.timeout) {
        table.fault("every", "'every' is from 100ms up to 'timeout'");
    }
    return job;
}

Ask read_ask_by_post(Table const & table, Table const & of_feed, Feed const & feed)
{
    auto ask = read_ask(table, of_feed, feed);
    ask.batch = static_cast<std::uint64_t>(table.integer("batch", 20, 1, 1'000));
    if (!feed.post || feed.post->body.find("{asked}") == std::string::npos) {
        of_feed.fault("ask", "[feed.ask] needs {asked} in the body of [feed.post]: that is where the questions go");
    }
    if (feed.paging.by != By::none || feed.parent || feed.job || feed.since) {
        of_feed.fault("ask", "[feed.ask] goes without [feed.paging], [feed.parent], [feed.job] and [feed.since]");
    }
    return ask;
}

} // namespace

Ask read_ask(Table const & table, Table const & of_feed, Feed const & feed)
{
    Ask ask;
    ask.kind = table.required_text("kind");
    ask.field = table.required_text("field");
    ask.ground = table.required_text("ground");
    ask.per_day = static_cast<std::uint64_t>(table.integer("per_day", 1'000, 1, 10'000'000));
    ask.again = table.duration("again", ask.again);
    if (feed.reads != Reads::changes) {
        of_feed.fault("ask", "[feed.ask] needs reads = \"changes\": who is not asked about is not gone");
    }
    return ask;
}

void check_path(Table const & table, std::string_view key, std::string const & path, std::string_view placeholder)
{
    if (path.empty()) {
        return;
    }
    auto const bad
        = [](char c) { return c <= 0x20 || c == 0x7f || c == '"' || c == '<' || c == '>' || c == '#' || c == '\\'; };
    auto rest = path;
    if (auto const at = rest.find(placeholder); at != std::string::npos) {
        rest.erase(at, placeholder.size());
    }
    if (path.front() != '/' || path.find("//") != std::string::npos || std::any_of(rest.begin(), rest.end(), bad)
        || rest.find_first_of("{}") != std::string::npos) {
        table.fault(key,
            fmt::format("a path starts with one slash and holds no spaces; between braces {}",
                placeholder.empty() ? "nothing" : fmt::format("only {}, once", placeholder)));
    }
}

void read_rest_feed(Table const & table, Feed & feed)
{
    feed.path = table.required_text("path");
    check_path(table, "path", feed.path, table.has("job") ? "{job}" : "{parent}");
    feed.paging = read_paging(table.table("paging"));
    if (table.has("post")) {
        auto const post = table.table("post");
        feed.post = Post { post.text("body"), post.text("content_type", "application/json") };
        auto const & type = feed.post->content_type;
        if (std::any_of(type.begin(), type.end(), [](char c) { return c < 0x20 || c == 0x7f; })) {
            post.fault("content_type", "a value of a header holds no control characters and only plain ASCII");
        }
    }
    if (table.has("parent")) {
        feed.parent = read_parent(table.table("parent"), table, feed.path);
    } else if (feed.path.find("{parent}") != std::string::npos) {
        table.fault("path", "a path with {parent} needs a section [feed.parent] that says of what");
    }
    if (table.has("job")) {
        feed.job = read_job(table.table("job"));
        if (feed.parent) {
            table.fault("job", "[feed.job] and [feed.parent] do not go together");
        }
    } else if (feed.path.find("{job}") != std::string::npos) {
        table.fault("path", "a path with {job} needs a section [feed.job] that says how it is made");
    }
    if (table.has("since")) {
        feed.since = read_since(table.table("since"), feed);
        if (feed.reads != Reads::changes) {
            table.fault("since", "[feed.since] needs reads = \"changes\": what did not change is not gone");
        }
        if (feed.parent) {
            table.fault("since", "[feed.since] and [feed.parent] do not go together");
        }
    }
    if (table.has("ask")) {
        feed.ask = read_ask_by_post(table.table("ask"), table, feed);
    }
    if (table.is_text("reads") && feed.reads == Reads::periods) {
        table.fault("reads", "only files are read by period; use \"complete\" or \"changes\"");
    }
    refuse_of_other(table, { "files", "period" }, "files");
    refuse_of_other(table, { "questions", "request", "partial" }, "soap");
}

} // namespace ketensync::settings
