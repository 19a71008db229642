#include "tests/region/certificate.hpp"
#include "tests/region/configuration.hpp"
#include "tests/region/horizon.hpp"
#include "tests/region/places.hpp"
#include "tests/region/publication.hpp"
#include "tests/region/site.hpp"
#include "tests/region/tls_server.hpp"
#include "tests/region/world.hpp"

#include "connectors/rest.hpp"
#include "tests/connectors/around.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <deque>

// A look-up, from the question to the page, over mutual TLS and with a token.

namespace ketensync::region {
namespace {

using connectors::Connector;

class Listed final : public connectors::Questions {
public:
    std::deque<std::string> values;
    Result<std::vector<std::string>> next(std::size_t most) override
    {
        std::vector<std::string> batch;
        for (; batch.size() < most && !values.empty(); values.pop_front()) {
            batch.push_back(values.front());
        }
        return batch;
    }
};

struct Brp : testing::Test {
    connectors::Around around {};
    Site site { std::chrono::seconds(60) };
    std::optional<TlsServer> server {};
    std::shared_ptr<Publication const> published {};
    settings::Source source {};
    settings::Feed feed {};
    Listed questions {};

    Brp()
    {
        auto const & folder = around.secrets_folder;
        make_certificates(folder.path());
        server.emplace(site, 0, folder.path());
        State state;
        state.seed = 5;
        state.persons = 300;
        state.date = usual_date();
        state.first_month = Month::of(state.date);
        published = std::make_shared<Publication>(publish(make_world(state.seed, state.persons), state));
        site.show(published);
        folder.write("brp", secret_of("brp"));
        folder.write("certificaat", read_file(folder.path() / "client.pem").value());
        source.name = "brp";
        source.address = fmt::format("https://localhost:{}/brp", server->port());
        source.ca_file = (folder.path() / "ca.pem").string();
        source.certificate = "certificaat";
        source.auth.by = settings::Auth::By::oauth2_client_credentials;
        source.auth.token_address = fmt::format("https://localhost:{}/oauth/token", server->port());
        source.auth.client_id = "ketensync-brp";
        source.auth.client = settings::Auth::Client::form;
        source.auth.parameters = { { "resourceServer", "ResourceServer01" } };
        source.auth.secret = "brp";
        feed.name = "personen";
        feed.path = "/personen";
        feed.reads = settings::Reads::changes;
        feed.post = settings::Post {
            R"({"type":"RaadpleegMetBurgerservicenummer","burgerservicenummer":[{asked}],"fields":["naam"]})"
        };
        feed.ask = settings::Ask {};
    }

    /// Every person that came, by number; or the failure.
    Result<std::map<std::string, nlohmann::json>> read()
    {
        auto surroundings = around.surroundings();
        surroundings.questions = &questions;
        KETENSYNC_TRY_ASSIGN(auto connector, connectors::open_rest(source, feed, surroundings));
        std::map<std::string, nlohmann::json> found;
        for (std::string cursor;;) {
            KETENSYNC_TRY_ASSIGN(auto const page, connector->read(cursor, {}));
            if (page.last) {
                return found;
            }
            auto const answer = nlohmann::json::parse(page.body.bytes());
            for (auto const & person : answer["personen"]) {
                found[person["burgerservicenummer"]] = person;
            }
        }
    }
};

} // namespace

TEST_F(Brp, GivesWhoIsAskedAboutTwentyAtATime)
{
    for (auto const & [number, list] : published->persoonslijsten) {
        questions.values.push_back(number);
    }
    auto const found = read();
    ASSERT_TRUE(found) << found.error().what;
    EXPECT_EQ(found->size(), published->persoonslijsten.size());
    EXPECT_GT(found->size(), 100U);
}

TEST_F(Brp, LeavesOutWhoIsNotThere)
{
    auto const someone = published->persoonslijsten.begin()->first;
    questions.values = { "000000012", someone, "999999990" };
    auto const found = read();
    ASSERT_TRUE(found) << found.error().what;
    EXPECT_EQ(found->size(), 1U);
    EXPECT_TRUE(found->contains(someone));
}

TEST_F(Brp, GivesTheOthersWhereOneNumberIsNone)
{
    for (auto const & [number, list] : published->persoonslijsten) {
        questions.values.push_back(number);
    }
    auto const all = questions.values.size();
    questions.values[7] = "12345";
    auto const found = read();
    ASSERT_TRUE(found) << found.error().what;
    EXPECT_EQ(found->size(), all - 1);
}

TEST_F(Brp, RefusesABatchThatIsTooLargeByItsCode)
{
    feed.ask->batch = 1000;
    questions.values.assign(21 * 64, "x");
    auto const found = read();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().failure, Failure::bad_page);
    EXPECT_THAT(found.error().what, testing::HasSubstr("400 (paramsValidation)"));
}

TEST_F(Brp, StopsWithoutOurCertificate)
{
    source.certificate.clear();
    questions.values = { "111222333" };
    auto const found = read();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().failure, Failure::refused);
    EXPECT_THAT(found.error().what, testing::Not(testing::HasSubstr("111222333")));
}

TEST_F(Brp, RenewsATokenThatIsWorthNothingAnyMore)
{
    questions.values = { published->persoonslijsten.begin()->first };
    ASSERT_TRUE(read());
    Request revoke;
    revoke.method = "POST";
    revoke.path = "/_control/revoke";
    site.answer(revoke);
    questions.values = { published->persoonslijsten.begin()->first };
    auto const found = read();
    ASSERT_TRUE(found) << found.error().what;
    EXPECT_EQ(found->size(), 1U);
}

} // namespace ketensync::region
