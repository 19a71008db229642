#pragma once

#include "daemon/landing/landing.hpp"

#include <functional>

namespace ketensync::landing {

/// A landed page with all that is kept of it.
struct Leaf {
    Page page;
    Instant received;
    Tellings tellings; ///< none where it was not digested yet
};

/// Every landed page, ascending; `visit` may change none of them.
Result<void> leaf_through(store::Database & database, std::function<Result<void>(Leaf const & leaf)> const & visit);

/// Where each document of a page lies in its body.
std::vector<std::string_view> documents_of(Page const & page);

/// Takes documents out of a page for good: their bytes, and what their key and content can be recognised by. What is left
/// says that a document was there once, and nothing of which.
void take_out(Page & page, std::vector<std::size_t> const & documents);

/// Writes a page's directory and body over what is there; in the caller's transaction.
Result<void> rewrite(store::Database & database, Page const & page);

}
