#include "connectors/rest_place.hpp"

#include <gtest/gtest.h>

namespace ketensync::connectors {

TEST(RestPlace, FindsTheNextLinkAmongOthers)
{
    for (auto const & [header, next] : { std::pair("<https://a.example/p?n=2>; rel=\"next\"", "https://a.example/p?n=2"),
             std::pair("</1>; rel=\"prev\", </3>; rel=\"next\", </9>; rel=\"last\"", "/3"),
             std::pair("</a,b;c>; title=\"x, <y>; rel=next\"; rel=\"last\", </n>; REL=\"Next\"", "/n"),
             std::pair("</n>;rel=next", "/n"), std::pair("</n>; rel=next; type=\"a\"", "/n") }) {
        EXPECT_EQ(next_in_header(header), next) << header;
    }
}

TEST(RestPlace, FindsNoNextLinkWhereThereIsNone)
{
    for (auto const * const header :
        { "", "</1>; rel=\"prev\"", "onzin", "<", "</1", "</n>; rel=\"nextpage\"", "</n>; title=\"rel=next\"", ",,,<>" }) {
        EXPECT_FALSE(next_in_header(header)) << header;
    }
}

} // namespace ketensync::connectors
