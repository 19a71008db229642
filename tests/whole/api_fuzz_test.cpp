// The API asked for whatever its own description lets one think of, and for much that it does not, at the running service.
// The same seed asks the same. KETENSYNC_FUZZ=20000: so many requests instead of the few of an ordinary test.

#include "tests/support/described.hpp"
#include "tests/whole/operator_pages.hpp"

#include <cstdlib>
#include <random>
#include <set>

namespace ketensync::whole {

namespace {

using Json = nlohmann::ordered_json;

constexpr int requests_usual = 600;
constexpr auto slowest = 5s;

int requests_wanted()
{
    auto const * const wanted = std::getenv("KETENSYNC_FUZZ");
    return wanted == nullptr ? requests_usual : std::max(1, std::atoi(wanted));
}

/// What is drawn, and whether the description allows it.
class Draw {
public:
    explicit Draw(unsigned seed) : m_random(seed) { }

    bool one_in(unsigned many) { return m_random() % many == 0; }
    std::size_t below(std::size_t end) { return m_random() % end; }
    template <typename List>
    auto const & of(List const & list) { return *std::next(std::begin(list), static_cast<std::ptrdiff_t>(below(std::size(list)))); }

    std::string text(std::size_t characters)
    {
        static std::vector<std::string> const alphabet { "a", "Z", "0", " ", "é", "€", "😀", "\"", "\\", "/", "<", "&", "%", "'", ";", "{", "}", "\u200f", "." };
        std::string drawn;
        for (std::size_t i = 0; i < characters; ++i) {
            drawn += of(alphabet);
        }
        return drawn;
    }

    /// As the schema says.
    Json sound(Json const & schema)
    {
        auto const type = schema.at("type").get<std::string>();
        if (type == "object") {
            auto object = Json::object();
            auto const required = schema.value("required", Json::array());
            for (auto const & [name, part] : schema.at("properties").items()) {
                if (std::ranges::find(required, Json(name)) != required.end() || one_in(2)) {
                    object[name] = sound(part);
                }
            }
            return object;
        }
        if (type == "boolean") {
            return one_in(2);
        }
        if (type == "integer") {
            auto const least = schema.at("minimum").get<std::int64_t>();
            auto const most = schema.at("maximum").get<std::int64_t>();
            return of(std::vector<Json> { least, most, least + static_cast<std::int64_t>(below(100)), Json(static_cast<double>(least)) });
        }
        if (schema.value("format", "") == "date-time") {
            return of(std::vector<Json> { "2020-01-01T00:00:00Z", "2026-12-31T18:00:00Z", "9999-12-31T23:59:59Z", "0000-00-00T00:00:00Z", "2026-02-30T25:61:61Z",
                to_text(std::chrono::floor<std::chrono::seconds>(SystemClock().now() + 1h)) });
        }
        auto const least = schema.value("minLength", std::size_t { 0 });
        auto const most = schema.value("maxLength", std::size_t { 50 });
        return text(of(std::vector<std::size_t> { least, most, least + below(most - least) }));
    }

    /// Likely not as the schema says.
    Json wrong(Json const & schema)
    {
        auto body = sound(schema);
        static std::vector<Json> const others { nullptr, true, 0, -1, 1.5, 1e308, -1e308, UINT64_MAX, INT64_MIN, "", "1", "\t", "a\nb", std::string(1, '\0'),
            std::string(70'000, 'x'), Json::array(), Json::object(), Json::array({ Json::object() }), "2026-12-31", "2026-12-31T18:00:00+01:00" };
        if (body.empty() || one_in(4)) {
            body[one_in(2) ? std::string("more") : text(3)] = of(others);
        } else {
            auto const name = std::next(body.begin(), static_cast<std::ptrdiff_t>(below(body.size()))).key();
            if (one_in(4)) {
                body.erase(name);
            } else {
                body[name] = one_in(3) ? Json(text(201)) : of(others);
            }
        }
        return one_in(10) ? of(others) : body;
    }

private:
    std::mt19937 m_random;
};

/// One request, and what the description says of it.
struct Asked {
    std::string method;
    std::string path;
    Fields headers;
    std::string body;
    Json const * operation = nullptr; ///< null: the path does not take that method
    bool sound = true;                ///< nothing of it is otherwise than described, and who asks may
    std::string text() const { return method + ' ' + path.substr(0, 200) + ' ' + body.substr(0, 200); }
};

std::string coded(std::string const & text)
{
    std::string result;
    Poco::URI::encode(text, "/?#[]@!$&'()*+,;=:%\\\"<>{}|^`", result);
    return result;
}

class ApiFuzz : public OperatorPages {
protected:
    Asked draw(Draw & random, std::vector<std::string> const & paths)
    {
        auto const & path = random.of(paths);
        auto const & operations = m_description["paths"][path];
        Asked asked;
        asked.method = random.one_in(8) ? random.of(std::vector<std::string> { "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "GET", "POST", "HEAD" })
            : operations.contains("post") ? "POST"
            : random.one_in(10)           ? "HEAD"
                                          : "GET";
        auto const declared = asked.method == "HEAD" ? "get" : asked.method == "GET" ? "get" : asked.method == "POST" ? "post" : "";
        asked.operation = *declared != '\0' && operations.contains(declared) ? &operations[declared] : nullptr;
        asked.path = "/api/v1" + path;
        for (auto const & [name, known] : { std::pair<std::string, std::vector<std::string>> { "{source}", { "uwv", "gemeente" } }, { "{feed}", { "werkzoekenden", "srg" } } }) {
            if (auto const at = asked.path.find(name); at != std::string::npos) {
                auto const value = random.one_in(5) ? random.text(1 + random.below(random.one_in(9) ? 150 : 5)) : random.of(known);
                asked.path.replace(at, name.size(), coded(value));
            }
        }
        draw_query(random, asked);
        asked.headers = as(random.of(std::vector<std::string> { "olga", "olga", "anna", "olga", "olga", "rita", "bart", "zomaar" }));
        bool const may = asked.headers.front().second == "olga" || asked.headers.front().second == "anna";
        asked.sound = asked.sound && asked.operation != nullptr && (may || asked.method != "POST");
        if (random.one_in(10)) {
            asked.headers.emplace_back(random.one_in(2) ? "Origin" : "Sec-Fetch-Site", random.one_in(3) ? "null" : "https://evil.example");
            asked.sound = asked.sound && asked.method != "POST";
        }
        if (asked.method == "POST" && asked.operation != nullptr) {
            draw_body(random, asked);
        }
        return asked;
    }

    void draw_query(Draw & random, Asked & asked) const
    {
        std::map<std::string, Json> known;
        for (auto const & parameter : asked.operation == nullptr ? Json::array() : asked.operation->at("parameters")) {
            if (parameter["in"] == "query") {
                known[parameter["name"].get<std::string>()] = parameter["schema"];
            }
        }
        std::set<std::string> given;
        for (auto count = random.one_in(3) ? 1 + random.below(2) : 0; count > 0; --count) {
            bool const of_those = !known.empty() && !random.one_in(4);
            auto const name = of_those ? random.of(known).first : random.of(std::vector<std::string> { "page", "STATUS", "", "a b", "é" });
            auto const schema = of_those ? known[name] : Json {};
            bool const one_of_words = of_those && schema.contains("enum") && !random.one_in(4);
            auto const value = one_of_words ? random.of(schema["enum"]).get<std::string>() : random.text(random.below(10));
            asked.sound = asked.sound && of_those && given.insert(name).second
                && (!schema.contains("enum") || std::ranges::find(schema["enum"], Json(value)) != schema["enum"].end());
            asked.path += (asked.path.find('?') == std::string::npos ? '?' : '&') + coded(name) + '=' + coded(value);
        }
    }

    void draw_body(Draw & random, Asked & asked) const
    {
        auto const & schema = asked.operation->at("requestBody")["content"]["application/json"]["schema"];
        auto const body = random.one_in(2) ? random.sound(schema) : random.wrong(schema);
        asked.sound = asked.sound && support::differs(body, schema, m_description).empty();
        asked.body = body.dump(-1, ' ', random.one_in(2), Json::error_handler_t::ignore);
        if (random.one_in(12)) {
            asked.body = random.of(std::vector<std::string> { "", "{", "\xff\xfe", std::string(20'000, '['), asked.body.substr(0, asked.body.size() / 2), "NaN", asked.body + "}" });
            asked.sound = false;
        }
        bool const other = random.one_in(12);
        asked.headers.emplace_back("Content-Type", other ? random.of(std::vector<std::string> { "text/plain", "application/x-www-form-urlencoded", "application/jsonp", "*/*" })
                                                         : random.of(std::vector<std::string> { "application/json", "application/json; charset=utf-8", "Application/JSON" }));
        asked.sound = asked.sound && !other;
    }

    /// What every answer is, whatever was asked.
    void hold(Asked const & asked, Page const & page)
    {
        EXPECT_LT(page.took, slowest) << asked.text();
        EXPECT_TRUE(page.headers.contains("api-version")) << asked.text();
        if (asked.operation == nullptr) {
            EXPECT_THAT(page.status, testing::AnyOf(405, 404, 400)) << asked.text() << page.body;
            EXPECT_EQ(page.headers.at("content-type"), "application/problem+json") << asked.text();
            EXPECT_TRUE(page.status != 405 || page.headers.contains("allow"));
            return;
        }
        auto const & responses = asked.operation->at("responses");
        auto const status = std::to_string(page.status);
        ASSERT_TRUE(responses.contains(status)) << status << " is not declared: " << asked.text() << page.body;
        auto const & declared = responses[status];
        for (auto const & [name, header] : declared["headers"].items()) {
            auto small = name;
            std::ranges::transform(small, small.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
            EXPECT_TRUE(page.headers.contains(small) || !support::resolved(header, m_description).value("required", false)) << name << ' ' << asked.text();
        }
        auto const & type = page.headers.at("content-type");
        ASSERT_TRUE(declared["content"].contains(type)) << type << " of " << status << " is not declared: " << asked.text();
        if (asked.method != "HEAD") {
            ASSERT_TRUE(Json::accept(page.body)) << asked.text() << page.body;
            EXPECT_EQ(support::differs(Json::parse(page.body), declared["content"][type]["schema"], m_description), "") << asked.text() << page.body;
        }
        bool const semantic = page.status == 400 && asked.path.find("/pauses") != std::string::npos; // a moment that is no moment, or past
        EXPECT_TRUE(!asked.sound || semantic || page.status < 300 || page.status == 404 || page.status == 409) << status << ": " << asked.text() << page.body;
        EXPECT_TRUE(asked.sound || page.status >= 400) << status << ": " << asked.text();
    }

    Json m_description;
};

}

TEST_F(ApiFuzz, AnswersAsItDescribesWhateverItIsAsked)
{
    start_service();
    m_description = Json::parse(ask("GET", "/api/v1/openapi.json", {}, "").body);
    std::vector<std::string> paths;
    for (auto const & [path, operations] : m_description["paths"].items()) {
        paths.push_back(path);
    }
    constexpr unsigned seed = 20261123;
    Draw random(seed);
    std::map<std::string, std::set<int>> seen;
    auto const look_at = [&](Asked const & asked) {
        auto const page = ask(asked.method, asked.path, asked.headers, asked.body);
        hold(asked, page);
        seen[asked.operation == nullptr ? "other" : asked.operation->at("operationId").get<std::string>()].insert(page.status);
    };
    // A reading that goes on, to be ended: by chance there would seldom be one.
    m_thinks = 20s;
    for (std::string const what : { "runs", "cancellations" }) {
        auto headers = as("olga");
        headers.emplace_back("Content-Type", "application/json");
        look_at({ "POST", "/api/v1/sources/uwv/feeds/werkzoekenden/" + what, headers, "{}", &m_description["paths"]["/sources/{source}/feeds/{feed}/" + what]["post"] });
    }
    m_thinks = 0ms;
    for (int i = 0; i < requests_wanted() && !HasFailure(); ++i) {
        look_at(draw(random, paths));
    }
    std::set<int> all;
    for (auto const & [operation, statuses] : seen) {
        EXPECT_TRUE(operation == "other" || *statuses.begin() < 300) << operation << " never did what it is for";
        all.insert(statuses.begin(), statuses.end());
    }
    EXPECT_EQ(seen.size(), paths.size() + 1) << "every operation was asked for";
    for (int const status : { 200, 201, 202, 400, 403, 404, 405, 409, 415 }) {
        EXPECT_TRUE(all.contains(status)) << status;
    }
    EXPECT_EQ(get("", "/readyz").status, 200);
    auto const accounts = audit();
    for (auto const * const nobody : { "rita ", "bart ", "zomaar " }) {
        EXPECT_THAT(accounts, testing::Not(testing::Contains(testing::StartsWith(nobody))));
    }
    end_service();
}

}
