#include "tests/connectors/around.hpp"

#include <gmock/gmock.h>

namespace ketensync::connectors {

TEST(Registry, NamesItsConnectors)
{
    EXPECT_THAT(names(), testing::UnorderedElementsAre("files", "rest", "sftp", "soap"));
}

TEST(Registry, RefusesAConnectorThatIsNotThere)
{
    Around around;
    settings::Source source;
    source.name = "bron";
    source.connector = "ftp";
    auto const connector = open(source, {}, around.surroundings());
    ASSERT_FALSE(connector);
    EXPECT_EQ(connector.error().failure, Failure::configuration);
    EXPECT_EQ(connector.error().what, "bron: there is no connector 'ftp'");
}

} // namespace ketensync::connectors
