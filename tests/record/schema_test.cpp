#include "daemon/record/schema.hpp"

#include <gtest/gtest.h>

namespace ketensync::record {

TEST(Schema, FindsKindsAndFieldsByName)
{
    Schema schema;
    schema.kinds.resize(2);
    schema.kinds[1].name = "ding";
    schema.kinds[1].fields.resize(3);
    schema.kinds[1].fields[2].name = "veld";
    EXPECT_EQ(schema.kind("ding"), KindId { 1 });
    EXPECT_EQ(schema.kind("dingen"), std::nullopt);
    EXPECT_EQ(schema.kinds[1].field("veld"), FieldId { 2 });
    EXPECT_EQ(schema.kinds[1].field("velden"), std::nullopt);
}

TEST(FieldType, HasANameEach)
{
    for (int i = 0; i <= static_cast<int>(FieldType::reference); ++i) {
        auto const type = static_cast<FieldType>(i);
        EXPECT_EQ(field_type(to_text(type)), type);
    }
    EXPECT_EQ(field_type("datum"), std::nullopt);
}

} // namespace ketensync::record
