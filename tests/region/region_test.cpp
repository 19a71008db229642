#include "tests/region/bsn.hpp"
#include "tests/region/configuration.hpp"
#include "tests/region/dirt.hpp"
#include "tests/region/horizon.hpp"
#include "tests/region/places.hpp"
#include "tests/region/publication.hpp"
#include "tests/region/site.hpp"
#include "tests/region/world.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

namespace ketensync::region {
namespace {

constexpr std::uint64_t seed = 11;
constexpr std::uint64_t persons = 3000;

State usual_state()
{
    State state;
    state.seed = seed;
    state.persons = persons;
    state.date = usual_date();
    state.first_month = Month::of(state.date).plus(-3);
    return state;
}

World const & world()
{
    static World const made = make_world(seed, persons);
    return made;
}

Publication const & usual()
{
    static Publication const made = publish(world(), usual_state());
    return made;
}

nlohmann::json items(ItemList const & list)
{
    return nlohmann::json::parse("[" + std::string(list.slice(0, list.size())) + "]");
}

std::map<std::string, nlohmann::json> by_key(ItemList const & list, char const * key)
{
    std::map<std::string, nlohmann::json> found;
    for (auto & item : items(list)) {
        found[item[key].get<std::string>()] = item;
    }
    return found;
}

std::vector<std::string> lines(std::string const & text)
{
    std::vector<std::string> out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        out.push_back(line);
    }
    return out;
}

std::set<std::string> truth_keys(Publication const & publication, std::string const & source, std::string const & kind)
{
    std::set<std::string> keys;
    for (auto const & line : lines(publication.files.at("truth/records.csv"))) {
        auto const start = source + "," + kind + ",";
        if (line.starts_with(start)) {
            keys.insert(line.substr(start.size(), line.rfind(',') - start.size()));
        }
    }
    return keys;
}

TEST(Region, PublishesTheSameBytesForTheSameSeed)
{
    auto const again = publish(make_world(seed, persons), usual_state());
    EXPECT_EQ(again.files, usual().files);
    EXPECT_EQ(again.werkzoekenden.bytes(), usual().werkzoekenden.bytes());
    EXPECT_EQ(again.providers[0].persons.bytes(), usual().providers[0].persons.bytes());
    auto const other = publish(make_world(seed + 1, persons), usual_state());
    EXPECT_NE(other.werkzoekenden.bytes(), usual().werkzoekenden.bytes());
}

TEST(Region, GivesEveryPersonAValidBsnOfTheirOwn)
{
    std::set<std::uint32_t> seen;
    for (std::uint64_t index = 0; index < 200'000; ++index) {
        auto const bsn = bsn_of(seed, index);
        ASSERT_TRUE(passes_elfproef(bsn)) << bsn;
        ASSERT_TRUE(seen.insert(bsn).second) << bsn;
    }
    EXPECT_FALSE(passes_elfproef(231001230));
    EXPECT_TRUE(passes_elfproef(12));
}

TEST(Region, SpoilsABsnSoThatItFailsTheElfproef)
{
    for (std::uint64_t index = 0; index < 1000; ++index) {
        Random random(seed, Purpose::uwv_dirt, index);
        auto const text = invalid_bsn(random, bsn_of(seed, index));
        EXPECT_FALSE(passes_elfproef(static_cast<std::uint32_t>(std::stoul(text)))) << text;
    }
}

TEST(Region, WritesSrgLinesOfNinetySixPositions)
{
    std::size_t count = 0;
    for (auto const & [path, content] : usual().files) {
        if (path.find("/SRG_") == std::string::npos) {
            continue;
        }
        for (auto const & line : lines(content)) {
            ASSERT_EQ(line.size(), 97U);
            EXPECT_EQ(line.back(), '\r');
            EXPECT_EQ(line.substr(0, 6), path.substr(path.size() - 10, 6));
            EXPECT_EQ(line.substr(6, 2), "10");
            EXPECT_EQ(line.substr(23, 4), path.substr(path.size() - 15, 4));
            EXPECT_EQ(line.substr(31, 9).find_first_not_of("0123456789"), std::string::npos);
            ++count;
        }
    }
    EXPECT_GT(count, persons / 2);
}

TEST(Region, WritesBusFilesWithOneOrTwoPersonsAnUitkering)
{
    for (auto const & [path, content] : usual().files) {
        if (path.find("/BUS_") == std::string::npos) {
            continue;
        }
        auto const all = lines(content);
        ASSERT_EQ(all.front(), R"(<?xml version="1.0" encoding="UTF-8"?>)");
        ASSERT_EQ(all.back(), "</BusLevering>");
        for (std::size_t i = 3; i + 1 < all.size(); ++i) {
            auto const couple = all[i].find("</Persoon><Persoon>") != std::string::npos;
            EXPECT_TRUE(all[i].starts_with("  <Uitkering><Registratienummer>")) << all[i];
            EXPECT_TRUE(all[i].ends_with("</Persoon></Uitkering>")) << all[i];
            EXPECT_EQ(couple, all[i].find("<Leefvorm>3<") != std::string::npos) << all[i];
        }
    }
}

TEST(Region, PublishesWerkzoekendenWithTheirDirtAndTheirTruth)
{
    auto const found = by_key(usual().werkzoekenden, "idWerkzoekende");
    EXPECT_EQ(found.size(), usual().werkzoekenden.size());
    std::size_t without_bsn = 0;
    std::set<std::string> ids;
    for (auto const & [id, item] : found) {
        ids.insert(id);
        without_bsn += item["bsn"].is_null() ? 1U : 0U;
        EXPECT_FALSE(item["naam"]["geslachtsnaam"].get<std::string>().empty());
        EXPECT_TRUE(item["adres"]["huisnummer"].is_number());
    }
    auto const share = static_cast<double>(without_bsn) / static_cast<double>(found.size());
    EXPECT_NEAR(share, rates::uwv_bsn_absent, 0.03);
    EXPECT_EQ(truth_keys(usual(), "uwv-werkzoekenden", "persoon"), ids);
}

TEST(Region, TellsTheSameDeelnameInTheSheetAndAtTheProvider)
{
    std::map<std::string, std::set<std::string>> sources;
    for (auto const & line : lines(usual().files.at("truth/records.csv"))) {
        if (line.find(",deelname,") != std::string::npos) {
            sources[line.substr(line.rfind(',') + 1)].insert(line.substr(0, line.find(',')));
        }
    }
    auto const twice
        = std::count_if(sources.begin(), sources.end(), [](auto const & e) { return e.second.size() == 2; });
    EXPECT_GT(twice, 50);
    auto const & pages = usual().providers[0];
    auto const known = truth_keys(usual(), "roc-gooi", "deelname");
    std::set<std::string> published;
    for (auto const & [offering, list] : pages.associations) {
        for (auto const & item : items(list)) {
            if (takes_part(item["state"].get<std::string>())) {
                published.insert(item["associationId"].get<std::string>());
            }
            EXPECT_EQ(item["offering"], offering);
        }
    }
    EXPECT_EQ(published, known);
}

TEST(Region, ChangesOnlyWhatHappenedWhenTheDateMovesOn)
{
    auto later = usual_state();
    later.date += 30;
    auto const moved = publish(world(), later);
    for (auto const & [path, content] : usual().files) {
        if (path.starts_with("drop/gemeente-")) {
            EXPECT_EQ(moved.files.at(path), content) << path;
        }
    }
    EXPECT_TRUE(moved.files.contains("drop/gemeente-huizen/SRG_0406_202611.txt"));
    auto const before = by_key(usual().werkzoekenden, "idWerkzoekende");
    auto const after = by_key(moved.werkzoekenden, "idWerkzoekende");
    std::size_t changed = 0;
    std::size_t fresh = 0;
    for (auto const & [id, item] : after) {
        auto const found = before.find(id);
        fresh += found == before.end() ? 1U : 0U;
        changed += found != before.end() && found->second != item ? 1U : 0U;
    }
    EXPECT_GT(changed, 0U);
    EXPECT_GT(fresh, 0U);
    EXPECT_LT(changed, before.size() / 10);
}

TEST(Region, LetsHilversumDeliverForWijdemerenFrom2027)
{
    auto later = usual_state();
    later.date = day_of(2027, 3, 1);
    auto const moved = publish(world(), later);
    EXPECT_TRUE(moved.files.contains("drop/gemeente-wijdemeren/SRG_1696_202612.txt"));
    EXPECT_FALSE(moved.files.contains("drop/gemeente-wijdemeren/SRG_1696_202701.txt"));
    EXPECT_EQ(moved.profiles.size(), usual().profiles.size() - 1);
    auto const size = [&](char const * name) { return moved.files.at(std::string("drop/gemeente-") + name).size(); };
    EXPECT_GT(size("hilversum/BUS_0402_202701.xml"),
        size("hilversum/BUS_0402_202612.xml") + size("wijdemeren/BUS_1696_202612.xml") / 2);
}

TEST(Region, CorrectsAFewLinesOfAMonthThatIsDeliveredAnew)
{
    auto state = usual_state();
    ++state.revisions["0402:202610"];
    state.empty.insert("0406:202610");
    auto const corrected = publish(world(), state);
    std::string const path = "drop/gemeente-hilversum/SRG_0402_202610.txt";
    auto const before = lines(usual().files.at(path));
    auto const after = lines(corrected.files.at(path));
    EXPECT_LT(after.size(), before.size());
    EXPECT_GT(after.size(), before.size() * 9 / 10);
    EXPECT_EQ(corrected.files.at("drop/gemeente-huizen/SRG_0406_202610.txt"), "");
    EXPECT_EQ(corrected.werkzoekenden.bytes(), usual().werkzoekenden.bytes());
}

class Pages : public testing::Test {
protected:
    Pages()
        : m_site(std::chrono::seconds(300))
    {
        m_site.show(std::make_shared<Publication const>(publish(world(), usual_state())));
    }

    Answer get(
        std::string_view path, std::string_view query, std::string const & secret = secret_of("uwv-werkzoekenden"))
    {
        auto const authorization = "Bearer " + secret;
        Request request;
        request.method = "GET";
        request.path = path;
        request.query = query;
        request.authorization = authorization;
        return m_site.answer(request);
    }

    std::string token()
    {
        auto const body
            = "grant_type=client_credentials&client_id=ketensync-roc-gooi&client_secret=" + secret_of("roc-gooi");
        Request request;
        request.method = "POST";
        request.path = "/oauth/token";
        request.body = body;
        return nlohmann::json::parse(m_site.answer(request).body())["access_token"];
    }

    Site m_site;
};

TEST_F(Pages, TogetherHoldEveryItemOnce)
{
    std::size_t count = 0;
    auto more = true;
    for (int page = 1; more; ++page) {
        auto const body
            = nlohmann::json::parse(get("/uwv/werkzoekenden", "pagina=" + std::to_string(page) + "&omvang=250").body());
        count += body["werkzoekenden"].size();
        more = body["volgende"];
        EXPECT_EQ(body["totaal"], usual().werkzoekenden.size());
    }
    EXPECT_EQ(count, usual().werkzoekenden.size());
}

TEST_F(Pages, AskForATokenAndAPageSizeThatOoapiHas)
{
    EXPECT_EQ(get("/roc-gooi/v5/persons", "pageSize=250", "nonsense").status, 401);
    auto const good = token();
    EXPECT_EQ(get("/roc-gooi/v5/persons", "pageSize=250", good).status, 200);
    EXPECT_EQ(get("/vakschool-vecht/v5/persons", "pageSize=250", good).status, 401);
    auto const odd = get("/roc-gooi/v5/persons", "pageSize=25", good);
    EXPECT_EQ(odd.status, 400);
    EXPECT_EQ(odd.content_type, "application/problem+json");
}

TEST_F(Pages, GoWrongAsOftenAsAskedAndThenNoMore)
{
    m_site.faults().add({ .source = "uwv", .kind = FaultKind::too_many, .times = 2, .seconds = 7 });
    auto const first = get("/uwv/werkzoekenden", "pagina=1");
    EXPECT_EQ(first.status, 429);
    EXPECT_EQ(first.headers, "Retry-After: 7\r\n");
    EXPECT_EQ(get("/uwv/werkzoekenden", "pagina=1").status, 429);
    EXPECT_EQ(get("/uwv/werkzoekenden", "pagina=1").status, 200);
    m_site.faults().add({ .source = "uwv", .kind = FaultKind::shifted, .page = 2 });
    auto const one = nlohmann::json::parse(get("/uwv/werkzoekenden", "pagina=1&omvang=10").body());
    auto const two = nlohmann::json::parse(get("/uwv/werkzoekenden", "pagina=2&omvang=10").body());
    EXPECT_EQ(one["werkzoekenden"].back(), two["werkzoekenden"].front());
}

} // namespace
} // namespace ketensync::region
