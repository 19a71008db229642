#include "daemon/formats/tree.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ketensync::formats {

TEST(Tree, KeepsChildrenInOrder)
{
    Tree tree;
    auto const root = tree.add(Tree::none, {}, Tree::Type::object);
    tree.add(root, "a", Tree::Type::number, "1");
    auto const list = tree.add(root, "b", Tree::Type::array);
    tree.add(list, {}, Tree::Type::text, "x");
    tree.add(root, "a", Tree::Type::number, "2");
    EXPECT_EQ(tree[tree.member(root, "a")].text, "1");
    EXPECT_EQ(tree[tree[tree.member(root, "b")].next].text, "2");
    EXPECT_EQ(tree.member(root, "c"), Tree::none);
}

TEST(Tree, KeepsTextWhereItIsUntilItIsCleared)
{
    Tree tree;
    auto const first = tree.keep("first");
    std::string const large(10'000, 'x');
    auto const second = tree.keep(large);
    for (int count = 0; count < 10'000; ++count) {
        tree.keep("many more");
    }
    EXPECT_EQ(first, "first");
    EXPECT_EQ(second, large);
    tree.clear();
    EXPECT_TRUE(tree.empty());
    EXPECT_EQ(tree.keep("again"), "again");
    EXPECT_EQ(tree.keep(""), "");
}

} // namespace ketensync::formats
