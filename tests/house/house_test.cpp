#include "tests/house/rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace ketensync::house;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

Tree const & real_tree()
{
    static Tree const tree = read_tree(KETENSYNC_SOURCE_DIR);
    return tree;
}

/// A small house in order.
Tree small_house()
{
    Tree tree;
    tree.top_folders = { "daemon", "mappings", "tests" };
    tree.files["mappings/schema.toml"]
        = "[persoon]\nmeaning = \"x\"\n[persoon.fields]\nbsn = 1\nstraatnaam  = 2\n# loonwaarde = 3\n";
    tree.files["daemon/base/CMakeLists.txt"] = "ketensync_library(base SOURCES log.cpp)\n";
    tree.files["daemon/base/log.cpp"] = "#include <spdlog/spdlog.h>\n";
    tree.files["daemon/landing/CMakeLists.txt"] = "ketensync_library(landing\n    SOURCES landing.cpp)\n";
    tree.files["daemon/landing/landing.cpp"]
        = "#include \"daemon/base/log.hpp\"\n#include <vector>\nint bsn = 200'000; // straatnaam\n";
    tree.files["daemon/commands/CMakeLists.txt"] = "add_executable(ketensync ../main.cpp)\n";
    tree.files["daemon/main.cpp"] = "#include \"daemon/commands/command.hpp\"\n";
    tree.files["tests/landing/landing_test.hpp"] = "#include <sqlite3.h>\n#include \"daemon/golden/golden.hpp\"\n";
    return tree;
}

} // namespace

TEST(House, includes_go_one_way)
{
    EXPECT_THAT(folders_include_what_they_may(real_tree()), IsEmpty());
}
TEST(House, libraries_stay_at_home)
{
    EXPECT_THAT(libraries_stay_at_home(real_tree()), IsEmpty());
}
TEST(House, files_are_short)
{
    EXPECT_THAT(files_are_short(real_tree()), IsEmpty());
}
TEST(House, files_are_built)
{
    EXPECT_THAT(files_are_built(real_tree()), IsEmpty());
}
TEST(House, folders_are_planned)
{
    EXPECT_THAT(folders_are_planned(real_tree()), IsEmpty());
}
TEST(House, code_names_no_business_field)
{
    EXPECT_THAT(code_names_no_business_field(real_tree()), IsEmpty());
}
TEST(House, time_comes_from_the_clock)
{
    EXPECT_THAT(time_comes_from_the_clock(real_tree()), IsEmpty());
}
TEST(House, is_not_empty)
{
    EXPECT_GT(real_tree().files.size(), 100U);
}

TEST(Rules, are_content_with_a_house_in_order)
{
    auto const tree = small_house();
    for (auto const rule : { folders_include_what_they_may, libraries_stay_at_home, files_are_short, files_are_built,
             folders_are_planned, code_names_no_business_field, time_comes_from_the_clock }) {
        EXPECT_THAT(rule(tree), IsEmpty());
    }
}

TEST(Rules, catch_a_stage_that_includes_another_and_a_ground_that_looks_up)
{
    auto tree = small_house();
    tree.files["daemon/landing/landing.cpp"] += "#include \"daemon/golden/golden.hpp\"\n";
    tree.files["daemon/base/log.cpp"] += "\n#include \"daemon/landing/landing.hpp\"\n";
    tree.files["daemon/main.cpp"] += "#include \"daemon/pipeline/pipeline.hpp\"\n";
    tree.files["daemon/helpers/all.hpp"] = "";
    EXPECT_THAT(folders_include_what_they_may(tree),
        ElementsAre("daemon/base/log.cpp:3: daemon/base may not include daemon/landing/landing.hpp",
            "daemon/helpers/all.hpp:1: folder daemon/helpers is not in the plan",
            "daemon/landing/landing.cpp:4: daemon/landing may not include daemon/golden/golden.hpp",
            "daemon/main.cpp:2: daemon/main.cpp may not include daemon/pipeline/pipeline.hpp"));
}

TEST(Rules, catch_a_library_away_from_home)
{
    auto tree = small_house();
    tree.files["daemon/landing/landing.cpp"]
        = "#include <sqlite3.h>\n#include <Poco/Net/Socket.h>\n// #include <curl/curl.h>\n";
    EXPECT_THAT(libraries_stay_at_home(tree),
        ElementsAre("daemon/landing/landing.cpp:1: sqlite3.h belongs in daemon/store and daemon/warehouse",
            "daemon/landing/landing.cpp:2: Poco/Net/Socket.h belongs in daemon/web"));
}

TEST(Rules, catch_a_file_that_is_too_long)
{
    auto tree = small_house();
    tree.files["daemon/base/log.cpp"] = std::string(420, '\n');
    EXPECT_THAT(files_are_short(tree), IsEmpty());
    tree.files["daemon/base/log.cpp"] += '\n';
    EXPECT_THAT(files_are_short(tree), ElementsAre(HasSubstr("421 lines")));
}

TEST(Rules, catch_a_file_that_is_not_built)
{
    auto tree = small_house();
    tree.files["daemon/base/forgotten.cpp"] = "";
    tree.files["daemon/base/CMakeLists.txt"] += "# log_forgotten.cpp\n";
    EXPECT_THAT(files_are_built(tree), ElementsAre("daemon/base/forgotten.cpp:1: no CMakeLists.txt names it"));
}

TEST(Rules, catch_a_folder_outside_the_plan)
{
    auto tree = small_house();
    tree.top_folders.insert("utils");
    EXPECT_THAT(folders_are_planned(tree), ElementsAre("utils:1: this folder is not in the plan"));
}

TEST(Rules, catch_code_that_names_a_business_field_even_in_a_text)
{
    auto tree = small_house();
    tree.files["daemon/base/log.cpp"]
        += "/* straatnaam\n straatnaam */ auto field = \"straatnaam // x\"; int straatnaams; // straatnaam\n";
    EXPECT_THAT(code_names_no_business_field(tree),
        ElementsAre("daemon/base/log.cpp:3: names the field 'straatnaam'; say it in mappings/"));
    tree.files.erase("mappings/schema.toml");
    EXPECT_THAT(code_names_no_business_field(tree), ElementsAre(HasSubstr("nothing is guarded")));
}

TEST(Rules, catch_code_that_makes_its_own_time)
{
    auto tree = small_house();
    tree.files["daemon/base/clock.cpp"] = "auto now = std::chrono::system_clock::now();\n";
    tree.files["daemon/base/log.cpp"] += "std::this_thread::sleep_for(x);\n";
    tree.files["daemon/landing/landing.cpp"] += "auto now = std::chrono::system_clock::now();\n";
    EXPECT_THAT(time_comes_from_the_clock(tree),
        ElementsAre("daemon/base/log.cpp:2: sleep_for; take a Clock",
            "daemon/landing/landing.cpp:4: system_clock::now; take a Clock"));
}
