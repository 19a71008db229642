#include "connectors/parent_list.hpp"

#include "daemon/formats/format.hpp"
#include "daemon/record/ids.hpp"

#include <fmt/format.h>

#include <unordered_set>

namespace ketensync::connectors {

namespace {

Result<std::string> key_of(formats::Tree const & tree, std::string const & name)
{
    using Type = formats::Tree::Type;
    if (tree[formats::Tree::root].type == Type::object) {
        auto const member = tree.member(formats::Tree::root, name);
        bool const plain
            = member != formats::Tree::none && (tree[member].type == Type::text || tree[member].type == Type::number);
        // Dots would lead to another path, whatever they are called.
        if (plain && !tree[member].text.empty() && tree[member].text != "." && tree[member].text != "..") {
            return std::string(tree[member].text);
        }
    }
    return fail(Failure::bad_page, fmt::format("a parent has no usable '{}'", name));
}

} // namespace

Result<std::vector<std::string>> read_parents(RestPages & pages, settings::Parent const & parent,
    settings::Paging const & paging, settings::Limits const & limits, std::stop_token stop)
{
    formats::Layout layout;
    layout.items = parent.items;
    formats::Limits const item_limits { .item_bytes_max = limits.item_bytes_max, .depth_max = limits.depth_max };
    formats::Parser parser(layout, item_limits);
    formats::Tree tree;
    std::vector<std::string> keys;
    std::unordered_set<std::string> seen;
    formats::Sink const sink { {}, [&](std::string_view item) -> Result<void> {
                                  KETENSYNC_TRY(parser.parse({}, item, tree));
                                  KETENSYNC_TRY_ASSIGN(auto key, key_of(tree, parent.key));
                                  if (seen.insert(key).second) {
                                      keys.push_back(std::move(key));
                                  }
                                  return {};
                              } };
    auto place = first_place(paging);
    std::optional<record::Fingerprint> before;
    for (std::uint64_t count = 1;; ++count) {
        auto const origin = fmt::format("page {} of the parents", place.number);
        if (count > limits.pages_max) {
            return fail(Failure::bad_page, fmt::format("{}: there are more than {}", origin, limits.pages_max));
        }
        PageQuestion question { .path = parent.path };
        question.post = false;
        KETENSYNC_TRY_ASSIGN(auto const page, pages.read(question, place, origin, stop));
        auto const body = record::fingerprint(page.body.bytes());
        if (before && *before == body) {
            return fail(Failure::bad_page, fmt::format("{}: the source repeats page {}", origin, place.number - 1));
        }
        before = body;
        if (auto cut = formats::split(page.body.bytes(), layout, item_limits, sink); !cut) {
            // Without one parent, a whole list of children would be missing: there is no setting aside here.
            return fail(Failure::bad_page, fmt::format("{}: {}", origin, cut.error().what));
        }
        if (!page.envelope.next) {
            return keys;
        }
        place = *page.envelope.next;
    }
}

} // namespace ketensync::connectors
